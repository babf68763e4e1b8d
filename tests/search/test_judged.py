"""Searching the real filings the way people type: what must come first does, on both databases."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from outreach.labels.queries.results import CataloguePage
from tests.conftest import BACKENDS, need
from tests.search.judged import (
    FIELDS,
    Condition,
    JudgedQuery,
    parse_expectation,
    read_judged,
    same_top_share,
    score,
)
from tests.search.judged_site import FILINGS, ask_everything, own_postgresql

SUCCESS_AT_3 = 0.97
SAME_TOP = 0.98
JUDGED = read_judged()
#: Maker and models of the filing site's own test records, which an import refuses.
TEST_MAKER = "productor"
TEST_MODELS = ("aaabb", "V182026", "V182028", "W76-2026")


class Answers:
    """The answers of each database, asked for once."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.stack = stack
        self.found: dict[str, list[CataloguePage]] = {}

    def of(self, backend: str) -> list[CataloguePage]:
        if backend not in self.found:
            need(FILINGS.exists(), "the real filings are not here")
            url = self._postgresql() if backend == "postgresql" else ""
            self.found[backend] = ask_everything(self.folder / backend, JUDGED, url)
        return self.found[backend]

    def _postgresql(self) -> str:
        server = os.environ.get("OUTREACH_TEST_DATABASE_URL", "")
        need(server, "OUTREACH_TEST_DATABASE_URL is not set")
        return self.stack.enter_context(own_postgresql(server))


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    with ExitStack() as stack:
        yield Answers(tmp_path_factory.mktemp("judged"), stack)


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_what_people_look_for_is_among_the_first_three(answers: Answers, backend: str) -> None:
    found = score(JUDGED, answers.of(backend))
    print(  # noqa: T201  the figures are worth reading when the test is run with -s
        f"{backend}: {found.queries} queries, success@3 {found.success_at_3:.3f}, "
        f"MRR {found.mean_reciprocal_rank:.3f}, zero results {found.zero_result_rate:.3f}"
    )
    assert found.success_at_3 >= SUCCESS_AT_3, found.failures


@pytest.mark.slow
def test_both_databases_put_the_same_products_first(answers: Answers) -> None:
    pages = [answers.of(backend) for backend in BACKENDS]
    differing = [
        query.id for query, *pair in zip(JUDGED, *pages, strict=True) if same_top_share(*([page] for page in pair)) < 1
    ]
    assert same_top_share(*pages) >= SAME_TOP, differing


def test_the_set_is_large_and_names_every_query_once() -> None:
    assert len(JUDGED) >= 200
    assert len({query.id for query in JUDGED}) == len(JUDGED)
    assert len({query.query for query in JUDGED}) == len(JUDGED)


def _card(row: dict[str, str]) -> Any:
    standard = row["Standard"]
    return SimpleNamespace(
        number=row["Registration No."],
        model=row["Model"],
        maker_name=row["Manufacturer"],
        category_code="dishwasher",
        edition_code=standard.lower().replace(" ", "-"),
        standard_no=standard,
        declared_grade=SimpleNamespace(code=row["Water Efficiency Grade"]),
        announced_on=date.fromisoformat(row["Announcement Date"]),
    )


@pytest.fixture(scope="module")
def filings() -> list[Any]:
    need(FILINGS.exists(), "the real filings are not here")
    with FILINGS.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Manufacturer"] != TEST_MAKER]
    return [_card(row) for row in rows if row["Model"] not in TEST_MODELS]


@pytest.mark.parametrize("query", JUDGED, ids=lambda query: query.id)
def test_an_expectation_can_be_met_by_the_file(query: JudgedQuery, filings: list[Any]) -> None:
    wanted = [condition for condition in query.conditions if condition.clauses]
    matching = [card for card in filings if wanted and all(condition.matches(card) for condition in wanted)]
    assert bool(matching) == bool(wanted)
    for condition in query.conditions:
        if condition.scope == "total":
            assert len(matching) == condition.total


def _page(total: int, *numbers: str, similar: tuple[str, ...] = ()) -> Any:
    cards = {number: SimpleNamespace(number=number) for number in (*numbers, *similar)}
    return SimpleNamespace(
        total=total, items=[cards[number] for number in numbers], similar=[cards[number] for number in similar]
    )


@pytest.mark.parametrize(
    ("expect", "page", "holds"),
    [
        ("number=b", _page(3, "a", "b", "c"), True),
        ("number=d", _page(4, "a", "b", "c", "d"), False),
        ("all: number~a", _page(2, "a1", "a2"), True),
        ("all: number~a", _page(2, "a1", "b2"), False),
        ("all: number~a", _page(0), False),
        ("number=a|b", _page(1, "b"), True),
        ("number=x && total=1", _page(2, "x"), False),
        ("none", _page(0, similar=("a",)), True),
        ("none", _page(1, "a"), False),
        ("similar: number=a", _page(0, similar=("a",)), True),
        ("similar: number=a", _page(1, "a"), False),
    ],
)
def test_an_expectation_is_judged(expect: str, page: Any, *, holds: bool) -> None:
    query = JudgedQuery("id", "kind", "query", parse_expectation(expect))
    assert query.succeeds(page) is holds


def test_a_rank_counts_from_the_first_wanted_product() -> None:
    query = JudgedQuery("id", "kind", "query", parse_expectation("number=c"))
    assert query.reciprocal_rank(_page(3, "a", "b", "c")) == pytest.approx(1 / 3)
    assert query.reciprocal_rank(_page(1, "a")) == 0


@pytest.mark.parametrize("expect", ["colour=red", "number", "number=", ""])
def test_an_expectation_that_cannot_be_read_is_an_error(expect: str) -> None:
    with pytest.raises(ValueError, match="not a clause"):
        parse_expectation(expect)


def test_every_field_is_used_by_some_query() -> None:
    conditions: list[Condition] = [condition for query in JUDGED for condition in query.conditions]
    assert {clause.field for condition in conditions for clause in condition.clauses} == set(FIELDS)
