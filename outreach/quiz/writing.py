"""Writing in one statement on both databases, and statements that are built once because they run all the time.

Building a statement costs SQLAlchemy several times what running it does, so the ones of the hot path are made once for
each dialect (``functools.cache``) on the tables themselves, and run with ``run``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from outreach.core.db import Base, is_sqlite

Statement: TypeAlias = sa.Executable | Callable[[str], sa.Executable]
INSERTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert(session: Session, model: type[Base]) -> Any:
    """The dialect's INSERT, which knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return (sqlite if is_sqlite(session.connection()) else postgresql).insert(model)


def table_of(model: type[Base]) -> sa.Table:
    """The model's table."""
    table = model.__table__
    assert isinstance(table, sa.Table)  # noqa: S101  # every model of ours has a table of its own
    return table


def run(session: Session, statement: Statement, values: dict[str, Any] | Sequence[dict[str, Any]]) -> Any:
    """Run a statement on tables in the session's transaction, without the detour through objects; its result.

    A statement that the databases spell differently is given as the function that makes it for a dialect.
    """
    connection = session.connection()
    chosen = statement if isinstance(statement, sa.Executable) else statement(connection.dialect.name)
    return connection.execute(chosen, values)


def stale(session: Session, model: type[Base], key: Any) -> None:
    """A row was changed behind the session's back: an object that it holds is read again when it is used."""
    if not session.identity_map:
        return
    found = session.identity_map.get(identity_key(model, key))
    if found is not None:
        session.expire(found)
