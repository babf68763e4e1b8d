"""The database's clock inside statements: one spelling for SQLite and PostgreSQL, finer than a second.

Whatever depends on time is decided by the statement that reads or writes the row, so machines with different clocks
cannot disagree. The moment is that at which the statement arrived, also when it had to wait for a lock.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from outreach.core.db import UtcDateTime


class moment(FunctionElement[datetime]):  # noqa: N801  # used like the functions of ``sa.func``
    """The present moment, moved by ``seconds`` (a number or an expression of one) where they are given."""

    inherit_cache = True
    type = UtcDateTime()

    def __init__(self, seconds: Any = None) -> None:
        super().__init__(*(() if seconds is None else (sa.cast(seconds, sa.Float),)))


class millis_between(FunctionElement[int]):  # noqa: N801  # used like the functions of ``sa.func``
    """Whole milliseconds from ``earlier`` to ``later``."""

    inherit_cache = True
    type = sa.Integer()

    def __init__(self, later: Any, earlier: Any) -> None:
        super().__init__(_stamp(later), _stamp(earlier))


class moved(FunctionElement[datetime]):  # noqa: N801  # used like the functions of ``sa.func``
    """The moment ``start``, moved by ``seconds``."""

    inherit_cache = True
    type = UtcDateTime()

    def __init__(self, start: Any, seconds: Any) -> None:
        super().__init__(_stamp(start), sa.cast(seconds, sa.Float))


class china_day(FunctionElement[date]):  # noqa: N801  # used like the functions of ``sa.func``
    """Today's date in China."""

    inherit_cache = True
    type = sa.Date()


class earlier_of(FunctionElement[datetime]):  # noqa: N801  # used like the functions of ``sa.func``
    """The earlier of two moments."""

    inherit_cache = True
    type = UtcDateTime()

    def __init__(self, one: Any, other: Any) -> None:
        super().__init__(_stamp(one), _stamp(other))


def _stamp(value: Any) -> Any:
    return sa.bindparam(None, value, UtcDateTime()) if isinstance(value, datetime) else value


def _parts(element: FunctionElement[Any], compiler: SQLCompiler, **kw: Any) -> list[str]:
    return [compiler.process(clause, **kw) for clause in element.clauses]


@compiles(moment, "postgresql")
def _moment_postgresql(element: moment, compiler: SQLCompiler, **kw: Any) -> str:
    parts = _parts(element, compiler, **kw)
    return f"(statement_timestamp() + make_interval(secs => {parts[0]}))" if parts else "statement_timestamp()"


@compiles(moment, "sqlite")
def _moment_sqlite(element: moment, compiler: SQLCompiler, **kw: Any) -> str:
    # three further zeros: the spelling in which SQLAlchemy keeps moments, so that texts compare as times do
    moving = [f"{seconds} || ' seconds'" for seconds in _parts(element, compiler, **kw)]
    return f"(strftime({', '.join([_FORMAT, _NOW, *moving])}) || '000')"


_FORMAT, _NOW = "'%Y-%m-%d %H:%M:%f'", "'now'"


@compiles(moved, "postgresql")
def _moved_postgresql(element: moved, compiler: SQLCompiler, **kw: Any) -> str:
    start, seconds = _parts(element, compiler, **kw)
    return f"({start} + make_interval(secs => {seconds}))"


@compiles(moved, "sqlite")
def _moved_sqlite(element: moved, compiler: SQLCompiler, **kw: Any) -> str:
    start, seconds = _parts(element, compiler, **kw)
    return f"(strftime('%Y-%m-%d %H:%M:%f', {start}, {seconds} || ' seconds') || '000')"


@compiles(millis_between, "postgresql")
def _millis_postgresql(element: millis_between, compiler: SQLCompiler, **kw: Any) -> str:
    later, earlier = _parts(element, compiler, **kw)
    return f"CAST(round(extract(epoch FROM ({later} - {earlier})) * 1000) AS INTEGER)"


@compiles(millis_between, "sqlite")
def _millis_sqlite(element: millis_between, compiler: SQLCompiler, **kw: Any) -> str:
    later, earlier = _parts(element, compiler, **kw)
    return f"CAST(round((julianday({later}) - julianday({earlier})) * 86400000) AS INTEGER)"


@compiles(china_day, "postgresql")
def _day_postgresql(element: china_day, compiler: SQLCompiler, **kw: Any) -> str:
    return "CAST(statement_timestamp() AT TIME ZONE 'UTC' + interval '8 hours' AS DATE)"


@compiles(china_day, "sqlite")
def _day_sqlite(element: china_day, compiler: SQLCompiler, **kw: Any) -> str:
    return "date('now', '+8 hours')"


@compiles(earlier_of, "postgresql")
def _earlier_postgresql(element: earlier_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"LEAST({', '.join(_parts(element, compiler, **kw))})"


@compiles(earlier_of, "sqlite")
def _earlier_sqlite(element: earlier_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"MIN({', '.join(_parts(element, compiler, **kw))})"


def database_now(session: Session) -> datetime:
    """The database's clock, for what is shown or for settings that people make; not for deciding about a row."""
    found: datetime = session.scalars(sa.select(moment())).one()
    return found
