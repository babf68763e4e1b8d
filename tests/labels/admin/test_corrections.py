"""Correcting a registration: proposed by one, approved by another, told to the public, kept by imports."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry
from outreach.core.permissions import Role
from outreach.core.review import State
from outreach.core.search.outbox import generation
from outreach.labels.models import Registration, RegistrationEvent
from outreach.labels.models_upkeep import Correction
from outreach.labels.queries.upkeep import find_registration, values_by_field
from tests.labels.admin.conftest import Importer
from tests.labels.admin.people import decide, in_both_languages, newest_proposal
from tests.labels.imports.registers import filing
from tests.pages import Page, Pages
from tests.staff import StaffPages, StaffPagesMaker


@pytest.fixture
def row(registry: Session, import_rows: Importer) -> dict[str, str]:
    """A filing that was imported."""
    given = filing(model="AA-1")
    import_rows([given, filing(model="ZZ-9")], "r-2026-05-01.csv")
    registry.commit()
    return given


def number(row: dict[str, str]) -> str:
    return row["Registration No."]


def form_of(page: Page) -> dict[str, str]:
    """What the edit form would send as it stands."""
    found = {}
    for item in page.root.all("form.staff-form input"):
        if item.get("name") and item.get("name") != "token":
            found[item.get("name")] = item.get("value", "")
    for item in page.root.all("form.staff-form select"):
        chosen = item.all("option[selected]")
        found[item.get("name")] = chosen[0].get("value") if chosen else ""
    return found


def correct(pages: StaffPages, row: dict[str, str], *, status: int = 303, **values: str) -> object:
    """Fill in the form and send it; ``figure_WEI`` stands for the field ``figure-WEI``."""
    address = f"/admin/labels/{number(row)}/edit"
    given = {name.replace("figure_", "figure-"): value for name, value in values.items()}
    data = {**form_of(pages.get(address)), "reason": "与备案证书核对", **given}
    return pages.post(address, status=status, **data)


def test_a_correction_counts_only_after_a_second_person_agreed(
    registry: Session, row: dict[str, str], staff_pages: StaffPagesMaker, pages: Pages
) -> None:
    registrar, reviewer = staff_pages(Role.REGISTRAR), staff_pages(Role.REVIEWER)
    token = generation(registry, "labels")
    correct(registrar, row, model="AA-1X", figure_WEI="50")
    assert newest_proposal(registry).state is State.SUBMITTED
    assert "AA-1X" not in pages.get(f"/labels/{number(row)}").text("main")
    assert registrar.client.get(f"/admin/reviews/{newest_proposal(registry).id}/approve").status_code in (403, 404)
    proposal = decide(reviewer, registry)
    assert proposal.state is State.PUBLISHED
    assert generation(registry, "labels") != token
    registration = find_registration(registry, number(row))
    assert registration is not None
    assert (registration.model, registration.model_key) == ("AA-1X", "aa1x")
    assert values_by_field(registration)["WEI"] == 50.0
    assert registration.computed_grade is not None
    assert registration.computed_grade.code == "2", "the grade follows the figure"
    text = pages.get(f"/labels/{number(row)}").text("main")
    for words in ("AA-1X", "本站的更正", "与备案证书核对", "AA-1 → AA-1X"):
        assert words in text
    record = registrar.get(f"/admin/labels/{number(row)}").text("main")
    assert "名录：AA-1" in record
    actions = registry.scalars(sa.select(AuditEntry.action).where(AuditEntry.target_key == number(row))).all()
    assert actions == ["review.publish"]


def test_a_correction_survives_the_next_import_and_notes_what_the_register_says(
    registry: Session, row: dict[str, str], staff_pages: StaffPagesMaker, import_rows: Importer
) -> None:
    correct(staff_pages(Role.REGISTRAR), row, model="AA-1X", maker="宁波新名厨具有限公司")
    decide(staff_pages(Role.REVIEWER), registry)
    report = import_rows([row, filing(model="ZZ-9")], "r-2026-06-01.csv").report
    registration = find_registration(registry, number(row))
    assert registration is not None
    assert (registration.model, registration.maker.name) == ("AA-1X", "宁波新名厨具有限公司")
    assert report.outcomes["unchanged"] == 1
    assert registration.raw["Model"] == "AA-1", "the raw row is the register's"
    import_rows([{**row, "Model": "AA-1b"}, filing()], "r-2026-07-01.csv")
    active = registry.scalars(
        sa.select(Correction).where(Correction.ended_at.is_(None), Correction.field == "model")
    ).one()
    assert (active.register_value, active.value, active.reason) == ("AA-1b", "AA-1X", "与备案证书核对")


def test_a_correction_that_the_register_takes_over_ends(
    registry: Session, row: dict[str, str], staff_pages: StaffPagesMaker, import_rows: Importer, pages: Pages
) -> None:
    correct(staff_pages(Role.REGISTRAR), row, model="AA-1X")
    decide(staff_pages(Role.REVIEWER), registry)
    import_rows([{**row, "Model": "AA-1X"}, filing()], "r-2026-06-01.csv")
    registry.commit()
    assert "本站的更正" not in pages.get(f"/labels/{number(row)}").text("main")
    import_rows([{**row, "Model": "AA-1Y"}, filing()], "r-2026-07-01.csv")
    registration = find_registration(registry, number(row))
    assert registration is not None
    assert registration.model == "AA-1Y", "the register changes it again by itself"


def test_a_published_correction_can_be_taken_back(
    registry: Session, row: dict[str, str], staff_pages: StaffPagesMaker
) -> None:
    reviewer = staff_pages(Role.REVIEWER)
    correct(staff_pages(Role.REGISTRAR), row, model="AA-1X", figure_WEI="50")
    decide(reviewer, registry)
    decide(reviewer, registry, "withdraw", comment="证书看错了")
    registration = find_registration(registry, number(row))
    assert registration is not None
    assert values_by_field(registration)["model"] == "AA-1"
    assert values_by_field(registration)["WEI"] == 44.6
    assert registry.scalars(sa.select(Correction).where(Correction.ended_at.is_(None))).all() == []


def test_what_came_back_is_revised_and_handed_in_again(
    registry: Session, row: dict[str, str], staff_pages: StaffPagesMaker
) -> None:
    registrar, reviewer = staff_pages(Role.REGISTRAR), staff_pages(Role.REVIEWER)
    correct(registrar, row, model="AA-1X")
    proposal = decide(reviewer, registry, "send-back", comment="请再核对")
    address = f"/admin/labels/{number(row)}/edit?proposal={proposal.id}"
    page = registrar.get(address)
    assert form_of(page)["model"] == "AA-1X"
    registrar.post(address, **{**form_of(page), "model": "AA-1Z", "reason": "再次核对"})
    registry.expire_all()
    assert (proposal.state, proposal.after) == (State.SUBMITTED, {"model": "AA-1Z"})
    other = staff_pages(Role.REGISTRAR)
    assert other.client.get(address).status_code == 404, "another person's proposal"
    assert registrar.client.get(address).status_code == 409, "it is not to be changed now"


def test_somebody_was_faster_and_what_was_typed_is_kept(
    registry: Session, row: dict[str, str], staff_pages: StaffPagesMaker
) -> None:
    registrar = staff_pages(Role.REGISTRAR)
    address = f"/admin/labels/{number(row)}/edit"
    shown = form_of(registrar.get(address))
    correct(staff_pages(Role.REGISTRAR), row, model="AA-FAST")
    decide(staff_pages(Role.REVIEWER), registry)
    page = registrar.post(address, status=409, **{**shown, "model": "AA-SLOW", "reason": "我的理由"})
    assert isinstance(page, Page)
    assert form_of(page)["model"] == "AA-SLOW"
    assert "AA-FAST" in page.text("main")
    assert "我的理由" in page.text("textarea")
    registrar.post(address, **{**form_of(page), "reason": "我的理由"})
    assert newest_proposal(registry).before == {"model": "AA-FAST"}


def test_two_proposals_of_one_field_cannot_both_be_approved(
    registry: Session, row: dict[str, str], staff_pages: StaffPagesMaker
) -> None:
    correct(staff_pages(Role.REGISTRAR), row, model="AA-ONE")
    first = newest_proposal(registry)
    correct(staff_pages(Role.REGISTRAR), row, model="AA-TWO")
    reviewer = staff_pages(Role.REVIEWER)
    decide(reviewer, registry)
    reviewer.post(f"/admin/reviews/{first.id}/approve", status=409, version=first.version)
    registration = find_registration(registry, number(row))
    assert registration is not None
    assert registration.model == "AA-TWO"


FAULTS = [
    ("model", "", "请填写"),
    ("model", "长" * 301, "太长"),
    ("maker", "\x00", "请填写"),
    ("declared_grade", "9", "没有这个选项"),
    ("announced_on", "2026-13-45", "请填日期"),
    ("announced_on", "2099-01-01", "不能晚于今天"),
    ("figure_WEI", "1_0", "请填数值"),
    ("figure_WEI", "nan", "请填数值"),
    ("figure_WEI", "-1", "超出"),
    ("figure_WEI", "1e300", "超出"),
    ("reason", " ", "请填写"),
    ("model", "AA-1", "没有改动"),
]


@pytest.mark.parametrize(("field", "value", "words"), FAULTS)
def test_what_cannot_be_is_told_and_what_was_typed_stays(
    registry: Session, row: dict[str, str], staff_pages: StaffPagesMaker, field: str, value: str, words: str
) -> None:
    page = correct(
        staff_pages(Role.REGISTRAR),
        row,
        status=422,
        **{"brand": "留着", field: value} if words != "没有改动" else {field: value},
    )
    assert isinstance(page, Page)
    assert words in page.text(".error-summary")
    if words != "没有改动":
        assert form_of(page)["brand"] == "留着"
    assert registry.scalar(sa.select(sa.func.count()).select_from(RegistrationEvent)) == 2


def test_b07_fields_that_the_form_does_not_have_are_not_stored(
    registry: Session, row: dict[str, str], staff_pages: StaffPagesMaker
) -> None:
    registrar, reviewer = staff_pages(Role.REGISTRAR), staff_pages(Role.REVIEWER)
    extra = {
        "id": "1",
        "number": "STOLEN",
        "status": "withdrawn",
        "state": "published",
        "edition_id": "1",
        "is_demo": "1",
        "run_id": "1",
        "author_id": "99",
        "decided_by_id": "99",
        "register_value": "x",
        "figure-NOSUCH": "5",
        "created_at": "2000-01-01",
    }
    before = registry.execute(sa.select(Registration.__table__).order_by(Registration.id)).all()
    address = f"/admin/labels/{number(row)}/edit"
    given = {**form_of(registrar.get(address)), "model": "AA-1X", "reason": "核对"}
    registrar.client.post(address, data={**extra, **given, "token": registrar.token}, headers=registrar.headers)
    proposal = newest_proposal(registry)
    assert proposal.after == {"model": "AA-1X"}
    assert (proposal.state, proposal.author_id) == (State.SUBMITTED, registrar.person.id)
    decide(reviewer, registry, id="1", number="STOLEN", author_id="99", after="{}")
    after = registry.execute(sa.select(Registration.__table__).order_by(Registration.id)).all()
    for old, new in zip(before, after, strict=True):
        changed = {key for key in old._mapping if old._mapping[key] != new._mapping[key]}
        assert changed <= {"model", "model_key", "updated_at"}


def test_the_pages_of_a_correction_speak_both_languages(
    registry: Session, row: dict[str, str], staff_pages: StaffPagesMaker
) -> None:
    registrar = staff_pages(Role.REGISTRAR)
    correct(registrar, row, model="AA-1X", figure_WEI="50", declared_grade="2", announced_on="2026-05-02")
    proposal = decide(staff_pages(Role.REVIEWER), registry)
    record = f"/admin/labels/{number(row)}"
    in_both_languages(registrar, record, f"{record}/edit", f"{record}/status", f"/admin/reviews/{proposal.id}")
