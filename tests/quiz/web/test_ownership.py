"""Whose a paper is and what it stays: retries, strangers, questions that are edited while somebody answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import g
from sqlalchemy.orm import Session

from outreach.quiz.actions.bank import CodedQuestion, retire, save_questions
from outreach.quiz.actions.refused import refused_calls
from outreach.quiz.models import Answer, Attempt, Contest, Question, QuestionVersion, ScoreDelta
from outreach.quiz.queries import contents
from outreach.quiz.rules import questions
from outreach.quiz.rules.questions import from_dict
from tests.pages import Page
from tests.quiz import stage
from tests.quiz.web.visiting import Visitor


def only_attempt(session: Session) -> Attempt:
    session.expire_all()
    return session.scalars(sa.select(Attempt)).one()


def batch(session: Session, right: int, sequence: int = 1) -> list[dict[str, Any]]:
    answers = stage.answers(session, only_attempt(session).id, right=right, sequence=sequence)
    return [{"position": one.position, "sequence": one.sequence, "value": list(one.value)} for one in answers]


def hand_in(visitor: Visitor, page: Page, answers: list[dict[str, Any]]) -> Any:
    root = page.one("#paper")
    headers = {"X-Token": root.get("data-token"), "Accept": "application/json"}
    return visitor.client.post(root.get("data-submit-url"), json={"answers": answers}, headers=headers)


def test_q06_a_retry_gets_the_stored_result_whenever_and_wherever_it_comes(
    session: Session, visitors: Callable[[], Visitor], contest: Contest
) -> None:
    """The answer to the submit was lost; retries after a second, a minute, a day, elsewhere, and after signing out."""
    first = visitors()
    code = first.join().text(".quiz-code code")
    address = first.start()
    page = first.get(address)
    stored = hand_in(first, page, batch(session, 7))
    assert (stored.status_code, stored.get_json()["centipoints"]) == (201, 1400)
    facts = _facts(session)
    for waited in (timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)):
        _later(session, waited)
        again = hand_in(first, page, batch(session, 10, sequence=99))
        assert (again.status_code, again.get_json()) == (200, stored.get_json())
    other = visitors()
    other.send(other.get("/quiz/water/return"), "/return", code=code)
    token = other.get("/quiz/water/me").all('input[name="token"]')[0].get("value")
    for visitor in (other, first):
        if visitor is first:
            first.send(first.get("/quiz/water/me"), "/me/sign-out")
            assert hand_in(first, page, []).status_code == 404
            first.send(first.get("/quiz/water/return"), "/return", code=code)
        headers = {"X-Token": token, "Accept": "application/json"}
        again = visitor.client.post(f"{address}/submit", json={"answers": batch(session, 10, 999)}, headers=headers)
        assert (again.status_code, again.get_json()) == (200, stored.get_json())
    assert _facts(session) == facts
    assert refused_calls(session, contest.id) == {"already-closed": 5, "not-found": 1}
    saved = other.client.post(f"{address}/answers", json={"answers": batch(session, 10, 9999)}, headers=headers)
    assert (saved.status_code, saved.get_json()["reason"]) == (409, "already-closed")


def _later(session: Session, passed: timedelta) -> None:
    """So much later for the attempt; what is stored of the result moves along and is compared without times."""
    attempt = only_attempt(session)
    attempt.started_at -= passed
    attempt.deadline_at -= passed
    session.commit()


def _facts(session: Session) -> tuple[Any, ...]:
    attempt = only_attempt(session)
    rows = session.execute(sa.select(Answer.position, Answer.sequence, Answer.value).order_by(Answer.position)).all()
    deltas = session.scalar(sa.select(sa.func.count()).select_from(ScoreDelta))
    figures = (attempt.centipoints, attempt.elapsed_ms, attempt.rank_ms, attempt.submitted_at, attempt.receipt)
    return (*figures, list(attempt.marks or []), [tuple(row) for row in rows], deltas)


def test_q13_somebody_elses_attempt_is_not_found_and_that_is_on_record(
    session: Session, visitors: Callable[[], Visitor], contest: Contest, capsys: pytest.CaptureFixture[str]
) -> None:
    """B reads, saves, hands in, prints and exports A's attempt, by its id and by ids beside it."""
    owner, stranger = visitors(), visitors()
    address, page = owner.paper()
    stranger.join(nickname="别的人")
    token = stranger.get("/quiz/water/me").all('input[name="token"]')[0].get("value")
    attempt = only_attempt(session)
    absent = f"/quiz/attempts/{'A' * 20}"
    beside = [f"/quiz/attempts/{attempt.id + step}" for step in (-1, 0, 1)]
    capsys.readouterr()
    answers: dict[str, set[tuple[int, int]]] = {}
    for target in (address, absent, *beside):
        for part in ("", "/review", "/answers", "/submit", "/certificate", "/appeal"):
            g.pop("unique_ids", None)  # requests of a test share what is one request's own
            method = "GET" if part in ("", "/review") else "POST"
            data = {"token": token} if method == "POST" else None
            response = stranger.client.open(target + part, method=method, data=data)
            answers.setdefault(part, set()).add((response.status_code, len(response.data)))
    for part, found in answers.items():
        assert {status for status, _size in found} == {404}, part
        assert len(found) == 1, "what is somebody else's looks like what is not"
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines() if "quiz_refused" in line]
    of_contest = [line["endpoint"] for line in logged if line["contest"] == contest.id]
    expected = ["attempt", "review", "save", "submit", "issue_certificate", "appeal"]
    assert of_contest == [f"quiz.{name}" for name in expected]
    assert refused_calls(session, contest.id) == {"not-found": 4}
    assert "别的人" in stranger.raw("/quiz/water/me/export.json").get_data(as_text=True)
    assert attempt.public_id not in stranger.raw("/quiz/water/me/export.json").get_data(as_text=True)
    assert owner.get(address).texts("legend") == page.texts("legend")
    assert only_attempt(session).save_count == 0


def test_q14_a_paper_keeps_its_questions_whatever_happens_to_the_bank(session: Session, visitor: Visitor) -> None:
    """Texts, options, order and key change and questions are retired between the start and handing in."""
    address, page = visitor.paper()
    before = _questions(page)
    answers = batch(session, 10)
    _rewrite_the_bank(session)
    assert _questions(visitor.get(address)) == before
    assert visitor.save(page, answers).status_code == 200
    assert hand_in(visitor, page, []).get_json()["centipoints"] == 2000, "scored against what was shown"
    later = visitor.get(visitor.send(visitor.get("/quiz/water/me"), "/start").headers["Location"])
    assert "改过" not in later.text("#paper-form"), "the contest keeps the versions that it was published with"


def _questions(page: Page) -> list[str]:
    """Texts, names and order of the questions and options as they are shown."""
    source = page.response.get_data(as_text=True)
    return [re.sub(r"\s+", " ", one) for one in re.findall(r"<fieldset.*?</fieldset>", source, re.DOTALL)]


def _rewrite_the_bank(session: Session) -> None:
    codes = session.scalars(sa.select(Question.code).order_by(Question.code)).all()
    newest = {row.question_id: row for row in session.scalars(sa.select(QuestionVersion))}
    changed = []
    for question in session.scalars(sa.select(Question)):
        old = from_dict(newest[question.id].content)
        changed.append(CodedQuestion(question.code, _other(old), ""))
    save_questions(session, changed, author="test")
    for code in codes[:3]:
        retire(session, code)
    session.commit()
    contents.forget()


def _other(old: questions.QuestionContent) -> questions.QuestionContent:
    """Another text, the options the other way round with another key."""
    options = tuple(replace(one, text=f"改过{one.text}", is_right=not one.is_right) for one in reversed(old.options))
    if old.kind == questions.SINGLE:
        options = tuple(replace(one, is_right=place == 0) for place, one in enumerate(options))
    if old.kind == questions.ORDERING:
        options = tuple(replace(one, is_right=False) for one in options)
    answer = None if old.answer is None else not old.answer
    return replace(old, stem=f"改过：{old.stem}", options=options, answer=answer)
