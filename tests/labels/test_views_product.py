"""The page of one registration: everything recorded is shown, with units, certainty and source."""

from __future__ import annotations

import json
from urllib.parse import quote, unquote

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.labels.models import ImportRemark, Registration, RegistrationStatus, SpotCheckResult
from tests import factories
from tests.labels.papers import add_certificate, add_spot_check
from tests.labels.statements import counted_statements
from tests.pages import Pages

NUMBER = "20260519-CWL012020-845027"
PATH = f"/labels/{NUMBER}"
#: Statements of one uncached product page with every part filled.
MOST_STATEMENTS = 16


@pytest.fixture
def toilet(session: Session) -> Registration:
    """One listed toilet, model ZB-88, 3.8 L, grade 1."""
    return factories.registration(session, NUMBER, model="ZB-88")


def test_the_page_tells_what_is_recorded(pages: Pages, toilet: Registration) -> None:
    page = pages.get(PATH)
    assert page.h1 == "测试洁具有限公司 ZB-88"
    assert NUMBER in page.text(".product__number")
    assert "3.8" in page.text(".fact-card .stats")
    assert "信息卡，非水效标识" in page.text(".fact-card")
    assert {"GB 25502-2017", "测试洁具有限公司"} <= set(page.links)
    assert "test.csv" in page.text("main")
    assert "3.8 L" in page.text(".data-table tbody").replace("\u202f", " ")


def test_the_english_page_marks_the_register_s_chinese(pages: Pages, toilet: Registration) -> None:
    page = pages.get("/en" + PATH)
    assert page.one('h1 [lang="zh-CN"]').text == "测试洁具有限公司 ZB-88"
    assert page.links["GB 25502-2017"] == "/en/labels/standards/gb-25502-2017"


@pytest.mark.parametrize(
    "spelling",
    [
        NUMBER.lower(),
        NUMBER.replace("-", ""),
        NUMBER.replace("-", "－"),
        "２０２６０５１９-CWL012020-845027",
        f" {NUMBER} ",
    ],
)
def test_another_spelling_of_a_number_leads_to_the_record(pages: Pages, toilet: Registration, spelling: str) -> None:
    answer = pages.raw(f"/labels/{quote(spelling)}", status=301)
    assert answer.headers["Location"] == PATH


def test_a_redirect_stays_in_the_language(pages: Pages, toilet: Registration) -> None:
    assert pages.raw(f"/en/labels/{NUMBER.lower()}", status=301).headers["Location"] == "/en" + PATH


def test_two_numbers_that_differ_in_a_hyphen_only_are_each_found(pages: Pages, session: Session) -> None:
    factories.registration(session, "US-12-34")
    factories.registration(session, "US-123-4")
    assert "US-12-34" in pages.get("/labels/US-12-34").text(".product__number")
    assert "US-123-4" in pages.get("/labels/US-123-4").text(".product__number")
    pages.get("/labels/us-1234", status=404)


def test_an_unknown_number_is_not_found_but_can_be_searched_for(pages: Pages, toilet: Registration) -> None:
    page = pages.get("/labels/20260519-CWL012020-000000", status=404)
    assert page.one('main input[name="q"]').get("value") == "20260519-CWL012020-000000"


def test_an_unknown_address_is_never_written_back(pages: Pages, toilet: Registration) -> None:
    page = pages.get("/labels/" + quote('"><script>alert(1)</script>', safe=""), status=404)
    assert "alert" not in page.response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (RegistrationStatus.DELISTED, "已不在名录"),
        (RegistrationStatus.EXPIRED, "已到期"),
        (RegistrationStatus.SUSPENDED, "已暂停"),
        (RegistrationStatus.WITHDRAWN, "已撤销"),
    ],
)
def test_a_number_resolves_whatever_became_of_it_and_says_so(
    pages: Pages, session: Session, status: RegistrationStatus, words: str
) -> None:
    factories.registration(session, NUMBER, status=status)
    page = pages.get(PATH)
    assert words in page.texts(".notice__title")[0]
    assert words in page.text(".product__kicker .status")


def test_what_the_import_repaired_is_told(pages: Pages, session: Session, toilet: Registration) -> None:
    session.add(
        ImportRemark(
            run_id=toilet.run_id,
            row_number=toilet.row_number,
            is_refused=False,
            code="blanks-cleaned",
            message="去掉了型号里的空白。",
            raw={},
        )
    )
    session.flush()
    assert "去掉了型号里的空白。" in pages.get(PATH).text("main")


def test_the_raw_row_stands_as_it_came(pages: Pages, session: Session) -> None:
    factories.registration(session, NUMBER, raw={"型号": "<b>ZB</b> {{ 7*7 }}", "能耗": "0818"})
    page = pages.get(PATH)
    assert "<b>ZB</b> {{ 7*7 }}" in page.text(".raw-row")
    assert not page.has(".raw-row b")


def test_the_data_block_cannot_end_the_script(pages: Pages, session: Session) -> None:
    factories.registration(session, NUMBER, model="</script><script>alert(1)</script>")
    page = pages.get(PATH)
    block = json.loads(page.one('script[type="application/ld+json"]').element.text or "")
    assert block["model"] == "</script><script>alert(1)</script>"
    assert block["identifier"] == NUMBER
    assert "<script>alert" not in page.response.get_data(as_text=True)


def test_the_same_record_is_given_as_json(pages: Pages, toilet: Registration) -> None:
    record = json.loads(pages.raw(f"{PATH}.json").get_data())
    assert record["number"] == NUMBER
    assert record["declared_grade"] == "1"
    assert record["values"]["average_flush"] == {"name": "平均用水量", "value": 3.8, "unit": "L", "raw_text": "3.8"}
    assert record["url"].endswith(PATH)
    assert pages.raw(f"/labels/{NUMBER.lower()}.json", status=301).headers["Location"] == f"{PATH}.json"
    assert pages.raw("/labels/nothing.json", status=404).mimetype == "application/problem+json"


def test_the_same_record_is_given_as_csv_and_no_cell_is_a_formula(pages: Pages, session: Session) -> None:
    factories.registration(session, NUMBER, model="=1+1")
    lines = pages.raw(f"{PATH}.csv").get_data().decode("utf-8-sig").splitlines()
    cells = dict(zip(lines[0].split(","), lines[1].split(","), strict=True))
    assert cells["备案号或登记号"] == NUMBER
    assert cells["规格型号"] == "'=1+1"
    assert cells["平均用水量 (L)"] == "3.8"


def test_a_made_up_product_says_so_and_goes_when_a_real_register_is_in(pages: Pages, session: Session) -> None:
    number = "DEMO-20260101-CWL012020-000001"
    run = factories.import_run(session, "demo", is_demo=True)
    demo = {"run": run, "is_demo": True, "maker": factories.maker(session, "示例·虚构有限公司", is_demo=True)}
    factories.registration(session, number, **demo)
    assert "演示数据" in pages.get(f"/labels/{number}").text(".product__kicker")
    factories.registration(session, NUMBER)
    pages.app.extensions["page_store"].clear()
    pages.get(f"/labels/{number}", status=404)


def test_the_way_to_the_official_register_goes_through_the_notice(pages: Pages, session: Session) -> None:
    factories.scheme(session, query_url="https://www.waterlabel.org.cn/productFiling")
    factories.registration(session, NUMBER)
    href = pages.get(PATH).links["到官方查询页核对"]
    assert unquote(href) == "/leaving?to=https://www.waterlabel.org.cn/productFiling"
    assert "www.waterlabel.org.cn" in pages.get(href).text("main")


def test_a_page_with_everything_takes_few_statements(app: Flask, pages: Pages, session: Session) -> None:
    registration = factories.registration(session, NUMBER, model="ZB-1")
    for number in range(8):
        factories.registration(session, model="ZB-1", litres=3.0 + number)
    add_certificate(session, "C-1")
    add_spot_check(session, registration, SpotCheckResult.PASSED)
    with counted_statements(app) as statements:
        pages.get(PATH)
    assert len(statements) <= MOST_STATEMENTS, "\n".join(statements)
