"""Totals, facet counts, orders and pages, each held against plain SQL over the same generated rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.labels.forms import FILTERS, SORTS, CatalogueQuery
from outreach.labels.models import Brand, Category, Edition, Grade, Maker, Metric, Registration, Scheme
from outreach.labels.queries.catalogue import Catalogue
from tests.labels.queries.register import BRANDS, CATEGORIES, EDITIONS, SCHEMES, catalogue_of, fill

#: Column of each filter whose value stands in a row as it stands in an address.
VALUES: dict[str, Any] = {
    "categories": Category.code,
    "editions": Edition.code,
    "schemes": Scheme.code,
    "statuses": sa.type_coerce(Registration.status, sa.String),
    "makers": Registration.maker_id,
    "brands": Registration.brand_id,
    "years": sa.extract("year", Registration.announced_on),
}
GRADE = Edition.code + ":" + Grade.code


@pytest.fixture
def catalogue(session: Session) -> Catalogue:
    fill(session)
    return catalogue_of(session)


def rows() -> Any:
    """All registrations beside the tables that filters and orders read."""
    table = sa.join(Registration, Category, Category.id == Registration.category_id)
    table = table.join(Scheme, Scheme.id == Registration.scheme_id).join(Edition, Edition.id == Registration.edition_id)
    table = table.join(Maker, Maker.id == Registration.maker_id)
    table = table.outerjoin(Grade, Grade.id == Registration.declared_grade_id)
    return table.outerjoin(Metric, Metric.id == Registration.water_metric_id).outerjoin(
        Brand, Brand.id == Registration.brand_id
    )


def conditions(query: CatalogueQuery, without: str = "") -> list[sa.ColumnElement[bool]]:
    found = [VALUES[field].in_(getattr(query, field)) for field in VALUES if getattr(query, field) and field != without]
    if query.grades and without != "grades":
        found.append(sa.or_(GRADE.in_(query.grades), Grade.code.in_(query.grades)))
    return found


def counted(session: Session, query: CatalogueQuery, field: str) -> dict[Any, int]:
    """Rows of each value of a filter that does not count itself, by SQL."""
    value = GRADE if field == "grades" else VALUES[field]
    statement = (
        sa.select(value, sa.func.count()).select_from(rows()).where(*conditions(query, field), value.is_not(None))
    )
    return {row[0]: row[1] for row in session.execute(statement.group_by(value))}


def queries(maker_ids: Sequence[int], brand_ids: Sequence[int]) -> st.SearchStrategy[CatalogueQuery]:
    def some(values: Sequence[Any]) -> st.SearchStrategy[Any]:
        return st.lists(st.sampled_from(values), max_size=2, unique=True).map(lambda found: tuple(sorted(found)))

    grades = [f"{code}:{rank}" for code, *_rest, size in EDITIONS for rank in range(1, size + 1)] + ["1", "9"]
    return st.builds(
        CatalogueQuery,
        categories=some([code for code, *_names in CATEGORIES] + ["unknown"]),
        grades=some(grades),
        makers=some([*maker_ids, 999_999]),
        brands=some(brand_ids),
        editions=some([edition[0] for edition in EDITIONS]),
        statuses=some(["listed", "expired", "no-such"]),
        years=some([2023, 2024, 2025, 1999]),
        schemes=some([code for code, _name in SCHEMES]),
        sort=st.sampled_from(SORTS),
        per_page=st.sampled_from((20, 50, 100)),
    )


def test_totals_and_all_facet_counts_equal_plain_sql(session: Session, catalogue: Catalogue) -> None:
    makers = session.scalars(sa.select(Maker.id)).all()
    brands = session.scalars(sa.select(Brand.id)).all()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(queries(makers, brands))
    def check(query: CatalogueQuery) -> None:
        page = catalogue.search(session, query)
        statement = sa.select(sa.func.count()).select_from(rows()).where(*conditions(query))
        assert page.total == session.scalar(statement)
        assert [facet.field for facet in page.facets] == [field for field, _parameter in FILTERS]
        for facet in page.facets:
            shown = {value.value: value.count for value in facet.values if value.count}
            assert shown == counted(session, query, facet.field), facet.field

    check()


def test_the_pages_of_a_result_hold_every_registration_once_in_one_order(
    session: Session, catalogue: Catalogue
) -> None:
    for sort in SORTS:
        query = CatalogueQuery(categories=("dishwasher",), sort=sort)
        whole = catalogue.ids(session, query)
        first = catalogue.search(session, query)
        paged = [
            card.id
            for number in range(1, first.pages + 1)
            for card in catalogue.search(
                session, CatalogueQuery(categories=("dishwasher",), sort=sort, page=number)
            ).items
        ]
        assert paged == list(whole)
        assert len(set(whole)) == first.total == len(whole)


def ordered(session: Session, *order: Any) -> list[int]:
    return list(session.scalars(sa.select(Registration.id).select_from(rows()).order_by(*order)))


LISTED_FIRST = (sa.type_coerce(Registration.status, sa.String) != "listed", sa.func.coalesce(Grade.rank, 99))
BY_RELEVANCE = (*LISTED_FIRST, Registration.announced_on.desc().nulls_last(), Registration.id)
NEWEST_EDITION_FIRST = (Category.position, Scheme.position, Edition.valid_from.desc().nulls_last())


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("relevance", BY_RELEVANCE),
        ("date", (Registration.announced_on.desc().nulls_last(), *BY_RELEVANCE)),
        ("model", (Registration.model_key, Registration.id)),
        ("grade", (*NEWEST_EDITION_FIRST, sa.func.coalesce(Grade.rank, 99), *BY_RELEVANCE)),
        (
            "water",
            (
                Registration.water_use.is_(None),
                Category.position,
                sa.func.coalesce(Metric.position, -1),
                Registration.water_use,
                *BY_RELEVANCE,
            ),
        ),
    ],
)
def test_every_sort_is_the_order_that_sql_gives(
    session: Session, catalogue: Catalogue, sort: str, order: tuple[Any, ...]
) -> None:
    assert list(catalogue.ids(session, CatalogueQuery(sort=sort))) == ordered(session, *order)


def test_a_page_behind_the_last_one_is_empty_and_the_number_of_pages_stays_right(
    session: Session, catalogue: Catalogue
) -> None:
    page = catalogue.search(session, CatalogueQuery(page=999_999))
    assert (page.items, page.total, page.pages) == ((), 300, 15)
    assert catalogue.search(session, CatalogueQuery(text="没有这个东西")).pages == 1


def test_a_chosen_value_without_hits_stays_visible(session: Session, catalogue: Catalogue) -> None:
    page = catalogue.search(session, CatalogueQuery(categories=("faucet",), editions=("gb-38383-2025",)))
    editions = next(facet for facet in page.facets if facet.field == "editions")
    assert ("gb-38383-2025", 0, True) in [(item.value, item.count, item.is_selected) for item in editions.values]


def test_only_the_commonest_makers_are_listed_beside_the_chosen_ones(session: Session) -> None:
    fill(session, 30)
    extra = [Maker(name=f"企业{number}", name_key=f"企业{number}", short_name="") for number in range(40)]
    session.add_all(extra)
    session.flush()
    ids = list(session.scalars(sa.select(Registration.id)))
    for number, maker in zip(ids, extra, strict=False):
        session.execute(sa.update(Registration).where(Registration.id == number).values(maker_id=maker.id))
    facets = catalogue_of(session).search(session, CatalogueQuery(makers=(extra[29].id,))).facets
    makers = next(facet for facet in facets if facet.field == "makers")
    assert [item.value for item in makers.values if item.is_selected] == [extra[29].id]
    assert len(makers.values) in (20, 21)
    assert len(makers.values) + makers.hidden == 30


def test_a_grade_without_an_edition_stands_for_that_grade_of_every_edition(
    session: Session, catalogue: Catalogue
) -> None:
    bare = catalogue.search(session, CatalogueQuery(grades=("1",)))
    each = tuple(f"{code}:1" for code, *_rest, size in EDITIONS if size)
    assert bare.total == catalogue.search(session, CatalogueQuery(grades=each)).total > 0
    grades = next(facet for facet in bare.facets if facet.field == "grades")
    chosen = [item for item in grades.values if item.is_selected]
    assert len(chosen) == 4
    assert chosen[0].query.grades == ()


def test_grades_stand_under_their_edition_and_editions_among_the_hits_are_told(
    session: Session, catalogue: Catalogue
) -> None:
    page = catalogue.search(session, CatalogueQuery(categories=("dishwasher",), schemes=("cn-waterlabel",)))
    grades = next(facet for facet in page.facets if facet.field == "grades")
    assert list(dict.fromkeys(item.group for item in grades.values)) == ["GB 38383-2025", "GB 38383-2019"]
    assert page.edition_codes == ("gb-38383-2025", "gb-38383-2019")


def test_a_brand_may_be_asked_for_in_several_words(session: Session, catalogue: Catalogue) -> None:
    wanted = session.scalar(sa.select(Brand.id).where(Brand.name == BRANDS[1]))
    page = catalogue.search(session, CatalogueQuery(text="fisher & paykel 洗碗机"))
    assert (
        page.total == catalogue.search(session, CatalogueQuery(brands=(wanted or 0,), categories=("dishwasher",))).total
    )
