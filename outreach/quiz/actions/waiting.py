"""The waiting room: a fair ticket with a place that reloading does not lose, and a gate that opens at the set rate.

The queue is in the database, so every process of every machine takes part in it; with Redis the waiting itself is
there (``waiting_redis``) and costs the database nothing. Whether a paper may start is decided by the ticket's row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import Gate, Ticket
from outreach.quiz.moments import millis_between, moment
from outreach.quiz.rules import deadlines
from outreach.quiz.writing import insert

#: The gate moves at most so often; whoever asks in between reads only.
TICK_MS: Final = 200
#: The longest pause of the gate that is made up for, in milliseconds: a second's worth and no burst.
MOST_ALLOWANCE_MS: Final = 1000
#: Who waits asks again when this share of the wait is over, between these bounds in milliseconds: the queue moves at a
#: set rate, so that asking more often tells nothing new and takes time from those who are in.
SHARE_OF_WAIT: Final = 0.8
SOONEST_MS, LATEST_MS = 1500, 60_000


class Door(Protocol):
    """What the queue has to know of a contest."""

    @property
    def id(self) -> int: ...

    @property
    def starts_per_second(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Place:
    """``position`` 0: come in; else how many are let in before, oneself included. ``wait_s``: about how long."""

    position: int
    wait_s: int

    @property
    def is_admitted(self) -> bool:
        return self.position == 0

    @property
    def ask_again_ms(self) -> int:
        """When the page's script asks the next time."""
        return round(min(max(self.wait_s * 1000 * SHARE_OF_WAIT, SOONEST_MS), LATEST_MS))


COME_IN: Final = Place(0, 0)


def place_at(position: int, door: Door) -> Place:
    """The place with its wait."""
    return Place(position, -(-position // max(door.starts_per_second, 1)))


def line_up(session: Session, door: Door, participant_id: int) -> Place:
    """Take a ticket or keep the one that is held, let the next ones in, and say where this one stands."""
    if door.starts_per_second == 0:
        return COME_IN
    _take(session, door.id, participant_id)
    open_gate(session, door)
    return place_of(session, door, participant_id)


def _take(session: Session, contest_id: int, participant_id: int) -> None:
    """One ticket each. An admission that was not used in time becomes a new place at the end."""
    drop_stale(session, contest_id, participant_id)
    values = {"contest_id": contest_id, "participant_id": participant_id, "taken_at": moment()}
    session.execute(insert(session, Ticket).values(**values).on_conflict_do_nothing())


def drop_stale(session: Session, contest_id: int, participant_id: int) -> bool:
    """Take back an admission that was not used in time; whether there was one."""
    result = session.execute(
        sa.delete(Ticket).where(
            Ticket.contest_id == contest_id,
            Ticket.participant_id == participant_id,
            Ticket.admitted_at <= moment(-deadlines.ADMISSION_SECONDS),
        )
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]  # a DELETE's result has it


def has_admission(session: Session, contest_id: int, participant_id: int) -> bool:
    """Whether the participant's ticket lets in."""
    query = sa.select(Ticket.id).where(
        Ticket.contest_id == contest_id, Ticket.participant_id == participant_id, Ticket.admitted_at.is_not(None)
    )
    return session.scalar(query) is not None


def open_gate(session: Session, door: Door) -> int:
    """Let in as many as the rate allows since the gate last moved, in the order of the tickets; returns how many."""
    first = insert(session, Gate).values(contest_id=door.id, moved_at=moment(-1), allowance_milli=0)
    session.execute(first.on_conflict_do_nothing())
    passed = millis_between(moment(), Gate.moved_at)
    capped = sa.case((passed > MOST_ALLOWANCE_MS, MOST_ALLOWANCE_MS), else_=passed)
    allowance = Gate.allowance_milli + capped * door.starts_per_second
    most = max(door.starts_per_second, 1) * 1000
    moving = (
        sa.update(Gate)
        .where(Gate.contest_id == door.id, Gate.moved_at <= moment(-TICK_MS / 1000))
        .values(moved_at=moment(), allowance_milli=sa.case((allowance > most, most), else_=allowance))
    )
    milli = session.scalar(moving.returning(Gate.allowance_milli))
    if milli is None or milli < 1000:
        return 0
    count = _admit(session, door.id, milli // 1000)
    spending = sa.update(Gate).where(Gate.contest_id == door.id)
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


def count_waiting(session: Session, door: Door) -> int:
    """How many hold a ticket and are not let in yet."""
    waits = (Ticket.contest_id == door.id, Ticket.admitted_at.is_(None))
    return session.scalars(sa.select(sa.func.count()).select_from(Ticket).where(*waits)).one()


def place_of(session: Session, door: Door, participant_id: int) -> Place:
    """Where a ticket stands. A waiting room that is empty, or a person without a ticket, has position 1."""
    own = session.execute(
        sa.select(Ticket.id, Ticket.admitted_at).where(
            Ticket.contest_id == door.id, Ticket.participant_id == participant_id
        )
    ).one_or_none()
    if own is not None and own.admitted_at is not None:
        return COME_IN
    conditions: list[Any] = [Ticket.contest_id == door.id, Ticket.admitted_at.is_(None)]
    if own is not None:
        conditions.append(Ticket.id <= own.id)
    position = session.scalars(sa.select(sa.func.count()).select_from(Ticket).where(*conditions)).one()
    return place_at(max(position, 1), door)
