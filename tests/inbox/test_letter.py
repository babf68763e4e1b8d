"""Letters in the back office: list, steps, answers that only their writer sees, contacts behind a reason."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry
from outreach.core.permissions import Role
from outreach.inbox.actions.receiving import Incoming, receive
from outreach.inbox.models import Letter, LetterStep
from outreach.inbox.rules.codes import make_code
from outreach.inbox.rules.states import State
from tests.inbox.conftest import CONTACT, TEXT, LetterMaker, code_of, send
from tests.pages import Pages
from tests.staff import StaffPages, StaffPagesMaker


def step(browser: StaffPages, letter: Letter, name: str, status: int = 303, **data: object) -> str:
    """Take a step through the page; returns what the page says, when one comes back."""
    answer = browser.post(f"/admin/inbox/{letter.number}/{name}", status=status, **data)
    return "" if status == 303 else answer.text("main")


def test_a_letter_goes_from_receipt_to_answer_to_its_end(
    session: Session, pages: Pages, clerk: StaffPages, colleague: StaffPages
) -> None:
    code = code_of(send(pages, contact=CONTACT, consent="yes"))
    letter = session.scalars(sa.select(Letter)).one()
    assert letter.number in clerk.get("/admin/inbox").text("tbody")
    step(clerk, letter, "assign", assignee=colleague.person.id, version=1)
    assert "办理中" in pages.get("/feedback/status", code=code).text("main")
    step(colleague, letter, "note", text="已联系资料科")
    step(colleague, letter, "reply", text="您好，已经更正。", version=2)
    shown = pages.get("/feedback/status", code=code).text("main")
    assert "您好，已经更正。" in shown
    assert "已联系资料科" not in shown
    assert TEXT not in shown
    assert CONTACT not in shown
    step(colleague, letter, "close", version=3)
    session.refresh(letter)
    assert (letter.state, letter.version) == (State.CLOSED, 4)
    entries = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.target_key == letter.number).order_by(AuditEntry.number)
    ).all()
    assert [one.action for one in entries] == [
        f"inbox.{name}" for name in ("receive", "assign", "note", "reply", "close")
    ]
    assert entries[3].before == {"state": "assigned", "assignee": "赵登记", "answer": ""}
    assert entries[3].after == {"state": "answered", "assignee": "赵登记", "answer": "您好，已经更正。"}
    assert "已联系资料科" not in repr([(one.before, one.after, one.reason) for one in entries])


def test_who_answers_second_is_told_and_keeps_what_was_typed(
    session: Session, make_letter: LetterMaker, clerk: StaffPages, staff_pages: StaffPagesMaker
) -> None:
    letter = make_letter()
    other = staff_pages(Role.PRESS_OFFICER, name="孙新闻")
    step(other, letter, "reply", text="先到的答复。", version=1)
    shown = clerk.post(f"/admin/inbox/{letter.number}/reply", status=409, text="后到的答复，很长。", version=1)
    assert "已被别人处理" in shown.text("main")
    assert "后到的答复，很长。" in shown.one("#reply-text").text
    session.refresh(letter)
    assert letter.answer == "先到的答复。"
    assert session.scalar(sa.select(sa.func.count()).where(LetterStep.letter_id == letter.id)) == 1


def test_only_who_has_a_letter_answers_it_and_taking_it_over_is_recorded(
    session: Session, make_letter: LetterMaker, clerk: StaffPages, colleague: StaffPages
) -> None:
    letter = make_letter()
    step(clerk, letter, "assign", assignee=clerk.person.id, version=1)
    for name, data in (
        ("reply", {"text": "我来答复吧。"}),
        ("reject", {"text": "不属于我们。"}),
        ("merge", {"target": "x"}),
    ):
        page = step(colleague, letter, name, status=422 if name == "merge" else 409, version=2, **data)
        assert "李编辑" in page
    assert "由别人办理" in colleague.get(f"/admin/inbox/{letter.number}").text("main")
    step(colleague, letter, "assign", assignee=colleague.person.id, version=2)
    step(colleague, letter, "reply", text="我来答复吧。", version=3)
    session.refresh(letter)
    assert letter.assignee_name == "赵登记"


def test_an_answered_letter_can_be_taken_over_to_correct_its_answer(
    session: Session, make_letter: LetterMaker, clerk: StaffPages, colleague: StaffPages
) -> None:
    letter = make_letter()
    step(clerk, letter, "reply", text="先前的答复。", version=1)
    session.refresh(letter)
    begun, answered = letter.assigned_at, letter.answered_at
    step(colleague, letter, "assign", assignee=colleague.person.id, version=2)
    step(colleague, letter, "reply", text="更正后的答复。", version=3)
    session.refresh(letter)
    assert (letter.state, letter.answer) == (State.ANSWERED, "更正后的答复。")
    assert (letter.assigned_at, letter.answered_at) == (begun, answered), "the clock stopped with the first answer"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("reply", {"text": ""}, "请写下内容"),
        ("reply", {"text": "x" * 5001}, "最多 5,000 个字"),
        ("reply", {"text": "请打王先生的电话 13812345678。"}, "138****5678"),
        ("reject", {"text": "  "}, "请写下内容"),
        ("reject", {"text": "身份证 110101199003078072 不符"}, "110***********8072"),
        ("merge", {"target": ""}, "没有这个编号"),
        ("merge", {"target": "2026-99999"}, "没有这个编号"),
        ("note", {"text": ""}, "请写下内容"),
        ("note", {"text": "x" * 2001}, "最多 2,000 个字"),
    ],
)
def test_a_refused_step_says_why_and_changes_nothing(
    session: Session, make_letter: LetterMaker, clerk: StaffPages, name: str, data: dict[str, str], words: str
) -> None:
    letter = make_letter()
    assert words in step(clerk, letter, name, status=422, version=1, **data)
    session.refresh(letter)
    assert (letter.state, letter.version, letter.answer) == (State.RECEIVED, 1, "")


def test_steps_that_the_state_does_not_allow_are_refused(
    session: Session, make_letter: LetterMaker, clerk: StaffPages
) -> None:
    letter = make_letter()
    assert "已收到" in step(clerk, letter, "close", status=409, version=1)
    assert "不能进行这一步" in step(clerk, letter, "reopen", status=409, text="重新看看吧", version=1)
    step(clerk, letter, "reject", text="没有写明对象。", version=1)
    assert "不予办理" in step(clerk, letter, "reply", status=409, text="已经更正。", version=2)
    step(clerk, letter, "reopen", text="来件人补充了对象", version=2)
    session.refresh(letter)
    assert (letter.state, letter.answer, letter.ended_at) == (State.ASSIGNED, "", None)
    for name in ("nonsense", "forget"):
        clerk.post(f"/admin/inbox/{letter.number}/{name}", status=404)
    clerk.post(f"/admin/inbox/{letter.number}/assign", status=400, assignee="999999", version=3)
    clerk.post("/admin/inbox/2026-99999/reply", status=404, text="已经更正。")


def test_a_merged_letter_shows_the_answer_of_the_other(
    session: Session, pages: Pages, make_letter: LetterMaker, clerk: StaffPages
) -> None:
    code = code_of(send(pages))
    letter = session.scalars(sa.select(Letter)).one()
    main = make_letter(text="同一件事，先到的来件。")
    step(clerk, letter, "merge", target=main.number, version=1)
    step(clerk, main, "reply", text="两件一起答复。", version=1)
    assert "两件一起答复。" in pages.get("/feedback/status", code=code).text("main")
    assert "先到的来件" not in pages.get("/feedback/status", code=code).text("main")
    third = make_letter()
    assert "没有这个编号" in step(clerk, third, "merge", status=422, target=letter.number, version=1)
    assert "没有这个编号" in step(clerk, third, "merge", status=422, target=third.number, version=1)
    step(clerk, main, "reopen", text="答复有误，重来", version=2)
    session.refresh(main)
    assert "不能再并入" in step(clerk, main, "merge", status=409, target=third.number, version=3)


def test_a_contact_opens_only_for_a_reason_that_the_log_keeps(
    session: Session, make_letter: LetterMaker, clerk: StaffPages
) -> None:
    letter = make_letter(contact=CONTACT)
    assert CONTACT not in clerk.get(f"/admin/inbox/{letter.number}").text()
    assert CONTACT not in clerk.get("/admin/inbox", state="all").text()
    path = f"/admin/inbox/{letter.number}/contact"
    assert "请说明理由" in clerk.get(path).h1
    clerk.post(path, access_reason="核实门牌号，需要打电话")
    assert CONTACT in clerk.get(path).text("main")
    noted = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "personal.open")).one()
    assert (noted.target_key, noted.reason) == (letter.number, "核实门牌号，需要打电话")
    assert CONTACT not in repr((noted.before, noted.after, noted.target_label))
    clerk.get(f"/admin/inbox/{make_letter().number}/contact", status=404)


def test_an_unreadable_contact_is_said_and_is_no_error(
    session: Session, make_letter: LetterMaker, clerk: StaffPages
) -> None:
    letter = make_letter(contact=CONTACT)
    letter.contact = "1:AAAA"
    session.commit()
    path = f"/admin/inbox/{letter.number}/contact"
    clerk.post(path, access_reason="核实门牌号，需要打电话")
    assert "无法解密" in clerk.get(path).text("main")


def test_an_attachment_is_a_download(
    session: Session, pages: Pages, clerk: StaffPages, make_letter: LetterMaker
) -> None:
    send(pages, attachment=(io.BytesIO(b"%PDF-1.7 evidence"), "证据.pdf"))
    letter = session.scalars(sa.select(Letter)).one()
    answer = clerk.raw(f"/admin/inbox/{letter.number}/attachment")
    assert answer.data == b"%PDF-1.7 evidence"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
    clerk.raw(f"/admin/inbox/{make_letter().number}/attachment", status=404)


def test_templates_fill_the_answer_in_the_language_of_the_letter(make_letter: LetterMaker, clerk: StaffPages) -> None:
    letter = make_letter(subject="{number} {x} 首页", kind="enquiry")
    page = clerk.get(f"/admin/inbox/{letter.number}", template="corrected")
    assert letter.number in page.one("#reply-text").text
    assert "您指出的问题属实" in page.one("#reply-text").text
    english = make_letter(locale="en")
    shown = clerk.get(f"/admin/inbox/{english.number}", template="corrected").one("#reply-text").text
    assert shown.startswith("Thank you for writing")
    for odd in ("label-suspected", "nonsense", "\x00"):
        assert clerk.get(f"/admin/inbox/{letter.number}", template=odd).one("#reply-text").text.strip() == ""


def test_the_list_finds_by_word_kind_state_person_and_clock(
    session: Session, make_letter: LetterMaker, clerk: StaffPages
) -> None:
    odd, late, mine = make_letter(subject="100%_特别", kind="enquiry"), make_letter(), make_letter()
    session.execute(sa.update(Letter).where(Letter.id == late.id).values(due_on=sa.func.date("2020-01-01")))
    session.commit()
    step(clerk, mine, "assign", assignee=clerk.person.id, version=1)
    step(clerk, odd, "reject", text="没有写明对象。", version=1)

    def found(**args: str) -> set[str]:
        return set(clerk.get("/admin/inbox", **args).texts("tbody th"))

    assert found() == {late.number, mine.number}
    assert found(state="all") == {odd.number, late.number, mine.number}
    assert found(state="rejected") == {odd.number}
    assert found(state="all", words="100%_特") == {odd.number}
    assert found(state="all", words="%") == {odd.number}
    assert found(state="all", kind="enquiry") == {odd.number}
    assert found(whose="mine") == {mine.number}
    assert found(whose="none") == {late.number}
    assert found(whose=str(clerk.person.id)) == {mine.number}
    assert found(overdue="yes") == {late.number}
    page = clerk.get("/admin/inbox")
    assert "已超期" in page.text(".due--overdue")
    assert page.texts("tbody th")[0] == late.number, "what is due first stands on top"
    for args in ({"page": "999"}, {"page": "x"}, {"whose": "\x00"}, {"state": "nonsense"}, {"words": "x" * 5000}):
        clerk.get("/admin/inbox", **args)


def test_a_view_of_the_list_can_be_kept(clerk: StaffPages) -> None:
    clerk.post("/admin/filters", endpoint="inbox.letters", name="我的网站找错", query="kind=site&whose=mine")
    assert clerk.get("/admin/inbox").links["我的网站找错"] == "/admin/inbox?kind=site&whose=mine"


def test_several_letters_are_dealt_with_after_a_question(
    session: Session, make_letter: LetterMaker, clerk: StaffPages, colleague: StaffPages
) -> None:
    letters = [make_letter() for number in range(3)]
    step(colleague, letters[2], "reject", text="没有写明对象。", version=1)
    numbers = [one.number for one in letters]
    asked = clerk.post("/admin/inbox/bulk", status=200, action="assign", ids=numbers)
    assert "另有 1 件" in asked.text("main")
    assert [one.get("value") for one in asked.all('input[name="ids"]')] == numbers[:2]
    session.expire_all()
    assert letters[0].assignee_id is None
    given = {"action": "assign", "ids": numbers, "confirmed": "yes", "assignee": colleague.person.id}
    clerk.post("/admin/inbox/bulk", **given)
    session.expire_all()
    assert [one.assignee_name for one in letters[:2]] == ["赵登记", "赵登记"]
    entries = session.scalars(sa.select(AuditEntry.target_key).where(AuditEntry.action == "inbox.assign")).all()
    assert sorted(entries) == numbers[:2]
    clerk.post("/admin/inbox/bulk", action="close", ids=numbers)
    assert "没有选中" in clerk.get("/admin/inbox").text("main")
    for action, ids in (("nonsense", numbers), ("", []), ("assign", ["\x00", "x" * 500])):
        status = 303 if action == "assign" else 400
        clerk.post("/admin/inbox/bulk", status=status, action=action, ids=ids)


def test_b07_a_step_takes_only_what_its_form_has(session: Session, make_letter: LetterMaker, clerk: StaffPages) -> None:
    letter = make_letter()
    extra = {"state": "closed", "answered_at": "2000-01-01", "code_digest": "x", "number": "1", "assignee_id": "7"}
    step(clerk, letter, "reply", text="已经更正。", version=1, **extra)
    number = letter.number
    session.refresh(letter)
    assert (letter.state, letter.number, letter.assignee_id) == (State.ANSWERED, number, clerk.person.id)


@pytest.mark.parametrize("role", [Role.COUNTY_OFFICER, Role.JUROR, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.REVIEWER])
def test_others_see_nothing_of_letters(make_letter: LetterMaker, staff_pages: StaffPagesMaker, role: Role) -> None:
    letter, stranger = make_letter(contact=CONTACT), staff_pages(role)
    paths = ("", f"/{letter.number}", f"/{letter.number}/attachment", f"/{letter.number}/contact", "/statistics")
    for path in (*paths, "/statistics.csv"):
        assert stranger.client.get(f"/admin/inbox{path}").status_code == 403


def test_the_menu_counts_what_waits_for_me_or_nobody(
    make_letter: LetterMaker, clerk: StaffPages, colleague: StaffPages
) -> None:
    letter = make_letter()
    make_letter()
    step(colleague, letter, "assign", assignee=colleague.person.id, version=1)
    assert "1公众来件" in clerk.get("/admin/").text(".board__tasks").replace(" ", "")
    assert "2公众来件" in colleague.get("/admin/").text(".board__tasks").replace(" ", "")


def test_the_pages_speak_english(make_letter: LetterMaker, clerk: StaffPages) -> None:
    letter = make_letter(contact=CONTACT)
    for path in ("", f"/{letter.number}", f"/{letter.number}/contact", "/statistics"):
        clerk.get(f"/en/admin/inbox{path}")


def test_kinds_that_are_gone_are_still_shown(app: Flask, session: Session, clerk: StaffPages) -> None:
    letter = receive(session, Incoming("old-kind", "", TEXT, "", "zh", make_code("x", "y"), 5))
    session.commit()
    clerk.get(f"/admin/inbox/{letter.number}")
    assert "old-kind" in clerk.get("/admin/inbox/statistics").text("tbody")
