"""The registry's pages as a visitor sees them: what is recorded, as of when, from where, and what is not known."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core import clock
from outreach.counties.forms import CountyQuery
from outreach.counties.models import Certainty, DatePrecision, Stage
from outreach.counties.views.frame import reading
from outreach.counties.views.registry import arguments, facet_links
from outreach.counties.wording import is_official
from tests import factories
from tests.labels.statements import counted_statements
from tests.pages import Page, Pages

UNLISTED = "未收录，以公告为准"
DAY = date(2021, 1, 1)
#: Every kind of page, for what holds on all of them.
KINDS = (
    "/counties/",
    "/counties/320115",
    "/counties/350604",
    "/counties/provinces/370000",
    "/counties/batches/",
    "/counties/batches/2",
    "/counties/progress",
)
#: Statements of one page once the snapshot is in memory: the generation, asked for by cache and registry.
MOST_STATEMENTS = 2


def row(page: Page, name: str) -> str:
    """The words of the unit's row."""
    return next(text for text in page.texts(".unit-table tbody tr") if text.startswith(name))


def test_the_list_shows_counts_states_and_how_complete_it_is(county_pages: Pages) -> None:
    page = county_pages.get("/counties/")
    assert page.h1 == "县域节水型社会达标名录"
    assert page.text("#results") == "共 2,853 个县（区）"
    assert "已收录 208 / 1,766 个达标县（区）" in page.text(".completeness")
    assert len(page.all(".unit-table tbody tr")) == 50
    assert "已命名" in row(page, "东城区")
    assert "2019年3月13日" in row(page, "东城区").replace(" ", "")
    assert UNLISTED in row(page, "朝阳区")
    assert "未达标" not in page.text()


@pytest.mark.parametrize("path", KINDS)
def test_every_page_says_as_of_when_and_lets_one_choose_a_day(county_pages: Pages, path: str) -> None:
    today = clock.today()
    page = county_pages.get(path)
    assert page.one(".as-of time").get("datetime") == today.isoformat()
    field = page.one('.as-of input[name="on"]')
    assert (field.get("type"), field.get("max"), field.get("value")) == ("date", today.isoformat(), "")
    past = county_pages.get(path, on="2021-12-31")
    assert past.one(".as-of time").get("datetime") == "2021-12-31"
    assert "2021年12月31日" in past.text(".as-of").replace(" ", "")
    assert past.one(".as-of__now a").get("href") == path
    assert past.has('meta[name="robots"]')


@pytest.mark.parametrize("path", KINDS)
def test_links_between_the_pages_keep_the_day(county_pages: Pages, path: str) -> None:
    page = county_pages.get(path, on="2021-12-31")
    inner = [
        node.get("href")
        for node in page.all('main a[href*="/counties/"], .breadcrumb a[href*="/counties/"]')
        if node.get("href") not in ("/counties/changes.atom", "/counties/assessment", path)
        and "q=" not in node.get("href")
    ]
    assert inner
    assert [href for href in inner if "on=2021-12-31" not in href] == []


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize(("day", "words"), [("2099-01-01", "将来"), ("2001-01-01", "太早"), ("gestern", "无法识别")])
def test_a_senseless_day_is_dropped_and_the_page_says_so(county_pages: Pages, path: str, day: str, words: str) -> None:
    page = county_pages.get(path, on=day)
    assert words in page.text(".notice--warning")
    assert page.one(".as-of time").get("datetime") == clock.today().isoformat()


@pytest.mark.parametrize("path", KINDS)
def test_the_pages_are_english_throughout(county_pages: Pages, path: str) -> None:
    county_pages.get("/en" + path)
    county_pages.get("/en" + path, on="2020-12-31")


@pytest.mark.parametrize("path", [*KINDS, "/counties/?q=江宁", "/counties/?batch=1&sort=date&on=2021-01-01"])
def test_no_page_asks_the_database_for_more_than_the_generation(
    county_app: Flask, county_pages: Pages, path: str
) -> None:
    county_pages.raw(path)
    county_app.extensions["page_store"].clear()
    with counted_statements(county_app) as statements:
        county_pages.raw(path)
    assert len(statements) <= MOST_STATEMENTS


def test_words_filters_and_day_become_chips_that_can_be_taken_away(county_pages: Pages) -> None:
    page = county_pages.get("/counties/", q="江宁", province="320000", state="unlisted", on="2021-12-31")
    assert page.texts(".chips .chip__label") == ["江宁", UNLISTED, "江苏省"]
    for chip in page.all(".chip__remove"):
        assert "on=2021-12-31" in chip.get("href")
        assert len(county_pages.get(chip.get("href")).all(".chips .chip")) == 2
    assert "on=2021-12-31" in page.one(".chips__clear").get("href")


def test_filters_are_links_that_carry_the_words_along(county_pages: Pages) -> None:
    page = county_pages.get("/counties/", q="南京市")
    province = next(node for node in page.all('[data-parameter="province"] .facet__choice') if "江苏省" in node.text)
    chosen = county_pages.get(province.get("href"))
    assert chosen.one('main .search-box input[name="q"]').get("value") == "南京市"
    assert chosen.has('[data-parameter="province"] .facet__choice.is-selected')


def test_the_search_box_keeps_the_filters(county_pages: Pages) -> None:
    page = county_pages.get("/counties/", province="370000", on="2021-12-31", sort="name", page="2")
    kept = {node.get("name"): node.get("value") for node in page.all('main .search-box input[type="hidden"]')}
    assert kept == {"province": "370000", "on": "2021-12-31", "sort": "name"}


def test_narrowed_lists_say_how_complete_the_part_is(county_pages: Pages) -> None:
    parts = county_pages.get("/counties/", batch=["1", "2"], province=["370000", "320000"]).texts(
        ".completeness__parts li"
    )
    assert parts[:2] == ["第一批：已收录 37 / 65", "第二批：已收录 19 / 201"]
    assert any("江苏省" in part and "没有见到公布的总数" in part for part in parts)
    assert any("山东省" in part and "公布总数 132 个" in part for part in parts)


def test_pages_behind_the_last_do_not_exist(county_pages: Pages) -> None:
    assert county_pages.get("/counties/", page="58").h1
    assert "没有这一页" in county_pages.get("/counties/", page="59", status=404).text()


def test_nothing_found_offers_what_is_near(county_pages: Pages) -> None:
    page = county_pages.get("/counties/", q="江宁县")
    assert "没有找到符合条件的县（区）" in page.text()
    assert "江宁区" in row(page, "江宁区")


def test_orders_and_page_sizes_are_links(county_pages: Pages) -> None:
    page = county_pages.get("/counties/", sort="date", per_page="20")
    assert page.texts('.result-bar a[aria-current="true"]') == ["最近命名", "20"]
    assert len(page.all(".unit-table tbody tr")) == 20
    assert county_pages.get("/counties/", q="江").texts('.result-bar a[aria-current="true"]')[0] == "相关度"


def test_the_unit_page_tells_state_paper_source_due_date_and_former_name(county_pages: Pages) -> None:
    page = county_pages.get("/counties/350604")
    assert page.h1 == "漳州市龙海区"
    assert page.text(".unit-card__state") == "已命名"
    facts = page.text(".unit-card").replace(" ", "")
    for words in ("2020年12月1日", "第三批", "2025年12月1日", "待核实", "山东省2023年起"):
        assert words in facts
    history = page.text(".timeline")
    for words in ("第三批", "龙海市", "350681", "福建省人民政府网站"):
        assert words in history
    assert page.has('.unit-table a[href="/counties/350605"]')


def test_a_unit_without_records_is_never_called_failing(county_pages: Pages) -> None:
    page = county_pages.get("/counties/320115")
    assert page.text(".unit-card__state") == UNLISTED
    assert "没有记录不等于没有达标" in page.text(".unit-card")
    assert "未达标" not in page.text()


def test_the_state_of_a_unit_follows_the_day(county_pages: Pages) -> None:
    assert county_pages.get("/counties/350604", on="2020-11-30").text(".unit-card__state") == UNLISTED
    assert county_pages.get("/counties/350604", on="2020-12-01").text(".unit-card__state") == "已命名"
    before = county_pages.get("/counties/350604", on="2020-11-30")
    assert "之后" in before.text("main .notice")
    assert "公布命名" not in before.text(".timeline")


def test_namesakes_are_offered(county_pages: Pages) -> None:
    page = county_pages.get("/counties/320106")
    names = page.texts(".namesakes li")
    assert len(names) >= 3
    assert all(name.endswith("的鼓楼区") for name in names)
    assert not county_pages.get("/counties/320115").has(".namesakes")


@pytest.mark.parametrize(("former", "slug"), [("350681", "350604"), ("350427", "350405"), ("610322", "610305")])
def test_a_former_code_leads_to_the_unit_that_goes_on(county_pages: Pages, former: str, slug: str) -> None:
    for ending in ("", ".json", ".csv", "/badge.svg"):
        answer = county_pages.raw(f"/counties/{former}{ending}", status=301, on="2020-12-31")
        assert answer.headers["Location"] == f"/counties/{slug}{ending}?on=2020-12-31"
    assert county_pages.raw(f"/en/counties/{former}", status=301).headers["Location"] == f"/en/counties/{slug}"


def test_a_division_that_is_no_more_says_who_goes_on(county_pages: Pages) -> None:
    page = county_pages.get("/counties/500105")
    assert "这个区划已经不存在" in page.text(".notice--warning")
    assert page.one(".notice--warning a").get("href") == "/counties/500157"


def test_an_unknown_code_gets_help_and_a_search(county_pages: Pages) -> None:
    page = county_pages.get("/counties/999999", status=404)
    assert page.one('main .search-box input[name="q"]').get("value") == "999999"
    assert page.one("main form").get("action") == "/counties/"
    assert county_pages.get("/counties/<b>x", status=404).one('main .search-box input[name="q"]').get("value") == ""


def test_a_split_division_has_a_page_with_all_that_go_on(pages: Pages, session: Session) -> None:
    one, two = factories.unit(session, "370102", "东区"), factories.unit(session, "370103", "西区")
    for unit in (one, two):
        factories.unit_change(session, unit=unit, kind="split", former_code="370100", former_name="旧区")
    page = pages.get("/counties/370100", status=404)
    assert [node.get("href") for node in page.all("main .link-list a")] == ["/counties/370102", "/counties/370103"]


def test_a_state_that_dates_leave_open_is_marked(pages: Pages, session: Session) -> None:
    factories.designation(session, happened_on=date(2019, 1, 1), precision=DatePrecision.YEAR)
    page = pages.get("/counties/370102", on="2019-06-30")
    assert page.text(".unit-card__state") == UNLISTED
    assert "待核实" in page.text(".unit-card")


@pytest.mark.parametrize(
    ("stage", "words", "icon"),
    [
        (Stage.RECHECKED, "复核中", "clock"),
        (Stage.RECTIFYING, "限期整改", "notice_warning"),
        (Stage.KEPT, "复核通过", "shield"),
        (Stage.CANCELLED, "已取消命名", "close"),
    ],
)
def test_a_state_is_told_by_word_and_icon(pages: Pages, session: Session, stage: Stage, words: str, icon: str) -> None:
    factories.designation(session)
    if stage in (Stage.RECTIFYING, Stage.KEPT):
        factories.stage_event(session, Stage.RECHECKED, "2024-01-01")
    factories.stage_event(session, stage, "2024-03-01", certainty=Certainty.SINGLE_SOURCE)
    page = pages.get("/counties/370102")
    assert page.text(".unit-card__state") == words
    assert page.has(f".unit-card__state .icon--{icon}")
    assert "只有一个来源" in page.text(".timeline")
    assert words in pages.get("/counties/").text(".unit-table")


def test_demonstration_rows_say_so(pages: Pages, session: Session) -> None:
    factories.unit(session, is_demo=True)
    assert "演示数据" in pages.get("/counties/370102").text("main")


def test_the_unit_is_described_for_machines(county_pages: Pages) -> None:
    block = county_pages.get("/counties/350604").one('script[type="application/ld+json"]').element.text or ""
    for words in ('"AdministrativeArea"', '"350604"', "龙海市", "漳州市", "已命名", "2020-12-01"):
        assert words in block
    assert "未达标" not in block


def test_the_province_page_shows_printed_totals_and_no_share_from_recorded_rows(county_pages: Pages) -> None:
    page = county_pages.get("/counties/provinces/370000")
    stats = page.text(".stats").replace(" ", "")
    for words in ("136县级区划", "21已收录", "132公布", "97.1%"):
        assert words in stats.replace("\u202f", "")
    assert "待核实" in page.text("main")
    assert len(page.all(".unit-table tbody tr")) == 137
    without = county_pages.get("/counties/provinces/320000")
    assert "%" not in without.text(".stats")
    assert "不计算比例" in without.text("main")


@pytest.mark.parametrize("code", ["990000", "37", "370100", "shandong", "3700000"])
def test_an_unknown_province_does_not_exist(county_pages: Pages, code: str) -> None:
    county_pages.get(f"/counties/provinces/{code}", status=404)


def test_the_batches_add_up(county_pages: Pages) -> None:
    page = county_pages.get("/counties/batches/")
    rows = page.texts(".data-table tbody tr")
    assert len(rows) == 6
    assert "1,766" in rows[-1]
    assert "74 / 323" in rows[-1]
    assert page.has("#completeness")
    assert len(county_pages.get("/counties/batches/", on="2019-12-30").all(".data-table tbody tr")) == 1


def test_a_batch_shows_its_paper_date_as_printed_and_recorded_units(county_pages: Pages) -> None:
    page = county_pages.get("/counties/batches/2")
    assert page.h1 == "第二批节水型社会建设达标县（区）"
    facts = page.text("dl.facts")
    assert "2019年" in facts
    assert "2019年1月1日" not in facts.replace(" ", "")
    assert "19 / 201" in facts
    assert page.texts("main h3") == ["山东省 1", "陕西省 18"]
    assert "还没有公布" in county_pages.get("/counties/batches/2", on="2019-12-30").text("main")


@pytest.mark.parametrize("number", ["0", "7", "99", "x", "1.0", "-1", "99999999999"])
def test_an_unknown_batch_does_not_exist(county_pages: Pages, number: str) -> None:
    county_pages.get(f"/counties/batches/{number}", status=404)


def test_a_batch_of_which_nothing_is_recorded_says_so(pages: Pages, session: Session) -> None:
    factories.county_batch(session, 1, announced_count=None)
    assert "还没有收录" in pages.get("/counties/batches/1").text("main")
    assert "—" in pages.get("/counties/batches/").text(".data-table")


def test_progress_has_the_same_numbers_as_bars_and_as_a_table(county_pages: Pages) -> None:
    page = county_pages.get("/counties/progress")
    bars = page.all(".bars")[0].texts(".bars__row")
    table = page.all(".data-table")[0].texts("tbody tr")
    assert len(bars) == len(table) == 11
    for bar, line in zip(bars, table, strict=True):
        assert bar.split()[-1] in line
    assert all("待核实" in line for line in table)
    for words in ("第二批公布的具体日期", "2023 年 10 月之后", "北方、南方各包括哪些省份"):
        assert words in page.text('section[aria-labelledby="unknown"]')


def test_progress_before_anything_was_announced_is_empty_but_whole(county_pages: Pages) -> None:
    page = county_pages.get("/counties/progress", on="2018-01-01")
    assert "还没有公布任何批次" in page.text("main")
    assert not page.has(".bars")


@pytest.mark.parametrize("path", ["/counties/", "/counties/progress", "/counties/batches/"])
def test_an_empty_registry_has_whole_pages(pages: Pages, session: Session, path: str) -> None:
    pages.get(path)
    pages.get(path, on="2021-12-31")


def test_the_home_page_has_a_panel_and_the_menu_an_entry(county_pages: Pages) -> None:
    page = county_pages.get("/")
    assert "1,766" in page.text('[aria-labelledby="counties-panel"]')
    assert page.links["县域节水型社会"] == "/counties/"
    assert county_pages.get("/counties/progress").one('.main-nav a[aria-current="true"]').text == "县域节水型社会"


def test_the_home_page_of_an_empty_registry_has_no_panel(pages: Pages, session: Session) -> None:
    assert not pages.get("/").has('[aria-labelledby="counties-panel"]')


def test_sitemap_feeds_and_sources_know_the_slice(county_pages: Pages) -> None:
    sitemap = county_pages.raw("/sitemap-1.xml").get_data(as_text=True)
    for path in ("/counties/", "/counties/progress", "/counties/batches/6", "/counties/provinces/370000", "/320115"):
        assert path in sitemap
    assert "/counties/changes.atom" in county_pages.get("/sitemap").links.values()
    assert "content/counties" in county_pages.get("/freshness").text("main")
    assert "Disallow: /counties/suggest" in county_pages.raw("/robots.txt").get_data(as_text=True)


@pytest.mark.parametrize(
    "query",
    [
        CountyQuery(),
        CountyQuery("江 & 1%", ("370000",), ("north",), (1, 2), ("designated",), (2019,), "date", 3, 20, DAY),
    ],
)
def test_the_address_of_a_choice_is_that_of_its_query(county_app: Flask, query: CountyQuery) -> None:
    with county_app.test_request_context("/counties/"):
        page = reading().search(query)
        for facet in page.facets:
            for value, choice in zip(facet.values, facet_links(facet, query, "/counties/").values, strict=True):
                expected = "/counties/" + arguments(query.with_toggled(facet.field, value.value))
                assert choice.href == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://www.fujian.gov.cn/a.html", True),
        ("https://mwr.gov.cn/", True),
        ("https://gov.cn.example.com/", False),
        ("https://www.fujian.gov.cn@example.com/", False),
        ("https://examplegov.cn/", False),
        ("javascript:alert(1)//.gov.cn", False),
        ("ftp://www.fujian.gov.cn/", False),
        ("http://[::1.gov.cn/", False),
        ("", False),
    ],
)
def test_only_addresses_of_governments_become_links(address: str, expected: object) -> None:
    assert is_official(address) is expected


def test_a_source_of_a_government_is_linked_and_others_are_printed(county_pages: Pages) -> None:
    link = county_pages.get("/counties/350604").one(".timeline a")
    assert link.get("href").startswith("http://www.fujian.gov.cn/")
    assert "external" in link.get("rel").split()
    assert not county_pages.get("/counties/batches/6").has("main dl.facts a[rel]")
