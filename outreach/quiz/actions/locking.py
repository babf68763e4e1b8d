"""An attempt under its lock, with what the database's clock says of it in the same statement.

Who needs the participant too locks it before the attempt, and several of them in the order of their ids: people who
hand in, the sweep and those who mark again wait for each other in one direction only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import Attempt, AttemptState, Contest, Participant
from outreach.quiz.moments import millis_between, moment
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules import deadlines, papers
from outreach.quiz.rules.papers import PaperQuestion
from outreach.quiz.writing import run, table_of

GRACE_S: Final = deadlines.GRACE.total_seconds()


@dataclass(frozen=True, slots=True)
class LockedAttempt:
    """The row, and the clock's verdict on a request that arrived at ``arrived_at``."""

    id: int
    public_id: str
    contest_id: int
    participant_id: int
    state: AttemptState
    seed: str
    paper: tuple[PaperQuestion, ...]
    started_at: datetime
    deadline_at: datetime
    receipt: str
    is_extended: bool
    seconds_per_paper: int
    score_mode: str
    is_paused: bool
    is_in_time: bool
    arrived_at: datetime
    elapsed_ms: int
    allowed_ms: int
    remaining_ms: int


def lock_attempt(
    session: Session, public_id: str, participant_id: int, *, waited_s: float = 0.0, is_scored: bool = False
) -> LockedAttempt:
    """The participant's attempt, locked until the transaction ends. Raises ``Refused`` for anybody else's.

    ``waited_s``: how long ago the request arrived at this machine (it may have waited for the database).
    ``is_scored``: the participant is locked too, because counts will change.
    """
    session.flush()
    keys = {"public_id": public_id, "participant_id": participant_id}
    found = _lock(session, _by_token(is_scored=is_scored), keys, waited_s)
    if found is None:
        raise Refused(Refusal.NOT_FOUND)
    return found


def lock_by_id(session: Session, attempt_id: int) -> LockedAttempt | None:
    """The same for sweeps and staff, participant included."""
    session.flush()
    return _lock(session, _by_id(), {"attempt_id": attempt_id}, 0.0)


def lock_several(session: Session, attempt_ids: Sequence[int]) -> list[LockedAttempt]:
    """Those of the attempts that exist, by id, with their participants."""
    session.flush()
    keys = {"attempt_ids": list(attempt_ids)}
    run(session, _participants_of_several(), keys).all()
    rows = run(session, _several(), {**keys, "before": 0.0, "limit": -GRACE_S})
    return [_locked(row) for row in rows]


_A, _C, _P = table_of(Attempt), table_of(Contest), table_of(Participant)


@cache
def _by_token(*, is_scored: bool) -> sa.Select[Any]:
    conditions = (_A.c.public_id == sa.bindparam("public_id"), _A.c.participant_id == sa.bindparam("participant_id"))
    return _statement(*conditions).with_for_update(of=[_P, _A] if is_scored else [_A], key_share=True)


@cache
def _by_id() -> sa.Select[Any]:
    return _statement(_A.c.id == sa.bindparam("attempt_id")).with_for_update(of=[_P, _A], key_share=True)


_SEVERAL: Final = _A.c.id.in_(sa.bindparam("attempt_ids", expanding=True))


@cache
def _several() -> sa.Select[Any]:
    return _statement(_SEVERAL).order_by(_A.c.id).with_for_update(of=[_A], key_share=True)


@cache
def _participants_of_several() -> sa.Select[Any]:
    owners = sa.select(_A.c.participant_id).where(_SEVERAL)
    return sa.select(_P.c.id).where(_P.c.id.in_(owners)).order_by(_P.c.id).with_for_update(key_share=True)


def _statement(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The columns of ``LockedAttempt`` in their order; ``before`` and ``limit`` are seconds from now."""
    arrived = moment(sa.bindparam("before", type_=sa.Float))
    return (
        sa.select(
            *(_A.c[name] for name in _COLUMNS),
            _C.c.seconds_per_paper,
            _C.c.score_mode,
            _C.c.paused_at.is_not(None),
            _A.c.deadline_at >= moment(sa.bindparam("limit", type_=sa.Float)),
            arrived.label("arrived_at"),
            (millis_between(arrived, _A.c.started_at) - _A.c.paused_ms).label("elapsed"),
            (millis_between(_A.c.deadline_at, _A.c.started_at) - _A.c.paused_ms).label("allowed"),
            millis_between(_A.c.deadline_at, moment()).label("remaining"),
        )
        .select_from(_A)
        .join(_C, _C.c.id == _A.c.contest_id)
        .join(_P, _P.c.id == _A.c.participant_id)
        .where(*conditions)
    )


_COLUMNS: Final = (
    "id",
    "public_id",
    "contest_id",
    "participant_id",
    "state",
    "seed",
    "paper",
    "started_at",
    "deadline_at",
    "receipt",
    "is_extended",
)


def _lock(session: Session, statement: sa.Select[Any], keys: dict[str, Any], waited_s: float) -> LockedAttempt | None:
    waited = min(max(waited_s, 0.0), deadlines.LONGEST_WAIT.total_seconds())
    row = run(session, statement, {**keys, "before": -waited, "limit": -waited - GRACE_S}).one_or_none()
    return None if row is None else _locked(row)


def _locked(row: Sequence[Any]) -> LockedAttempt:
    values = [*row]
    values[6] = papers.from_rows(row[6])
    values[16], values[18] = max(row[16], 0), max(row[18], 0)
    return LockedAttempt(*values)
