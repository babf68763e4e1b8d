"""Certificates: found by words, category and state; every field shown; never mixed up with the label."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from outreach.core import clock
from outreach.labels.models import CertificateStatus
from tests import factories
from tests.labels.papers import add_certificate
from tests.pages import Page, Pages

PATH = "/labels/certificates/"


@pytest.fixture
def register(session: Session) -> None:
    """A real register is in, so real certificates show."""
    factories.import_run(session)


def numbers(page: Page) -> list[str]:
    return page.texts(".data-table tbody th a")


@pytest.mark.usefixtures("register")
def test_certificates_are_listed_the_longest_valid_first(pages: Pages, session: Session) -> None:
    add_certificate(session, "C-1")
    add_certificate(session, "C-2", valid_to=clock.today() + timedelta(days=300))
    page = pages.get(PATH)
    assert page.text("#results") == "共 2 张证书"
    assert numbers(page) == ["C-2", "C-1"]


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("words", ["C-1", "c-1", "示例", "zb-1", "坐便器 ZB", "测试申请"])
def test_words_find_certificates_wherever_they_stand(pages: Pages, session: Session, words: str) -> None:
    add_certificate(session, "C-1")
    add_certificate(session, "D-2", models="QQ-9", product="水嘴", applicant="别家", body="别的机构")
    assert numbers(pages.get(PATH, q=words)) == ["C-1"]


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("words", ["%", "_", "\\", "C_1"])
def test_wildcards_of_the_database_are_plain_letters(pages: Pages, session: Session, words: str) -> None:
    add_certificate(session, "C-1")
    assert numbers(pages.get(PATH, q=words)) == []


@pytest.mark.usefixtures("register")
def test_category_and_state_narrow_the_list_and_can_be_seen_in_the_form(pages: Pages, session: Session) -> None:
    add_certificate(session, "C-1")
    add_certificate(session, "C-2", status=CertificateStatus.WITHDRAWN)
    add_certificate(session, "C-3", category_id=factories.category(session, "faucet", name="水嘴").id)
    page = pages.get(f"{PATH}?category=toilet&status=withdrawn")
    assert numbers(page) == ["C-2"]
    assert [node.get("value") for node in page.all("option[selected]")] == ["toilet", "withdrawn"]


@pytest.mark.usefixtures("register")
def test_a_certificate_is_over_on_the_day_after_its_last(pages: Pages, session: Session) -> None:
    add_certificate(session, "C-TODAY", valid_to=clock.today())
    add_certificate(session, "C-OVER", valid_to=clock.today() - timedelta(days=1))
    add_certificate(session, "C-OPEN", valid_to=None)
    assert numbers(pages.get(f"{PATH}?status=expired")) == ["C-OVER"]
    assert numbers(pages.get(f"{PATH}?status=valid")) == ["C-TODAY", "C-OPEN"]
    assert pages.get(f"{PATH}C-OVER").texts(".status") == ["过期", "过期"]
    assert "请勿作为购买依据" in pages.get(f"{PATH}C-OVER").text(".notice")


@pytest.mark.usefixtures("register")
def test_a_certificate_shows_every_field_and_the_registrations_it_names(pages: Pages, session: Session) -> None:
    add_certificate(
        session,
        "C-1",
        models="ZB-1\nZB-2",
        mode="型式试验+工厂检查",
        factory="测试工厂",
        first_issued_on=date(2020, 2, 3),
    )
    factories.registration(session, "20260519-CWL012020-000001", model="zb 1")
    factories.registration(session, "20260519-CWL012020-000003", model="ZB-3")
    page = pages.get(f"{PATH}C-1")
    for words in (
        "测试申请单位",
        "测试工厂",
        "ZB-1",
        "ZB-2",
        "GB 25502-2017",
        "型式试验+工厂检查",
        "示例认证中心",
        "2020年2月3日",
    ):
        assert words in page.text("main")
    assert numbers(page) == ["20260519-CWL012020-000001"]


@pytest.mark.usefixtures("register")
def test_a_long_list_is_paged_and_keeps_its_filters(pages: Pages, session: Session) -> None:
    for number in range(21):
        add_certificate(session, f"C-{number:02}")
    first = pages.get(PATH, q="C-")
    second = pages.get(first.links["下一页"])
    assert "q=C-" in first.links["下一页"]
    assert len(numbers(first)) == 20
    assert len(numbers(second)) == 1
    pages.get(PATH, page=3, status=404)


@pytest.mark.usefixtures("register")
def test_nothing_found_is_no_verdict(pages: Pages, session: Session) -> None:
    assert "没有收录不等于没有证书" in pages.get(PATH, q="nichts").text(".empty-state")


def test_made_up_certificates_say_so_and_go_with_the_first_real_register(pages: Pages, session: Session) -> None:
    maker = factories.maker(session, "示例·虚构有限公司", is_demo=True)
    add_certificate(session, "DEMO-C-1", is_demo=True, maker_id=maker.id)
    assert "演示数据" in pages.get(PATH).text(".notice--demo")
    assert "演示数据" in pages.get(f"{PATH}DEMO-C-1").text(".tag--demo")
    factories.import_run(session)
    pages.app.extensions["page_store"].clear()
    assert numbers(pages.get(PATH)) == []
    pages.get(f"{PATH}DEMO-C-1", status=404)


@pytest.mark.usefixtures("register")
def test_an_unknown_certificate_is_not_found(pages: Pages) -> None:
    pages.get(f"{PATH}nothing", status=404)
