"""A transaction that never counts: long work is tried out for what it would say, and nobody waits for it meanwhile.

SQLite has one writer, so there the work writes into a private copy of the database, which the database itself puts
into a file without a name: it is gone with the connection, however the process ends. Copying only reads.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from outreach.core.db import db, is_sqlite, prepare_engine


@contextmanager
def rehearsal() -> Iterator[Session]:
    """A session in which everything may be written, and nothing stays. Of others' commits it may miss the latest."""
    bind = db.sessionmaker.kw.get("bind", db.engine)
    if isinstance(bind, Engine) and is_sqlite(bind):
        with _copied(bind) as copy, db.sessionmaker(bind=copy) as session:
            yield session
            session.rollback()
    else:  # PostgreSQL; and whoever works inside one connection's transaction holds the writer anyway
        with db.sessionmaker() as session:
            yield session
            session.rollback()


@contextmanager
def _copied(engine: Engine) -> Iterator[Engine]:
    with closing(sqlite3.connect("", check_same_thread=False)) as copy:
        source = engine.raw_connection()  # the driver's own: SQLAlchemy would begin a transaction first
        try:
            source.driver_connection.backup(copy)  # type: ignore[union-attr]  # is open here
        finally:
            source.close()
        private = sa.create_engine("sqlite://", creator=lambda: copy, poolclass=sa.pool.StaticPool)
        prepare_engine(private)
        yield private
        private.dispose()
