"""The state of registrations: a dated decision with its document, of one or of many, that imports do not undo."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry
from outreach.core.clock import today
from outreach.core.files import find_file
from outreach.core.permissions import Role
from outreach.labels.models import RegistrationStatus
from outreach.labels.queries.upkeep import find_registration
from tests import factories
from tests.labels.admin.conftest import Importer
from tests.labels.admin.people import decide, newest_proposal
from tests.labels.imports.registers import filing
from tests.pages import Page, Pages
from tests.staff import StaffPages, StaffPagesMaker

FORM = {"status": "suspended", "on": "2026-06-01", "document": "公告〔2026〕1 号", "reason": "监督抽查不合格"}


def state(session: Session, number: str) -> RegistrationStatus:
    registration = find_registration(session, number)
    assert registration is not None
    return registration.status


def propose(pages: StaffPages, number: str, *, code: int = 303, **changes: Any) -> object:
    address = f"/admin/labels/{number}/status"
    seen = pages.get(address).root.all('input[name="seen"]')[0].get("value")
    data = {**FORM, "seen": seen, "token": pages.token, **changes}
    answer = pages.client.post(address, data=data, headers=pages.headers)
    return answer if answer.status_code == code == 303 else pages.check(address, answer, code)


def test_a_state_is_decided_by_two_and_told_on_the_timeline(
    session: Session, staff_pages: StaffPagesMaker, pages: Pages
) -> None:
    factories.registration(session, "N-1")
    session.commit()
    propose(staff_pages(Role.REGISTRAR), "N-1")
    assert state(session, "N-1") is RegistrationStatus.LISTED
    decide(staff_pages(Role.REVIEWER), session)
    assert state(session, "N-1") is RegistrationStatus.SUSPENDED
    text = pages.get("/labels/N-1").text("main")
    for words in ("已暂停", "依据文件：公告〔2026〕1 号", "2026 年 6 月 1 日", "监督抽查不合格"):
        assert words in text.replace("2026年6月1日", "2026 年 6 月 1 日")


FAULTS = [
    ("status", "delisted", "请填写"),
    ("status", "listed", "已经是这个状态"),
    ("on", (today() + timedelta(days=1)).isoformat(), "不能晚于今天"),
    ("on", "2026-05-18", "不能早于登记的公告日期"),
    ("on", "x", "请填日期"),
    ("on", "", "请填写"),
    ("document", "  ", "请填写"),
    ("document", "长" * 301, "太长"),
    ("reason", "", "请填写"),
]


@pytest.mark.parametrize(("field", "value", "words"), FAULTS)
def test_a_state_without_day_document_or_reason_is_refused(
    session: Session, staff_pages: StaffPagesMaker, field: str, value: str, words: str
) -> None:
    factories.registration(session, "N-1", announced_on=date(2026, 5, 19))
    session.commit()
    page = propose(staff_pages(Role.REGISTRAR), "N-1", code=422, **{field: value})
    assert isinstance(page, Page)
    assert words in page.text(".error-summary")


def test_a_decided_state_stands_whatever_registers_say_until_the_next_decision(
    registry: Session, staff_pages: StaffPagesMaker, import_rows: Importer
) -> None:
    row, other = filing(model="AA-1"), filing(model="BB-2")
    import_rows([row, other], "r-2026-05-01.csv")
    registry.commit()
    number = row["Registration No."]
    registrar, reviewer = staff_pages(Role.REGISTRAR), staff_pages(Role.REVIEWER)
    propose(registrar, number)
    decide(reviewer, registry)
    import_rows([row, other], "r-2026-06-01.csv")
    assert state(registry, number) is RegistrationStatus.SUSPENDED
    import_rows([other], "r-2026-07-01.csv")
    assert state(registry, number) is RegistrationStatus.SUSPENDED
    import_rows([row, other], "r-2026-08-01.csv")
    registry.commit()
    propose(registrar, number, status="listed")
    decide(reviewer, registry)
    assert state(registry, number) is RegistrationStatus.LISTED
    assert import_rows([other], "r-2026-09-01.csv").report.delisted == 1


def test_a_published_state_can_be_taken_back(session: Session, staff_pages: StaffPagesMaker) -> None:
    factories.registration(session, "N-1")
    session.commit()
    reviewer = staff_pages(Role.REVIEWER)
    propose(staff_pages(Role.REGISTRAR), "N-1")
    decide(reviewer, session)
    decide(reviewer, session, "withdraw", comment="公告已更正")
    assert state(session, "N-1") is RegistrationStatus.LISTED


def test_a_document_is_kept_with_the_proposal(session: Session, staff_pages: StaffPagesMaker) -> None:
    factories.registration(session, "N-1")
    session.commit()
    registrar = staff_pages(Role.REGISTRAR)
    paper = (io.BytesIO(b"%PDF-1.7 scan"), "公告.pdf")
    propose(registrar, "N-1", file=paper)
    proposal = newest_proposal(session)
    assert len(proposal.files) == 1
    decide(staff_pages(Role.REVIEWER), session)
    stored = find_file(session, proposal.files[0])
    assert stored is not None
    assert stored.expires_at is None
    page = propose(registrar, "N-1", code=422, status="withdrawn", file=(io.BytesIO(b"MZ\x00\x01"), "x.exe"))
    assert isinstance(page, Page)
    assert "不接受这种文件" in page.text(".error-summary")


def test_many_are_shown_before_they_change_and_each_has_its_entry_in_the_log(
    session: Session, staff_pages: StaffPagesMaker
) -> None:
    numbers = ["N-1", "N-2", "N-3"]
    for number in numbers:
        factories.registration(session, number)
    factories.registration(session, "N-4", status=RegistrationStatus.SUSPENDED)
    session.commit()
    registrar = staff_pages(Role.REGISTRAR)
    chosen = {"ids": [*numbers, "N-4", "N-9", "N-1"]}
    page = registrar.post("/admin/labels/states", status=200, **chosen)
    assert isinstance(page, Page)
    assert len(page.root.all("tbody tr")) == 4
    address, unsaid = "/admin/labels/states", {**FORM, **chosen, "step": "check", "reason": ""}
    page = registrar.check(address, registrar.client.post(address, data={**unsaid, "token": registrar.token}), 422)
    assert page.root.all('input[name="document"]')[0].get("value") == FORM["document"]
    checked = registrar.client.post(
        "/admin/labels/states", data={**FORM, **chosen, "step": "check", "token": registrar.token}
    )
    page = registrar.check("/admin/labels/states", checked, 200)
    assert "N-4" not in page.text("table"), "it does not change"
    sent = {**FORM, **chosen, "step": "send", "token": registrar.token}
    assert registrar.client.post("/admin/labels/states", data=sent).status_code == 303
    assert {state(session, number) for number in numbers} == {RegistrationStatus.LISTED}
    decide(staff_pages(Role.REVIEWER), session)
    assert {state(session, number) for number in numbers} == {RegistrationStatus.SUSPENDED}
    entries = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "labels.status")).all()
    assert [(one.target_key, one.reason) for one in entries] == [(number, FORM["reason"]) for number in numbers]


def test_nothing_chosen_changes_nothing(session: Session, staff_pages: StaffPagesMaker) -> None:
    registrar = staff_pages(Role.REGISTRAR)
    registrar.post("/admin/labels/states")
    assert "没有选中任何登记" in registrar.get("/admin/labels/").text("main")
