"""Letters as the staff look for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.clock import today
from outreach.inbox.forms import ANY_STATE, LetterQuery, Sort, Whose
from outreach.inbox.models import Letter
from outreach.inbox.rules.states import OPEN

PAGE_SIZE: Final = 50
_OPEN: Final = [state.value for state in OPEN]


@dataclass(frozen=True, slots=True)
class LetterPage:
    """One page of the list."""

    letters: Sequence[Letter]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits: for this person, for nobody yet, past its day, and in all."""

    mine: int
    nobodys: int
    overdue: int
    waiting: int


def find_letter(session: Session, number: str) -> Letter | None:
    return session.scalar(sa.select(Letter).where(Letter.number == number))


def list_letters(session: Session, numbers: Sequence[str]) -> Sequence[Letter]:
    """The letters with these numbers, in the order of their numbers."""
    return session.scalars(sa.select(Letter).where(Letter.number.in_(numbers)).order_by(Letter.id)).all()


def search_letters(session: Session, query: LetterQuery, staff_id: int) -> LetterPage:
    """The page of the list that ``query`` asks for; one behind the last is the last."""
    conditions = [*_conditions(query, staff_id)]
    total = session.scalar(sa.select(sa.func.count()).select_from(Letter).where(*conditions)) or 0
    page = min(query.page, max(1, -(-total // PAGE_SIZE)))
    order = (Letter.due_on, Letter.id) if query.sort is Sort.DUE else (Letter.received_at.desc(), Letter.id.desc())
    found = sa.select(Letter).where(*conditions).order_by(*order).offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    return LetterPage(session.scalars(found).all(), total, page)


def _conditions(query: LetterQuery, staff_id: int) -> Sequence[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if query.overdue:
        found.append(is_overdue(today()))
    elif not query.state:
        found.append(Letter.state.in_(_OPEN))
    if query.state and query.state != ANY_STATE:
        found.append(Letter.state == query.state)
    if query.kind:
        found.append(Letter.kind == query.kind)
    if query.whose == Whose.NOBODYS:
        found.append(Letter.assignee_id.is_(None))
    elif query.whose:
        found.append(Letter.assignee_id == (staff_id if query.whose == Whose.MINE else int(query.whose)))
    if query.words:
        columns = (Letter.number, Letter.subject, Letter.text)
        found.append(sa.or_(*(column.icontains(query.words, autoescape=True) for column in columns)))
    return found


def is_overdue(on: date) -> sa.ColumnElement[bool]:
    """Whether the answer is missing past its last day."""
    return Letter.state.in_(_OPEN) & (Letter.due_on < on)


def count_letters(session: Session, staff_id: int) -> Counts:
    """What waits, in one statement."""
    is_mine, is_nobodys = Letter.assignee_id == staff_id, Letter.assignee_id.is_(None)
    columns = (
        sa.func.count().filter(is_mine),
        sa.func.count().filter(is_nobodys),
        sa.func.count().filter(Letter.due_on < today()),
        sa.func.count(),
    )
    return Counts(*session.execute(sa.select(*columns).where(Letter.state.in_(_OPEN))).one())


def list_waiting(session: Session) -> Sequence[Letter]:
    """Letters without an answer, the oldest first."""
    return session.scalars(sa.select(Letter).where(Letter.state.in_(_OPEN)).order_by(Letter.id)).all()


def list_followers(session: Session, letter: Letter) -> Sequence[Letter]:
    """Letters that were merged into this one."""
    return session.scalars(sa.select(Letter).where(Letter.merged_into_id == letter.id).order_by(Letter.id)).all()
