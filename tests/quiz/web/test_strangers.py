"""Calls that are refused: foreign papers, forged and malformed batches, hostile texts. Each is counted, none a 500."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.quiz.actions.refused import refused_calls
from outreach.quiz.actions.review import void
from outreach.quiz.models import Answer, Attempt, Contest, Participant
from outreach.quiz.rules import work
from tests.quiz import stage
from tests.quiz.web.visiting import Visitor

#: Texts that break things: controls, halves of characters, formulas, markup, length.
HOSTILE = ["\x00", "a\x00b", "=1+1", "<script>alert(1)</script>", "‮abc", "𝕬" * 600, "' OR 1=1 --", "%s%s"]
PARTS = ("", "/answers", "/submit", "/review", "/appeal", "/certificate")


@pytest.mark.parametrize("part", PARTS)
def test_other_peoples_papers_do_not_exist(
    session: Session, visitors: Callable[[], Visitor], contest: Contest, part: str
) -> None:
    address, _page = visitors().paper()
    stranger = visitors()
    stranger.join(nickname="别的人")
    own_token = stranger.get("/quiz/water/me").all('input[name="token"]')[0].get("value")
    for target in (address, "/quiz/attempts/no-such-paper"):
        if part in ("", "/review"):
            assert stranger.client.get(target + part).status_code == 404
        else:
            sent = stranger.client.post(target + part, data={"token": own_token})
            assert (sent.status_code, sent.mimetype) == (404, "text/html")
    if part not in ("", "/review"):
        assert refused_calls(session, contest.id) == {"not-found": 1}
        assert refused_calls(session, 0) == {"not-found": 1}


def test_without_the_cookie_there_is_no_paper(app: Flask, visitors: Callable[[], Visitor]) -> None:
    address, _page = visitors().paper()
    assert visitors().client.get(address).status_code == 404


@pytest.mark.parametrize(
    "document",
    [
        [],
        [[]],
        "x",
        {"answers": {}},
        {"answers": [1]},
        {"answers": [{"position": "0", "sequence": 1, "value": []}]},
        {"answers": [{"position": True, "sequence": 1, "value": []}]},
        {"answers": [{"position": 0, "sequence": 0, "value": []}]},
        {"answers": [{"position": 0, "sequence": 2**60, "value": []}]},
        {"answers": [{"position": 10**30, "sequence": 1, "value": []}]},
        {"answers": [{"position": 999, "sequence": 1, "value": []}]},
        {"answers": [{"position": 0, "sequence": 1, "value": "x"}]},
        {"answers": [{"position": 0, "sequence": 1, "value": [1]}]},
        {"answers": [{"position": 0, "sequence": 1, "value": ["x"] * 99}]},
        {"answers": [{"position": 0, "sequence": 1, "value": ["no-such-option"] * 2}]},
        {"answers": [{"position": 0, "sequence": 1, "value": []}] * 500},
        {"answers": [{"position": 0, "sequence": 1, "value": ["\ud800"]}]},
    ],
)
def test_malformed_batches_are_refused_whole_and_counted(
    session: Session, visitor: Visitor, contest: Contest, document: Any
) -> None:
    _address, page = visitor.paper()
    root = page.one("#paper")
    headers = {"X-Token": root.get("data-token")}
    body = json.dumps(document)  # with escapes, which can say halves of characters
    headers["Content-Type"] = "application/json"
    response = visitor.client.post(root.get("data-save-url"), data=body, headers=headers)
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")
    assert session.scalar(sa.select(sa.func.count()).select_from(Answer)) == 0
    assert refused_calls(session, contest.id) == {"malformed": 1}


def test_a_body_that_is_no_json_is_refused(visitor: Visitor) -> None:
    _address, page = visitor.paper()
    root = page.one("#paper")
    headers = {"X-Token": root.get("data-token"), "Content-Type": "application/json"}
    assert visitor.client.post(root.get("data-save-url"), data=b"{", headers=headers).status_code == 422


def test_batches_and_forms_need_the_token_of_this_participant(visitor: Visitor) -> None:
    address, page = visitor.paper()
    for token in ("", "x", visitor.get("/quiz/water/return").one('input[name="token"]').get("value")):
        assert visitor.save(page, [], headers={"X-Token": token}).status_code == 403
        assert visitor.client.post(f"{address}/submit", data={"token": token}).status_code == 403
    assert "交卷" in visitor.get(address).text()


def test_another_site_can_send_nothing(visitor: Visitor) -> None:
    address, page = visitor.paper()
    token = page.one("#paper").get("data-token")
    headers = {"Origin": "https://elsewhere.example", "X-Token": token}
    assert visitor.client.post(f"{address}/submit", json={}, headers=headers).status_code == 403


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_kept_out_or_shown_harmless(session: Session, visitor: Visitor, text: str) -> None:
    page = visitor.get("/quiz/water/join")
    form = {"nickname": text, "age_band": "18-35", "county": text, "consents": "yes", "unit": text, "answer": text}
    response = visitor.send(page, "/join", **form)
    visitor.check("join", response, 422)
    assert session.scalar(sa.select(sa.func.count()).select_from(Participant)) == 0
    back = visitor.send(visitor.get("/quiz/water/return"), "/return", code=text)
    visitor.check("return", back, 422)
    for address in ("/quiz/practice", "/quiz/water/ranking", "/quiz/water/join"):
        found = visitor.client.get(address, query_string={"q": "", "topic": text, "board": text, "text": text})
        assert found.status_code == 200
    visitor.client.get("/quiz/practice", query_string={"q": text})


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_answers_never_break_a_paper(session: Session, visitor: Visitor, text: str) -> None:
    address, page = visitor.paper()
    answers = {f"q{position}": [text, text] for position in range(10)}
    response = visitor.send(page, "/submit", **answers)
    assert response.status_code in (303, 422)
    assert visitor.get(address).h1 in ("答卷", "成绩")


def test_columns_that_the_forms_do_not_have_change_nothing(session: Session, visitor: Visitor) -> None:
    extra = {"centipoints": "2000", "locked_at": "2020-01-01", "extra_attempts": "99", "id": "1", "public_id": "x"}
    visitor.join(**extra)
    person = session.scalars(sa.select(Participant)).one()
    assert (person.extra_attempts, person.locked_at) == (0, None)
    assert person.public_id != "x"
    address = visitor.start()
    visitor.send(visitor.get(address), "/submit", **extra, state="submitted", elapsed_ms="1", started_at="2020-01-01")
    attempt = session.scalars(sa.select(Attempt)).one()
    assert (attempt.centipoints, attempt.is_full) == (0, False)


def test_starting_again_goes_on_with_the_open_paper_and_ends_with_the_limit(session: Session, visitor: Visitor) -> None:
    visitor.join()
    me = visitor.get("/quiz/water/me")
    first, again = (visitor.send(me, "/start").headers["Location"] for _turn in range(2))
    assert first == again
    visitor.send(visitor.get(first), "/submit")
    second = visitor.send(visitor.get("/quiz/water/me"), "/start").headers["Location"]
    visitor.send(visitor.get(second), "/submit")
    refused = visitor.send(me, "/start")
    shown = visitor.check("start", refused, 409)
    assert shown.h1 == "今天的答题次数已用完"


def test_joining_costs_work_or_waiting(
    app: Flask, session: Session, visitors: Callable[[], Visitor], contest: Contest
) -> None:
    contest.work_bits = 8
    session.commit()
    filled = {"nickname": "小水滴", "age_band": "18-35", "county": "110101", "consents": "yes"}
    hasty = visitors()
    page = hasty.get("/quiz/water/join")
    refused = hasty.check("join", hasty.send(page, "/join", **filled), 422)
    assert "20 秒" in refused.text(".notice--warning")
    challenge = refused.one('input[name="challenge"]').get("value")
    joined = hasty.send(refused, "/join", **filled, answer=work.solve(challenge))
    assert hasty.check("join", joined).h1 == "您的恢复码"
    replayed = visitors()
    second = replayed.send(refused, "/join", **filled, answer=work.solve(challenge))
    assert replayed.check("join", second, 422).has(".notice--warning")
    assert refused_calls(session, contest.id) == {"work": 2}


def test_who_waited_long_enough_joins_without_a_script(
    session: Session, visitor: Visitor, contest: Contest, app: Flask
) -> None:
    contest.work_bits = 20
    session.commit()
    page = visitor.get("/quiz/water/join")
    body, _dot, _old = page.one('input[name="challenge"]').get("value").rpartition(".")
    bits, expiry, nonce = body.split(".")
    earlier = f"{bits}.{int(expiry) - work.WAITING_SECONDS}.{nonce}"
    key = app.extensions["quiz_keys"].signing
    signed = f"{earlier}.{work._signature(key, f'join:{contest.id}', earlier)}"
    filled = {"nickname": "小水滴", "age_band": "18-35", "county": "110101", "consents": "yes"}
    response = visitor.send(page, "/join", **filled, challenge=signed)
    assert visitor.check("join", response).h1 == "您的恢复码"


def test_a_voided_result_says_why_and_takes_one_appeal(session: Session, visitor: Visitor) -> None:
    address, page = visitor.paper()
    visitor.send(page, "/submit")
    attempt = session.scalars(sa.select(Attempt)).one()
    void(session, attempt.id, stage.PUBLISHER, "错误答案与另一份完全相同")
    session.commit()
    result = visitor.get(address)
    assert "错误答案与另一份完全相同" in result.text(".notice--danger")
    short = visitor.send(result, "/appeal", text="不")
    assert visitor.check("appeal", short, 422).has("#text-error")
    assert visitor.send(result, "/appeal", text="我是自己答的，请再看一看。").status_code == 303
    assert "我是自己答的" in visitor.get(address).text()
    assert visitor.send(result, "/appeal", text="再申诉一次可以吗？").status_code == 409
