"""One import at a time: the second waits a little, then is refused."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from outreach.core.db import BUSY_TIMEOUT_MS, is_sqlite

#: Any number that nothing else locks by (「水」「效」 in code points).
ADVISORY_KEY: Final = 0x6C34_6548


class ImportBusy(Exception):
    """Another import, or another writer of the embedded database, is at work."""


def lock_imports(session: Session) -> None:
    """Take the right to import until the transaction ends. Raises ``ImportBusy`` after some seconds of waiting.

    SQLite has one writer: the transaction, begun as a writing one, is the lock. PostgreSQL gets an advisory lock.
    """
    try:
        connection = session.connection()
        if not is_sqlite(connection):
            session.execute(sa.text(f"SET LOCAL lock_timeout = {BUSY_TIMEOUT_MS}"))
            session.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_KEY)))
            session.execute(sa.text("SET LOCAL lock_timeout = DEFAULT"))
    except OperationalError as error:
        session.rollback()
        raise ImportBusy from error
