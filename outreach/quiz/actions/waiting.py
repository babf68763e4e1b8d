"""The waiting room: a fair ticket with a place that reloading does not lose, and a gate that opens at the set rate.

The queue is in the database, so every process of every machine takes part in it; with Redis the waiting itself is
there (``waiting_redis``) and costs the database nothing. Whether a paper may start is decided by the ticket's row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import Contest, Gate, Ticket
from outreach.quiz.moments import millis_between, moment
from outreach.quiz.rules import deadlines
from outreach.quiz.writing import insert

#: The gate moves at most so often; whoever asks in between reads only.
TICK_MS: Final = 200
#: The longest pause of the gate that is made up for, in milliseconds: a second's worth and no burst.
MOST_ALLOWANCE_MS: Final = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """``position`` 0: come in; else how many are let in before, oneself included. ``wait_s``: about how long."""

    position: int
    wait_s: int

    @property
    def is_admitted(self) -> bool:
        return self.position == 0


def line_up(session: Session, contest: Contest, participant_id: int) -> Place:
    """Take a ticket or keep the one that is held, let the next ones in, and say where this one stands."""
    if contest.starts_per_second == 0:
        return Place(0, 0)
    _take(session, contest.id, participant_id)
    open_gate(session, contest)
    return place_of(session, contest, participant_id)


def _take(session: Session, contest_id: int, participant_id: int) -> None:
    """One ticket each. An admission that was not used in time becomes a new place at the end."""
    drop_stale(session, contest_id, participant_id)
    values = {"contest_id": contest_id, "participant_id": participant_id, "taken_at": moment()}
    session.execute(insert(session, Ticket).values(**values).on_conflict_do_nothing())


def drop_stale(session: Session, contest_id: int, participant_id: int) -> None:
    """Take back an admission that was not used in time."""
    session.execute(
        sa.delete(Ticket).where(
            Ticket.contest_id == contest_id,
            Ticket.participant_id == participant_id,
            Ticket.admitted_at <= moment(-deadlines.ADMISSION_SECONDS),
        )
    )


def has_admission(session: Session, contest_id: int, participant_id: int) -> bool:
    """Whether the participant's ticket lets in."""
    query = sa.select(Ticket.id).where(
        Ticket.contest_id == contest_id, Ticket.participant_id == participant_id, Ticket.admitted_at.is_not(None)
    )
    return session.scalar(query) is not None


def open_gate(session: Session, contest: Contest) -> int:
    """Let in as many as the rate allows since the gate last moved, in the order of the tickets; returns how many."""
    first = insert(session, Gate).values(contest_id=contest.id, moved_at=moment(-1), allowance_milli=0)
    session.execute(first.on_conflict_do_nothing())
    passed = millis_between(moment(), Gate.moved_at)
    capped = sa.case((passed > MOST_ALLOWANCE_MS, MOST_ALLOWANCE_MS), else_=passed)
    allowance = Gate.allowance_milli + capped * contest.starts_per_second
    most = max(contest.starts_per_second, 1) * 1000
    moving = (
        sa.update(Gate)
        .where(Gate.contest_id == contest.id, Gate.moved_at <= moment(-TICK_MS / 1000))
        .values(moved_at=moment(), allowance_milli=sa.case((allowance > most, most), else_=allowance))
    )
    milli = session.scalar(moving.returning(Gate.allowance_milli))
    if milli is None or milli < 1000:
        return 0
    count = _admit(session, contest.id, milli // 1000)
    spending = sa.update(Gate).where(Gate.contest_id == contest.id)
    session.execute(spending.values(allowance_milli=Gate.allowance_milli - count * 1000))
    return count


def _admit(session: Session, contest_id: int, count: int) -> int:
    waiting = sa.select(Ticket.id).where(Ticket.contest_id == contest_id, Ticket.admitted_at.is_(None))
    first = waiting.order_by(Ticket.id).limit(count).scalar_subquery()
    result = session.execute(
        sa.update(Ticket)
        .where(Ticket.id.in_(first), Ticket.admitted_at.is_(None))
        .values(admitted_at=moment())
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def place_of(session: Session, contest: Contest, participant_id: int) -> Place:
    """Where a ticket stands. A waiting room that is empty, or a person without a ticket, has position 1."""
    own = session.execute(
        sa.select(Ticket.id, Ticket.admitted_at).where(
            Ticket.contest_id == contest.id, Ticket.participant_id == participant_id
        )
    ).one_or_none()
    if own is not None and own.admitted_at is not None:
        return Place(0, 0)
    conditions: list[Any] = [Ticket.contest_id == contest.id, Ticket.admitted_at.is_(None)]
    if own is not None:
        conditions.append(Ticket.id <= own.id)
    position = session.scalars(sa.select(sa.func.count()).select_from(Ticket).where(*conditions)).one()
    position = max(position, 1)
    return Place(position, -(-position // max(contest.starts_per_second, 1)))
