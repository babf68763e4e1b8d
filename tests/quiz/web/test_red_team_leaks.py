"""Attacks on secrets: keys before their time, frozen rankings, names. Nothing that is served tells them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.quiz.actions.contests import freeze
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.snapshots import take_snapshot
from outreach.quiz.models import Question
from outreach.quiz.moments import database_now
from tests.quiz import stage
from tests.quiz.web.attacking import Scene, Taker, batch, scene_of
from tests.quiz.web.visiting import Visitor

#: Words that only a key or its explanation has; the questions of the stage explain with 「见标准。」.
KEY_WORDS = ("见标准", "is_right", "explanation", "correct", "accepted", "centipoints", "marks", "正确答案", "解析：")


@pytest.fixture(scope="module")
def scene(app: Flask) -> Iterator[Scene]:
    with scene_of(app) as found:
        yield found


@pytest.fixture(scope="module")
def closed(scene: Scene) -> Taker:
    """A paper that was handed in, in a contest that shows its key after the end."""
    taker = scene.taker(nickname="等答案的人")
    right = stage.answers(scene.session, scene.attempt(taker).id, right=4)
    taker.visitor.send(taker.page, "/submit", **{f"q{one.position}": list(one.value) for one in right})
    return taker


def told(text: str) -> list[str]:
    return [word for word in KEY_WORDS if word in text]


def main_of(data: bytes) -> str:
    """The part of a page that is the contest's own."""
    text = data.decode("utf-8")
    return text.partition("<main")[2].partition("</main>")[0] or text


def test_the_key_is_known_when_it_is_seen(scene: Scene, closed: Taker) -> None:
    """What the attacks below look for stands on the review once the contest is over."""
    before = scene.contest.opens_at, scene.contest.closes_at
    now = database_now(scene.session)
    scene.contest.opens_at, scene.contest.closes_at = now - timedelta(days=2), now - timedelta(days=1)
    scene.session.commit()
    page = closed.visitor.raw(f"{closed.address}/review")
    scene.contest.opens_at, scene.contest.closes_at = before
    scene.session.commit()
    assert told(main_of(page.data)) != []


SWITCHES = ["?review=1", "?preview=1", "?answers=1&key=1", "?debug=1", "?admin=1", "?format=json", "/", ".json", "?_=1"]


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*"])
def test_the_key_by_a_switch_in_the_address(scene: Scene, closed: Taker, switch: str, accept: str) -> None:
    """Arguments, endings and wanted types on an open and on a closed paper."""
    with scene.fails():
        for taker in (scene.thief, closed):
            response = taker.visitor.client.get(f"{taker.address}{switch}", headers={"Accept": accept})
            assert response.status_code in (200, 308, 404)
            assert told(main_of(response.data)) == []


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_review_before_the_rule_allows_it(scene: Scene, closed: Taker, prefix: str, method: str) -> None:
    """The page with the key of a closed paper while the contest runs, of an open one, and of the victim's."""
    with scene.fails():
        for address in (closed.address, scene.thief.address, scene.victim.address):
            response = closed.visitor.client.open(f"{prefix}{address}/review", method=method)
            assert response.status_code == 404


def test_the_key_in_the_answers_to_saving_and_handing_in(scene: Scene) -> None:
    """What the script hears back."""
    taker = scene.taker()
    saved = taker.visitor.save(taker.page, batch(0))
    sent = taker.visitor.client.post(f"{taker.address}/submit", json={}, headers={"X-Token": taker.token})
    assert set(saved.get_json()) == {"accepted", "receipt", "remaining_ms"}
    assert set(sent.get_json()) == {"state", "centipoints", "elapsed_ms", "receipt"}


def test_the_key_in_the_participants_own_export(scene: Scene, closed: Taker) -> None:
    """The file with one's own data, with an open paper and with a closed one."""
    with scene.fails():
        for taker in (scene.thief, closed):
            text = taker.visitor.raw("/quiz/water/me/export.json").get_data(as_text=True)
            assert {"marks", "seed", "paper"} & set(json.loads(text)["attempts"][0]) == set()
            assert scene.attempt(taker).seed not in text


@pytest.mark.parametrize(
    "path",
    [
        "/admin/contests/water/preview",
        "/admin/questions",
        "/admin/questions/by-code/Q0000",
        "/admin/questions/by-code/Q0000/1/key",
        "/admin/contests/water/attempts/1",
        "/admin/contests/water/monitor",
        "/admin/contests/water/draws/1/winners/1",
    ],
)
def test_the_organisers_pages_with_a_participants_cookie(scene: Scene, path: str) -> None:
    """Sample papers, the bank and single papers in the back office."""
    with scene.fails():
        for method in ("GET", "POST"):
            response = scene.thief.visitor.client.open(path, method=method, headers={"X-Token": scene.thief.token})
            assert response.status_code in (302, 303, 403, 404, 405)
            assert told(main_of(response.data)) == []


def test_practice_of_what_a_running_contest_asks(scene: Scene) -> None:
    """Every question of the pool by its code, with an answer to be checked, and by topic."""
    codes = scene.session.scalars(sa.select(Question.code)).all()
    with scene.fails():
        for code in codes:
            for query in ({"q": code}, {"q": code, "check": "1", "a": "0"}, {"q": code.lower(), "check": "1"}):
                response = scene.thief.visitor.client.get("/quiz/practice", query_string=query)
                assert response.status_code == 404
        assert scene.thief.visitor.raw("/quiz/practice.json").get_json() == {"topics": {}}
        page = scene.thief.visitor.raw("/quiz/practice", topic="label", check="1", a="0")
        assert told(main_of(page.data)) == []


def test_practice_while_papers_of_an_ended_contest_are_open(scene: Scene) -> None:
    """The contest is over, a paper has still time: its questions are held back."""
    now = database_now(scene.session)
    before = scene.contest.opens_at, scene.contest.closes_at, scene.other.opens_at, scene.other.closes_at
    for contest in (scene.contest, scene.other):
        contest.opens_at, contest.closes_at = now - timedelta(days=2), now - timedelta(days=1)
    scene.session.commit()
    try:
        assert scene.thief.visitor.raw("/quiz/practice.json").get_json() == {"topics": {}}
    finally:
        scene.contest.opens_at, scene.contest.closes_at, scene.other.opens_at, scene.other.closes_at = before
        scene.session.commit()


PERSONAL = ["", "/review", "me", "me/export.json", "return", "join", "guardian", "waiting"]


@pytest.mark.parametrize("part", PERSONAL)
def test_personal_answers_are_kept_by_nobody(scene: Scene, closed: Taker, part: str) -> None:
    """Pages of one person from a cache or by a conditional request."""
    path = f"{closed.address}{part}" if part in ("", "/review") else f"/quiz/water/{part}"
    with scene.fails():
        first = closed.visitor.client.get(path)
        assert first.headers["Cache-Control"] == "no-store"
        assert "ETag" not in first.headers
        assert "Last-Modified" not in first.headers
        asked = {"If-None-Match": "*", "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT", "Range": "bytes=0-99"}
        assert closed.visitor.client.get(path, headers=asked).status_code == first.status_code
        with_style = closed.visitor.client.get(f"{path}/x.css")
        assert with_style.status_code == 404


@pytest.mark.parametrize("path", ["/sitemap.xml", "/quiz/", "/", "/quiz/water", "/quiz/water/ranking", "/api/docs"])
def test_papers_and_people_in_public_lists(scene: Scene, closed: Taker, path: str) -> None:
    """Addresses of papers, ids and nicknames where everybody reads."""
    text = scene.stranger("").client.get(path).get_data(as_text=True)
    person = scene.person(closed)
    for secret in (closed.public_id, person.public_id, person.nickname, "/quiz/attempts/", '"/certificates/'):
        assert secret not in text


def counted(scene: Scene) -> None:
    while fold(scene.session).deltas:
        pass
    take_snapshot(scene.session, scene.contest)
    scene.session.commit()


RANKINGS = [
    "ranking",
    "ranking.json",
    "ranking.csv",
    "ranking?board=counties",
    "ranking.json?board=counties",
    "ranking.csv?board=counties",
    "ranking.json?board=counties&scope=participants",
    "ranking.json?board=provinces",
    "ranking.json?board=provinces&scope=participants",
    "ranking.json?scope=province:32",
    "ranking.json?board=units",
    "ranking.json?page=2&scope=%25",
]


def test_what_happens_after_the_freeze(scene: Scene, closed: Taker) -> None:
    """Every ranking, file and page before and after a result that comes later; place and total for oneself."""
    counted(scene)
    freeze(scene.session, scene.contest, stage.AUTHOR)
    scene.session.commit()
    reader = scene.stranger("")
    before = {path: public_text(reader, path) for path in RANKINGS}
    late = scene.taker(nickname="封榜后的人", county="320115")
    right = stage.answers(scene.session, scene.attempt(late).id)
    late.visitor.send(late.page, "/submit", **{f"q{one.position}": list(one.value) for one in right})
    counted(scene)
    with scene.fails():
        after = {path: public_text(reader, path) for path in RANKINGS}
        assert after == before
        own = [late.visitor.raw(path).get_data(as_text=True) for path in (late.address, "/quiz/water/me")]
        own.append(late.visitor.raw("/quiz/water/me/export.json").get_data(as_text=True))
    assert not any(re.search(r"名次（共|\"place\"", text) for text in own)
    assert "320115" not in "".join(after.values())


def public_text(reader: Visitor, path: str) -> str:
    return main_of(reader.client.get(f"/quiz/water/{path}").data)


@pytest.mark.parametrize("path", RANKINGS)
def test_who_the_people_in_the_rankings_are(scene: Scene, closed: Taker, path: str) -> None:
    """Names, ids and codes of people in rankings and their files."""
    counted(scene)
    text = public_text(scene.stranger(""), path)
    if path == "ranking":
        assert "等****" in text, "there is somebody in it"
    people: list[Any] = [scene.person(one) for one in (closed, scene.victim)]
    for person in people:
        assert person.nickname not in text
        assert person.public_id not in text
