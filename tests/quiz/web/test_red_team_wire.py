"""Attacks on the wire: methods, broken documents, other sites, headers. Each is refused and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask import Flask

from outreach.quiz.models import AttemptState
from tests.quiz import stage
from tests.quiz.web.attacking import Scene, batch, choice, scene_of


@pytest.fixture(scope="module")
def scene(app: Flask) -> Iterator[Scene]:
    with scene_of(app) as found:
        yield found


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_write_nothing(scene: Scene, method: str) -> None:
    """Routes that write, called by every other method."""
    with scene.fails():
        for path in (
            "/quiz/water/start",
            f"{scene.thief.address}/answers",
            f"{scene.thief.address}/submit",
            f"{scene.thief.address}/certificate",
            "/quiz/water/me/delete",
            "/quiz/water/me/code",
        ):
            query = {"token": scene.thief.token, "confirm": "yes", "extra_time": "200"}
            response = scene.thief.visitor.client.open(
                path, method=method, query_string=query, headers={"X-Token": scene.thief.token}
            )
            assert response.status_code == (200 if method == "OPTIONS" else 405), path


@pytest.mark.parametrize("path", ["join", "return", "guardian", "waiting", "me", "ranking", "draw"])
def test_head_reads_and_never_writes(scene: Scene, path: str) -> None:
    """HEAD must not fall into the branch of the form."""
    visitor = scene.stranger("")
    with scene.fails():
        read = visitor.client.get(f"/quiz/water/{path}")
        assert visitor.client.head(f"/quiz/water/{path}").status_code == read.status_code


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_reading_that_claims_to_be_a_form(scene: Scene, header: str) -> None:
    """Method override by header or field."""
    headers = {header: "POST", "X-Token": scene.thief.token}
    with scene.fails():
        address = f"{scene.thief.address}?_method=POST&submit=1"
        assert scene.thief.visitor.client.get(address, headers=headers).status_code == 200
        assert scene.thief.visitor.client.get("/quiz/water/start", headers=headers).status_code == 405


BODIES: dict[str, tuple[bytes, int]] = {
    "nan": (b'{"answers":[{"position":NaN,"sequence":1,"value":[]}]}', 422),
    "infinity": (b'{"answers":[{"position":0,"sequence":Infinity,"value":[]}]}', 422),
    "fraction": (b'{"answers":[{"position":0.0,"sequence":1,"value":[]}]}', 422),
    "exponent": (b'{"answers":[{"position":1e0,"sequence":1,"value":[]}]}', 422),
    "long number": (b'{"answers":[{"position":' + b"9" * 5000 + b',"sequence":1,"value":[]}]}', 422),
    "nested": (b'{"answers":' + b"[" * 5000 + b"]" * 5000 + b"}", 422),
    "open nested": (b"[" * 100_000, 422),
    "nested objects": (b'{"a":' * 3000 + b"1" + b"}" * 3000, 422),
    "many answers": (b'{"answers":[' + b",".join([b'{"position":0,"sequence":1,"value":[]}'] * 500) + b"]}", 422),
    "not text": (b'{"answers":"\xff\xfe"}', 422),
    "utf-16": ('{"answers":[{"position":10,"sequence":1,"value":[]}]}'.encode("utf-16"), 422),
    "two documents": (b'{"answers":[]}{"answers":[]}', 422),
    "null": (b"null", 422),
    "empty": (b"", 422),
}


@pytest.mark.parametrize("name", list(BODIES))
@pytest.mark.parametrize("part", ["answers", "submit"])
def test_documents_that_break_parsers(scene: Scene, name: str, part: str) -> None:
    """Numbers that are none, depth, length, encodings."""
    body, status = BODIES[name]
    headers = {"X-Token": scene.thief.token, "Content-Type": "application/json"}
    with scene.fails("malformed"):
        response = scene.thief.visitor.client.post(f"{scene.thief.address}/{part}", data=body, headers=headers)
        assert response.status_code == status


def test_a_body_beyond_the_limit(scene: Scene) -> None:
    """More bytes than any paper needs."""
    headers = {"X-Token": scene.thief.token, "Content-Type": "application/json"}
    body = b'{"answers":[{"position":0,"sequence":1,"value":["' + b"x" * 40_000_000 + b'"]}]}'
    with scene.fails():
        response = scene.thief.visitor.client.post(f"{scene.thief.address}/answers", data=body, headers=headers)
        assert response.status_code == 413


def test_members_that_come_twice(scene: Scene) -> None:
    """Duplicate keys: what is checked is what is stored."""
    name = scene.thief.option_ids(choice(scene.thief))[0]
    body = f'{{"answers":[{{"position":{choice(scene.thief)},"position":77,"sequence":1,"value":["{name}"]}}]}}'
    headers = {"X-Token": scene.thief.token, "Content-Type": "application/json"}
    with scene.fails("malformed"):
        response = scene.thief.visitor.client.post(f"{scene.thief.address}/answers", data=body, headers=headers)
        assert response.status_code == 422


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"])
def test_a_batch_under_another_type_saves_nothing(scene: Scene, content_type: str) -> None:
    """JSON that a foreign page could send without asking first."""
    body = json.dumps({"answers": batch(0, "x"), "token": scene.thief.token})
    with scene.fails():
        response = scene.thief.visitor.client.post(
            f"{scene.thief.address}/answers", data=body, headers={"Content-Type": content_type}
        )
        assert response.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": "https://elsewhere.example/quiz/water"},
        {"Origin": "https://localhost.elsewhere.example"},
    ],
    ids=lambda headers: "-".join(headers.values()),
)
def test_another_site_uses_the_victims_browser(scene: Scene, headers: dict[str, str]) -> None:
    """Cross-site requests with everything else right."""
    token = scene.victim.token
    with scene.fails():
        for path, data in (
            (f"{scene.victim.address}/submit", {}),
            (f"{scene.victim.address}/answers", {"q0": "x"}),
            ("/quiz/water/start", {"extra_time": "200"}),
            ("/quiz/water/me/delete", {"confirm": "yes"}),
            ("/quiz/water/me/code", {}),
            ("/quiz/water/me/sign-out", {}),
            ("/quiz/water/me/nickname", {"nickname": "被改的名"}),
        ):
            response = scene.victim.visitor.client.post(path, data={"token": token, **data}, headers=headers)
            assert response.status_code == 403, path


@pytest.mark.parametrize(
    "headers",
    [
        {"Date": "Wed, 01 Jan 2020 00:00:00 GMT"},
        {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"},
        {"X-Forwarded-Host": "elsewhere.example", "X-Forwarded-Proto": "https"},
        {"X-Original-URL": "/quiz/water/start", "X-Rewrite-URL": "/"},
        {"Cookie": "timezone=Etc/GMT-14; now=1577836800"},
        {"X-User": "1", "X-Participant": "1", "Authorization": "Basic YWRtaW46YWRtaW4="},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_headers_that_claim_something(scene: Scene, headers: dict[str, str]) -> None:
    """Time, address, host and person as headers: a late answer stays late, a foreign paper foreign."""
    taker = scene.taker()
    scene.age(taker, stage.SECONDS + 30)
    cookie = headers.get("Cookie")
    rest = {name: value for name, value in headers.items() if name != "Cookie"}
    if cookie:
        rest["Cookie"] = f"{cookie}; quiz={taker.cookie}"
    with scene.fails("late"):
        assert taker.visitor.save(taker.page, batch(0), headers=rest).status_code == 409
    with scene.fails():
        assert scene.stranger("").client.get(taker.address, headers=headers).status_code == 404
    assert scene.attempt(taker).state is AttemptState.OPEN
