"""Many rows at once, without an object per row: COPY on PostgreSQL, one prepared statement on SQLite.

Ids are reserved before the rows are written, so that rows of different tables can point at each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from outreach.core.db import Base, is_sqlite


def reserve_ids(session: Session, model: type[Base], count: int) -> Sequence[int]:
    """``count`` unused ids of ``model``, ascending. On SQLite the caller's transaction must be the writing one."""
    table = model.__table__
    if count <= 0:
        return ()
    if is_sqlite(session.connection()):
        first = (session.scalar(sa.select(sa.func.max(table.c.id))) or 0) + 1
        return range(first, first + count)
    sequence = sa.func.pg_get_serial_sequence(model.__tablename__, "id")
    numbers = sa.func.generate_series(1, count).table_valued("n")
    return list(session.scalars(sa.select(sa.func.nextval(sa.cast(sequence, sa.Text))).select_from(numbers)))


def bulk_insert(session: Session, model: type[Base], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert ``rows`` (values in the order of ``columns``); columns that are left out get no default of ours."""
    if not rows:
        return
    connection = session.connection()
    processors = _processors(connection, [model.__table__.c[name] for name in columns])
    if processors:
        rows = [_processed(row, processors) for row in rows]
    names = ", ".join(f'"{name}"' for name in columns)
    if is_sqlite(connection):
        marks = ", ".join("?" * len(columns))
        statement = " ".join(("INSERT INTO", f'"{model.__tablename__}"', f"({names})", "VALUES", f"({marks})"))
        connection.exec_driver_sql(statement, list(rows))
        return
    psycopg: Any = connection.connection
    with psycopg.cursor() as cursor, cursor.copy(f'COPY "{model.__tablename__}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def _processors(connection: Connection, columns: Sequence[sa.ColumnElement[Any]]) -> dict[int, Callable[[Any], Any]]:
    """How values of some columns become what the driver takes (days, moments, enums, JSON), by position.

    Numbers are left as they are: callers hand in floats where the column has floats.
    """
    dialect = connection.dialect
    found: dict[int, Callable[[Any], Any]] = {}
    for position, column in enumerate(columns):
        if isinstance(column.type, sa.Float):
            continue
        processor = column.type.dialect_impl(dialect).bind_processor(dialect)
        if processor is not None:
            found[position] = processor
    return found


def _processed(row: tuple[Any, ...], processors: dict[int, Callable[[Any], Any]]) -> tuple[Any, ...]:
    values = list(row)
    for position, processor in processors.items():
        values[position] = processor(values[position])
    return tuple(values)


def bulk_update(session: Session, model: type[Base], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Set ``columns`` of many objects: each row has the new values in that order, then the object's id."""
    if not rows:
        return
    table: Any = model.__table__
    changes = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
    statement = sa.update(table).where(table.c.id == sa.bindparam("row_id")).values(**changes)
    names = [*(f"new_{name}" for name in columns), "row_id"]
    session.connection().execute(statement, [dict(zip(names, row, strict=True)) for row in rows])
