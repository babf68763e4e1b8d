"""The database's clock as an SQL expression: what must hold across machines is decided by it, in one statement."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from outreach.core.db import UtcDateTime


class database_now(FunctionElement[datetime]):  # noqa: N801  # reads as the SQL function that it is
    """The present moment (not the start of the transaction), plus ``after`` seconds."""

    inherit_cache = True
    type = UtcDateTime()
    name = "database_now"

    def __init__(self, after: timedelta = timedelta(0)) -> None:
        super().__init__(sa.literal(after.total_seconds(), sa.Float))


@compiles(database_now, "sqlite")
def _sqlite(element: Any, compiler: Any, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', {seconds} || ' seconds')"


@compiles(database_now, "postgresql")
def _postgresql(element: Any, compiler: Any, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"(clock_timestamp() + make_interval(secs => {seconds}))"


def read_clock(session: Session) -> datetime:
    """What the database's clock says."""
    return session.execute(sa.select(database_now())).scalar_one()
