"""The catalogue page: what was understood, exact counts, filters as links, and a way on when nothing is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import brotli
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.labels.forms import CatalogueQuery
from outreach.labels.models import Edition, RegistrationStatus
from outreach.labels.queries.cards import CardReader
from outreach.labels.queries.catalogue import Catalogue
from outreach.labels.queries.results import CataloguePage
from outreach.labels.views.addresses import Addresses, arguments
from outreach.labels.views.catalogue import facet_links
from tests import factories
from tests.labels.statements import counted_statements
from tests.pages import Page, Pages

#: Statements of one uncached result page once the snapshot is in memory.
MOST_STATEMENTS = 5
#: What one page may weigh on the wire, without style sheet and scripts.
MOST_BYTES = 30_000


@pytest.fixture
def old(session: Session) -> Edition:
    return factories.edition(session, "gb-25502-2017")


def models(page: Page) -> list[str]:
    """Models in the order of the results."""
    return [title.split()[-1] for title in page.texts(".results .result__title")]


def test_the_page_lists_everything_with_count_source_and_time(pages: Pages, session: Session) -> None:
    for number in range(3):
        factories.registration(session, model=f"ZB-{number}")
    page = pages.get("/labels/")
    assert page.h1 == "水效标识产品"
    assert page.text("#results") == "共 3 条登记"
    assert "中国水效标识备案公告（截至2026年5月21日）" in page.text(".result-bar .source")
    assert len(page.all(".results .result")) == 3


def test_the_address_without_slash_leads_there(pages: Pages, session: Session) -> None:
    assert pages.raw("/labels", status=308).headers["Location"] == "/labels/"


def test_a_result_tells_grade_with_edition_water_date_status_and_number(pages: Pages, session: Session) -> None:
    factories.registration(session, "20260519-CWL012020-000777", model="ZB-7", litres=3.8)
    result = pages.get("/labels/").text(".result").replace("\u202f", " ")
    for words in ("ZB-7", "1 级", "GB 25502-2017", "3.8 L", "2026年5月19日", "在册", "20260519-CWL012020-000777"):
        assert words in result


def test_understood_words_become_chips_that_can_be_taken_away(pages: Pages, session: Session) -> None:
    factories.registration(session)
    page = pages.get("/labels/", q="马桶 一级")
    assert len(page.all(".chips .chip")) == 2
    assert page.one('main input[name="q"]').get("value") == "马桶 一级"
    for chip in page.all(".chip__remove"):
        assert pages.get(chip.get("href")).has(".result")


def test_filters_are_links_that_carry_the_words_along(pages: Pages, session: Session) -> None:
    factories.registration(session, grade="1", model="ZB-1")
    factories.registration(session, grade="2", model="ZB-2", litres=4.8)
    page = pages.get("/labels/", q="马桶")
    links = {node.one(".facet__label").text: node for node in page.all('[data-parameter="grade"] .facet__choice')}
    chosen = pages.get(links["2 级"].get("href"))
    assert models(chosen) == ["ZB-2"]
    assert chosen.one('main input[name="q"]').get("value") == "马桶"
    selected = chosen.one('[data-parameter="grade"] .facet__choice.is-selected')
    assert len(pages.get(selected.get("href")).all(".result")) == 2


@pytest.mark.parametrize(
    "query",
    [
        CatalogueQuery(),
        CatalogueQuery("马桶 & 1%", grades=("1",), statuses=("listed",), sort="water", per_page=50, page=3),
        CatalogueQuery(categories=("toilet",), grades=("gb-25502-2017:1", "gb-25502-2017:2"), years=(2026,)),
    ],
)
def test_the_address_of_a_choice_is_that_of_its_query(app: Flask, session: Session, query: CatalogueQuery) -> None:
    for grade in ("1", "2", "3"):
        factories.registration(session, grade=grade)
    with app.test_request_context("/labels/"):
        for facet in app.extensions["catalogue"].search(session, query).facets:
            hrefs = [choice.href for choice in facet_links(facet, Addresses(query, "/labels/")).values]
            assert hrefs == ["/labels/" + arguments(value.query) for value in facet.values]


def test_a_new_search_keeps_the_chosen_filters(pages: Pages, session: Session) -> None:
    factories.registration(session)
    page = pages.get("/labels/", grade="gb-25502-2017:1", sort="date", per_page="50", page="1")
    hidden = {(node.get("name"), node.get("value")) for node in page.all('main form input[type="hidden"]')}
    assert hidden == {("grade", "gb-25502-2017:1"), ("sort", "date"), ("per_page", "50")}


def test_results_can_be_put_in_another_order(pages: Pages, session: Session) -> None:
    for model, litres, day in (("ZB-B", 3.0, 3), ("ZB-A", 5.0, 5), ("ZB-C", 4.0, 4)):
        factories.registration(session, model=model, litres=litres, announced_on=date(2026, 5, day))
    page = pages.get("/labels/")
    orders = {words: href for words, href in page.links.items() if "sort=" in href}
    assert models(pages.get(orders["用水量"])) == ["ZB-B", "ZB-C", "ZB-A"]
    assert models(pages.get(orders["公告日期"])) == ["ZB-A", "ZB-C", "ZB-B"]
    assert models(pages.get(orders["型号"])) == ["ZB-A", "ZB-B", "ZB-C"]


def test_long_results_are_paged_and_the_size_of_a_page_can_be_chosen(pages: Pages, session: Session) -> None:
    for number in range(21):
        factories.registration(session, model=f"ZB-{number:02}")
    first = pages.get("/labels/", sort="model")
    assert len(first.all(".result")) == 20
    second = pages.get(first.links["下一页"])
    assert models(second) == ["ZB-20"]
    assert second.one("ol.results").get("start") == "21"
    assert len(pages.get(first.links["50"]).all(".result")) == 21


@pytest.mark.parametrize("number", ["2", "999999", "1000001"])
def test_a_page_behind_the_last_does_not_exist_and_leads_back(pages: Pages, session: Session, number: str) -> None:
    factories.registration(session)
    page = pages.get("/labels/", page=number, status=404)
    assert page.links["回到第一页"] == "/labels/"


def test_when_nothing_is_found_there_is_advice_and_no_dead_end(pages: Pages, session: Session) -> None:
    factories.scheme(session, query_url="https://www.waterlabel.org.cn/productFiling")
    factories.registration(session)
    page = pages.get("/labels/", q="不存在的东西", grade="gb-25502-2017:1")
    assert page.text("#results") == "共 0 条登记"
    assert "报告查不到" in page.texts("h3")
    for node in page.all(".empty-state a"):
        assert pages.client.get(node.get("href")).status_code == 200, node


def test_near_misses_stand_in_a_group_of_their_own(pages: Pages, session: Session) -> None:
    factories.registration(session, model="JBCD7E-02")
    page = pages.get("/labels/", q="JBCD7F-02")
    assert page.text("#results") == "共 0 条登记"
    assert "您是不是要找" in page.texts("h2")
    assert len(page.all(".results--similar .result")) == 1


def test_grades_of_several_editions_are_not_sorted_together_unsaid(
    pages: Pages, session: Session, old: Edition
) -> None:
    factories.registration(session, edition=old)
    factories.registration(session, edition=factories.edition(session, "gb-25502-2024"))
    titles = pages.get("/labels/", sort="grade").texts(".notice__title")
    assert any("不同标准版本的等级不能相互比较" in title for title in titles)
    assert not pages.get("/labels/", sort="grade", edition=old.code).has(".notice")
    assert not pages.get("/labels/").has(".notice")


def test_water_figures_of_all_kinds_are_not_compared_unsaid(pages: Pages, session: Session) -> None:
    factories.registration(session)
    assert "用水量的含义因产品而异" in pages.get("/labels/", sort="water").text(".notice")
    assert not pages.get("/labels/", sort="water", category="toilet").has(".notice")


def test_made_up_products_say_so(pages: Pages, session: Session) -> None:
    demo = {"is_demo": True, "maker": factories.maker(session, "示例·虚构有限公司", is_demo=True)}
    run = factories.import_run(session, "demo", is_demo=True)
    factories.registration(session, "DEMO-20260101-CWL012020-000001", run=run, **demo)
    page = pages.get("/labels/")
    assert "演示数据" in page.text(".notice--demo")
    assert page.text(".result .tag--demo") == "演示数据"


def test_a_search_without_the_text_index_says_so(
    pages: Pages, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.registration(session)
    find = Catalogue.find

    def without_index(self: Catalogue, session: Session, query: CatalogueQuery) -> tuple[CataloguePage, CardReader]:
        page, read = find(self, session, query)
        return replace(page, is_simple_search=True), read

    monkeypatch.setattr(Catalogue, "find", without_index)
    assert "简单搜索" in pages.get("/labels/").text(".notice--warning")


def test_a_state_that_is_over_is_told_by_word_in_the_list(pages: Pages, session: Session) -> None:
    factories.registration(session, status=RegistrationStatus.WITHDRAWN)
    assert pages.get("/labels/").text(".result .status") == "已撤销"


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        ("", "水效标识产品 - "),
        ("?q=马桶 一级", "水效标识产品：马桶 一级 - "),
        ("?category=toilet&status=listed", "水效标识产品：坐便器 在册 - "),
        ("?category=toilet&page=2", "水效标识产品：坐便器，第 2 页 - "),
    ],
)
def test_the_title_tells_what_is_shown(pages: Pages, session: Session, arguments: str, title: str) -> None:
    for _number in range(21):
        factories.registration(session)
    page = pages.get("/labels/" + arguments)
    assert (page.one("head > title").element.text or "").startswith(title)


def test_a_search_result_is_not_for_search_engines(pages: Pages, session: Session) -> None:
    assert not pages.get("/labels/").has('meta[name="robots"]')
    assert pages.get("/labels/", q="马桶").one('meta[name="robots"]').get("content") == "noindex, follow"


def test_a_page_takes_few_statements_and_few_bytes(app: Flask, pages: Pages, session: Session) -> None:
    for number in range(25):
        factories.registration(session, model=f"ZB-{number:02}")
    pages.get("/labels/")
    with counted_statements(app) as statements:
        answer = pages.client.get("/labels/?q=马桶&grade=1&sort=water", headers={"Accept-Encoding": "br"})
    assert len(statements) <= MOST_STATEMENTS, "\n".join(statements)
    assert len(answer.get_data()) < MOST_BYTES
    assert "ZB-" in brotli.decompress(answer.get_data()).decode()


def test_suggestions_are_given_as_json(pages: Pages, session: Session) -> None:
    factories.registration(session, model="JBCD7E-02")
    answer = pages.raw("/labels/suggest", q="jbcd")
    suggestions: list[dict[str, Any]] = answer.get_json()
    assert any("JBCD7E-02" in item["label"] for item in suggestions)
    assert set(suggestions[0]) == {"kind", "text", "label", "count"}
    assert pages.raw("/labels/suggest").get_json() == []
