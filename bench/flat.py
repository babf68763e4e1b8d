"""The register as one flat SQLite file: the common truth that both baselines are built from, tuned for reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from bench.register import Row
from outreach.core.search.text import code_key, terms

#: Facets of the catalogue page, by the name of the address argument.
FACETS = ("category", "grade", "maker", "brand", "edition", "status", "year", "scheme")
FACET_VALUES_SHOWN = 20
CACHE_KIB = 262_144

_TABLES = """
CREATE TABLE product (
    id INTEGER PRIMARY KEY, number TEXT, scheme TEXT, category TEXT, edition TEXT, grade TEXT, maker TEXT, brand TEXT,
    model TEXT, name TEXT, announced_on TEXT, year INTEGER, status TEXT, water_use REAL, static_order INTEGER
);
CREATE TABLE code (id INTEGER PRIMARY KEY, forward TEXT, backward TEXT);
CREATE TABLE facet_value (facet TEXT, code INTEGER, value TEXT, PRIMARY KEY (facet, code));
CREATE TABLE facet_row (
    id INTEGER PRIMARY KEY, category INTEGER, grade INTEGER, maker INTEGER, brand INTEGER, edition INTEGER,
    status INTEGER, year INTEGER, scheme INTEGER, static_order INTEGER, step INTEGER, water_use REAL, day INTEGER,
    model_order INTEGER
);
CREATE VIRTUAL TABLE product_text
    USING fts5(terms, content='', detail=none, columnsize=0, tokenize="ascii tokenchars '_'");
"""
_SORTED = ("static_order", "water_use", "day", "model_order")
_INDICES = (
    *(f"CREATE INDEX ix_facet_{name} ON facet_row ({name})" for name in (*FACETS, *_SORTED)),
    *(f"CREATE INDEX ix_product_{name} ON product ({name})" for name in (*FACETS, "static_order", "water_use")),
    "CREATE INDEX ix_code_forward ON code (forward)",
    "CREATE INDEX ix_code_backward ON code (backward)",
)

_cached_terms = lru_cache(maxsize=100_000)(terms)


def connect(path: Path) -> sqlite3.Connection:
    """A connection with a cache that holds the whole file."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute("PRAGMA mmap_size=1073741824")
    return connection


def build(path: Path, rows: Sequence[Row]) -> None:
    """Write the flat file with its text index, facet indices and statistics."""
    connection = connect(path)
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)
    order = _places(rows, _static_key)
    connection.execute("BEGIN")
    connection.executemany(f"INSERT INTO product VALUES ({_marks(15)})", _products(rows, order))
    connection.executemany(f"INSERT INTO facet_row VALUES ({_marks(14)})", _facet_rows(connection, rows, order))
    keys = ((row.id, code_key(row.model)) for row in rows)
    connection.executemany("INSERT INTO code VALUES (?, ?, ?)", ((id_, key, key[::-1]) for id_, key in keys))
    documents = ((row.id, document(row)) for row in rows)
    connection.executemany("INSERT INTO product_text (rowid, terms) VALUES (?, ?)", documents)
    connection.execute("COMMIT")
    for statement in (*_INDICES, "INSERT INTO product_text (product_text) VALUES ('optimize')", "ANALYZE"):
        connection.execute(statement)
    connection.close()


def document(row: Row) -> str:
    """All terms of a product: those of its words, its keys whole, and one token per everyday word's target."""
    words = (term for text in (row.name, row.maker, row.brand) for term in _cached_terms(text))
    marks = (f"category_{row.category}", f"grade_{row.grade}", f"status_{row.status}", str(row.announced_on.year))
    return " ".join(dict.fromkeys((*words, code_key(row.model), code_key(row.number), *marks)))


def grade_value(row: Row) -> str:
    """A grade never stands without its edition."""
    return f"{row.edition}:{row.grade}"


def _marks(number: int) -> str:
    return ", ".join("?" * number)


def _static_key(row: Row) -> tuple[object, ...]:
    """Order without any words: listed first, better grade first, newest first."""
    return (row.status != "listed", row.grade, -row.announced_on.toordinal(), row.number)


def _model_key(row: Row) -> tuple[object, ...]:
    return (code_key(row.model), row.number)


def _places(rows: Iterable[Row], key: Callable[[Row], tuple[object, ...]]) -> dict[int, int]:
    return {row.id: place for place, row in enumerate(sorted(rows, key=key))}


def _products(rows: Iterable[Row], order: dict[int, int]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        day = row.announced_on
        yield (
            *(row.id, row.number, row.scheme, row.category, row.edition, grade_value(row), row.maker, row.brand),
            *(row.model, row.name, day.isoformat(), day.year, row.status, row.water_use, order[row.id]),
        )


def _facet_rows(
    connection: sqlite3.Connection, rows: Sequence[Row], order: dict[int, int]
) -> Iterator[tuple[object, ...]]:
    model_order = _places(rows, _model_key)
    codes: dict[tuple[str, str], int] = {}
    for row in rows:
        values = (
            *(row.category, grade_value(row), row.maker, row.brand),
            *(row.edition, row.status, str(row.announced_on.year), row.scheme),
        )
        coded = [codes.setdefault(pair, len(codes) + 1) for pair in zip(FACETS, values, strict=True)]
        tail = (order[row.id], int(row.grade), row.water_use, row.announced_on.toordinal(), model_order[row.id])
        yield (row.id, *coded, *tail)
    entries = ((facet, code, value) for (facet, value), code in codes.items())
    connection.executemany("INSERT INTO facet_value VALUES (?, ?, ?)", entries)
