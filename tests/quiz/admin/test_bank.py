"""The question bank: versions through a second person, files by trial run, corrected keys mark papers again."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry
from outreach.core.jobs import JobState
from outreach.core.review import Proposal
from outreach.quiz.actions.bank import newest_versions
from outreach.quiz.actions.folding import fold
from outreach.quiz.formats import FORMATS
from outreach.quiz.models import Attempt, Question, QuestionVersion, RegradeChange
from outreach.quiz.queries.recount import recount
from outreach.quiz.rules.questions import from_dict
from tests.quiz.admin import typed
from tests.quiz.admin.conftest import Played
from tests.quiz.admin.test_contests import run_jobs
from tests.quiz.questions import fill_in, multiple, ordering, single, true_false
from tests.staff import StaffPages


def approve_newest(session: Session, reviewer: StaffPages, *, status: int = 303) -> None:
    session.expire_all()
    newest = session.scalars(sa.select(Proposal.id).order_by(Proposal.id.desc()).limit(1)).one()
    reviewer.post(f"/admin/reviews/{newest}/approve", status=status)


@pytest.mark.parametrize("make", [single, multiple, true_false, ordering, fill_in])
def test_a_new_question_counts_after_the_second_person(
    session: Session, organiser: StaffPages, reviewer: StaffPages, make: Any
) -> None:
    content = make("经过审核的题是什么？")
    organiser.post("/admin/questions/new", code="new-1", **typed.question(content))
    assert "new-1" not in newest_versions(session)
    organiser.get("/admin/questions/by-code/new-1")
    approve_newest(session, reviewer)
    assert from_dict(newest_versions(session)["new-1"].content) == content


def test_an_edit_is_a_new_version_and_the_old_one_stays(
    session: Session, organiser: StaffPages, reviewer: StaffPages, played: Played
) -> None:
    organiser.post("/admin/questions/by-code/Q0000/edit", **typed.question(single("换了说法的题？")))
    approve_newest(session, reviewer)
    versions = session.scalars(sa.select(QuestionVersion).join(Question).where(Question.code == "Q0000")).all()
    assert [version.number for version in versions] == [1, 2]
    assert organiser.client.get("/admin/questions/by-code/Q0000/2/key").status_code == 200


def test_faults_of_a_question_are_beside_their_fields(session: Session, organiser: StaffPages, played: Played) -> None:
    page = organiser.post("/admin/questions/new", status=422, code="Q0001", kind="single", difficulty="9", topic="")
    for field in ("difficulty", "topic", "stem", "options"):
        assert page.all(f'.error-summary a[href="#{field}"]'), field
    twin = typed.question(single("第 0 题是什么？"))
    page = organiser.post("/admin/questions/new", status=422, code="other", **twin)
    assert "Q0000" in page.text(), "it is there already"
    assert session.scalar(sa.select(Proposal.id)) is None


@pytest.mark.parametrize("code", sorted(FORMATS))
def test_every_template_can_be_handed_in_again(session: Session, organiser: StaffPages, code: str) -> None:
    template = organiser.client.get(f"/admin/questions/template.{code}").data
    answer = send_file(organiser, template, code)
    assert answer.status_code == 303, answer.get_data(as_text=True)[-3000:]
    page = organiser.get(answer.location)
    assert newest_versions(session) == {}, "a trial run writes nothing"
    organiser.post(page.one(".admin-main form").get("action"))
    assert len(newest_versions(session)) in (1, 2)


def send_file(pages: StaffPages, data: bytes, code: str) -> Any:
    form = {"token": pages.token, "file_format": code, "file": (io.BytesIO(data), "questions")}
    return pages.client.post("/admin/questions/import", data=form)


def test_a_file_with_faults_names_its_rows_and_writes_nothing(session: Session, organiser: StaffPages) -> None:
    table = "\n".join(["A?", "A. 一", "B. 二", "ANSWER: C", "", "B?", "A. 一", "B. 二", "ANSWER: A"])
    page = organiser.get(send_file(organiser, table.encode(), "aiken").location)
    assert "第 " in page.text()
    assert page.all(".admin-main form") == []
    assert newest_versions(session) == {}


def test_what_is_no_file_of_questions_is_refused(organiser: StaffPages) -> None:
    for data in (b"", b"MZ\x90\x00program", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"<html></html>"):
        assert send_file(organiser, data, "csv").status_code == 422, data


def test_nobody_else_applies_the_file(organiser: StaffPages, colleague: StaffPages, session: Session) -> None:
    template = organiser.client.get("/admin/questions/template.csv").data
    address = send_file(organiser, template, "csv").location
    assert colleague.client.get(address).status_code == 404
    assert colleague.client.post(address, data={"token": colleague.token}).status_code == 404


@pytest.mark.parametrize("code", sorted(FORMATS))
def test_an_export_holds_the_bank_and_is_on_record(
    session: Session, organiser: StaffPages, played: Played, code: str
) -> None:
    answer = organiser.client.post("/admin/questions/export", data={"token": organiser.token, "file_format": code})
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
    assert entry.action == "quiz.questions-exported"


def test_a_corrected_key_marks_every_paper_again(
    app: Flask, session: Session, organiser: StaffPages, played: Played
) -> None:
    data = {**typed.question(single("第 0 题是什么？", right=1)), "reason": "原答案印错了"}
    organiser.post("/admin/questions/by-code/Q0000/1/key", status=422, **{**data, "stem": "别的题干"})
    organiser.post("/admin/questions/by-code/Q0000/1/key", status=422, **{**data, "reason": ""})
    version_id = newest_versions(session)["Q0000"].id
    holders = [
        one.id
        for one in session.scalars(sa.select(Attempt))
        if any(row[0] == version_id for row in one.paper) and one.centipoints
    ]
    organiser.post("/admin/questions/by-code/Q0000/1/key", **data)
    job = run_jobs(app, session)
    assert job.state is JobState.DONE, job.error
    changed = set(session.scalars(sa.select(RegradeChange.attempt_id)))
    assert changed <= set(holders)
    while fold(session).deltas:
        pass
    assert recount(session, played.contest).differences == ()
    organiser.get("/admin/questions/by-code/Q0000")


def test_a_retired_question_is_found_among_the_retired(session: Session, organiser: StaffPages, played: Played) -> None:
    organiser.post("/admin/questions/by-code/Q0003/retire", status=422, reason="")
    organiser.post("/admin/questions/by-code/Q0003/retire", reason="过时")
    assert "Q0003" not in newest_versions(session)
    assert "Q0003" in organiser.get("/admin/questions", retired=1).text()
    assert "Q0003" not in organiser.get("/admin/questions").text("table")


def test_filters_find_by_words_in_any_spelling(organiser: StaffPages, played: Played) -> None:
    assert "Q0007" in organiser.get("/admin/questions", words="第７题").text("table")
    assert "没有这样的题目" in organiser.get("/admin/questions", words="没有这个词").text("table")
