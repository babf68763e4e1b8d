"""Pages of makers, categories and standards."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.labels.models import Certainty, GradeRule, RegistrationStatus
from outreach.labels.queries.vocabulary import synonyms
from tests import factories
from tests.labels.statements import counted_statements
from tests.pages import Page, Pages

MOST_STATEMENTS = 12


def cells(page: Page) -> list[list[str]]:
    """The texts of a table, row by row."""
    rows = page.all(".data-table tbody tr")
    return [[cell.text.replace("\u202f", " ") for cell in row.all("th, td")] for row in rows]


def test_a_maker_is_shown_with_all_its_registrations(pages: Pages, session: Session) -> None:
    maker = factories.maker(session, "示例·甲有限公司", short_name="甲")
    for number in range(21):
        factories.registration(session, model=f"ZB-{number}", maker=maker)
    factories.registration(session, model="FREMD-1", maker=factories.maker(session, "示例·乙有限公司"))
    page = pages.get(f"/labels/makers/{maker.id}")
    assert page.h1 == "示例·甲有限公司"
    assert page.text("#results") == "共 21 条登记"
    assert "FREMD" not in page.text("main")
    second = pages.get(page.links["下一页"])
    assert len(second.all(".result")) == 1
    pages.get(f"/labels/makers/{maker.id}", page=3, status=404)


def test_a_maker_s_facets_lead_to_the_catalogue_with_the_maker_chosen(pages: Pages, session: Session) -> None:
    factories.registration(session)
    maker = factories.maker(session)
    page = pages.get(f"/labels/makers/{maker.id}")
    href = page.all('[data-parameter="grade"] .facet__choice')[0].get("href")
    assert f"maker={maker.id}" in href
    assert pages.get(href).text("#results") == "共 1 条登记"


@pytest.mark.parametrize("path", ["/labels/makers/999999", "/labels/makers/0", "/labels/makers/x"])
def test_an_unknown_maker_is_not_found(pages: Pages, path: str) -> None:
    pages.get(path, status=404)


def test_a_category_tells_everyday_names_standards_and_the_thriftiest(pages: Pages, session: Session) -> None:
    factories.edition(session, "gb-25502-2017")
    for litres in (5.0, 3.0, 4.0):
        factories.registration(session, litres=litres, model=f"ZB-{litres}")
    factories.registration(session, litres=1.0, model="WEG-1", status=RegistrationStatus.WITHDRAWN)
    page = pages.get("/labels/categories/toilet")
    assert page.h1 == "坐便器"
    assert "马桶" in page.text(".lead")
    assert page.links["GB 25502-2017"] == "/labels/standards/gb-25502-2017"
    best = page.texts('section[aria-labelledby="best-1"] .result__title')
    assert [title.split()[-1] for title in best] == ["ZB-3.0", "ZB-4.0", "ZB-5.0"]


def test_an_edition_that_has_ended_is_listed_but_has_no_best(pages: Pages, session: Session) -> None:
    old = factories.edition(session, "gb-25502-2017")
    old.valid_to = date(2020, 1, 1)
    session.flush()
    factories.registration(session, edition=old)
    page = pages.get("/labels/categories/toilet")
    assert "GB 25502-2017" in page.links
    assert not page.has('section[aria-labelledby="best-1"]')
    assert page.has(".result")


def test_every_category_with_everyday_names_can_be_shown_without_registrations(pages: Pages, session: Session) -> None:
    for position, code in enumerate(sorted({item.target for item in synonyms() if item.kind == "category"})):
        factories.category(session, code, name=f"类别{position}", name_en=f"Kind {position}")
        page = pages.get(f"/labels/categories/{code}")
        assert "还没有收录这一类别的登记" in page.text(".empty-state")
        assert page.has(f".product__sign .icon--{code}")


def test_standards_are_listed_by_category_with_their_registrations(pages: Pages, session: Session) -> None:
    factories.edition(session, "gb-25502-2024", limits=())
    factories.registration(session)
    page = pages.get("/labels/standards/")
    counts = {row[0]: row[-1] for row in cells(page)}
    assert counts == {"GB 25502-2017": "1", "GB 25502-2024": "0"}


def test_a_standard_shows_every_limit_with_role_certainty_and_source(pages: Pages, session: Session) -> None:
    factories.edition(session)
    session.query(GradeRule).filter_by(high=5.0).update({"certainty": Certainty.DISPUTED, "source": "两份报道数值不同"})
    page = pages.get("/labels/standards/gb-25502-2017")
    first, second, third = cells(page)
    assert first == ["1 级", "平均用水量", "≤ 4 L", "等级界限", "test"]
    assert "不同来源说法不一" in second[4]
    assert "两份报道数值不同" in second[4]
    assert third[3] == "限定值（市场准入线）"


def test_a_standard_says_what_is_not_known(pages: Pages, session: Session) -> None:
    edition = factories.edition(session, "gb-25502-2024", limits=())
    edition.is_complete = False
    session.flush()
    page = pages.get(f"/labels/standards/{edition.code}")
    assert "没有查到" in page.text("main")
    assert "标准还有本站没有记录的要求" in page.text('section[aria-labelledby="unknown"]')


@pytest.mark.parametrize("path", ["/labels/standards/nothing", "/labels/categories/nothing"])
def test_unknown_codes_are_not_found(pages: Pages, path: str) -> None:
    pages.get(path, status=404)


@pytest.mark.parametrize("path", ["/labels/standards/", "/labels/standards/gb-25502-2017", "/labels/categories/toilet"])
def test_the_pages_take_few_statements(app: Flask, pages: Pages, session: Session, path: str) -> None:
    factories.registration(session)
    pages.raw("/labels/")
    with counted_statements(app) as statements:
        pages.get(path)
    assert len(statements) <= MOST_STATEMENTS, "\n".join(statements)


def test_the_home_page_counts_categories_and_shows_the_newest(pages: Pages, session: Session) -> None:
    for day in (1, 2, 3):
        factories.registration(session, model=f"ZB-{day}", announced_on=date(2026, 5, day))
    page = pages.get("/")
    assert page.text(".category-grid__link").startswith("坐便器3 条")
    assert [title.split()[-1] for title in page.texts(".result__title")] == ["ZB-3", "ZB-2", "ZB-1"]


def test_the_search_examples_on_the_home_page_find_something(pages: Pages, session: Session) -> None:
    factories.registration(session)
    examples = pages.get("/").all(".hero__examples a")
    assert examples
    for node in examples:
        assert pages.get(node.get("href")).has(".result")
