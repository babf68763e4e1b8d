"""The county officer's desk: the own county's record, what is handed in, and what becomes of it."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.accounts.models import StaffCounty
from outreach.core.clock import today
from outreach.core.files import StoredFile
from outreach.core.formats import day
from outreach.core.permissions import Role
from outreach.core.review import Proposal, State
from outreach.counties.models import CountyUnit, StageEvent
from outreach.counties.models_staff import UnitCorrection, YearlyFigure
from outreach.counties.queries.corrected import corrected_fields
from tests import factories
from tests.counties.admin.conftest import FOREIGN, OWN, approve
from tests.pages import Pages
from tests.staff import StaffPages, StaffPagesMaker

PDF = b"%PDF-1.4 %%EOF"
FIELDS = {"name_en": "Lixia", "note": "省会城区", "note_en": "", "reason": "按地名公告核对"}
STEP = {"stage": "rechecked", "on": "2024-03", "document": "鲁水节字〔2024〕1号", "reason": "复核已开始"}
FIGURES = {"year": "2024", "i-industry-metering": "98.5", "i-household-tiers": "yes", "remark": "工业用水全部装表"}


def newest(session: Session) -> Proposal:
    session.expire_all()
    return session.scalars(sa.select(Proposal).order_by(Proposal.id.desc()).limit(1)).one()


def test_the_one_own_county_opens_at_once(officer: StaffPages) -> None:
    response = officer.raw("/admin/county", status=303)
    assert response.location == f"/admin/county/{OWN}"
    page = officer.get(f"/admin/county/{OWN}")
    assert page.h1 == "山东省济南市历下区"
    assert "2024年3月13日" in page.text(".admin-facts")
    assert "命名满五年评估" in page.text(".admin-facts")
    assert "公布命名" in page.text("main")


def test_of_several_counties_one_is_chosen(unit: CountyUnit, foreign: CountyUnit, staff_pages: StaffPagesMaker) -> None:
    pages = staff_pages(Role.COUNTY_OFFICER, counties=(unit.slug, foreign.slug))
    links = pages.get("/admin/county").links
    assert links["山东省济南市历下区"] == f"/admin/county/{OWN}"
    assert links["山东省济南市别处区"] == f"/admin/county/{FOREIGN}"


def test_an_account_without_county_is_told_whom_to_ask(staff_pages: StaffPagesMaker) -> None:
    assert "安全管理员" in staff_pages(Role.COUNTY_OFFICER).get("/admin/county").text("main")


def test_a_corrected_name_counts_after_a_second_person_agreed(
    session: Session, officer: StaffPages, reviewer: StaffPages, unit: CountyUnit, pages: Pages
) -> None:
    officer.post(f"/admin/county/{OWN}/fields", **FIELDS)
    proposal = newest(session)
    assert (proposal.kind, proposal.state, proposal.target_key) == ("county-correction", State.SUBMITTED, OWN)
    assert proposal.after == {"what": "fields", "name_en": "Lixia", "note": "省会城区"}
    assert session.get_one(CountyUnit, unit.id).name_en == "Lixia District"
    assert "省会城区" not in pages.get(f"/counties/{OWN}").text()
    approve(session, reviewer, proposal)
    session.expire_all()
    assert (unit.name_en, unit.note) == ("Lixia", "省会城区")
    edits = session.scalars(sa.select(UnitCorrection).order_by(UnitCorrection.id)).all()
    assert [(one.field, one.before, one.after) for one in edits] == [
        ("name_en", "Lixia District", "Lixia"),
        ("note", "", "省会城区"),
    ]
    public = pages.get(f"/counties/{OWN}").text(".timeline")
    assert "更正英文名称" in public
    assert "按地名公告核对" in public
    assert "已发布" in officer.get(f"/admin/county/{OWN}").text("main")
    assert "已核对" in officer.get(f"/admin/reviews/{proposal.id}").text(".remarks")


def test_a_step_needs_its_date_and_document(officer: StaffPages) -> None:
    page = officer.post(f"/admin/county/{OWN}/step", status=422, stage="rechecked", on="", document="", reason="")
    assert {node.get("href") for node in page.all(".error-summary a")} == {"#on", "#document", "#reason"}


def test_a_step_that_cannot_follow_is_refused_with_the_rules_sentence(session: Session, officer: StaffPages) -> None:
    page = officer.post(f"/admin/county/{OWN}/step", status=422, **{**STEP, "stage": "kept"})
    assert "单位当时是「已命名」，不能接着「复核通过，保持命名」" in page.text(".error-summary")
    assert page.one("#document").get("value") == STEP["document"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 0


def test_a_step_is_recorded_after_a_second_person_agreed(
    session: Session, officer: StaffPages, reviewer: StaffPages, pages: Pages
) -> None:
    officer.post(f"/admin/county/{OWN}/step", **STEP)
    approve(session, reviewer, newest(session))
    assert "开始复核" in pages.get(f"/counties/{OWN}").text(".timeline")
    assert "复核中" in officer.get(f"/admin/county/{OWN}").text(".admin-facts")


def test_a_step_that_became_impossible_meanwhile_is_not_approved(
    session: Session, officer: StaffPages, reviewer: StaffPages, unit: CountyUnit
) -> None:
    officer.post(f"/admin/county/{OWN}/step", **STEP)
    proposal = newest(session)
    session.execute(sa.delete(StageEvent))
    session.commit()
    approve(session, reviewer, proposal, status=409)
    assert newest(session).state is State.SUBMITTED
    assert session.scalar(sa.select(sa.func.count()).select_from(StageEvent)) == 0


def test_figures_are_public_only_when_they_are_approved(
    session: Session, officer: StaffPages, reviewer: StaffPages, pages: Pages
) -> None:
    officer.post(f"/admin/county/{OWN}/figures", **FIGURES, files=(io.BytesIO(PDF), "统计表.pdf"))
    proposal = newest(session)
    assert proposal.kind == "county-figures"
    assert len(proposal.files) == 1
    assert "县级填报" not in pages.get(f"/counties/{OWN}").text()
    shown = reviewer.get(f"/admin/reviews/{proposal.id}")
    assert "98.5 %" in shown.text(".diff-table")
    assert "统计表.pdf" in shown.links
    approve(session, reviewer, proposal)
    public = pages.get(f"/counties/{OWN}").text("main")
    assert "2024年" in public
    assert f"来源：县级填报，公布日期 {day(today())}" in public
    assert "98.5 %" in public
    assert "工业用水全部装表" in public


def test_figures_of_a_year_are_replaced_as_a_whole(
    session: Session, officer: StaffPages, reviewer: StaffPages, unit: CountyUnit
) -> None:
    officer.post(f"/admin/county/{OWN}/figures", **FIGURES)
    approve(session, reviewer, newest(session))
    form = officer.get(f"/admin/county/{OWN}/figures", year="2024")
    assert form.one("#i-industry-metering").get("value") == "98.5"
    officer.post(f"/admin/county/{OWN}/figures", **{"year": "2024", "i-industry-metering": "99"})
    assert newest(session).before["household-tiers"] == "yes"
    approve(session, reviewer, newest(session))
    session.expire_all()
    figures = session.scalars(sa.select(YearlyFigure)).all()
    assert [(one.code, one.value, one.unit_word) for one in figures] == [("industry-metering", "99", "%")]


def test_what_was_sent_back_is_changed_and_handed_in_again(
    session: Session, officer: StaffPages, reviewer: StaffPages
) -> None:
    officer.post(f"/admin/county/{OWN}/figures", **FIGURES, files=(io.BytesIO(PDF), "表.pdf"))
    first = newest(session)
    reviewer.post(f"/admin/reviews/{first.id}/send-back", comment="请核对计量率", version=first.version)
    assert "已退回" in officer.get(f"/admin/county/{OWN}").text("main")
    address = officer.get(f"/admin/reviews/{first.id}").links["修改"]
    form = officer.get(address)
    assert "请核对计量率" in form.text("main")
    assert form.one("#i-industry-metering").get("value") == "98.5"
    officer.post(f"/admin/county/{OWN}/figures", **{**FIGURES, "i-industry-metering": "97", "proposal": str(first.id)})
    again = newest(session)
    assert (again.id, again.state, again.after["industry-metering"]) == (first.id, State.SUBMITTED, "97")
    assert len(again.files) == 1, "the attachment stays when no other is chosen"


def test_the_officer_takes_back_what_nobody_has_decided(session: Session, officer: StaffPages) -> None:
    officer.post(f"/admin/county/{OWN}/fields", **FIELDS)
    proposal = newest(session)
    officer.post(f"/admin/reviews/{proposal.id}/withdraw", comment="")
    assert newest(session).state is State.WITHDRAWN


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"year": "2024"}, "year"),
        ({**FIGURES, "year": "2099"}, "year"),
        ({**FIGURES, "year": "٢٠٢٤"}, "year"),
        ({**FIGURES, "i-industry-metering": "120"}, "i-industry-metering"),
        ({**FIGURES, "i-industry-metering": "=1+1"}, "i-industry-metering"),
        ({**FIGURES, "i-household-tiers": "maybe"}, "i-household-tiers"),
        ({**FIGURES, "remark": "水" * 2001}, "remark"),
    ],
)
def test_faulty_figures_are_named_at_their_field(officer: StaffPages, data: dict[str, Any], field: str) -> None:
    page = officer.post(f"/admin/county/{OWN}/figures", status=422, **data)
    assert [node.get("href") for node in page.all(".error-summary a")] == [f"#{field}"]


@pytest.mark.parametrize(
    ("attached", "words"),
    [
        ([PDF] * 4, "最多 3 个附件"),
        ([b"<svg onload=alert(1)>"], "不接受这种文件"),
        ([PDF, b"MZ\x90\x00"], "不接受这种文件"),
    ],
)
def test_attachments_that_are_not_taken(
    session: Session, officer: StaffPages, attached: list[bytes], words: str
) -> None:
    sent = [(io.BytesIO(content), "统计表.pdf") for content in attached]
    page = officer.post(f"/admin/county/{OWN}/fields", status=422, **FIELDS, files=sent)
    assert words in page.text(".error-summary")
    for model in (Proposal, StoredFile):
        assert session.scalar(sa.select(sa.func.count()).select_from(model)) == 0


@pytest.mark.parametrize("text", ["\x00", "\ud800", "水" * 10_000, "=cmd|'/c calc'!A0", "<script>alert(1)</script>"])
def test_hostile_text_is_never_an_error_of_ours(officer: StaffPages, text: str) -> None:
    safe = text.encode("utf-8", "surrogatepass")
    for path, data in (("fields", FIELDS), ("step", STEP), ("figures", FIGURES)):
        sent = dict.fromkeys(data, safe)
        answer = officer.client.post(f"/admin/county/{OWN}/{path}", data={"token": officer.token, **sent})
        assert answer.status_code in (303, 422), path


def test_b04_a_county_taken_away_is_closed_at_once_with_all_that_was_handed_in(
    session: Session, officer: StaffPages
) -> None:
    officer.post(f"/admin/county/{OWN}/fields", **FIELDS)
    proposal = newest(session)
    session.execute(sa.delete(StaffCounty))
    session.commit()
    for path in (f"/admin/county/{OWN}", f"/admin/reviews/{proposal.id}", f"/admin/reviews/{proposal.id}/withdraw"):
        officer.get(path, status=404)
    assert "历下区" not in officer.get("/admin/reviews", view="mine").text()


def test_a_newer_officer_of_the_county_sees_what_the_former_handed_in(
    session: Session, officer: StaffPages, staff_pages: StaffPagesMaker
) -> None:
    officer.post(f"/admin/county/{OWN}/fields", **FIELDS)
    newer = staff_pages(Role.COUNTY_OFFICER, counties=(OWN,))
    assert "按地名公告核对" in newer.get(f"/admin/county/{OWN}").text("main")
    newer.post(f"/admin/reviews/{newest(session).id}/withdraw", status=403)


def test_the_badge_counts_what_came_back(session: Session, officer: StaffPages, reviewer: StaffPages) -> None:
    assert not officer.get(f"/admin/county/{OWN}").has(".admin-menu__badge")
    officer.post(f"/admin/county/{OWN}/fields", **FIELDS)
    reviewer.post(f"/admin/reviews/{newest(session).id}/send-back", comment="请附文件")
    assert officer.get(f"/admin/county/{OWN}").has(".admin-menu__badge")


def test_mass_assignment_changes_nothing_else(session: Session, officer: StaffPages, unit: CountyUnit) -> None:
    extra = {
        "certainty": "recalled",
        "slug": "x",
        "code": "1",
        "is_current": "0",
        "author_id": "1",
        "state": "published",
    }
    officer.post(f"/admin/county/{OWN}/fields", **FIELDS, **extra)
    assert set(newest(session).after) == {"what", "name_en", "note"}
    assert newest(session).state is State.SUBMITTED


def test_facts_loaded_anew_leave_what_was_corrected(
    session: Session, officer: StaffPages, reviewer: StaffPages, unit: CountyUnit
) -> None:
    officer.post(f"/admin/county/{OWN}/fields", **FIELDS)
    approve(session, reviewer, newest(session))
    assert corrected_fields(session) == {OWN: {"name_en": "Lixia", "note": "省会城区"}}
    assert factories.unit(session, OWN).name_en == "Lixia"
