"""What is asked: 200 searches and 40 browse pages, drawn from the generated rows."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench.register import SEED, Row
from bench.words import CATEGORIES, PLACES
from outreach.core.search.text import fold, is_cjk

SYNONYMS_FILE = Path(__file__).parent.parent / "content" / "synonyms.csv"
SORTS = ("grade", "water", "date", "model")


@dataclass(frozen=True, slots=True)
class BenchQuery:
    """One question to the catalogue. ``filters`` are pairs of address argument and value; ``target`` a number or ''."""

    kind: str
    text: str
    filters: tuple[tuple[str, str], ...] = ()
    sort: str = "relevance"
    page: int = 1
    target: str = ""

    @property
    def arguments(self) -> list[tuple[str, str]]:
        """The query as the catalogue's address arguments."""
        pairs = [("q", self.text)] if self.text else []
        pairs += self.filters
        if self.sort != "relevance":
            pairs.append(("sort", self.sort))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return pairs

    @property
    def path(self) -> str:
        return "/labels/?" + urlencode(self.arguments)


def chinese_synonyms() -> dict[str, str]:
    """Everyday words in Chinese, folded → token (``category_toilet``, ``grade_1`` …), as the site itself knows them."""
    words = {fold(plan.name): f"category_{plan.code}" for plan in CATEGORIES}
    with SYNONYMS_FILE.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            word = fold(line["word"])
            if line["kind"] in ("category", "grade", "status") and is_cjk(word[-1]):
                words[word] = f"{line['kind']}_{line['target']}"
    return words


class QueryMaker:
    """Draws queries from the rows, always the same ones for the same rows."""

    def __init__(self, rows: Sequence[Row], seed: int = SEED) -> None:
        self.rows = rows
        self.random = random.Random(seed)
        self.names = {plan.code: plan.name for plan in CATEGORIES}
        self.by_category: dict[str, list[Row]] = {code: [] for code in self.names}
        for row in rows:
            self.by_category[row.category].append(row)
        self.everyday: dict[str, list[str]] = {code: [] for code in self.names}
        for word, token in chinese_synonyms().items():
            if token.removeprefix("category_") in self.names and word not in self.names.values():
                self.everyday[token.removeprefix("category_")].append(word)

    def searches(self) -> list[BenchQuery]:
        """200 searches in fixed shares of kinds."""
        kinds: tuple[tuple[int, str, Callable[[Row], tuple[str, str]]], ...] = (
            (20, "category", self._category),
            (24, "everyday name", self._everyday),
            (24, "brand", self._brand),
            (28, "brand and category", self._brand_category),
            (24, "grade and category", self._grade_category),
            (16, "model prefix", self._model_prefix),
            (12, "number", self._number),
            (16, "typing error", self._typo),
            (16, "two features", self._features),
            (20, "place or year and category", self._place_category),
        )
        made = [self._dressed(kind, draw) for count, kind, draw in kinds for _query in range(count)]
        self.random.shuffle(made)
        return made

    def browse_pages(self, count: int = 40) -> list[BenchQuery]:
        """Pages without words: none to three filters, any sort, some deep pages."""
        pages = []
        for _page in range(count):
            row = self.random.choice(self.rows)
            chosen = tuple(self.random.sample(_filters_of(row), self.random.choice((0, 1, 1, 2, 2, 3))))
            deep = self.random.choice((1, 1, 1, 2, 5, 40))
            pages.append(BenchQuery("browse", "", chosen, self.random.choice(("relevance", *SORTS)), deep))
        return pages

    def _dressed(self, kind: str, draw: Callable[[Row], tuple[str, str]]) -> BenchQuery:
        """A query about one row, each category as often as another; now and then with a filter, order or page."""
        pick = self.random
        row = pick.choice(self.by_category[pick.choice(sorted(self.by_category))])
        text, target = draw(row)
        if target:
            return BenchQuery(kind, text, target=target)
        filters = tuple(pick.sample(_filters_of(row), 1)) if pick.random() < 0.3 else ()
        sort = pick.choice(SORTS) if pick.random() < 0.3 else "relevance"
        return BenchQuery(kind, text, filters, sort, pick.choice((2, 3, 5)) if pick.random() < 0.15 else 1)

    def _category(self, row: Row) -> tuple[str, str]:
        return self.names[row.category], ""

    def _everyday(self, row: Row) -> tuple[str, str]:
        return self.random.choice(self.everyday[row.category] or [self.names[row.category]]), ""

    def _brand(self, row: Row) -> tuple[str, str]:
        return row.brand, ""

    def _brand_category(self, row: Row) -> tuple[str, str]:
        return f"{row.brand}{self.random.choice(('', ' '))}{self.names[row.category]}", ""

    def _grade_category(self, row: Row) -> tuple[str, str]:
        grade = self.random.choice(("一二三"[int(row.grade) - 1], row.grade)) if int(row.grade) <= 3 else "一"
        return f"{grade}级 {self.names[row.category]}", ""

    def _model_prefix(self, row: Row) -> tuple[str, str]:
        return row.model[: max(5, len(row.model) * 2 // 3)], ""

    def _number(self, row: Row) -> tuple[str, str]:
        return row.number, row.number

    def _typo(self, row: Row) -> tuple[str, str]:
        """A model code with one substituted, missing, extra or swapped character."""
        code, at = row.model, self.random.randrange(2, len(row.model) - 1)
        edits = (
            code[:at] + self.random.choice("ZXK7") + code[at + 1 :],
            code[:at] + code[at + 1 :],
            code[:at] + self.random.choice("ZXK7") + code[at:],
            code[:at] + code[at + 1] + code[at] + code[at + 2 :],
        )
        return self.random.choice(edits), row.model

    def _features(self, row: Row) -> tuple[str, str]:
        plan = next(plan for plan in CATEGORIES if plan.code == row.category)
        features = [feature for feature in plan.features if feature in row.name]
        return " ".join(self.random.sample(features, 2)), ""

    def _place_category(self, row: Row) -> tuple[str, str]:
        place = next(place for place in PLACES if row.maker.startswith(place))
        word = self.random.choice((place[:2], place[-2:], str(row.announced_on.year)))
        return f"{word} {self.names[row.category]}", ""


def _filters_of(row: Row) -> list[tuple[str, str]]:
    """Filters that at least this row passes."""
    return [
        ("category", row.category),
        ("grade", f"{row.edition}:{row.grade}"),
        ("edition", row.edition),
        ("status", row.status),
        ("year", str(row.announced_on.year)),
        ("scheme", row.scheme),
    ]
