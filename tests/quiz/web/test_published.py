"""What is published about fairness, and what exports and kept pages may still say."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.search.outbox import generation
from outreach.quiz.actions.contests import DATA
from outreach.quiz.actions.review import appeal, decide_appeal, decide_signal, void
from outreach.quiz.actions.snapshots import finalise
from outreach.quiz.models import Attempt, Contest, ContestStatus, IntegritySignal, KeyRule
from outreach.quiz.moments import database_now
from outreach.quiz.queries.integrity import integrity_counts
from outreach.quiz.seams import public_name, staff_actor
from tests.pages import Pages
from tests.quiz import stage
from tests.quiz.web.visiting import Visitor

STAFF, OTHER = staff_actor(4711, "李组织"), staff_actor(4712, "王审核")


def handed_in(visitor: Visitor) -> str:
    address, page = visitor.paper()
    visitor.send(page, "/submit")
    return address


def test_the_counts_of_flagged_decided_voided_and_appealed_papers_are_public(
    session: Session, visitors: Callable[[], Visitor], contest: Contest, pages: Pages
) -> None:
    addresses = [handed_in(visitors()) for _person in range(3)]
    attempts = session.scalars(sa.select(Attempt).order_by(Attempt.id)).all()
    stage.find_signals(session, contest.id)
    assert "标出异常答卷 3 份，其中已核查 0 份；判为无效 0 份" in _fairness(session, pages)
    for one in session.scalars(sa.select(IntegritySignal).where(IntegritySignal.attempt_id != attempts[2].id)):
        decide_signal(session, one.id, STAFF, "看过", is_confirmed=one.attempt_id == attempts[0].id)
    void(session, attempts[0].id, STAFF, "代答")
    text = _fairness(session, pages)
    assert "标出异常答卷 3 份，其中已核查 2 份；判为无效 1 份。收到申诉 0 件" in text
    public_id = addresses[0].rpartition("/")[2]
    made = appeal(session, public_id, attempts[0].participant_id, "是我自己答的。")
    assert "收到申诉 1 件，已答复 0 件" in _fairness(session, pages)
    decide_appeal(session, made.id, OTHER, "核实后支持", is_granted=True)
    text = _fairness(session, pages)
    assert "判为无效 0 份。收到申诉 1 件，已答复 1 件，其中支持 1 件" in text
    assert text.startswith("截至 20")
    assert integrity_counts(session, contest.id).waiting > 0


def _fairness(session: Session, pages: Pages) -> str:
    session.commit()
    lines = pages.get("/quiz/water").texts('section[aria-labelledby="fairness"] li')
    return next(line for line in lines if "异常答卷" in line and line.startswith("截至"))


def test_final_results_move_the_generation_of_kept_pages(session: Session, contest: Contest) -> None:
    now = database_now(session)
    contest.opens_at, contest.closes_at = now - timedelta(days=3), now - timedelta(hours=1)
    session.commit()
    before = generation(session, DATA)
    finalise(session, contest, STAFF)
    session.commit()
    assert contest.status is ContestStatus.FINAL
    assert generation(session, DATA) != before


def test_nothing_that_participants_get_shows_the_number_of_who_decided(
    session: Session, visitor: Visitor, contest: Contest
) -> None:
    address = handed_in(visitor)
    attempt = session.scalars(sa.select(Attempt)).one()
    void(session, attempt.id, STAFF, "代答")
    session.commit()
    visitor.send(visitor.get(address), "/appeal", text="是我自己答的，请再看。")
    made = session.scalars(sa.text("SELECT id FROM quiz_appeal")).one()
    decide_appeal(session, made, OTHER, "维持", is_granted=False)
    session.commit()
    exported = json.loads(visitor.raw("/quiz/water/me/export.json").data)
    assert exported["attempts"][0]["voided_by"] == "李组织"
    assert exported["attempts"][0]["appeal"]["decided_by"] == "王审核"
    for part in (address, "/quiz/water/me", "/quiz/water", "/quiz/water/me/export.json"):
        source = visitor.client.get(part).get_data(as_text=True)
        assert "4711" not in source
        assert "4712" not in source


@pytest.mark.parametrize(
    ("signature", "name"),
    [("李组织 #12", "李组织"), ("root", "root"), ("班级 #1 #7", "班级 #1"), ("名 #x", "名 #x"), ("", "")],
)
def test_a_signature_without_its_number(signature: str, name: str) -> None:
    assert public_name(signature) == name


@pytest.mark.parametrize("rule", list(KeyRule))
def test_the_export_holds_the_marks_of_questions_only_with_the_key(
    session: Session, visitor: Visitor, contest: Contest, rule: KeyRule
) -> None:
    contest.key_rule = rule
    session.commit()
    handed_in(visitor)
    exported = json.loads(visitor.raw("/quiz/water/me/export.json").data)["attempts"][0]
    assert ("marks" in exported) == (rule is KeyRule.AFTER_SUBMIT)
    assert exported["centipoints"] == 0
