"""Views of staff lists that a person keeps under a name: the arguments of the list, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import Flask, request, url_for
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach.core.audit.values import clean
from outreach.core.database_clock import read_clock
from outreach.core.db import Base, Code, db
from outreach.core.staff import current_staff

LONGEST_NAME = 40
LONGEST_QUERY = 500
#: How many one person may keep of one list.
MOST = 20


class SavedFilter(Base):
    """One person's view of one list."""

    __tablename__ = "saved_filter"
    __table_args__ = (
        sa.UniqueConstraint("staff_id", "endpoint", "name"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int]
    endpoint: Mapped[Code]
    name: Mapped[str] = mapped_column(sa.String(40))
    #: The arguments of the list as in an address
    query: Mapped[str] = mapped_column(sa.String(500))
    created_at: Mapped[datetime]


class TooManyFilters(Exception):
    """The person keeps as many views of this list as they may."""


def list_filters(session: Session, staff_id: int, endpoint: str) -> Sequence[SavedFilter]:
    """This person's views of one list, by name."""
    own = sa.select(SavedFilter).where(SavedFilter.staff_id == staff_id, SavedFilter.endpoint == endpoint)
    return session.scalars(own.order_by(SavedFilter.name, SavedFilter.id)).all()


def find_filter(session: Session, staff_id: int, filter_id: int) -> SavedFilter | None:
    """The view with this id, when it is this person's."""
    found = session.get(SavedFilter, filter_id)
    return found if found is not None and found.staff_id == staff_id else None


def save_filter(session: Session, staff_id: int, endpoint: str, name: str, query: str) -> SavedFilter:
    """Keep a view; one of the same name is replaced. Raises ``TooManyFilters``."""
    kept = list_filters(session, staff_id, endpoint)
    name = clean(name.strip(), LONGEST_NAME)
    found = next((one for one in kept if one.name == name), None)
    if found is None:
        if len(kept) >= MOST:
            raise TooManyFilters
        found = SavedFilter(staff_id=staff_id, endpoint=endpoint, name=name, created_at=read_clock(session))
        session.add(found)
    found.query = clean(query, LONGEST_QUERY)
    session.flush()
    return found


def kept_filters() -> Sequence[SavedFilter]:
    """The signed-in person's views of the list in hand."""
    staff = current_staff()
    return list_filters(db.session, staff.id, request.endpoint) if staff and request.endpoint else ()


def own_filters() -> list[tuple[str, str, None, bool]]:
    """The signed-in person's views of the list in hand (one without arguments in its path), as
    ``components/saved_filters.html`` takes them."""
    if not (kept := kept_filters()):
        return []
    base, here = url_for(str(request.endpoint)), request.query_string.decode("utf-8", "replace")
    return [(one.name, f"{base}?{one.query}" if one.query else base, None, one.query == here) for one in kept]


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(own_filters=own_filters, kept_filters=kept_filters)
