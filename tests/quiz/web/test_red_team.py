"""Attacks on papers: points, other people's papers, forged tokens. Each is refused, changes nothing and is counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g

from outreach.quiz.rules import tokens
from tests.quiz import stage
from tests.quiz.web.attacking import Scene, Taker, batch, choice, scene_of

SCORES: dict[str, Any] = {
    "score": 2000,
    "centipoints": 2000,
    "marks": [200] * 10,
    "is_full": True,
    "elapsed_ms": 1,
    "rank_ms": 1,
    "state": "submitted",
    "submitted_at": "2020-01-01T00:00:00Z",
    "deadline": "2099-01-01T00:00:00Z",
    "deadline_at": "2099-01-01T00:00:00Z",
    "started_at": "2099-01-01T00:00:00Z",
    "remaining_ms": 10**9,
    "save_count": 10,
    "seed": "00" * 32,
    "paper": [],
}


@pytest.fixture(scope="module")
def scene(app: Flask) -> Iterator[Scene]:
    with scene_of(app) as found:
        yield found


@pytest.fixture(scope="module")
def closed(scene: Scene) -> Taker:
    """A thief who has handed in an empty paper."""
    taker = scene.taker(nickname="交了卷的人")
    taker.visitor.send(taker.page, "/submit")
    return taker


def test_points_cannot_be_sent_along_with_a_form(scene: Scene) -> None:
    """Score, times and state as fields of the form that hands in."""
    taker = scene.taker()
    before = scene.attempt(taker).deadline_at
    fields = {name: json.dumps(value) if isinstance(value, list) else str(value) for name, value in SCORES.items()}
    taker.visitor.send(taker.page, "/submit", **fields)
    attempt = scene.attempt(taker)
    assert (attempt.centipoints, attempt.is_full, attempt.deadline_at) == (0, False, before)
    assert attempt.elapsed_ms is not None
    assert attempt.elapsed_ms > 1


def test_points_cannot_be_sent_along_with_a_batch(scene: Scene) -> None:
    """The same as members of the JSON document and of each answer."""
    taker = scene.taker()
    started = scene.attempt(taker).started_at
    answers = [{**batch(0)[0], **SCORES}]
    response = taker.visitor.client.post(
        f"{taker.address}/submit", json={**SCORES, "answers": answers}, headers={"X-Token": taker.token}
    )
    assert response.get_json()["centipoints"] == 0
    attempt = scene.attempt(taker)
    assert (attempt.centipoints, attempt.marks, attempt.started_at) == (0, [0] * 10, started)


@pytest.mark.parametrize("position", [-1, 10, 399, 400, 2**31, 2**63, 2**70])
def test_answers_to_questions_that_are_not_on_the_paper(scene: Scene, position: int) -> None:
    """A position beyond the paper."""
    with scene.fails("malformed"):
        assert scene.thief.visitor.save(scene.thief.page, batch(position, "x")).status_code == 422


def test_the_option_ids_of_somebody_elses_paper(scene: Scene) -> None:
    """Options as another attempt names them: shared answers are worth nothing."""
    foreign = scene.victim.option_ids(choice(scene.victim))
    for name in foreign:
        with scene.fails("malformed"):
            assert scene.thief.visitor.save(scene.thief.page, batch(choice(scene.thief), name)).status_code == 422


def test_the_option_ids_of_another_question(scene: Scene) -> None:
    """Options of the same paper under another question."""
    taker = scene.thief
    first, second = [position for position in range(10) if taker.option_ids(position)][:2]
    with scene.fails("malformed"):
        assert taker.visitor.save(taker.page, batch(first, taker.option_ids(second)[0])).status_code == 422


def test_an_option_chosen_twice_or_all_of_a_single_choice(scene: Scene) -> None:
    """The same option twice in one answer."""
    taker = scene.thief
    name = taker.option_ids(choice(taker))[0]
    with scene.fails("malformed"):
        assert taker.visitor.save(taker.page, batch(choice(taker), name, name)).status_code == 422


@pytest.mark.parametrize("sequence", [0, -1, 2**53, 2**63])
def test_sequence_numbers_that_would_win_for_ever(scene: Scene, sequence: int) -> None:
    """A sequence number beyond what is counted."""
    with scene.fails("malformed"):
        assert scene.thief.visitor.save(scene.thief.page, batch(0, sequence=sequence)).status_code == 422


def test_answers_after_handing_in(scene: Scene, closed: Taker) -> None:
    """A replayed save with a higher sequence number after the result is known."""
    with scene.fails("already-closed"):
        assert closed.visitor.save(closed.page, batch(0, sequence=2**52)).status_code == 409


def test_handing_in_again_with_better_answers(scene: Scene, closed: Taker) -> None:
    """A second submit with all answers right."""
    right = stage.answers(scene.session, scene.attempt(closed).id, sequence=99)
    document = {"answers": [{"position": o.position, "sequence": 99, "value": list(o.value)} for o in right]}
    with scene.fails("already-closed"):
        response = closed.visitor.client.post(
            f"{closed.address}/submit", json=document, headers={"X-Token": closed.token}
        )
        assert (response.status_code, response.get_json()["centipoints"]) == (200, 0)


@pytest.mark.parametrize("part", ["answers", "submit", "appeal", "certificate"])
@pytest.mark.parametrize("whose_token", ["own", "victims"])
def test_writing_to_somebody_elses_paper(scene: Scene, part: str, whose_token: str) -> None:
    """The thief's browser, the victim's address, either token."""
    token = scene.thief.token if whose_token == "own" else scene.victim.token
    with scene.fails("not-found"):
        response = scene.thief.visitor.client.post(f"{scene.victim.address}/{part}", data={"token": token})
        assert response.status_code == 404


def test_a_stolen_token_without_the_cookie(scene: Scene) -> None:
    """The victim's token in a browser that has no cookie."""
    visitor = scene.stranger("")
    with scene.fails("not-found"):
        response = visitor.client.post(
            f"{scene.victim.address}/submit", json={}, headers={"X-Token": scene.victim.token}
        )
        assert response.status_code == 404


@pytest.mark.parametrize("change", ["cut", "longer", "other letter", "hash", "wildcard", "case", "huge", "nul"])
def test_a_cookie_that_was_tampered_with(scene: Scene, change: str) -> None:
    """Cookies that are nearly the victim's, or what the table keeps of it."""
    real = scene.victim.cookie
    stored = scene.session.connection().exec_driver_sql("SELECT token_hash FROM quiz_session").scalars().all()
    cookies = {
        "cut": real[:-1],
        "longer": real + "A",
        "other letter": ("B" if real[0] == "A" else "A") + real[1:],
        "hash": str(stored[0]),
        "wildcard": "%",
        "case": real.swapcase(),
        "huge": real + "A" * 3000,
        "nul": real + "\\000",
    }
    visitor = scene.stranger(cookies[change])
    with scene.fails("not-found"):
        assert visitor.client.get(scene.victim.address).status_code == 404
        response = visitor.client.post(f"{scene.victim.address}/submit", data={"token": scene.victim.token})
        assert response.status_code == 404


def test_a_browser_whose_term_is_over(scene: Scene) -> None:
    """The right cookie after its end."""
    taker = scene.taker()
    scene.end_sessions(taker)
    with scene.fails("not-found"):
        assert taker.visitor.client.get(taker.address).status_code == 404
        assert taker.visitor.save(taker.page, batch(0)).status_code == 404


@pytest.mark.parametrize("kind", ["victim", "other contest", "nobody", "cut", "old", "other key", "other salt", "text"])
def test_tokens_that_were_not_made_for_this_form(scene: Scene, kind: str) -> None:
    """Tokens of other people, contests, keys and days in the thief's own browser."""
    contest_id, own = scene.contest.id, scene.person(scene.thief).id
    forged = {
        "victim": scene.victim.token,
        "other contest": scene.forged_token([scene.other.id, own]),
        "nobody": scene.forged_token([contest_id, 0]),
        "cut": scene.thief.token[:-2],
        "old": scene.forged_token([contest_id, own], hours_ago=97),
        "other key": scene.forged_token([contest_id, own], secret="guessed"),
        "other salt": scene.forged_token([contest_id, own], salt="quiz-other"),
        "text": scene.forged_token(f"[{contest_id}, {own}]"),
    }
    assert scene.thief.visitor.save(scene.thief.page, []).status_code == 200, "the right one is taken"
    with scene.fails():
        for part, call in (
            (f"{scene.thief.address}/submit", {"json": {}}),
            (f"{scene.thief.address}/answers", {"json": {"answers": batch(0)}}),
            ("/quiz/water/start", {}),
            ("/quiz/water/me/delete", {"data": {"confirm": "yes"}}),
            ("/quiz/water/me/nickname", {"data": {"nickname": "改了的名"}}),
        ):
            response = scene.thief.visitor.client.post(part, headers={"X-Token": forged[kind]}, **call)  # type: ignore[arg-type]  # keywords of the client
            assert response.status_code == 403, part


def test_the_tokens_of_two_contests_swapped(scene: Scene) -> None:
    """One browser in two contests sends each form with the other's token."""
    here = scene.taker()
    there = Taker(here.visitor, "", here.page)
    here.visitor.slug = "other"
    here.visitor.join()
    there.address = here.visitor.start()
    there.page = here.visitor.get(there.address)
    with scene.fails():
        for address, token in ((here.address, there.token), (there.address, here.token)):
            for part in ("answers", "submit"):
                response = here.visitor.client.post(f"{address}/{part}", json={}, headers={"X-Token": token})
                assert response.status_code == 403


def test_saving_without_having_started(scene: Scene) -> None:
    """Answers for a paper that was never opened."""
    visitor = scene.newcomer()
    token = visitor.get("/quiz/water/me").all('input[name="token"]')[0].get("value")
    with scene.fails("not-found", contest_id=0):
        response = visitor.client.post(
            f"/quiz/attempts/{tokens.new_public_id()}/answers",
            json={"answers": batch(0)},
            headers={"X-Token": token},
        )
        assert response.status_code == 404


def test_guessing_the_addresses_of_papers(scene: Scene) -> None:
    """Ids beside, inside and beyond the victim's: every answer is the same page."""
    real = scene.victim.public_id
    guesses = [str(scene.attempt(scene.victim).id), real[:-1], real + "x", real.swapcase(), "%25", "_" * 20, "1", "0"]
    guesses += [tokens.new_public_id() for _turn in range(20)]
    with scene.fails():
        found = []
        for one in [real, *guesses]:
            g.pop("unique_ids", None)  # requests of a test share what is one request's own
            found.append(scene.thief.visitor.client.get(f"/quiz/attempts/{one}"))
    assert {(one.status_code, len(one.data)) for one in found} == {(404, len(found[0].data))}, (
        "what exists is not told from what does not"
    )
