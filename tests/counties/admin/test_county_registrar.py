"""The registrar's pages: the list and its filters, corrections of fields and steps, unclear names."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask_babel import refresh
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry
from outreach.core.review import Proposal, State
from outreach.counties.actions.facts import load_facts
from outreach.counties.models import Certainty, CountyUnit, NameReview, Origin, ReviewState, Stage, StageEvent
from outreach.counties.models_staff import CorrectedStep
from tests import factories
from tests.counties.admin.conftest import FOREIGN, OWN, approve
from tests.pages import Pages
from tests.staff import StaffPages

BASE = f"/admin/counties/{OWN}"
STEP = {"stage": "rechecked", "on": "2024-03-01", "document": "鲁水节字〔2024〕1号", "reason": "按公告记录"}


def newest(session: Session) -> Proposal:
    session.expire_all()
    return session.scalars(sa.select(Proposal).order_by(Proposal.id.desc()).limit(1)).one()


def event_of(session: Session, unit: CountyUnit) -> StageEvent:
    return session.scalars(sa.select(StageEvent).where(StageEvent.unit_id == unit.id)).one()


@pytest.mark.parametrize(
    ("args", "found"),
    [
        ({}, {OWN, FOREIGN, "320102"}),
        ({"words": "历下"}, {OWN}),
        ({"words": "elsewhere"}, {FOREIGN}),
        ({"state": "designated"}, {OWN, FOREIGN}),
        ({"state": "unlisted"}, {"320102"}),
        ({"province": "320000"}, {"320102"}),
        ({"certainty": "recalled"}, {"320102"}),
        ({"source": "staff"}, {OWN}),
        ({"source": "import"}, {FOREIGN}),
        ({"batch": "1"}, {OWN, FOREIGN}),
        ({"waiting": "1"}, {OWN}),
        ({"state": "nonsense", "province": "1", "batch": "-1", "page": "x", "sort": "?"}, {OWN, FOREIGN, "320102"}),
        ({"words": "\x00'%_"}, set()),
    ],
)
def test_the_list_is_filtered(
    session: Session,
    registrar: StaffPages,
    unit: CountyUnit,
    foreign: CountyUnit,
    args: dict[str, str],
    found: set[str],
) -> None:
    south = factories.province(session, "320000", name="江苏省", short_name="江苏", position=10)
    factories.unit(session, "320102", "玄武区", province=south, certainty=Certainty.RECALLED)
    event_of(session, foreign).origin = Origin.IMPORT
    session.commit()
    registrar.post(f"{BASE}/fields", name_en="Lixia", note="", note_en="", certainty="sourced", reason="核对")
    page = registrar.get("/admin/counties/", **args)
    assert {node.text for node in page.all("tbody td.code")} == found


def test_the_pages_are_english_as_well(
    session: Session, registrar: StaffPages, officer: StaffPages, reviewer: StaffPages, unit: CountyUnit
) -> None:
    review, event = factories.name_review(session), event_of(session, unit)
    session.commit()
    officer.post(f"/admin/county/{OWN}/figures", **{"year": "2024", "i-household-tiers": "yes", "remark": "备注"})
    approve(session, reviewer, newest(session))
    registrar.post(f"{BASE}/steps/new", **STEP)
    registrar.post(f"{BASE}/fields", name_en="Lixia", note="省会城区", note_en="", certainty="sourced", reason="核对")
    approve(session, reviewer, newest(session))
    for pages, path in ((registrar, BASE), (officer, f"/admin/county/{OWN}"), (reviewer, "/admin/")):
        pages.get(path)  # what was said in Chinese is said there
    refresh()  # one application context stands around the whole test, and its language with it
    for path in ("", OWN, f"{OWN}/fields", f"{OWN}/steps/new", f"{OWN}/steps/{event.id}", "names/", "imports/"):
        registrar.get(f"/en/admin/counties/{path}")
    for path in (f"names/{review.id}", f"imports/{review.import_run_id}", "imports/new"):
        registrar.get(f"/en/admin/counties/{path}")
    registrar.get(f"/en/admin/counties/imports/{review.import_run_id}/undo")
    for path in ("", "/fields", "/step", "/figures"):
        officer.get(f"/en/admin/county/{OWN}{path}")
    for number in session.scalars(sa.select(Proposal.id)):
        reviewer.get(f"/en/admin/reviews/{number}")
    public = Pages(registrar.app).get(f"/en/counties/{OWN}")
    assert "reported by the county" in public.text("main")


def test_the_list_is_sorted(registrar: StaffPages, unit: CountyUnit, foreign: CountyUnit, session: Session) -> None:
    foreign.pinyin = "aaa"
    session.commit()
    for sort, first in (("code", OWN), ("name", FOREIGN)):
        assert registrar.get("/admin/counties/", sort=sort).texts("tbody td.code")[0] == first


def test_fields_change_on_a_second_persons_word(
    session: Session, registrar: StaffPages, reviewer: StaffPages, unit: CountyUnit
) -> None:
    data = {"name_en": "Lixia District", "note": "", "note_en": "", "certainty": "single-source", "reason": "只见一处"}
    registrar.post(f"{BASE}/fields", **data)
    registrar.post(f"/admin/reviews/{newest(session).id}/approve", status=403, comment="")
    approve(session, reviewer, newest(session))
    assert session.get_one(CountyUnit, unit.id).certainty is Certainty.SINGLE_SOURCE
    actions = session.scalars(sa.select(AuditEntry.action).where(AuditEntry.target_kind == "county")).all()
    assert actions == ["review.publish"]


def test_a_form_that_changes_nothing_is_refused(registrar: StaffPages) -> None:
    same = {"name_en": "Lixia District", "note": "", "note_en": "", "certainty": "sourced", "reason": "核对"}
    assert "内容没有改动" in registrar.post(f"{BASE}/fields", status=422, **same).text(".error-summary")


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    session: Session, registrar: StaffPages, reviewer: StaffPages, unit: CountyUnit
) -> None:
    data = {"note": "", "note_en": "", "certainty": "sourced", "reason": "核对"}
    registrar.post(f"{BASE}/fields", name_en="First", **data)
    first = newest(session)
    registrar.post(f"{BASE}/fields", name_en="Second", **data)
    second = newest(session)
    approve(session, reviewer, first)
    approve(session, reviewer, second, status=409)
    assert session.get_one(CountyUnit, unit.id).name_en == "First"


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({**STEP, "stage": ""}, "stage", "请填写"),
        ({**STEP, "stage": "applied"}, "stage", "不能接着「建设申报」"),
        ({**STEP, "stage": "designated", "batch": ""}, "batch", "批次"),
        ({**STEP, "stage": "designated", "batch": "99"}, "stage", "没有第 99 批"),
        ({**STEP, "stage": "designated", "batch": "1"}, "stage", "已有命名"),
        ({**STEP, "batch": "2"}, "batch", "只有公布命名"),
        ({**STEP, "on": "2099-01-01"}, "on", "不能晚于今天"),
        ({**STEP, "on": "去年"}, "on", "日期写成"),
        ({**STEP, "document": "", "source": ""}, "document", "至少要填一个"),
        ({**STEP, "reason": ""}, "reason", "请填写"),
    ],
)
def test_faulty_steps_are_refused_at_their_field(
    session: Session, registrar: StaffPages, data: dict[str, Any], field: str, words: str
) -> None:
    page = registrar.post(f"{BASE}/steps/new", status=422, **data)
    assert [node.get("href") for node in page.all(".error-summary a")] == [f"#{field}"]
    assert words in page.text(".error-summary")
    assert session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 0


def test_a_corrected_step_stays_in_the_history(
    session: Session, registrar: StaffPages, reviewer: StaffPages, unit: CountyUnit, pages: Pages
) -> None:
    wrong = factories.stage_event(session, Stage.RECHECKED, "2024-03-01", unit=unit, document="旧文件")
    session.commit()
    assert "开始复核" in pages.get(f"/counties/{OWN}").text(".timeline")
    link = registrar.get(BASE).one(f'a[href="{BASE}/steps/{wrong.id}"]')
    form = registrar.get(link.get("href"))
    assert form.one("#document").get("value") == "旧文件"
    same = {"stage": "rechecked", "on": "2024-03-01", "document": "旧文件", "reason": "没有改"}
    assert "没有改动" in registrar.post(link.get("href"), status=422, **same).text(".error-summary")
    registrar.post(link.get("href"), **{**STEP, "on": "2024-05", "document": "新文件", "reason": "月份录错"})
    shown = reviewer.get(f"/admin/reviews/{newest(session).id}").text(".diff-table")
    assert "2024-03-01" in shown
    assert "2024-05" in shown
    approve(session, reviewer, newest(session))
    kept = session.scalars(sa.select(CorrectedStep)).one()
    assert (kept.document, kept.happened_on.isoformat() if kept.happened_on else "") == ("旧文件", "2024-03-01")
    timeline = pages.get(f"/counties/{OWN}").one(".timeline")
    assert "2024年5月 开始复核" in timeline.text
    assert "已更正" in timeline.text
    assert "月份录错" in timeline.text
    assert [node.text for node in timeline.all("del")] == ["开始复核"]
    assert "旧文件" in registrar.get(BASE).text("main")


def test_a_step_struck_out_is_not_brought_back_by_the_facts(
    session: Session, registrar: StaffPages, reviewer: StaffPages, pages: Pages
) -> None:
    load_facts(session)
    naming = session.scalars(sa.select(StageEvent).where(StageEvent.origin == Origin.FACTS).limit(1)).one()
    slug, key = session.get_one(CountyUnit, naming.unit_id).slug, (naming.unit_id, naming.batch_id)
    session.commit()
    registrar.post(f"/admin/counties/{slug}/steps/{naming.id}", removed="1", reason="公告里没有它")
    approve(session, reviewer, newest(session))
    load_facts(session)
    again = sa.select(StageEvent).where(StageEvent.unit_id == key[0], StageEvent.batch_id == key[1])
    assert session.scalar(again) is None
    assert "已作废" in pages.get(f"/counties/{slug}").text(".timeline")


def test_a_naming_that_others_follow_cannot_be_struck_out(
    session: Session, registrar: StaffPages, unit: CountyUnit
) -> None:
    naming = event_of(session, unit)
    factories.stage_event(session, Stage.RECHECKED, "2024-03-01", unit=unit)
    session.commit()
    page = registrar.post(f"{BASE}/steps/{naming.id}", status=422, removed="1", reason="误录")
    assert "不能接着「开始复核」" in page.text(".error-summary")


def test_a_step_of_another_unit_is_not_found(session: Session, registrar: StaffPages, foreign: CountyUnit) -> None:
    registrar.get(f"{BASE}/steps/{event_of(session, foreign).id}", status=404)


def test_a_step_sent_back_is_changed_where_it_was_written(
    session: Session, registrar: StaffPages, reviewer: StaffPages
) -> None:
    registrar.post(f"{BASE}/steps/new", **STEP)
    first = newest(session)
    reviewer.post(f"/admin/reviews/{first.id}/send-back", comment="日期？", version=first.version)
    form = registrar.get(registrar.get(f"/admin/reviews/{first.id}").links["修改"])
    assert form.one("#on").get("value") == "2024-03-01"
    registrar.post(f"{BASE}/steps/new", **{**STEP, "on": "2024-03-02", "proposal": str(first.id)})
    assert (newest(session).id, newest(session).after["on"]) == (first.id, "2024-03-02")
    assert newest(session).state is State.SUBMITTED


def test_an_unclear_name_is_assigned_with_a_reason(session: Session, registrar: StaffPages, unit: CountyUnit) -> None:
    factories.county_batch(session, 2)
    other = factories.unit(session, "370104", "槐荫区")
    parsed = {"batch": 2, "announced_on": "2019-03-13", "province": "370000", "name": "槐荫", "document": "公告"}
    review = factories.name_review(session, parsed=parsed, candidates=[unit.id, other.id])
    session.commit()
    assert "槐荫" in registrar.get("/admin/counties/names/").text("tbody")
    path = f"/admin/counties/names/{review.id}"
    assert len(registrar.get(path).all('input[name="unit"]')) == 2
    registrar.post(path, status=422, decision="assign", reason="")
    registrar.post(path, decision="assign", unit=other.slug, reason="公告原文写明")
    session.expire_all()
    assert (review.state, review.unit_id, review.note) == (ReviewState.ASSIGNED, other.id, "公告原文写明")
    assert event_of(session, other).name_as_published == "槐荫"
    closed = registrar.post(path, status=422, decision="assign", unit=other.slug, reason="再来一次")
    assert "已经处理过" in closed.text(".error-summary")
    assert "公告原文写明" in registrar.get("/admin/counties/names/", view="done").text("tbody")


def test_an_unclear_name_may_mean_nobody_or_somebody_else(session: Session, registrar: StaffPages) -> None:
    review = factories.name_review(session)
    session.commit()
    path = f"/admin/counties/names/{review.id}"
    wrong = registrar.post(path, status=422, decision="assign", other="999999", reason="？")
    assert "没有单位「999999」" in wrong.text(".error-summary")
    registrar.post(path, decision="dismiss", reason="名单误印")
    assert session.get_one(NameReview, review.id, populate_existing=True).state is ReviewState.DISMISSED
    entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
    assert (entry.action, entry.reason, entry.target_key) == ("counties.name", "名单误印", str(review.id))
