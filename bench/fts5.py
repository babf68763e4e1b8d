"""Baseline 1: raw SQLite FTS5 over the same terms, with the same everyday words, filters, facets and order.

Tuned: one table of hits per query, then one GROUP BY per facet on it. A facet that has a filter of its own is counted
without that filter, as the catalogue page does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.flat import FACET_VALUES_SHOWN, FACETS, connect
from bench.queries import BenchQuery, chinese_synonyms
from outreach.core.search.text import code_key, fold, is_cjk, query_terms

PAGE = 20
_ORDERS = {
    "relevance": "static_order",
    "grade": "step, static_order",
    "water": "water_use, static_order",
    "date": "day DESC, static_order",
    "model": "model_order",
}
_COLUMNS = "id, " + ", ".join(FACETS) + ", static_order, step, water_use, day, model_order"


@dataclass(frozen=True, slots=True)
class Found:
    """What a result page needs: total, the rows of the page, and the commonest values of each facet."""

    total: int
    rows: list[tuple[Any, ...]]
    facets: dict[str, list[tuple[Any, ...]]]
    similar: list[tuple[Any, ...]]


class Fts5:
    """One reading connection."""

    def __init__(self, path: Path) -> None:
        self.connection: sqlite3.Connection = connect(path)
        self.synonyms = chinese_synonyms()
        self.longest = max(map(len, self.synonyms))
        values = self.connection.execute("SELECT facet, value, code FROM facet_value")
        self.codes = {(facet, value): code for facet, value, code in values}
        self.connection.execute(f"CREATE TEMP TABLE base AS SELECT {_COLUMNS} FROM facet_row LIMIT 0")
        self.connection.execute("CREATE TEMP TABLE hit AS SELECT * FROM base")

    def search(self, query: BenchQuery) -> Found:
        """Answer one query completely."""
        filters = [(name, self.codes.get((name, value), 0)) for name, value in query.filters]
        base = self._base(query.text)
        hits = base
        if filters:
            self._fill("hit", f"SELECT * FROM {base}{_where(filters)}", [code for _name, code in filters])
            hits = "hit"
        total = self.connection.execute(f"SELECT count(*) FROM {hits}").fetchone()[0]
        facets = {facet: self._facet(facet, base, hits, filters) for facet in FACETS}
        similar = [] if total or not query.text else self._near(code_key(query.text))
        return Found(total, self._page(hits, query), facets, similar)

    def match_expression(self, text: str) -> str:
        """The text as an FTS5 query: tokens that must all be there, codes as prefixes."""
        tokens = []
        for piece in fold(text).split():
            if any(map(is_cjk, piece)):
                tokens += [f'"{token}"' for token in self._words(piece)]
            elif piece.isdigit() and len(piece) == 4:
                tokens.append(f'"{piece}"')
            else:
                tokens.append(f'"{code_key(piece)}"*')
        return " ".join(tokens)

    def _words(self, piece: str) -> list[str]:
        """Everyday words by longest match from the left; pairs of characters for what is left over."""
        tokens, rest, at = [], "", 0
        while at < len(piece):
            lengths = range(min(self.longest, len(piece) - at), 0, -1)
            word = next((piece[at : at + n] for n in lengths if piece[at : at + n] in self.synonyms), "")
            tokens += [self.synonyms[word]] if word else []
            rest += " " if word else piece[at]
            at += len(word) or 1
        return tokens + query_terms(rest)

    def _base(self, text: str) -> str:
        """Name of the table that holds what the words match: all rows without words."""
        if not text:
            return "facet_row"
        statement = (
            f"SELECT {_COLUMNS} FROM product_text t CROSS JOIN facet_row f ON f.id = t.rowid WHERE product_text MATCH ?"
        )
        self._fill("base", statement, [self.match_expression(text)])
        return "base"

    def _fill(self, table: str, select: str, values: Sequence[object]) -> None:
        self.connection.execute(f"DELETE FROM {table}")
        self.connection.execute(f"INSERT INTO {table} {select.replace('SELECT *', f'SELECT {_COLUMNS}')}", values)

    def _facet(self, facet: str, base: str, hits: str, filters: list[tuple[str, int]]) -> list[tuple[Any, ...]]:
        others = [pair for pair in filters if pair[0] != facet]
        source, values = hits, list[int]()
        if len(others) < len(filters):
            source, values = base + _where(others), [code for _name, code in others]
        statement = (
            f"SELECT {facet}, count(*) FROM {source} GROUP BY {facet} ORDER BY 2 DESC LIMIT {FACET_VALUES_SHOWN + 1}"
        )
        return self.connection.execute(statement, values).fetchall()

    def _page(self, hits: str, query: BenchQuery) -> list[tuple[Any, ...]]:
        ids = f"SELECT id FROM {hits} ORDER BY {_ORDERS[query.sort]} LIMIT {PAGE} OFFSET {(query.page - 1) * PAGE}"
        found = [row[0] for row in self.connection.execute(ids)]
        rows = self.connection.execute(f"SELECT * FROM product WHERE id IN ({', '.join(map(str, found))})").fetchall()
        place = {id_: number for number, id_ in enumerate(found)}
        return sorted(rows, key=lambda row: place[row[0]])

    def _near(self, code: str) -> list[tuple[Any, ...]]:
        """Model codes one edit away: one of the two halves of the code is intact."""
        half = len(code) // 2
        if half < 2:
            return []
        head, tail = code[:half], code[::-1][: len(code) - half - 1]
        statement = (
            "SELECT id, forward FROM code WHERE forward >= ? AND forward < ? "
            "UNION SELECT id, forward FROM code WHERE backward >= ? AND backward < ?"
        )
        near = self.connection.execute(statement, (head, head + "\uffff", tail, tail + "\uffff"))
        ids = [id_ for id_, other in near if _is_one_edit(code, other)][:PAGE]
        return self.connection.execute(f"SELECT * FROM product WHERE id IN ({', '.join(map(str, ids))})").fetchall()


def _where(filters: Sequence[tuple[str, int]]) -> str:
    return " WHERE " + " AND ".join(f"{name} = ?" for name, _code in filters) if filters else ""


def _is_one_edit(left: str, right: str) -> bool:
    """True when one substitution, insertion, deletion or swap of neighbours turns one into the other."""
    if abs(len(left) - len(right)) > 1 or left == right:
        return False
    at = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    if len(left) == len(right):
        swapped = left[:at] + left[at : at + 2][::-1] + left[at + 2 :]
        return left[at + 1 :] == right[at + 1 :] or swapped == right
    short, long = sorted((left, right), key=len)
    return short[at:] == long[at + 1 :]
