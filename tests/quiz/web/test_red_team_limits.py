"""Attacks on limits: more attempts, more time, another county, a child's consent. None gets anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.quiz.models import Attempt, AttemptState, ContestStatus, Participant
from outreach.quiz.moments import database_now
from outreach.quiz.rules import work
from tests.quiz import stage
from tests.quiz.web.attacking import Scene, Taker, batch, scene_of
from tests.quiz.web.visiting import Visitor


@pytest.fixture(scope="module")
def scene(app: Flask) -> Iterator[Scene]:
    with scene_of(app) as found:
        yield found


@pytest.fixture
def usual(scene: Scene) -> Iterator[None]:
    """The contest is as it was after the test."""
    names = [column.key for column in scene.contest.__table__.c]
    before = {name: getattr(scene.contest, name) for name in names}
    first = scene.contest.rounds[0]
    window = first.opens_at, first.closes_at
    yield
    for name, value in before.items():
        setattr(scene.contest, name, value)
    first.opens_at, first.closes_at = window
    scene.session.commit()


def own_token(visitor: Visitor) -> str:
    return visitor.get(f"{visitor.root}/me").all('input[name="token"]')[0].get("value")


def try_to_start(visitor: Visitor, token: str, **data: str) -> int:
    return visitor.client.post(f"{visitor.root}/start", data={"token": token, **data}).status_code


CLOSED_DOORS: dict[str, tuple[dict[str, Any], str]] = {
    "before the opening": ({"opens": 1, "closes": 2}, "not-open-yet"),
    "after the end": ({"opens": -2, "closes": -1}, "closed"),
    "between two rounds": ({"opens": -2, "closes": 2, "round": (-2, -1)}, "between-rounds"),
    "while it stands still": ({"paused": True}, "paused"),
    "after the results are final": ({"status": ContestStatus.FINAL}, "closed"),
}


@pytest.mark.usefixtures("usual")
@pytest.mark.parametrize("door", list(CLOSED_DOORS))
def test_starting_when_the_door_is_closed(scene: Scene, door: str) -> None:
    """A start with everything right but the moment."""
    settings, reason = CLOSED_DOORS[door]
    visitor = scene.newcomer()
    token = own_token(visitor)
    now = database_now(scene.session)
    if "opens" in settings:
        first, window = scene.contest.rounds[0], settings.get("round", (settings["opens"], settings["closes"]))
        scene.contest.opens_at = now + timedelta(days=settings["opens"])
        scene.contest.closes_at = now + timedelta(days=settings["closes"])
        first.opens_at, first.closes_at = (now + timedelta(days=day) for day in window)
    scene.contest.paused_at = now if settings.get("paused") else None
    scene.contest.status = settings.get("status", scene.contest.status)
    scene.session.commit()
    with scene.fails(reason):
        assert try_to_start(visitor, token) == 409


@pytest.mark.usefixtures("usual")
def test_starting_in_a_contest_that_was_taken_off(scene: Scene) -> None:
    """A start at the address of a withdrawn contest."""
    visitor = scene.newcomer()
    token = own_token(visitor)
    scene.contest.status = ContestStatus.WITHDRAWN
    scene.session.commit()
    with scene.fails():
        assert try_to_start(visitor, token) == 404
        assert visitor.client.get("/quiz/water").status_code == 404


@pytest.mark.usefixtures("usual")
@pytest.mark.parametrize(
    ("limits", "days_ago", "reason"),
    [((1, 5), 0, "no-attempt-today"), ((1, 1), 0, "no-attempt-left"), ((1, 1), 1, "no-attempt-left")],
)
def test_starting_with_the_limit_used_up(scene: Scene, limits: tuple[int, int], days_ago: int, reason: str) -> None:
    """One attempt more than a day, or the contest, has; today and tomorrow."""
    scene.contest.attempts_per_day, scene.contest.attempts_total = limits
    scene.session.commit()
    taker = scene.taker()
    taker.visitor.send(taker.page, "/submit")
    scene.attempt(taker).day -= timedelta(days=days_ago)
    scene.session.commit()
    with scene.fails(reason, times=5):
        for _turn in range(5):
            assert try_to_start(taker.visitor, taker.token) == 409
    held = scene.session.scalars(sa.select(Attempt.attempt_no).where(Attempt.participant_id == scene.person(taker).id))
    assert held.all() == [1]


@pytest.mark.usefixtures("usual")
def test_coming_back_with_the_code_opens_no_second_paper(scene: Scene) -> None:
    """The same person in five browsers starts in each."""
    visitor = Visitor(scene.app)
    code = visitor.join().text(".quiz-code code")
    addresses = {visitor.start()}
    for _browser in range(4):
        again = Visitor(scene.app)
        again.send(again.get("/quiz/water/return"), "/return", code=code)
        token = own_token(again)
        addresses.add(again.client.post("/quiz/water/start", data={"token": token}).headers["Location"])
    assert len(addresses) == 1


def test_a_start_whose_fields_name_other_limits(scene: Scene) -> None:
    """Participant, contest, limits and deadline as fields of the start."""
    visitor = scene.newcomer()
    victim = scene.person(scene.victim)
    data = {
        "participant_id": str(victim.id),
        "contest_id": str(scene.other.id),
        "attempts_total": "99",
        "attempt_no": "50",
        "seconds_per_paper": "99999",
        "deadline_at": "2099-01-01",
        "seed": "00" * 32,
        "round_no": "9",
        "is_extended": "1",
    }
    response = visitor.client.post("/quiz/water/start", data={"token": own_token(visitor), **data})
    taker = Taker(visitor, response.headers["Location"], visitor.get(response.headers["Location"]))
    attempt = scene.attempt(taker)
    assert attempt.participant_id != victim.id
    assert (attempt.contest_id, attempt.attempt_no, attempt.round_no) == (scene.contest.id, 1, 1)
    assert attempt.deadline_at - attempt.started_at == timedelta(seconds=stage.SECONDS)
    assert (attempt.seed == "00" * 32, attempt.is_extended) == (False, False)


@pytest.mark.parametrize("percent", ["200", "150", "1000", "-50", "1e9", "２００", "200 OR 1=1"])
def test_more_time_for_a_paper_that_is_open(scene: Scene, percent: str) -> None:
    """The declaration of need after the start, once and twice."""
    taker = scene.taker()
    before = scene.attempt(taker)
    deadline = before.deadline_at
    for _turn in range(2):
        response = taker.visitor.client.post(
            "/quiz/water/start", data={"token": taker.token, "extra_time": percent, "deadline_at": "2099-01-01"}
        )
        assert response.headers["Location"] == taker.address
    after = scene.attempt(taker)
    assert (after.deadline_at, after.is_extended) == (deadline, False)
    assert scene.person(taker).extra_time_percent in (100, 150, 200)


def test_more_time_and_a_fast_time_in_the_ranking(scene: Scene) -> None:
    """Extended time is declared, used, and taken back before handing in: no part in the time tie-break."""
    visitor = scene.newcomer()
    address = visitor.client.post("/quiz/water/start", data={"token": own_token(visitor), "extra_time": "200"}).headers[
        "Location"
    ]
    taker = Taker(visitor, address, visitor.get(address))
    visitor.client.post("/quiz/water/start", data={"token": taker.token, "extra_time": "100"})
    visitor.send(visitor.get(address), "/submit")
    attempt = scene.attempt(taker)
    assert attempt.is_extended
    assert attempt.rank_ms == stage.SECONDS * 1000, "as if the whole usual time had been used"
    assert (attempt.elapsed_ms or 0) < attempt.rank_ms


def test_answers_after_the_time_by_every_entrance(scene: Scene) -> None:
    """Script, form and submit after the deadline and its grace."""
    taker = scene.taker()
    scene.age(taker, stage.SECONDS + 4)
    with scene.fails("late"):
        assert taker.visitor.save(taker.page, batch(0)).status_code == 409
    with scene.fails("late"):
        assert taker.visitor.client.post(f"{taker.address}/answers", data={"token": taker.token}).status_code == 409
    right = stage.answers(scene.session, scene.attempt(taker).id)
    document = {"answers": [{"position": o.position, "sequence": 1, "value": list(o.value)} for o in right]}
    taker.visitor.client.post(f"{taker.address}/submit", json=document, headers={"X-Token": taker.token})
    attempt = scene.attempt(taker)
    assert (attempt.state, attempt.centipoints) == (AttemptState.EXPIRED, 0)
    assert attempt.elapsed_ms == stage.SECONDS * 1000


@pytest.mark.usefixtures("usual")
def test_answering_while_the_clock_stands(scene: Scene) -> None:
    """A pause is no time to look things up and save them."""
    taker = scene.taker()
    scene.contest.paused_at = database_now(scene.session)
    scene.session.commit()
    with scene.fails("paused", times=2):
        assert taker.visitor.save(taker.page, batch(0)).status_code == 409
        assert taker.visitor.send(taker.page, "/submit").status_code == 409


def test_another_county_after_the_first_paper(scene: Scene) -> None:
    """County, unit and age as fields beside the nickname, and by joining again."""
    taker = scene.taker()
    before = scene.person(taker)
    groups = (before.county_code, before.unit_code, before.age_band, before.bracket)
    fields = {"county": "320115", "county_code": "320115", "unit": "x", "unit_code": "x", "age_band": "60-plus"}
    data = {"token": taker.token, "nickname": "换县的人", "bracket": "x", **fields}
    assert taker.visitor.client.post("/quiz/water/me/nickname", data=data).status_code == 303
    after = scene.person(taker)
    assert (after.county_code, after.unit_code, after.age_band, after.bracket) == groups
    stranger = scene.stranger("").get("/quiz/water/join").one('input[name="token"]').get("value")
    with scene.fails():
        for part in ("join", "guardian"):
            again = {**JOINING, "token": stranger, "county": "320115", "guardian_consents": "yes"}
            response = taker.visitor.client.post(f"/quiz/water/{part}", data=again)
            assert (response.status_code, response.headers["Location"]) == (303, "/quiz/water/me")


JOINING = {
    "nickname": "小水滴",
    "age_band": "under-14",
    "county": "110101",
    "consents": "yes",
    "consent_version": "2026-1",
}


@pytest.mark.parametrize(
    ("part", "change", "status"),
    [
        ("join", {"guardian_consents": "yes"}, 200),
        ("join", {"guardian_consents": "yes", "guardian": "yes", "guardian_consented_at": "2020-01-01"}, 200),
        ("guardian", {}, 422),
        ("guardian", {"guardian_consents": "no"}, 422),
        ("guardian", {"guardian_consents": "on"}, 422),
        ("guardian", {"guardian_consents": "yes", "consents": ""}, 422),
        ("guardian", {"guardian_consents": "yes", "consent_version": ""}, 422),
        ("guardian", {"guardian_consents": "yes", "consent_version": "2020-1"}, 422),
    ],
)
def test_a_child_without_its_guardian(scene: Scene, part: str, change: dict[str, str], status: int) -> None:
    """The guardian's page left out, or its consent taken from another field."""
    visitor = scene.stranger("")
    token = visitor.get("/quiz/water/join").one('input[name="token"]').get("value")
    with scene.fails():
        response = visitor.client.post(f"/quiz/water/{part}", data={**JOINING, "token": token, **change})
        assert response.status_code == status
        assert "恢复码" not in response.get_data(as_text=True).partition("<main")[2].partition("</h1>")[0]


@pytest.mark.usefixtures("usual")
def test_joining_after_the_end(scene: Scene) -> None:
    """Both entrances when the contest is over."""
    visitor = scene.stranger("")
    token = visitor.get("/quiz/water/join").one('input[name="token"]').get("value")
    now = database_now(scene.session)
    scene.contest.opens_at, scene.contest.closes_at = now - timedelta(days=2), now - timedelta(days=1)
    scene.session.commit()
    with scene.fails():
        for part in ("join", "guardian"):
            data = {**JOINING, "token": token, "age_band": "18-35", "guardian_consents": "yes"}
            assert visitor.client.post(f"/quiz/water/{part}", data=data).status_code == 409


@pytest.mark.usefixtures("usual")
def test_deleting_and_joining_again(scene: Scene) -> None:
    """Fresh attempts by being forgotten: it costs a new proof of work and leaves the old result in the count."""
    scene.contest.work_bits = 8
    scene.session.commit()
    visitor = Visitor(scene.app)
    page = visitor.get("/quiz/water/join")
    challenge = page.one('input[name="challenge"]').get("value")
    proof = {"challenge": challenge, "answer": work.solve(challenge)}
    filled = {"nickname": "忘掉的人", "age_band": "18-35", "county": "110101", "consents": "yes"}
    code = visitor.check("join", visitor.send(page, "/join", **filled, **proof)).text(".quiz-code code")
    address = visitor.start()
    taker = Taker(visitor, address, visitor.get(address))
    old_cookie, old_person = taker.cookie, scene.person(taker).id
    visitor.send(visitor.get("/quiz/water/me"), "/me/delete", confirm="yes")
    attempt = scene.attempt(taker)
    assert (attempt.state, attempt.participant_id) == (AttemptState.SUBMITTED, old_person)
    with scene.fails("not-found"):
        response = scene.stranger(old_cookie).client.post(f"{address}/submit", data={"token": taker.token})
        assert response.status_code == 404
    with scene.fails("code"):
        back = scene.stranger("")
        assert back.send(back.get("/quiz/water/return"), "/return", code=code).status_code == 422
    with scene.fails("work"):
        replay = visitor.send(visitor.get("/quiz/water/join"), "/join", **filled, **proof)
        assert replay.status_code == 422, "the proof is spent"
    assert scene.session.get_one(Participant, old_person, populate_existing=True).deleted_at is not None


@pytest.mark.usefixtures("usual")
@pytest.mark.parametrize("kind", ["none", "bits", "expiry", "other contest", "signature", "long answer", "waited"])
def test_joining_with_a_forged_proof_of_work(scene: Scene, kind: str) -> None:
    """Easier challenges, later ends, another contest's challenge, and a claim to have waited."""
    scene.contest.work_bits = 8
    scene.session.commit()
    visitor = scene.stranger("")
    page = visitor.get("/quiz/water/join")
    challenge = page.one('input[name="challenge"]').get("value")
    bits, expiry, rest = challenge.split(".", 2)
    key = scene.app.extensions["quiz_keys"].signing
    now = int(database_now(scene.session).timestamp())
    forged = {
        "none": "",
        "bits": f"0.{expiry}.{rest}",
        "expiry": f"{bits}.{int(expiry) + 9999}.{rest}",
        "other contest": work.new_challenge(key, f"join:{scene.other.id}", 8, now),
        "signature": challenge[:-1] + ("0" if challenge[-1] != "0" else "1"),
        "long answer": challenge,
        "waited": challenge,
    }[kind]
    answer = {"long answer": "9" * 500, "waited": ""}.get(kind) or (work.solve(forged) if "." in forged else "1")
    answer = "" if kind == "waited" else answer
    with scene.fails("work"):
        filled = {**JOINING, "age_band": "18-35", "challenge": forged, "answer": answer}
        assert visitor.send(page, "/join", **filled).status_code == 422


def test_guessing_recovery_codes(scene: Scene) -> None:
    """Thirty guesses a minute and no more, whatever address the requests claim; another contest's code is none."""
    elsewhere = Visitor(scene.app, "other")
    code = elsewhere.join().text(".quiz-code code")
    visitor = scene.stranger("")
    page = visitor.get("/quiz/water/return")
    token = page.one('input[name="token"]').get("value")
    guesses = [code, "", "%", "0000-0000-0000-0000", *(f"{number:016}" for number in range(26))]
    with scene.fails("code", times=30):
        for number, guess in enumerate(guesses):
            headers = {"X-Forwarded-For": f"198.51.100.{number}", "Forwarded": f"for=198.51.100.{number}"}
            data = {"token": token, "code": guess}
            assert visitor.client.post("/quiz/water/return", data=data, headers=headers).status_code == 422
        refused = visitor.client.post(
            "/quiz/water/return", data={"token": token, "code": "x"}, headers={"X-Forwarded-For": "203.0.113.9"}
        )
        assert refused.status_code == 429


@pytest.mark.usefixtures("usual")
def test_jumping_the_queue(scene: Scene) -> None:
    """Starting again and again, with a place of one's own choice, while others wait."""
    scene.contest.starts_per_second = 1
    scene.session.commit()
    first, second = scene.newcomer(), scene.newcomer()
    assert first.start().startswith("/quiz/attempts/")
    token = own_token(second)
    for _turn in range(5):
        data = {"token": token, "position": "0", "admitted": "true", "admitted_at": "2020-01-01", "ticket": "1"}
        response = second.client.post("/quiz/water/start", data=data)
        assert response.headers["Location"] == "/quiz/water/waiting"
    rows = scene.session.execute(sa.text("SELECT count(*), count(admitted_at) FROM quiz_ticket")).one()
    assert tuple(rows) == (1, 0)
