"""Starting a paper: one INSERT that decides everything. Limits and the single open paper are constraints.

Parallel callers get the same paper: one INSERT wins, the others do nothing and read what it wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions.closing import close_overdue
from outreach.quiz.models import (
    Attempt,
    AttemptState,
    Contest,
    ContestRound,
    ContestStatus,
    Participant,
    PoolEntry,
    Ticket,
)
from outreach.quiz.moments import china_day, earlier_of, millis_between, moment
from outreach.quiz.queries.pools import find_pool
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules import deadlines, papers, receipts, tokens
from outreach.quiz.writing import INSERTS, run, stale, table_of

#: Rounds of "somebody else was faster" before giving up.
TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """An open paper; ``remaining_ms`` by the database's clock, without the grace."""

    id: int
    public_id: str
    started_at: datetime
    deadline_at: datetime
    remaining_ms: int
    is_new: bool


def start(session: Session, contest_id: int, participant_id: int) -> OpenAttempt:
    """The participant's open paper, made now when there is none. Raises ``Refused``."""
    session.flush()
    for _turn in range(TRIES):
        contest, earlier = _contest_and_own(session, contest_id, participant_id)
        found = next((row for row in earlier if row.state is AttemptState.OPEN), None)
        if found is not None and not found.is_overdue:
            return _open_attempt(found, is_new=False)
        if found is not None:
            close_overdue(session, found.id)
        keys = {"contest": contest_id, "participant": participant_id}
        made = _insert(session, contest, keys, [row.paper for row in earlier])
        if made is not None:
            _after_start(session, contest, keys, is_first=not earlier)
            return made
        reason = _why_not(session, contest_id, participant_id)
        if reason is not None:
            raise Refused(reason)
    raise Refused(Refusal.NO_ATTEMPT_LEFT)


def _open_attempt(row: Any, *, is_new: bool) -> OpenAttempt:
    return OpenAttempt(row.id, row.public_id, row.started_at, row.deadline_at, row.remaining_ms, is_new=is_new)


def _contest_and_own(session: Session, contest_id: int, participant_id: int) -> tuple[Any, Sequence[Any]]:
    """The contest (None: there is none), and the participant's attempts in it, the first one first."""
    rows = run(session, _own_query(), {"contest": contest_id, "participant": participant_id}).all()
    return rows[0] if rows else None, [row for row in rows if row.id is not None]


_A, _C, _R, _P = table_of(Attempt), table_of(Contest), table_of(ContestRound), table_of(Participant)
_CONTEST, _PARTICIPANT = sa.bindparam("contest", type_=sa.Integer), sa.bindparam("participant", type_=sa.Integer)


@cache
def _own_query() -> sa.Select[Any]:
    """The contest with each attempt of the participant; one row without an attempt when there is none yet."""
    remaining = millis_between(_A.c.deadline_at, moment())
    overdue = _A.c.deadline_at < moment(-deadlines.GRACE.total_seconds())
    names = ("id", "public_id", "started_at", "deadline_at", "state", "paper")
    own = sa.and_(_A.c.contest_id == _C.c.id, _A.c.participant_id == _PARTICIPANT)
    return (
        sa.select(
            *(_C.c[name] for name in ("pool_hash", "is_repeat_avoided", "starts_per_second")),
            *(_A.c[name] for name in names),
            sa.case((remaining > 0, remaining), else_=0).label("remaining_ms"),
            sa.and_(overdue, _C.c.paused_at.is_(None)).label("is_overdue"),
        )
        .select_from(_C.outerjoin(_A, own))
        .where(_C.c.id == _CONTEST)
        .order_by(_A.c.attempt_no)
    )


def _insert(
    session: Session, contest: Any, keys: dict[str, int], earlier: Sequence[Sequence[Any]]
) -> OpenAttempt | None:
    """The one write. None when a constraint or the clock is against it."""
    if contest is None or not contest.pool_hash:
        return None
    pool = find_pool(session, keys["contest"], contest.pool_hash)
    seed, public_id = tokens.new_seed(), tokens.new_public_id()
    seen = _seen_questions(session, earlier) if contest.is_repeat_avoided else ()
    paper = papers.as_rows(papers.draw_paper(pool.items, pool.quotas, seed, seen=seen))
    values = {"public_id": public_id, "seed": seed, "paper": paper, "receipt": receipts.first_link(public_id)}
    row = run(session, _start, {**values, **keys}).one_or_none()
    return None if row is None else _open_attempt(row, is_new=True)


@cache
def _start(dialect: str) -> Any:
    """INSERT … SELECT: no row unless contest, round, participant, limits and ticket all allow it now."""
    used, used_today = _counts()
    percent = _P.c.extra_time_percent
    seconds = (_C.c.seconds_per_paper * percent + 99) // 100
    given = ("public_id", "seed", "paper", "receipt")
    columns: dict[str, Any] = {
        **{name: sa.bindparam(name, type_=_A.c[name].type) for name in given},
        "contest_id": _C.c.id,
        "round_no": _R.c.number,
        "participant_id": _P.c.id,
        "attempt_no": used + 1,
        "day": china_day(),
        "day_no": used_today + 1,
        "state": sa.literal(AttemptState.OPEN.value),
        "started_at": moment(),
        "deadline_at": earlier_of(moment(seconds), _R.c.closes_at),
        "paused_ms": sa.literal(0),
        "is_extended": percent > 100,
        "save_count": sa.literal(0),
        "is_full": sa.false(),
        "void_reason": sa.literal(""),
        "voided_by": sa.literal(""),
    }
    tables = _C.join(_R, _R.c.contest_id == _C.c.id).join(_P, _P.c.contest_id == _C.c.id)
    query = sa.select(*[column.label(name) for name, column in columns.items()]).select_from(tables)
    statement = INSERTS[dialect](_A).from_select(list(columns), query.where(*_conditions(used, used_today)))
    remaining = millis_between(_A.c.deadline_at, _A.c.started_at).label("remaining_ms")
    names = ("id", "public_id", "started_at", "deadline_at")
    return statement.on_conflict_do_nothing().returning(*(_A.c[name] for name in names), remaining)


def _conditions(used: Any, used_today: Any) -> tuple[Any, ...]:
    return (
        _C.c.id == _CONTEST,
        _P.c.id == _PARTICIPANT,
        _P.c.deleted_at.is_(None),
        _C.c.status == ContestStatus.PUBLISHED,
        _C.c.paused_at.is_(None),
        _R.c.opens_at <= moment(),
        _R.c.closes_at > moment(),
        used < _C.c.attempts_total + _P.c.extra_attempts,
        used_today < _C.c.attempts_per_day + _P.c.extra_attempts,
        sa.or_(_C.c.starts_per_second == 0, _is_admitted()),
    )


def _counts() -> tuple[Any, Any]:
    table = _A.alias("earlier")
    own = (table.c.contest_id == _CONTEST, table.c.participant_id == _PARTICIPANT)
    used = sa.select(sa.func.coalesce(sa.func.max(table.c.attempt_no), 0)).where(*own).scalar_subquery()
    today = (*own, table.c.day == china_day())
    return used, sa.select(sa.func.coalesce(sa.func.max(table.c.day_no), 0)).where(*today).scalar_subquery()


def _is_admitted() -> sa.ColumnElement[bool]:
    table = table_of(Ticket)
    own = (table.c.contest_id == _CONTEST, table.c.participant_id == _PARTICIPANT)
    return sa.exists().where(*own, table.c.admitted_at > moment(-deadlines.ADMISSION_SECONDS))


def _seen_questions(session: Session, earlier: Sequence[Sequence[Any]]) -> set[int]:
    """Question ids of earlier papers."""
    versions = {int(row[0]) for paper in earlier for row in paper}
    if not versions:
        return set()
    query = sa.select(PoolEntry.question_id).where(PoolEntry.version_id.in_(versions)).distinct()
    return set(session.scalars(query))


def _after_start(session: Session, contest: Any, keys: dict[str, int], *, is_first: bool) -> None:
    """The first paper locks county, unit and bracket; a ticket of the waiting room is used up."""
    if is_first:
        run(session, _locking(), keys)
        stale(session, Participant, keys["participant"])
    if contest.starts_per_second:
        run(session, _using_up(), keys)


@cache
def _locking() -> sa.Update:
    where = (_P.c.id == _PARTICIPANT, _P.c.locked_at.is_(None))
    return sa.update(_P).where(*where).values(locked_at=moment())


@cache
def _using_up() -> sa.Delete:
    table = table_of(Ticket)
    return sa.delete(table).where(table.c.contest_id == _CONTEST, table.c.participant_id == _PARTICIPANT)


def _why_not(session: Session, contest_id: int, participant_id: int) -> Refusal | None:
    """The reason that nothing could start; None when now something could, or when a paper is open."""
    found = run(session, _reason(), {"contest": contest_id, "participant": participant_id}).scalar()
    return Refusal.NOT_FOUND if found is None else Refusal(found) if found else None


@cache
def _reason() -> sa.Select[Any]:
    used, used_today = _counts()
    round_now = sa.exists().where(_R.c.contest_id == _CONTEST, _R.c.opens_at <= moment(), _R.c.closes_at > moment())
    is_open = sa.exists().where(
        _A.c.contest_id == _CONTEST, _A.c.participant_id == _PARTICIPANT, _A.c.state == AttemptState.OPEN
    )
    end = sa.func.coalesce(_C.c.extended_to, _C.c.closes_at)
    reasons = sa.case(
        (sa.or_(_P.c.deleted_at.is_not(None), _C.c.status.in_(_HIDDEN)), Refusal.NOT_FOUND.value),
        (is_open, ""),
        (_C.c.opens_at > moment(), Refusal.NOT_OPEN_YET.value),
        (sa.or_(_C.c.status == ContestStatus.FINAL, end <= moment()), Refusal.CLOSED.value),
        (_C.c.paused_at.is_not(None), Refusal.PAUSED.value),
        (~round_now, Refusal.BETWEEN_ROUNDS.value),
        (used >= _C.c.attempts_total + _P.c.extra_attempts, Refusal.NO_ATTEMPT_LEFT.value),
        (used_today >= _C.c.attempts_per_day + _P.c.extra_attempts, Refusal.NO_ATTEMPT_TODAY.value),
        (sa.and_(_C.c.starts_per_second > 0, ~_is_admitted()), Refusal.NOT_ADMITTED.value),
        else_="",
    )
    tables = _C.join(_P, _P.c.contest_id == _C.c.id)
    return sa.select(reasons).select_from(tables).where(_C.c.id == _CONTEST, _P.c.id == _PARTICIPANT)


_HIDDEN: Final = (ContestStatus.DRAFT, ContestStatus.WITHDRAWN)
