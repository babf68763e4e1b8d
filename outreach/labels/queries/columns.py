"""Reading the registration table into columns of numbers and blocks of keys, in pieces that fit in little memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from itertools import compress
from typing import Any, Final, NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import InstrumentedAttribute, Session

from outreach.core.db import is_sqlite
from outreach.labels.models import Registration
from outreach.labels.queries.keys import KeyTable
from outreach.labels.queries.registry import STATUSES, Registry
from outreach.labels.queries.snapshot import Rows

#: Rows held as Python objects at once.
CHUNK: Final = 20_000

Column = NDArray[Any]
Columns = dict[str, Column]


class UnknownCode(LookupError):
    """A row names an edition, grade or the like that was written after the small tables were read."""


class _Known(dict[Any, int]):
    """Codes by id, and 0 for none."""

    def __init__(self, codes: Mapping[int, int]) -> None:
        super().__init__(codes)
        self[None] = 0

    def __missing__(self, value: int) -> int:
        raise UnknownCode(value)


class _Days(dict[Any, int]):
    """Days as drivers give them (SQLite's as text) and their ordinals; a million rows hold few distinct ones."""

    def __missing__(self, day: date | str | None) -> int:
        known = date.fromisoformat(day) if isinstance(day, str) else day
        self[day] = ordinal = known.toordinal() if known else 0
        return ordinal


class _Source(NamedTuple):
    """A column to read: its type in memory, and what turns the driver's values into numbers."""

    name: str
    expression: Any
    kind: type
    numbers: Mapping[Any, int] | None = None

    def read(self, values: Sequence[Any]) -> Column:
        numbers = self.numbers
        return np.array(values if numbers is None else [numbers[value] for value in values], self.kind)


def _sources(registry: Registry) -> list[_Source]:
    statuses = {item.value: code for code, item in enumerate(STATUSES, 1)}
    return [
        _Source("ids", Registration.id, np.int32),
        _Source("categories", Registration.category_id, np.uint8, _Known(registry.categories.by_id)),
        _Source("schemes", Registration.scheme_id, np.uint8, _Known(registry.schemes.by_id)),
        _Source("editions", Registration.edition_id, np.uint16, _Known(registry.editions.by_id)),
        _Source("grades", Registration.declared_grade_id, np.uint16, _Known(registry.grades.by_id)),
        _Source("statuses", Registration.status, np.uint8, statuses),
        _Source("days", Registration.announced_on, np.int32, _Days()),
        _Source("makers", Registration.maker_id, np.int32),
        _Source("brands", sa.func.coalesce(Registration.brand_id, 0), np.int32),
        _Source("names", sa.func.coalesce(Registration.product_name_id, 0), np.int32),
        _Source("metrics", Registration.water_metric_id, np.uint8, _Known(registry.metrics.by_id)),
        _Source("water", Registration.water_use, np.float32),
    ]


def read_columns(session: Session, registry: Registry, *, is_demo: bool) -> Columns:
    """All columns of the published registrations, by id. Raises UnknownCode."""
    sources = _sources(registry)
    query = sa.select(*(source.expression.label(source.name) for source in sources))
    query = query.where(Registration.is_demo.is_(is_demo)).order_by(Registration.id)
    pieces: list[list[Column]] = [[np.empty(0, source.kind)] for source in sources]
    for rows in _stream(session, query):
        for values, piece, source in zip(zip(*rows, strict=True), pieces, sources, strict=True):
            piece.append(source.read(values))
    return {source.name: np.concatenate(piece) for source, piece in zip(sources, pieces, strict=True)}


def read_keys(session: Session, column: InstrumentedAttribute[str], row_by_id: Rows) -> KeyTable:
    """The keys in the database's order, which for these columns is that of code points, with the rows they are of."""
    block = bytearray()
    rows = [np.empty(0, np.int32)]
    for pairs in _stream(session, sa.select(column, Registration.id).order_by(column, Registration.id)):
        keys, ids = zip(*pairs, strict=True)
        found = row_by_id[np.minimum(np.array(ids, np.int64), len(row_by_id) - 1)]
        is_published = found >= 0
        if not is_published.all():
            keys = tuple(compress(keys, is_published.tolist()))
        block += "".join(f"{key}\n" for key in keys).encode()
        rows.append(found[is_published])
    return KeyTable(bytes(block), np.concatenate(rows))


def list_rows_by_id(ids: Rows) -> Rows:
    """For each id its row; -1 where none is published. The last entry stands for all higher ids."""
    rows = np.full(int(ids.max(initial=0)) + 2, -1, np.int32)
    rows[ids] = np.arange(len(ids), dtype=np.int32)
    return rows


def _stream(session: Session, query: sa.Select[*tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The driver's own tuples in pieces: a million rows as objects of SQLAlchemy would cost seconds more."""
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor() if is_sqlite(connection) else driver.cursor("catalogue")
    with closing(cursor):
        cursor.execute(str(query.compile(connection, compile_kwargs={"literal_binds": True})))
        while rows := cursor.fetchmany(CHUNK):
            yield rows
