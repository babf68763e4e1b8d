"""Rankings as everybody gets them: pages without gaps, no personal data, nothing about a few people."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
import sqlalchemy as sa
from flask import Flask, g
from sqlalchemy import event
from sqlalchemy.orm import Session

from outreach.core.clock import CHINA
from outreach.core.db import db
from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.snapshots import take_snapshot
from outreach.quiz.models import BestScore, Contest, ContestUnit, Participant
from outreach.quiz.queries.organising import due_snapshots
from outreach.quiz.queries.standings import public_snapshot
from outreach.quiz.rules import masks
from tests.quiz import stage
from tests.quiz.web.visiting import Visitor

PEOPLE, PER_PAGE = 17, 5


@pytest.fixture
def ranked(session: Session, contest: Contest) -> Contest:
    """Seventeen people with many ties; all but one of each other county live in one county."""
    contest.minimum_sample = 3
    session.add(ContestUnit(contest_id=contest.id, code="school-1", name="第一小学"))
    session.flush()
    chance = random.Random(3)
    for number in range(PEOPLE):
        county = {0: "320115", 1: "440106"}.get(number, "110101")
        unit = "school-1" if number in (2, 3) else ""
        nickname = f"{'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱'[number]}家有水"
        person, attempt = stage.started(session, contest, nickname=nickname, county_code=county, unit_code=unit)
        stage.shift(session, [attempt.id], chance.choice((30, 31)))
        answers = stage.answers(session, attempt.id, right=chance.choice((9, 10)))
        submit(session, attempt.public_id, person.participant_id, answers)
    while fold(session).deltas:
        pass
    take_snapshot(session, contest)
    session.commit()
    return contest


def test_r02_pages_of_a_ranking_have_no_gaps_and_no_repeats(app: Flask, session: Session, ranked: Contest) -> None:
    """All pages together are the full sort, each place once; pages beyond the last show the last."""
    visitor, places, names = Visitor(app), [], []
    with mock.patch("outreach.quiz.views.ranking.PER_PAGE", PER_PAGE):
        for number in range(1, 5):
            g.pop("unique_ids", None)  # requests of a test share what is one request's own
            rows = [row.texts("td, th") for row in visitor.get("/quiz/water/ranking", page=number).all("tbody tr")]
            places += [int(row[0]) for row in rows]
            names += [row[1] for row in rows]
        last = visitor.get("/quiz/water/ranking", page=99).all("tbody tr")
    assert places == list(range(1, PEOPLE + 1))
    assert len(last) == PEOPLE % PER_PAGE
    order = sa.select(Participant.nickname).join(BestScore, BestScore.participant_id == Participant.id)
    full = order.order_by(BestScore.centipoints.desc(), BestScore.rank_ms, BestScore.submitted_at, BestScore.attempt_id)
    assert names == [masks.masked_name(name) for name in session.scalars(full)]
    rows = visitor.raw("/quiz/water/ranking.json").get_json()["rows"]
    assert [row["place"] for row in rows] == places


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the contest's tables meanwhile."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "quiz_" in statement:
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_r04_a_ranking_asks_as_much_for_many_as_for_few_and_says_its_moment(
    app: Flask, session: Session, ranked: Contest
) -> None:
    """Pages read a snapshot: as many statements for seventeen people as for two, none of them over attempts."""
    visitor = Visitor(app)
    with statements() as many:
        page = visitor.get("/quiz/water/ranking")
    snapshot = public_snapshot(session, ranked.id)
    assert snapshot is not None
    assert f"{snapshot.as_of.astimezone(CHINA):%H:%M:%S}" in page.text("main")
    assert due_snapshots(session) == [], "a snapshot is fresh as long as it is promised to be"
    snapshot.as_of -= timedelta(seconds=ranked.snapshot_every_s + 1)
    session.flush()
    assert list(due_snapshots(session)) == [ranked.id]
    few = session.scalars(sa.select(BestScore.participant_id).limit(PEOPLE - 2)).all()
    session.execute(sa.delete(BestScore).where(BestScore.participant_id.in_(few)))
    take_snapshot(session, ranked)
    session.commit()
    g.pop("unique_ids", None)  # requests of a test share what is one request's own
    with statements() as small:
        assert len(visitor.get("/quiz/water/ranking").all("tbody tr")) == 2
    assert len(many) == len(small)
    assert not any("quiz_attempt" in one or "quiz_best_score" in one for one in many)


def everything_public(visitor: Visitor) -> dict[str, str]:
    """Rankings in every form, and the pages beside them."""
    addresses = ["/", "/quiz/", "/quiz/water", "/counties/"]
    for board in ("people", "provinces", "counties", "units"):
        for scope in ("", "participants", "per-head:0", "province:11"):
            addresses += [
                f"/quiz/water/{part}?board={board}&scope={scope}" for part in ("ranking", "ranking.json", "ranking.csv")
            ]
    return {address: visitor.raw(address).get_data(as_text=True) for address in addresses}


def test_r05_rankings_show_no_personal_data(app: Flask, session: Session, ranked: Contest) -> None:
    """Neither names nor ids nor hashes of people in any ranking, file or page."""
    shown = everything_public(Visitor(app))
    secrets: set[str] = set()
    for person in session.scalars(sa.select(Participant)):
        secrets |= {person.nickname, person.public_id, person.recovery_hash or "-", person.device_hash or "-"}
    for address, text in shown.items():
        main = text.partition("<main")[2] or text
        for secret in secrets - {"-"}:
            assert secret not in main, address
    assert "赵***" in shown["/quiz/water/ranking?board=people&scope="], "people are in it, masked"


@pytest.mark.parametrize(
    "nickname", ["13812345678", "一三八一二三四五六七八", "110101199003071234", "a@b.cn", "www.x.com"]
)
def test_r05_numbers_of_people_do_not_become_nicknames(session: Session, visitor: Visitor, nickname: str) -> None:
    """Telephone, identity number and addresses as a nickname, at joining and later."""
    visitor.join()
    refused = visitor.send(visitor.get("/quiz/water/me"), "/me/nickname", nickname=nickname)
    assert refused.status_code == 422
    stranger = Visitor(visitor.app)
    page = stranger.get("/quiz/water/join")
    filled = {"nickname": nickname, "age_band": "18-35", "county": "110101", "consents": "yes"}
    assert stranger.send(page, "/join", **filled).status_code == 422
    assert session.scalars(sa.select(Participant.nickname)).all() == ["爱节水的人"]


def test_r05_counties_and_units_of_a_few_say_less_than_k(app: Flask, session: Session, ranked: Contest) -> None:
    """Below the minimum sample: 「少于 k 人」 and no figure, in the page, in JSON and in CSV."""
    visitor = Visitor(app)
    for board, small, big in (("counties", {"320115", "440106"}, "110101"), ("units", {"school-1"}, "")):
        page = visitor.get("/quiz/water/ranking", board=board)
        lines = [line for line in page.texts("tbody tr") if "少于 3 人" in line]
        assert len(lines) == len(small)
        rows = {row["key"]: row for row in visitor.raw("/quiz/water/ranking.json", board=board).get_json()["rows"]}
        table = visitor.raw("/quiz/water/ranking.csv", board=board).get_data(as_text=True)
        typed = {row[1]: row for row in csv.reader(io.StringIO(table.lstrip("\ufeff")))}
        for key in small:
            row: dict[str, Any] = rows[key]
            hidden = ("place", "score", "time_ms", "participants", "attempts", "full_marks", "per_10k")
            assert {row[name] for name in hidden} <= {None, ""}
            figures = typed[key][:1] + typed[key][4:9]
            assert set(figures) == {""}
        if big:
            assert rows[big]["participants"] == PEOPLE - 2
