"""One clock decides: not the browser's, not a machine's. Times that were sent, two machines, slow bodies, reloads."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import Base, db
from outreach.quiz.models import Answer, Attempt, AttemptState
from outreach.quiz.moments import database_now
from outreach.quiz.rules.deadlines import GRACE
from tests.conftest import ROOT
from tests.quiz import stage
from tests.quiz.web.visiting import Visitor

GRACE_S = int(GRACE.total_seconds())


def only_attempt(session: Session) -> Attempt:
    session.expire_all()
    return session.scalars(sa.select(Attempt)).one()


def right_batch(session: Session, attempt: Attempt, sequence: int = 1) -> list[dict[str, Any]]:
    answers = stage.answers(session, attempt.id, sequence=sequence)
    return [{"position": one.position, "sequence": one.sequence, "value": list(one.value)} for one in answers]


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_q01_times_that_are_sent_along_count_for_nothing(session: Session, visitor: Visitor, days: int) -> None:
    """A browser a day ahead or behind: fields, headers and cookies say another time."""
    address, page = visitor.paper()
    attempt = only_attempt(session)
    window = attempt.started_at, attempt.deadline_at
    claimed = (database_now(session) + timedelta(days=days)).isoformat()
    for cookie in ("timezone", "tz", "now"):
        visitor.client.set_cookie(cookie, "Asia/Kiritimati" if cookie != "now" else claimed)
    times = {"started_at": claimed, "elapsed": "1", "elapsed_ms": "1", "deadline": claimed, "now": claimed}
    headers = {"Date": claimed, "X-Token": page.one("#paper").get("data-token"), "X-Client-Time": claimed}
    document = {**times, "answers": right_batch(session, attempt)}
    answered = visitor.client.post(f"{address}/submit", json=document, headers=headers).get_json()
    closed = only_attempt(session)
    assert (closed.started_at, closed.deadline_at) == window
    assert closed.submitted_at is not None
    passed_ms = (closed.submitted_at - closed.started_at).total_seconds() * 1000
    assert answered["elapsed_ms"] == closed.elapsed_ms == pytest.approx(passed_ms, abs=1)
    assert closed.elapsed_ms != 1
    assert closed.state is AttemptState.SUBMITTED


def test_q01_the_countdown_is_drawn_from_what_is_left(session: Session, visitor: Visitor) -> None:
    """The script gets milliseconds that remain by the database's clock, and looks at no wall clock."""
    address, page = visitor.paper()
    attempt = only_attempt(session)
    for passed_s in (0, 100, 300):
        if passed_s:
            stage.shift(session, [attempt.id], passed_s)
            session.commit()
        page = visitor.get(address)
        left_ms = (only_attempt(session).deadline_at - database_now(session)).total_seconds() * 1000
        assert int(page.one("#paper").get("data-remaining-ms")) == pytest.approx(left_ms, abs=5000)
    words = [value for name, value in page.one("#paper").element.attrib.items() if name.startswith("data-")]
    assert not any(re.search(r"\d{4}-\d\d-\d\dT|\d{10}", word) for word in words), "no moment that a browser compares"
    script = (ROOT / "static/js/quiz_paper.js").read_text(encoding="utf-8")
    assert "performance.now()" in script
    assert "Date" not in script.replace("data", "")


@contextmanager
def process_clock(seconds: float) -> Iterator[None]:
    """This process's clock is so many seconds ahead."""
    real = time.time

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # as the original answers
            return datetime.fromtimestamp(real() + seconds, tz or UTC)

    with ExitStack() as stack:
        stack.enter_context(mock.patch("time.time", side_effect=lambda: real() + seconds))
        stack.enter_context(mock.patch("outreach.core.clock.datetime", Shifted))
        yield


@pytest.fixture
def machines(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, Flask]]:
    """Two instances of the site on one database, with one secret."""
    url = "" if backend == "sqlite" else request.getfixturevalue("postgresql_race_url")
    settings = Settings(database_url=url, data_dir=str(tmp_path), secret_key="k" * 40).checked()
    pair = create_app(settings), create_app(settings)
    for one in pair:
        one.config["TESTING"] = True
    with pair[0].app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        stage.contest(db.session)
        db.session.commit()
    yield pair
    for one in pair:
        with one.app_context():
            db.engine.dispose()


def test_q03_two_machines_whose_clocks_differ_agree(machines: tuple[Flask, Flask]) -> None:
    """Start on A, save and hand in on B around the deadline: elapsed times and verdicts are the database's."""
    for ahead_s in (90, -90):
        _start_here_and_hand_in_there(*machines, ahead_s)
    with machines[0].app_context():
        for closed in db.session.scalars(sa.select(Attempt)):
            assert closed.state is AttemptState.EXPIRED
            assert closed.elapsed_ms == stage.SECONDS * 1000
            assert closed.submitted_at == closed.deadline_at
            assert timedelta(0) < database_now(db.session) - closed.started_at < timedelta(seconds=stage.SECONDS + 60)


def _start_here_and_hand_in_there(here: Flask, there: Flask, ahead_s: float) -> None:
    one, other = Visitor(here), Visitor(there)
    with process_clock(ahead_s / 2):
        address, page = one.paper()
    cookie = one.client.get_cookie("quiz")
    assert cookie is not None
    other.client.set_cookie("quiz", str(cookie.value))
    with process_clock(-ahead_s / 2):
        assert int(other.get(address).one("#paper").get("data-remaining-ms")) <= stage.SECONDS * 1000
        _pass(here, stage.SECONDS - 20)
        assert other.save(page, [{"position": 0, "sequence": 1, "value": []}]).status_code == 200
        _pass(here, 40)
        late = other.save(page, [{"position": 0, "sequence": 2, "value": []}])
        assert (late.status_code, late.get_json()["reason"]) == (409, "late")
        other.send(page, "/submit")
    with process_clock(ahead_s / 2):
        assert "到时自动交卷" in one.get(address).text()


def _pass(app: Flask, seconds: float) -> None:
    """Let the paper be older by so much, for the database and everybody who asks it."""
    with app.app_context():
        open_ids = sa.select(Attempt.id).where(Attempt.state == AttemptState.OPEN)
        stage.shift(db.session, db.session.scalars(open_ids).all(), seconds)
        db.session.commit()


class SlowBody(BytesIO):
    """A body whose first byte comes with the request and whose rest takes ``seconds`` to arrive."""

    def __init__(self, body: bytes, wait: Callable[[], None]) -> None:
        super().__init__(body)
        self._wait: Callable[[], None] | None = wait

    def _arrive(self) -> None:
        if self._wait is not None:
            wait, self._wait = self._wait, None
            wait()

    def read(self, size: int | None = -1, /) -> bytes:
        self._arrive()
        return super().read(size)

    def readinto(self, buffer: Any, /) -> int:
        self._arrive()
        return super().readinto(buffer)

    def readline(self, size: int | None = -1, /) -> bytes:
        self._arrive()
        return super().readline(size)


UPLOAD_S = 5


@contextmanager
def upload_of(session: Session, attempt_id: int) -> Iterator[Callable[[], None]]:
    """A function that lets ``UPLOAD_S`` pass, for the database and for this process."""
    real, passed = time.monotonic, [0.0]

    def wait() -> None:
        passed[0] += UPLOAD_S
        stage.shift(session, [attempt_id], UPLOAD_S)

    with mock.patch("outreach.quiz.views.papers.time.monotonic", side_effect=lambda: real() + passed[0]):
        yield wait


@pytest.mark.parametrize("kind", ["json", "form"])
@pytest.mark.parametrize("part", ["answers", "submit"])
@pytest.mark.parametrize(("after_s", "is_taken"), [(-1, True), (GRACE_S - 1, True), (GRACE_S + 1, False)])
def test_q04_the_arrival_counts_and_not_the_end_of_the_body(
    session: Session, visitor: Visitor, kind: str, part: str, after_s: int, is_taken: bool
) -> None:
    """Answers that begin to arrive around the deadline and take five seconds."""
    address, page = visitor.paper()
    attempt = only_attempt(session)
    token = page.one("#paper").get("data-token")
    batch = right_batch(session, attempt)
    assert visitor.save(page, batch[:3]).status_code == 200
    stage.shift(session, [attempt.id], stage.SECONDS + after_s)
    session.commit()
    body, content_type = _body(kind, batch)
    headers = {"X-Token": token, "Content-Length": str(len(body)), "Accept": "application/json"}
    with upload_of(session, attempt.id) as wait:
        response = visitor.client.post(
            f"{address}/{part}", input_stream=SlowBody(body, wait), content_type=content_type, headers=headers
        )
    session.commit()
    if part == "answers":
        good = 200 if kind == "json" else 303
        assert response.status_code == (good if is_taken else 409)
        stored = session.scalar(sa.select(sa.func.count()).select_from(Answer))
        assert stored == (10 if is_taken else 3)
        return
    closed = only_attempt(session)
    assert closed.state is (AttemptState.SUBMITTED if is_taken else AttemptState.EXPIRED)
    assert closed.centipoints == (2000 if is_taken else 600)
    assert (closed.elapsed_ms or 0) <= (stage.SECONDS + GRACE_S) * 1000
    assert ("到时自动交卷" in visitor.get(address).text()) is not is_taken


def _body(kind: str, batch: list[dict[str, Any]]) -> tuple[bytes, str]:
    if kind == "json":
        return json.dumps({"answers": [{**one, "sequence": 2} for one in batch]}).encode(), "application/json"
    pairs = [(f"q{one['position']}", value) for one in batch for value in one["value"]]
    return urlencode([*pairs, ("had", "0,1,2")]).encode(), "application/x-www-form-urlencoded"


def test_q17_tabs_devices_and_a_hundred_reloads_see_one_paper(
    session: Session, visitors: Callable[[], Visitor]
) -> None:
    """Three tabs, a second device, and a storm of reloads: one attempt, one order, time that only falls."""
    first, second = visitors(), visitors()
    code = first.join().text(".quiz-code code")
    second.send(second.get("/quiz/water/return"), "/return", code=code)
    me = first.get("/quiz/water/me")
    addresses = {first.send(me, "/start").headers["Location"] for _tab in range(3)}
    token = second.get("/quiz/water/me").all('input[name="token"]')[0].get("value")
    addresses.add(second.client.post("/quiz/water/start", data={"token": token}).headers["Location"])
    assert len(addresses) == 1
    address = addresses.pop()
    seen, left = set(), []
    for turn in range(100):
        text = (first, second)[turn % 2].client.get(address).get_data(as_text=True)
        seen.add(tuple(re.findall(r'name="q\d+"[^>]*?value="(?:[^"]*)"|<legend.*?</legend>', text, re.DOTALL)))
        left.append(int(re.findall(r'data-remaining-ms="(\d+)"', text)[0]))
    assert len(seen) == 1
    assert len(next(iter(seen))) > 20, "questions and options were seen"
    assert left == sorted(left, reverse=True)
    assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 1
    attempt = only_attempt(session)
    page, old = second.get(address), first.get(address)
    assert second.save(page, right_batch(session, attempt, sequence=5)).status_code == 200
    assert first.save(old, [{"position": 0, "sequence": 1, "value": []}]).get_json()["accepted"] == []
    first.send(old, "/submit")
    assert only_attempt(session).centipoints == 2000, "the older tab erased nothing"
