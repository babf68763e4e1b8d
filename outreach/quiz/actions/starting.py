"""Starting a paper: one INSERT that decides everything. Limits and the single open paper are constraints.

Parallel callers get the same paper: one INSERT wins, the others do nothing and read what it wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
from outreach.quiz.writing import insert

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
    for _turn in range(TRIES):
        earlier = _own_attempts(session, contest_id, participant_id)
        found = next((row for row in earlier if row.state is AttemptState.OPEN), None)
        if found is not None and not found.is_overdue:
            return _open_attempt(found, is_new=False)
        if found is not None:
            close_overdue(session, found.id)
        made = _insert(session, contest_id, participant_id, [row.paper for row in earlier])
        if made is not None:
            _after_start(session, contest_id, participant_id, is_first=not earlier)
            return made
        reason = _why_not(session, contest_id, participant_id)
        if reason is not None:
            raise Refused(reason)
    raise Refused(Refusal.NO_ATTEMPT_LEFT)


def _open_attempt(row: Any, *, is_new: bool) -> OpenAttempt:
    return OpenAttempt(row.id, row.public_id, row.started_at, row.deadline_at, row.remaining_ms, is_new=is_new)


def _own_attempts(session: Session, contest_id: int, participant_id: int) -> Sequence[Any]:
    """The participant's attempts, the first one first."""
    remaining = millis_between(Attempt.deadline_at, moment())
    overdue = Attempt.deadline_at < moment(-deadlines.GRACE.total_seconds())
    return session.execute(
        sa.select(
            Attempt.id,
            Attempt.public_id,
            Attempt.started_at,
            Attempt.deadline_at,
            sa.case((remaining > 0, remaining), else_=0).label("remaining_ms"),
            Attempt.state,
            Attempt.paper,
            sa.and_(overdue, Contest.paused_at.is_(None)).label("is_overdue"),
        )
        .join(Contest, Contest.id == Attempt.contest_id)
        .where(Attempt.contest_id == contest_id, Attempt.participant_id == participant_id)
        .order_by(Attempt.attempt_no)
    ).all()


def _insert(
    session: Session, contest_id: int, participant_id: int, earlier: Sequence[Sequence[Any]]
) -> OpenAttempt | None:
    """The one write. None when a constraint or the clock is against it."""
    contest = session.execute(
        sa.select(Contest.pool_hash, Contest.is_repeat_avoided).where(Contest.id == contest_id)
    ).one_or_none()
    if contest is None or not contest.pool_hash:
        return None
    pool = find_pool(session, contest_id, contest.pool_hash)
    seed, public_id = tokens.new_seed(), tokens.new_public_id()
    seen = _seen_questions(session, earlier) if contest.is_repeat_avoided else ()
    paper = papers.as_rows(papers.draw_paper(pool.items, pool.quotas, seed, seen=seen))
    values = {"public_id": public_id, "seed": seed, "paper": paper, "receipt": receipts.first_link(public_id)}
    names, query = _selection(contest_id, participant_id, values)
    statement = insert(session, Attempt).from_select(names, query).on_conflict_do_nothing()
    row = session.execute(
        statement.returning(
            Attempt.id,
            Attempt.public_id,
            Attempt.started_at,
            Attempt.deadline_at,
            millis_between(Attempt.deadline_at, Attempt.started_at).label("remaining_ms"),
        )
    ).one_or_none()
    return None if row is None else _open_attempt(row, is_new=True)


def _selection(contest_id: int, participant_id: int, values: dict[str, Any]) -> tuple[list[str], sa.Select[Any]]:
    """What the INSERT selects: no row unless contest, round, participant, limits and ticket all allow it now."""
    used, used_today = _counts(contest_id, participant_id)
    percent = Participant.extra_time_percent
    seconds = (Contest.seconds_per_paper * percent + 99) // 100
    columns: dict[str, Any] = {
        **{name: sa.literal(value, Attempt.__table__.c[name].type) for name, value in values.items()},
        "contest_id": Contest.id,
        "round_no": ContestRound.number,
        "participant_id": Participant.id,
        "attempt_no": used + 1,
        "day": china_day(),
        "day_no": used_today + 1,
        "state": sa.literal(AttemptState.OPEN.value),
        "started_at": moment(),
        "deadline_at": earlier_of(moment(seconds), ContestRound.closes_at),
        "paused_ms": sa.literal(0),
        "is_extended": percent > 100,
        "save_count": sa.literal(0),
        "is_full": sa.false(),
        "void_reason": sa.literal(""),
        "voided_by": sa.literal(""),
    }
    query = (
        sa.select(*[column.label(name) for name, column in columns.items()])
        .join_from(Contest, ContestRound, ContestRound.contest_id == Contest.id)
        .join(Participant, Participant.contest_id == Contest.id)
        .where(
            Contest.id == contest_id,
            Participant.id == participant_id,
            Participant.deleted_at.is_(None),
            Contest.status == ContestStatus.PUBLISHED,
            Contest.paused_at.is_(None),
            ContestRound.opens_at <= moment(),
            ContestRound.closes_at > moment(),
            used < Contest.attempts_total + Participant.extra_attempts,
            used_today < Contest.attempts_per_day + Participant.extra_attempts,
            sa.or_(Contest.starts_per_second == 0, _is_admitted(contest_id, participant_id)),
        )
    )
    return list(columns), query


def _counts(contest_id: int, participant_id: int) -> tuple[Any, Any]:
    own = (Attempt.contest_id == contest_id, Attempt.participant_id == participant_id)
    used = sa.select(sa.func.coalesce(sa.func.max(Attempt.attempt_no), 0)).where(*own).scalar_subquery()
    today = (*own, Attempt.day == china_day())
    return used, sa.select(sa.func.coalesce(sa.func.max(Attempt.day_no), 0)).where(*today).scalar_subquery()


def _is_admitted(contest_id: int, participant_id: int) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Ticket.contest_id == contest_id,
        Ticket.participant_id == participant_id,
        Ticket.admitted_at > moment(-deadlines.ADMISSION_SECONDS),
    )


def _seen_questions(session: Session, earlier: Sequence[Sequence[Any]]) -> set[int]:
    """Question ids of earlier papers."""
    versions = {int(row[0]) for paper in earlier for row in paper}
    if not versions:
        return set()
    query = sa.select(PoolEntry.question_id).where(PoolEntry.version_id.in_(versions)).distinct()
    return set(session.scalars(query))


def _after_start(session: Session, contest_id: int, participant_id: int, *, is_first: bool) -> None:
    """The first paper locks county, unit and bracket; a ticket of the waiting room is used up."""
    if is_first:
        locking = sa.update(Participant).where(Participant.id == participant_id, Participant.locked_at.is_(None))
        session.execute(locking.values(locked_at=moment()))
    if session.scalar(sa.select(Contest.starts_per_second).where(Contest.id == contest_id)):
        session.execute(
            sa.delete(Ticket).where(Ticket.contest_id == contest_id, Ticket.participant_id == participant_id)
        )


def _why_not(session: Session, contest_id: int, participant_id: int) -> Refusal | None:
    """The reason that nothing could start; None when now something could, or when a paper is open."""
    used, used_today = _counts(contest_id, participant_id)
    round_now = sa.exists().where(
        ContestRound.contest_id == contest_id, ContestRound.opens_at <= moment(), ContestRound.closes_at > moment()
    )
    is_open = sa.exists().where(
        Attempt.contest_id == contest_id,
        Attempt.participant_id == participant_id,
        Attempt.state == AttemptState.OPEN,
    )
    reasons = sa.case(
        (sa.or_(Participant.deleted_at.is_not(None), Contest.status.in_(_HIDDEN)), Refusal.NOT_FOUND.value),
        (is_open, ""),
        (Contest.opens_at > moment(), Refusal.NOT_OPEN_YET.value),
        (sa.or_(Contest.status == ContestStatus.FINAL, _end() <= moment()), Refusal.CLOSED.value),
        (Contest.paused_at.is_not(None), Refusal.PAUSED.value),
        (~round_now, Refusal.BETWEEN_ROUNDS.value),
        (used >= Contest.attempts_total + Participant.extra_attempts, Refusal.NO_ATTEMPT_LEFT.value),
        (used_today >= Contest.attempts_per_day + Participant.extra_attempts, Refusal.NO_ATTEMPT_TODAY.value),
        (
            sa.and_(Contest.starts_per_second > 0, ~_is_admitted(contest_id, participant_id)),
            Refusal.NOT_ADMITTED.value,
        ),
        else_="",
    )
    query = sa.select(reasons).join_from(Contest, Participant, Participant.contest_id == Contest.id)
    found = session.scalar(query.where(Contest.id == contest_id, Participant.id == participant_id))
    return Refusal.NOT_FOUND if found is None else Refusal(found) if found else None


_HIDDEN: Final = (ContestStatus.DRAFT, ContestStatus.WITHDRAWN)


def _end() -> Any:
    return sa.func.coalesce(Contest.extended_to, Contest.closes_at)
