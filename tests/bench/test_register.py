"""The generated register and the baseline that reads it: the same each time, and counted right."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import flat
from bench.fts5 import Fts5
from bench.measure import percentile
from bench.queries import BenchQuery, QueryMaker
from bench.register import Generator, Row
from bench.report import Check

SIZE = 2_000


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(Generator(SIZE).rows())


@pytest.fixture(scope="module")
def fts5(rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Fts5:
    file: Path = tmp_path_factory.mktemp("flat") / "register.db"
    flat.build(file, rows)
    return Fts5(file)


def test_the_same_size_gives_the_same_rows(rows: list[Row]) -> None:
    assert list(Generator(SIZE).rows()) == rows
    assert [row.id for row in rows] == list(range(1, SIZE + 1))
    assert len({row.number for row in rows}) == SIZE


def test_an_older_filing_of_a_model_is_superseded_by_a_newer_one(rows: list[Row]) -> None:
    for row in rows:
        if row.status == "superseded":
            newest = max(other.announced_on for other in rows if other.model == row.model)
            assert row.announced_on <= newest


def test_there_are_200_searches_and_40_browse_pages_the_same_each_time(rows: list[Row]) -> None:
    searches, pages = QueryMaker(rows).searches(), QueryMaker(rows).browse_pages()
    assert (len(searches), len(pages)) == (200, 40)
    assert QueryMaker(rows).searches() == searches


def test_the_baseline_counts_words_filters_and_facets_exactly(rows: list[Row], fts5: Fts5) -> None:
    found = fts5.search(BenchQuery("grade and category", "一级 坐便器", (("year", "2024"), ("status", "listed"))))
    toilets = [row for row in rows if row.category == "toilet" and row.grade == "1"]
    listed = [row for row in toilets if row.status == "listed"]
    assert found.total == sum(row.announced_on.year == 2024 for row in listed)
    years = dict(found.facets["year"])
    assert years[fts5.codes["year", "2023"]] == sum(row.announced_on.year == 2023 for row in listed)


def test_the_baseline_finds_two_features_in_any_order(rows: list[Row], fts5: Fts5) -> None:
    expected = sum("静音" in row.name and "防臭" in row.name for row in rows)
    assert expected
    assert fts5.search(BenchQuery("two features", "防臭 静音")).total == expected


def test_the_baseline_finds_models_with_a_typing_error(rows: list[Row], fts5: Fts5) -> None:
    typos = [query for query in QueryMaker(rows).searches() if query.kind == "typing error"]
    answers = [fts5.search(query) for query in typos]
    found = [
        query.target in {row[8] for row in (*answer.rows, *answer.similar)}
        for query, answer in zip(typos, answers, strict=True)
    ]
    assert len(found) == 16
    assert all(found)


@pytest.mark.parametrize(("share", "value"), [(0, 1), (50, 2), (75, 3), (76, 4), (100, 4)])
def test_a_percentile_is_a_value_that_was_seen(share: float, value: float) -> None:
    assert percentile([4, 1, 3, 2], share) == value


@pytest.mark.parametrize(
    ("check", "is_kept"),
    [(Check("a", 2, 2), True), (Check("a", 2.1, 2), False), (Check("a", 1.9, 2, is_minimum=True), False)],
)
def test_a_promise_is_kept_or_not(check: Check, *, is_kept: bool) -> None:
    assert check.is_kept is is_kept
