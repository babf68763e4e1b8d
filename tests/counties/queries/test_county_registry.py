"""The registry on both databases: counts, orders, states by day, completeness; and what a change of the data does."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.db import db
from outreach.core.search.outbox import touch_generation
from outreach.counties.actions.facts import load_facts
from outreach.counties.forms import CountyQuery
from outreach.counties.models import DatePrecision, Stage
from outreach.counties.queries.registry import CountyRegistry
from outreach.counties.queries.results import Facet, RegistryPage
from outreach.counties.rules.states import UnitState, state_on
from tests import factories
from tests.labels.statements import counted_statements


@pytest.fixture
def registry(app: Flask) -> CountyRegistry:
    found: CountyRegistry = app.extensions["county_registry"]
    return found


@pytest.fixture
def two_batches(session: Session) -> None:
    """Four units: one named on a day, one in a year only, one cancelled, one without records."""
    first = factories.county_batch(session, 1)
    second = factories.county_batch(
        session, 2, announced_on=date(2019, 1, 1), precision=DatePrecision.YEAR, announced_count=201
    )
    south = factories.province(session, "320000", name="江苏省", short_name="江苏", region="south", position=10)
    factories.designation(session, first, unit=factories.unit(session, "370102", "历下区"))
    factories.designation(session, second, unit=factories.unit(session, "370103", "市中区"))
    lost = factories.unit(session, "320115", "江宁区", province=south, pinyin="jiangningqu", initials="jnq")
    factories.designation(session, first, unit=lost)
    factories.stage_event(session, Stage.CANCELLED, "2022-06-01", unit=lost)
    factories.unit(session, "320116", "六合区", province=south, pinyin="luhequ", initials="lhq")


def facet(page: RegistryPage, field: str) -> dict[str | int, int]:
    found: Facet = next(item for item in page.facets if item.field == field)
    return {value.value: value.count for value in found.values}


def slugs(page: RegistryPage) -> list[str]:
    return [row.unit.slug for row in page.rows]


def test_all_units_stand_in_the_order_of_provinces_and_codes(
    registry: CountyRegistry, session: Session, two_batches: None
) -> None:
    page = registry.read(session).search(CountyQuery())
    assert slugs(page) == ["320115", "320116", "370102", "370103"]
    assert page.total == 4
    assert facet(page, "states") == {"designated": 2, "cancelled": 1, "unlisted": 1}
    assert facet(page, "regions") == {"north": 2, "south": 2}
    assert facet(page, "batches") == {1: 2, 2: 1}
    assert facet(page, "years") == {2019: 3}
    assert facet(page, "provinces") == {"320000": 2, "370000": 2}


def test_a_filter_does_not_narrow_its_own_counts(registry: CountyRegistry, session: Session, two_batches: None) -> None:
    page = registry.read(session).search(CountyQuery(provinces=("370000",), states=("designated",)))
    assert slugs(page) == ["370102", "370103"]
    assert facet(page, "provinces") == {"370000": 2}
    assert facet(page, "states") == {"designated": 2}
    wide = registry.read(session).search(CountyQuery(states=("unlisted", "cancelled")))
    assert facet(wide, "states") == {"designated": 2, "cancelled": 1, "unlisted": 1}
    assert facet(wide, "provinces") == {"320000": 2}


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("code", ["320115", "320116", "370102", "370103"]),
        ("name", ["320115", "370102", "370103", "320116"]),
        ("date", ["320115", "370102", "370103", "320116"]),
        ("batch", ["320115", "370102", "370103", "320116"]),
    ],
)
def test_orders_are_total(
    registry: CountyRegistry, session: Session, two_batches: None, sort: str, expected: list[str]
) -> None:
    assert slugs(registry.read(session).search(CountyQuery(sort=sort))) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 3, 12), {"320115": "unlisted", "370102": "unlisted", "370103": "unlisted"}),
        (date(2019, 3, 13), {"320115": "designated", "370102": "designated", "370103": "unlisted"}),
        (date(2019, 12, 30), {"320115": "designated", "370102": "designated", "370103": "unlisted"}),
        (date(2019, 12, 31), {"320115": "designated", "370102": "designated", "370103": "designated"}),
        (date(2022, 5, 31), {"320115": "designated", "370102": "designated", "370103": "designated"}),
        (date(2022, 6, 1), {"320115": "cancelled", "370102": "designated", "370103": "designated"}),
        (None, {"320115": "cancelled", "370102": "designated", "370103": "designated"}),
    ],
)
def test_a_year_counts_from_its_last_day(
    registry: CountyRegistry, session: Session, two_batches: None, day: date | None, expected: dict[str, str]
) -> None:
    page = registry.read(session).search(CountyQuery(on=day))
    assert {row.unit.slug: row.standing.state.value for row in page.rows} == {"320116": "unlisted", **expected}


def test_a_cancelled_unit_keeps_the_batch_that_had_named_it(
    registry: CountyRegistry, session: Session, two_batches: None
) -> None:
    page = registry.read(session).search(CountyQuery(batches=(1,), states=("cancelled",)))
    assert slugs(page) == ["320115"]
    batch = page.rows[0].standing.batch
    assert batch is not None
    assert batch.number == 1


def test_completeness_says_what_the_batches_announce_by_the_day(
    registry: CountyRegistry, session: Session, two_batches: None
) -> None:
    factories.published_total(session, total=132)
    now = registry.read(session).search(CountyQuery(provinces=("370000", "320000"), batches=(2,))).completeness
    assert (now.whole.recorded, now.whole.announced) == (3, 266)
    assert [(item.recorded, item.announced) for item in now.batches] == [(1, 201)]
    assert [(item.recorded, item.total and item.total.total) for item in now.provinces] == [(1, None), (2, 132)]
    before = registry.read(session).search(CountyQuery(provinces=("370000",), on=date(2019, 6, 1))).completeness
    assert (before.whole.recorded, before.whole.announced) == (2, 65)
    assert [(item.recorded, item.total) for item in before.provinces] == [(1, None)]


def test_facts_have_the_numbers_that_were_published(registry: CountyRegistry, session: Session) -> None:
    load_facts(session)
    page = registry.read(session).search(CountyQuery())
    assert (page.completeness.whole.recorded, page.completeness.whole.announced) == (208, 1766)
    assert facet(page, "states") == {"designated": 208, "unlisted": 2645}
    assert facet(page, "batches") == {1: 37, 2: 19, 3: 28, 4: 21, 5: 29, 6: 74}
    assert sum(facet(page, "provinces").values()) == page.total
    assert sum(facet(page, "regions").values()) == page.total
    for sort in ("code", "name", "date", "batch"):  # pages neither repeat nor miss a unit
        queries = [CountyQuery(sort=sort, per_page=100, page=number) for number in range(1, page.total // 100 + 2)]
        seen = [slug for query in queries for slug in slugs(registry.read(session).search(query))]
        assert len(seen) == len(set(seen)) == 2847 + 6


@pytest.mark.parametrize("day", [None, date(2019, 3, 12), date(2019, 12, 31), date(2021, 7, 15), date(2023, 12, 31)])
def test_counts_of_states_agree_with_the_rule_unit_by_unit(county_app: Flask, day: date | None) -> None:
    registry: CountyRegistry = county_app.extensions["county_registry"]
    with county_app.app_context():
        units = registry.read(db.session).state.snapshot.units
        page = registry.read(db.session).search(CountyQuery(on=day))
    expected = Counter(state_on([event.dated for event in unit.events], day).state.value for unit in units)
    assert facet(page, "states") == expected


def test_once_in_memory_a_page_asks_the_database_for_nothing_but_the_generation(
    app: Flask, registry: CountyRegistry, session: Session, two_batches: None
) -> None:
    registry.read(session).search(CountyQuery())
    with counted_statements(app) as statements:
        registry.read(session).search(CountyQuery(text="江宁", on=date(2020, 1, 1)))
        registry.read(session).find_unit("320115", None)
    assert len(statements) <= 2


def test_a_new_generation_is_seen_at_once(registry: CountyRegistry, session: Session, two_batches: None) -> None:
    assert registry.read(session).search(CountyQuery(states=("unlisted",))).total == 1
    factories.designation(session, unit=factories.unit(session, "320116"))
    touch_generation(session, "counties")
    assert registry.read(session).search(CountyQuery(states=("unlisted",))).total == 0


def test_a_step_without_a_date_of_its_own_has_that_of_its_batch(registry: CountyRegistry, session: Session) -> None:
    factories.designation(session, happened_on=None, precision=DatePrecision.UNKNOWN)
    row = registry.read(session).search(CountyQuery(on=date(2019, 3, 13))).rows[0]
    assert row.standing.state is UnitState.DESIGNATED
    assert row.standing.answer.since == date(2019, 3, 13)


def test_the_unit_page_knows_neighbours_namesakes_and_successors(registry: CountyRegistry, session: Session) -> None:
    unit = factories.unit(session)
    beside = factories.unit(session, "370103", "市中区")
    far = factories.unit(session, "370402", "历下区")
    gone = factories.unit(session, "370199", "旧区", is_current=False)
    factories.unit_change(session, unit=beside, former_name="旧区", former_code="370199")
    factories.unit_change(session, unit=unit, former_name="历下县", former_code="370121")
    page = registry.read(session).find_unit(unit.slug, None)
    assert page is not None
    assert [row.unit.slug for row in page.neighbours] == [beside.slug]
    assert [row.unit.slug for row in page.namesakes] == [far.slug]
    ended = registry.read(session).find_unit(gone.slug, None)
    assert ended is not None
    assert [item.slug for item in ended.successors] == [beside.slug]
    assert [item.slug for item in registry.read(session).find_successors("370121")] == [unit.slug]
    assert registry.read(session).find_unit("nowhere", None) is None


def test_an_empty_registry_has_empty_pages(registry: CountyRegistry, session: Session) -> None:
    page = registry.read(session).search(CountyQuery(text="江宁"))
    assert (page.total, page.rows, page.pages) == (0, (), 1)
    assert registry.read(session).suggest("江宁") == []
