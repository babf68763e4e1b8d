"""The judged set: queries that people type, with what must come first. Read by the tests and by the bench.

``expect`` holds conditions joined with ``&&``; each is one of

    none                     nothing may match (near misses are allowed: they are not hits)
    total=2                  exactly so many hits
    maker~方太;grade=1        one of the first three hits satisfies every clause
    all: maker~方太           there are hits, and each of the first three satisfies every clause
    similar: model=BG610     one of the first three near misses satisfies every clause

A clause is ``field=value`` (equal after folding) or ``field~value`` (contains), with ``|`` between alternatives.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from outreach.core.search.text import fold
from outreach.labels.queries.results import CataloguePage, ProductCard

JUDGED_FILE = Path(__file__).with_name("judged.csv")
#: How many results count as "found".
TOP = 3


class Answer(Protocol):
    """The part of a ``CataloguePage`` that is judged."""

    @property
    def total(self) -> int: ...
    @property
    def items(self) -> Sequence[ProductCard]: ...
    @property
    def similar(self) -> Sequence[ProductCard]: ...


def _year(card: ProductCard) -> str:
    return str(card.announced_on.year) if card.announced_on else ""


FIELDS: dict[str, Callable[[ProductCard], str]] = {
    "number": lambda card: card.number,
    "model": lambda card: card.model,
    "maker": lambda card: card.maker_name,
    "category": lambda card: card.category_code,
    "edition": lambda card: card.edition_code,
    "standard": lambda card: card.standard_no,
    "grade": lambda card: card.declared_grade.code if card.declared_grade else "",
    "year": _year,
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One test of one field."""

    field: str
    is_equal: bool
    values: tuple[str, ...]

    def holds(self, card: ProductCard) -> bool:
        found = fold(FIELDS[self.field](card))
        return any(value == found if self.is_equal else value in found for value in self.values)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of ``expect``. ``scope``: ``none``, ``total``, ``any``, ``all`` or ``similar``."""

    scope: str
    clauses: tuple[Clause, ...] = ()
    total: int = 0

    def holds(self, answer: Answer) -> bool:
        if self.scope in ("none", "total"):
            return answer.total == self.total
        first = (answer.similar if self.scope == "similar" else answer.items)[:TOP]
        matched = [self.matches(card) for card in first]
        return bool(matched) and (all(matched) if self.scope == "all" else any(matched))

    def matches(self, card: ProductCard) -> bool:
        return all(clause.holds(card) for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """One line of the judged set."""

    id: str
    kind: str
    query: str
    conditions: tuple[Condition, ...]

    @property
    def wants_hits(self) -> bool:
        return any(condition.scope in ("any", "all") for condition in self.conditions)

    def succeeds(self, answer: Answer) -> bool:
        return all(condition.holds(answer) for condition in self.conditions)

    def reciprocal_rank(self, answer: Answer) -> float | None:
        """1 divided by the place of the first wanted product on the page, 0 without it; None when none is wanted."""
        wanted = [condition for condition in self.conditions if condition.clauses]
        if not wanted:
            return None
        cards = answer.similar if wanted[0].scope == "similar" else answer.items
        places = (place for place, card in enumerate(cards, 1) if wanted[0].matches(card))
        return 1 / next(places, float("inf"))


@dataclass(frozen=True, slots=True)
class Score:
    """Figures over one run. Rates are 0 to 1; ``failures`` are the ids of queries without success."""

    queries: int
    success_at_3: float
    mean_reciprocal_rank: float
    zero_result_rate: float
    failures: tuple[str, ...]


def _clause(text: str) -> Clause:
    is_equal = "=" in text
    field, _sign, values = text.partition("=" if is_equal else "~")
    if field not in FIELDS or not values:
        raise ValueError(f"not a clause: {text!r}")
    return Clause(field, is_equal, tuple(fold(value) for value in values.split("|")))


def parse_expectation(text: str) -> tuple[Condition, ...]:
    """Read ``expect``. Raises ``ValueError`` for an unknown field or a missing value."""
    conditions = []
    for part in (piece.strip() for piece in text.split("&&")):
        if part == "none":
            conditions.append(Condition("none"))
        elif part.startswith("total="):
            conditions.append(Condition("total", total=int(part.removeprefix("total="))))
        else:
            scope, _colon, rest = part.rpartition(": ")
            clauses = tuple(_clause(clause) for clause in rest.split(";"))
            conditions.append(Condition(scope or "any", clauses))
    return tuple(conditions)


def read_judged(path: Path = JUDGED_FILE) -> list[JudgedQuery]:
    """All judged queries in the order of the file."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            JudgedQuery(row["id"], row["kind"], row["query"], parse_expectation(row["expect"]))
            for row in csv.DictReader(file)
        ]


def score(judged: Sequence[JudgedQuery], answers: Sequence[Answer]) -> Score:
    """Success@3 over all; mean reciprocal rank over those that want a product; zero results among those with hits."""
    pairs = list(zip(judged, answers, strict=True))
    failures = tuple(query.id for query, answer in pairs if not query.succeeds(answer))
    ranks = [rank for query, answer in pairs if (rank := query.reciprocal_rank(answer)) is not None]
    zeros = [answer.total == 0 for query, answer in pairs if query.wants_hits]
    return Score(
        queries=len(pairs),
        success_at_3=1 - len(failures) / len(pairs),
        mean_reciprocal_rank=sum(ranks) / len(ranks),
        zero_result_rate=sum(zeros) / len(zeros),
        failures=failures,
    )


def same_top_share(left: Sequence[CataloguePage], right: Sequence[CataloguePage]) -> float:
    """Share of queries whose first three hits and near misses are the same products in the same order."""
    same = [_top(a) == _top(b) for a, b in zip(left, right, strict=True)]
    return sum(same) / len(same)


def _top(page: CataloguePage) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(card.number for card in cards[:TOP]) for cards in (page.items, page.similar))
