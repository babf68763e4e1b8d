"""What a product page says around the record: limits, place among its like, history, certificates, spot checks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from outreach.core import clock
from outreach.labels.models import (
    Certainty,
    GradeCheck,
    GradeRule,
    Registration,
    RegistrationEvent,
    RegistrationStatus,
    SpotCheckResult,
)
from tests import factories
from tests.labels.papers import add_certificate, add_spot_check
from tests.pages import Pages

NUMBER = "20260519-CWL012020-845027"
PATH = f"/labels/{NUMBER}"


@pytest.fixture
def toilet(session: Session) -> Registration:
    """One listed toilet, model ZB-88, 3.8 L, grade 1."""
    return factories.registration(session, NUMBER, model="ZB-88")


def test_a_superseded_filing_leads_to_the_newest_one_of_its_edition(pages: Pages, session: Session) -> None:
    factories.registration(session, NUMBER, model="ZB-9", status=RegistrationStatus.SUPERSEDED)
    factories.registration(session, "20260701-CWL012020-000002", model="zb 9", announced_on=date(2026, 7, 1))
    other = factories.edition(session, "gb-25502-2024", limits=())
    factories.registration(session, "20260801-CWL012020-000003", model="ZB9", edition=other, grade="")
    page = pages.get(PATH)
    assert page.one(".notice a").get("href") == "/labels/20260701-CWL012020-000002"
    assert page.texts("#filings") == ["同型号的其他备案"]
    assert "不同标准版本的等级不能相互比较" in page.text("main")


def test_another_maker_s_equal_model_is_not_a_filing_of_this_one(pages: Pages, session: Session) -> None:
    factories.registration(session, NUMBER, model="ZB-9")
    factories.registration(session, model="ZB-9", maker=factories.maker(session, "示例·别家有限公司"))
    assert not pages.get(PATH).has("#filings")


def test_differing_grades_are_explained_with_value_limit_and_certainty(pages: Pages, session: Session) -> None:
    edition = factories.edition(session)
    session.query(GradeRule).filter_by(high=4.0).update({"certainty": Certainty.RECALLED})
    second = next(grade for grade in edition.grades if grade.code == "2")
    factories.registration(
        session, NUMBER, litres=4.6, grade="1", computed_grade_id=second.id, grade_check=GradeCheck.DIFFERS
    )
    notice = next(text for text in pages.get(PATH).texts(".notice") if "不一致" in text).replace("\u202f", " ")
    for words in ("登记为1 级", "计算为2 级", "平均用水量登记为 4.6 L", "1 级要求 ≤ 4 L", "待核实", "未见可引用的来源"):
        assert words in notice


def test_a_scale_shows_the_limits_and_where_the_product_stands(pages: Pages, toilet: Registration) -> None:
    scale = pages.get(PATH).one(".scale-bar").text.replace("\u202f", " ")
    for words in ("1 级：≤ 4 L", "2 级：≤ 5 L", "3 级：≤ 6.4 L", "本产品：3.8 L"):
        assert words in scale


def test_the_place_among_comparable_registrations_is_counted(pages: Pages, session: Session) -> None:
    factories.registration(session, NUMBER, litres=4.2, grade="2", model="ZB-42")
    for litres in (3.0, 4.2, 4.8, 5.0, 6.0):
        factories.registration(session, litres=litres, model=f"ZB-{litres}")
    factories.registration(session, litres=1.0, status=RegistrationStatus.WITHDRAWN)
    factories.registration(
        session, litres=1.0, edition=factories.edition(session, "gb-25502-2024", limits=()), grade=""
    )
    page = pages.get(PATH)
    place = page.text(".product__place")
    assert "3 条登记更费水（50%），2 条相同，1 条更省水" in place
    assert "共 6 条" in page.text("main")
    assert [text.split()[1] for text in page.texts(".best a")] == ["ZB-3.0", "ZB-4.2", "ZB-42", "ZB-4.8", "ZB-5.0"]
    assert len(page.all(".histogram .is-marked")) >= 1


def test_among_few_no_place_is_claimed(pages: Pages, toilet: Registration) -> None:
    page = pages.get(PATH)
    assert not page.has(".product__place")
    assert "不足五条" in page.text("main")


def test_the_life_of_a_registration_is_told_with_dates(pages: Pages, session: Session, toilet: Registration) -> None:
    for on, kind in ((date(2026, 5, 19), "announced"), (date(2026, 8, 2), "updated")):
        session.add(
            RegistrationEvent(registration_id=toilet.id, on=on, status=RegistrationStatus.LISTED, kind=kind, details={})
        )
    session.flush()
    page = pages.get(PATH)
    assert [text.split()[0] for text in page.texts(".timeline__title")] == ["登记内容变更", "公告"]
    assert page.texts(".timeline__on") == ["2026年8月2日", "2026年5月19日"]


def test_what_changed_and_what_replaced_a_filing_is_told(pages: Pages, session: Session, toilet: Registration) -> None:
    details = {"average_flush": [4.2, 3.8], "maker": ["甲", "<乙>"], "announced_on": [None, "2026-05-19"]}
    for on, kind, told in ((date(2026, 6, 1), "updated", details), (date(2026, 8, 2), "superseded", {"number": "N-1"})):
        session.add(
            RegistrationEvent(
                registration_id=toilet.id, on=on, status=RegistrationStatus.LISTED, kind=kind, details=told
            )
        )
    session.flush()
    page = pages.get(PATH)
    newest, older = page.all(".timeline__text")
    assert newest.one("a").get("href") == "/labels/N-1"
    assert older.text == "平均用水量：4.2 → 3.8；生产者：甲 → <乙>；公告日期：— → 2026-05-19"


def test_certificates_of_maker_and_model_stand_apart_from_the_label(
    pages: Pages, session: Session, toilet: Registration
) -> None:
    add_certificate(session, "CQC26701000001", models="ZB-88")
    add_certificate(session, "CQC-OLD", models="ZB-88", valid_to=clock.today() - timedelta(days=1))
    stranger = factories.maker(session, "示例·别家有限公司")
    add_certificate(session, "CQC-STRANGER", models="ZB-88", maker_id=stranger.id)
    trust = pages.get(PATH).text("#trust")
    assert "CQC26701000001" in trust
    assert "有效" in trust
    assert "CQC-OLD" in trust
    assert "过期" in trust
    assert "CQC-STRANGER" not in trust


def test_a_failed_spot_check_is_told_at_the_top_and_in_full_below(
    pages: Pages, session: Session, toilet: Registration
) -> None:
    add_spot_check(session, toilet, SpotCheckResult.FAILED)
    page = pages.get(PATH)
    assert "监督抽查不合格" in page.texts(".notice__title")[0]
    for words in ("不合格", "示例市场监管局", "平均用水量", "2026 年第 1 号公告", "2026年7月1日"):
        assert words in page.text("#trust")


def test_a_passed_spot_check_raises_no_alarm(pages: Pages, session: Session, toilet: Registration) -> None:
    add_spot_check(session, toilet, SpotCheckResult.PASSED)
    page = pages.get(PATH)
    assert not page.has(".notice--danger")
    assert "合格" in page.text("#trust")
