"""The whole way of a participant over HTTP: joining, paper, result, certificate, own data, and away."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.quiz.actions.refused import refused_calls
from outreach.quiz.models import Answer, Attempt, AttemptState, Contest, KeyRule, Participant, ParticipantSession
from tests.quiz import stage
from tests.quiz.web.visiting import Visitor


def attempt_of(session: Session, address: str) -> Attempt:
    session.expire_all()
    return session.scalars(sa.select(Attempt).where(Attempt.public_id == address.rpartition("/")[2])).one()


def right_form(session: Session, attempt: Attempt, right: int = 10) -> dict[str, list[str]]:
    return {f"q{one.position}": list(one.value) for one in stage.answers(session, attempt.id, right=right)}


def test_everything_from_joining_to_the_certificate(session: Session, visitor: Visitor) -> None:
    code = visitor.join().text(".quiz-code code")
    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code)
    address = visitor.start()
    page = visitor.get(address)
    assert len(page.all("fieldset.quiz-question")) == 10
    response = visitor.send(page, "/submit", **right_form(session, attempt_of(session, address)))
    assert (response.status_code, response.headers["Location"]) == (303, address)
    result = visitor.get(address)
    assert result.h1 == "成绩"
    assert result.texts(".stat__value")[0] == "20"
    issued = visitor.send(result, "/certificate")
    assert issued.status_code == 303
    proof = visitor.get(issued.headers["Location"])
    assert "爱节水的人" in proof.text()
    assert "证书有效" in proof.text()
    picture = visitor.raw(issued.headers["Location"] + ".png")
    assert picture.data[:8] == b"\x89PNG\r\n\x1a\n"
    assert visitor.raw(issued.headers["Location"] + ".pdf").data[:5] == b"%PDF-"


def test_the_same_way_in_english(app: Flask, session: Session, contest: Contest) -> None:
    english = Visitor(app, prefix="/en")
    english.join()
    address = english.start()
    english.send(english.get(address), "/submit")
    assert english.get(address).h1 == "Result"
    assert english.get(f"{address}/review").h1 == "Answers and explanations"
    assert english.get("/en/quiz/water/me").h1 == "My contest"


def test_the_cookie_is_for_the_server_alone_and_the_table_keeps_a_hash(session: Session, visitor: Visitor) -> None:
    page = visitor.get("/quiz/water/join")
    response = visitor.send(page, "/join", nickname="小水滴", age_band="18-35", county="110101", consents="yes")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("quiz=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    token = cookie.partition("=")[2].partition(";")[0]
    kept = session.scalars(sa.select(ParticipantSession.token_hash)).one()
    assert token not in kept
    assert len(kept) == 64


def test_joining_says_every_fault_and_keeps_what_was_typed(session: Session, visitor: Visitor) -> None:
    page = visitor.get("/quiz/water/join")
    assert not page.one("#consents").has("checked")
    response = visitor.send(page, "/join", nickname="13812345678", county="", consents="no", unit="水厂")
    shown = visitor.check("join", response, 422)
    assert len(shown.all(".error-summary__list li")) == 4
    assert shown.one("#nickname").get("value") == "13812345678"
    assert shown.one("#unit").get("value") == "水厂"
    assert session.scalar(sa.select(sa.func.count()).select_from(Participant)) == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"unit": "nowhere"}, "unit"),
        ({"county": "99999x"}, "county"),
        ({"consent_version": "2020-1"}, "consents"),
        ({"age_band": "immortal"}, "age_band"),
    ],
)
def test_each_refusal_points_at_its_field(visitor: Visitor, values: dict[str, str], field: str) -> None:
    page = visitor.get("/quiz/water/join")
    filled = {"nickname": "小水滴", "age_band": "18-35", "county": "110101", "consents": "yes", **values}
    shown = visitor.check("join", visitor.send(page, "/join", **filled), 422)
    assert [node.get("href") for node in shown.all(".error-summary__list a")] == [f"#{field}"]


def test_children_come_in_only_through_the_guardians_page(session: Session, visitor: Visitor) -> None:
    page = visitor.get("/quiz/water/join")
    child = {"nickname": "小水滴", "age_band": "under-14", "county": "110101", "consents": "yes"}
    guardian = visitor.check("join", visitor.send(page, "/join", **child, guardian_consents="yes"))
    assert guardian.h1 == "监护人同意"
    assert session.scalar(sa.select(sa.func.count()).select_from(Participant)) == 0
    refused = visitor.check("guardian", visitor.send(guardian, "/guardian"), 422)
    assert "需要监护人同意" in refused.text(".error-summary")
    agreed = visitor.check("guardian", visitor.send(refused, "/guardian", guardian_consents="yes"))
    assert agreed.h1 == "您的恢复码"
    assert session.scalars(sa.select(Participant.guardian_consented_at)).one() is not None


def test_the_recovery_code_leads_back_and_a_wrong_one_does_not(
    session: Session, visitors: Callable[[], Visitor], contest: Contest
) -> None:
    code = visitors().join().text(".quiz-code code")
    other = visitors()
    wrong = other.send(other.get("/quiz/water/return"), "/return", code="0000-0000-0000-0000")
    assert other.check("return", wrong, 422).text("#code-error") == "错误：代码不对"
    back = other.send(other.get("/quiz/water/return"), "/return", code=code.lower().replace("-", " "))
    assert back.headers["Location"] == "/quiz/water/me"
    assert "爱节水的人" in other.get("/quiz/water/me").text()
    assert refused_calls(session, contest.id)["code"] == 1


def test_answers_without_scripts_are_kept_and_shown_again(session: Session, visitor: Visitor) -> None:
    address, page = visitor.paper()
    values = right_form(session, attempt_of(session, address), right=4)
    form = page.one("#paper-form")
    data = visitor.fields(form)
    for name, value in values.items():
        data.setlist(name, value)
    response = visitor.client.post(f"{address}/answers", data=data)
    assert (response.status_code, response.headers["Location"]) == (303, f"{address}#saved")
    again = visitor.get(address)
    assert "已保存 4 题" in again.text("#saved")
    assert sorted(visitor.fields(again.one("#paper-form")).getlist("q0")) == sorted(values["q0"])
    assert again.one('input[name="had"]').get("value") == "0,1,2,3"


def test_an_older_page_erases_nothing_that_it_never_saw(session: Session, visitor: Visitor) -> None:
    address, page = visitor.paper()
    attempt = attempt_of(session, address)
    empty = visitor.fields(page.one("#paper-form"))
    visitor.client.post(f"{address}/answers", data={**right_form(session, attempt, right=3), "token": empty["token"]})
    visitor.client.post(f"{address}/answers", data=empty)
    stored = session.scalars(sa.select(Answer).where(Answer.attempt_id == attempt.id)).all()
    assert len([one for one in stored if one.value]) == 3
    newer = visitor.get(address)
    cleared = visitor.fields(newer.one("#paper-form"))
    cleared.setlist("q0", [])
    visitor.client.post(f"{address}/answers", data=cleared)
    session.expire_all()
    assert [one.value for one in stored if one.position == 0] == [[]]


def test_the_script_saves_in_batches_and_learns_what_is_left(session: Session, visitor: Visitor) -> None:
    address, page = visitor.paper()
    attempt = attempt_of(session, address)
    batch = [
        {"position": one.position, "sequence": 3, "value": list(one.value)}
        for one in stage.answers(session, attempt.id, right=10)
    ]
    response = visitor.save(page, batch)
    found = response.get_json()
    assert response.status_code == 200
    assert sorted(found["accepted"]) == list(range(10))
    assert re.fullmatch(r"[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}", found["receipt"])
    assert 0 < found["remaining_ms"] <= stage.SECONDS * 1000
    assert visitor.save(page, batch).get_json()["accepted"] == []
    assert set(found) == {"accepted", "receipt", "remaining_ms"}


def test_handing_in_twice_gives_the_same_result_and_closes_once(session: Session, visitor: Visitor) -> None:
    address, page = visitor.paper()
    root = page.one("#paper")
    headers = {"X-Token": root.get("data-token"), "Accept": "application/json"}
    first = visitor.client.post(f"{address}/submit", json={}, headers=headers)
    second = visitor.client.post(f"{address}/submit", json={"answers": []}, headers=headers)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json() == second.get_json()
    late = visitor.save(page, [{"position": 0, "sequence": 99, "value": []}])
    assert (late.status_code, late.mimetype) == (409, "application/problem+json")
    assert late.get_json()["reason"] == "already-closed"


def test_after_the_time_what_was_saved_counts_and_nothing_else(session: Session, visitor: Visitor) -> None:
    address, page = visitor.paper()
    attempt = attempt_of(session, address)
    answers = stage.answers(session, attempt.id, right=10)
    batch = [{"position": one.position, "sequence": 1, "value": list(one.value)} for one in answers]
    assert visitor.save(page, batch[:2]).status_code == 200
    stage.shift(session, [attempt.id], stage.SECONDS + 10)
    session.commit()
    refused = visitor.save(page, [{**one, "sequence": 2} for one in batch])
    assert (refused.status_code, refused.get_json()["reason"]) == (409, "late")
    over = visitor.get(address)
    assert "时间到了" in over.text(".notice--warning")
    visitor.send(over, "/submit", **right_form(session, attempt))
    assert attempt_of(session, address).state is AttemptState.EXPIRED
    assert attempt_of(session, address).centipoints == 400
    assert "到时自动交卷" in visitor.get(address).text()


def test_the_open_paper_holds_no_key_and_no_score(session: Session, visitor: Visitor) -> None:
    address, page = visitor.paper()
    source = page.response.get_data(as_text=True).partition('id="paper"')[2].partition("</main>")[0]
    attempt = attempt_of(session, address)
    assert attempt.seed not in source
    assert page.response.headers["Cache-Control"] == "no-store"
    for word in ("correct", "is_right", "explanation", "centipoints", "解析", "accepted"):
        assert word not in source
    assert visitor.raw(f"{address}/review", status=404)


@pytest.mark.parametrize("rule", list(KeyRule))
def test_the_key_is_shown_by_the_contests_rule_alone(
    session: Session, visitor: Visitor, contest: Contest, rule: KeyRule
) -> None:
    contest.key_rule = rule
    session.commit()
    address, page = visitor.paper()
    visitor.send(page, "/submit")
    status = 200 if rule is KeyRule.AFTER_SUBMIT else 404
    visitor.raw(f"{address}/review", status=status)
    assert ("看答案和解析" in visitor.get(address).text()) == (status == 200)


def test_extra_time_is_taken_on_the_participants_word(session: Session, visitor: Visitor) -> None:
    visitor.join()
    response = visitor.send(visitor.get("/quiz/water/me"), "/start", extra_time="200")
    attempt = attempt_of(session, response.headers["Location"])
    assert attempt.is_extended
    assert (attempt.deadline_at - attempt.started_at).total_seconds() == pytest.approx(2 * stage.SECONDS, abs=1)


def test_own_data_goes_out_whole_and_away_for_good(session: Session, visitor: Visitor) -> None:
    address, page = visitor.paper()
    visitor.send(page, "/submit")
    exported = json.loads(visitor.raw("/quiz/water/me/export.json").data)
    assert exported["participant"]["nickname"] == "爱节水的人"
    assert "seed" not in exported["attempts"][0]
    assert "id" not in exported["participant"]
    me = visitor.get("/quiz/water/me")
    assert visitor.check("delete", visitor.send(me, "/me/delete"), 422).h1 == "我的参赛"
    deleted = visitor.check("delete", visitor.send(me, "/me/delete", confirm="yes"))
    assert deleted.h1 == "已经删除"
    assert session.scalar(sa.select(sa.func.count()).select_from(ParticipantSession)) == 0
    visitor.raw(address, status=404)


def test_a_new_code_ends_the_other_browsers(visitors: Callable[[], Visitor]) -> None:
    first, second = visitors(), visitors()
    code = first.join().text(".quiz-code code")
    second.send(second.get("/quiz/water/return"), "/return", code=code)
    second.send(second.get("/quiz/water/me"), "/me/code")
    assert second.get("/quiz/water/me").h1 == "我的参赛"
    assert first.get("/quiz/water/me").h1 == "用恢复码继续"


def test_a_nickname_may_change_and_a_bad_one_is_refused(session: Session, visitor: Visitor) -> None:
    visitor.join()
    refused = visitor.send(visitor.get("/quiz/water/me"), "/me/nickname", nickname="a")
    assert "至少两个字" in visitor.check("nickname", refused, 422).text()
    visitor.send(visitor.get("/quiz/water/me"), "/me/nickname", nickname="细水长流")
    assert "细水长流" in visitor.get("/quiz/water/me").text()


def test_signing_out_forgets_this_browser(visitor: Visitor) -> None:
    visitor.join()
    assert visitor.send(visitor.get("/quiz/water/me"), "/me/sign-out").status_code == 303
    assert visitor.get("/quiz/water/me").h1 == "用恢复码继续"
