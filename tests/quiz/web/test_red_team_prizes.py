"""Attacks on prizes and certificates: other people's, guessed, replayed, undeserved ones. None is handed out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from outreach.quiz.actions.draws import commit_draw, redraw, reveal
from outreach.quiz.actions.review import void
from outreach.quiz.models import Attempt, Certificate, Contest, DrawRecord, DrawWinner, Participant, WinnerState
from outreach.quiz.rules.draw import DrawPlan, Prize
from tests.pages import Page
from tests.quiz import stage
from tests.quiz.web.attacking import Scene, Taker, scene_of

PLAN = DrawPlan((Prize("水杯", 1, "Cup"),))
CONTACT = "张三 北京市东城区 1 号 13812345678"
_serial = count(1)


@dataclass(slots=True)
class Drawn:
    """A draw that was opened: its winner, and somebody who was in it and won nothing."""

    scene: Scene
    contest: Contest
    record: DrawRecord
    winner: Taker
    loser: Taker
    offer: Page

    @property
    def code(self) -> str:
        return self.offer.one("#code").get("value")

    @property
    def row(self) -> DrawWinner:
        return self.scene.session.get_one(DrawWinner, (self.record.id, 1), populate_existing=True)

    def send(self, taker: Taker, step: str, *, place: int = 1, **data: str) -> TestResponse:
        path = f"/quiz/{self.contest.slug}/me/prizes/{self.record.id}/{place}/{step}"
        return taker.visitor.client.post(path, data={"token": taker.token, **data})


@pytest.fixture(scope="module")
def scene(app: Flask) -> Iterator[Scene]:
    with scene_of(app) as found:
        yield found


def handed_in(scene: Scene, slug: str = "water", *, right: int = 10, nickname: str = "答完的人") -> Taker:
    taker = scene.taker(slug, nickname=nickname)
    answers = stage.answers(scene.session, scene.attempt(taker).id, right=right)
    taker.visitor.send(taker.page, "/submit", **{f"q{one.position}": list(one.value) for one in answers})
    return taker


@pytest.fixture
def drawn(scene: Scene) -> Drawn:
    """A contest with two people and one prize, drawn."""
    contest = stage.contest(scene.session, slug=f"draw-{next(_serial)}", draw_plan=PLAN.as_dict())
    scene.session.commit()
    takers = [handed_in(scene, contest.slug, nickname=nickname) for nickname in ("甲等水滴", "乙等水滴")]
    keys = scene.app.extensions["quiz_keys"]
    record = commit_draw(scene.session, keys, contest, PLAN, stage.AUTHOR)
    reveal(scene.session, keys, record.id, stage.AUTHOR)
    scene.session.commit()
    won = scene.session.get_one(DrawWinner, (record.id, 1)).participant_id
    takers.sort(key=lambda taker: scene.person(taker).id != won)
    found = Drawn(scene, contest, record, takers[0], takers[1], None)  # type: ignore[arg-type]  # the next line sets it
    found.offer = takers[0].visitor.check("offer", found.send(takers[0], "offer"))
    return found


@pytest.mark.parametrize("step", ["offer", "claim"])
def test_somebody_elses_prize(scene: Scene, drawn: Drawn, step: str) -> None:
    """The loser asks for the winner's code, or brings the very code with another contact."""
    with scene.fails("not-found", contest_id=drawn.contest.id):
        response = drawn.send(drawn.loser, step, code=drawn.code, contact="李四 上海 13900000000")
        assert response.status_code == 404
    assert drawn.row.state is WinnerState.OFFERED


@pytest.mark.parametrize("place", [0, 2, 99, 2**31, 2**63, 2**70])
def test_places_and_draws_that_do_not_exist(scene: Scene, drawn: Drawn, place: int) -> None:
    """Ids beside and far beyond the real ones: the same answer as for somebody else's."""
    with scene.fails():
        before = scene.refusals(drawn.contest.id)
        for step in ("offer", "claim"):
            assert drawn.send(drawn.winner, step, place=place, code="x", contact=CONTACT).status_code == 404
        no_draw = drawn.record.id + place if place else 0
        path = f"/quiz/{drawn.contest.slug}/me/prizes/{no_draw}/1/offer"
        response = drawn.winner.visitor.client.post(path, data={"token": drawn.winner.token})
        assert response.status_code == 404
        assert set(scene.refusals(drawn.contest.id)) <= {*before, "not-found"}


def test_guessing_the_code_of_a_prize(drawn: Drawn) -> None:
    """Six guesses: the fifth gives the prize up, the right one comes too late; a new code does not reset the count."""
    for number in range(3):
        assert drawn.send(drawn.winner, "claim", code=f"{number:016}", contact=CONTACT).status_code == 422
    newer = drawn.winner.visitor.check("offer", drawn.send(drawn.winner, "offer"))
    for number in range(2):
        assert drawn.send(drawn.winner, "claim", code=f"{number:016}", contact=CONTACT).status_code == 422
    code = newer.one("#code").get("value")
    assert drawn.send(drawn.winner, "claim", code=code, contact=CONTACT).status_code == 409
    assert (drawn.row.state, drawn.row.tries, drawn.row.sealed_contact) == (WinnerState.FORFEITED, 5, "")
    assert drawn.scene.refusals(drawn.contest.id) == {"code": 5, "already-closed": 1}


def test_a_code_that_was_replaced_or_used(scene: Scene, drawn: Drawn) -> None:
    """The first code after a second was asked for, and the right one a second time with another contact."""
    newer = drawn.winner.visitor.check("offer", drawn.send(drawn.winner, "offer")).one("#code").get("value")
    assert drawn.send(drawn.winner, "claim", code=drawn.code, contact=CONTACT).status_code == 422
    assert drawn.row.tries == 1
    assert drawn.send(drawn.winner, "claim", code=newer, contact=CONTACT).status_code == 303
    with scene.fails("already-closed", contest_id=drawn.contest.id):
        assert drawn.send(drawn.winner, "claim", code=newer, contact="李四 上海 13900000000").status_code == 409
    for page in (drawn.winner.visitor, drawn.loser.visitor):
        for part in ("me", "draw", "draw/final-1.json", "ranking", "me/export.json"):
            assert "13812345678" not in page.client.get(f"/quiz/{drawn.contest.slug}/{part}").get_data(as_text=True)


def test_a_code_after_its_term(drawn: Drawn) -> None:
    """The right code a moment after the term."""
    row = drawn.row
    assert row.claim_expires_at is not None
    row.claim_expires_at -= timedelta(days=15)
    drawn.scene.session.commit()
    assert drawn.send(drawn.winner, "claim", code=drawn.code, contact=CONTACT).status_code == 409
    assert (drawn.row.state, drawn.row.sealed_contact) == (WinnerState.FORFEITED, "")


def test_a_code_of_a_draw_that_was_repeated(scene: Scene, drawn: Drawn) -> None:
    """The old winner claims after the draw was annulled."""
    keys = scene.app.extensions["quiz_keys"]
    redraw(scene.session, keys, drawn.contest, drawn.record, stage.AUTHOR, stage.PUBLISHER, "名单漏了一所学校")
    scene.session.commit()
    with scene.fails("already-closed", contest_id=drawn.contest.id):
        assert drawn.send(drawn.winner, "claim", code=drawn.code, contact=CONTACT).status_code == 409
    assert drawn.row.sealed_contact == ""


def test_the_prize_of_somebody_who_was_deleted(scene: Scene, drawn: Drawn) -> None:
    """The winner's old cookie, token and code after the deletion."""
    cookie, slug = drawn.winner.cookie, drawn.contest.slug
    drawn.winner.visitor.send(drawn.winner.visitor.get(f"/quiz/{slug}/me"), "/me/delete", confirm="yes")
    again = Taker(scene.stranger(cookie), drawn.winner.address, drawn.winner.page)
    with scene.fails():
        assert drawn.send(again, "claim", code=drawn.code, contact=CONTACT).status_code == 404


def test_the_list_of_entrants_names_nobody(scene: Scene, drawn: Drawn) -> None:
    """Names, ids and order of the entrants in the published file; seed and winners before the draw."""
    text = scene.stranger("").raw(f"/quiz/{drawn.contest.slug}/draw/final-1.json").get_data(as_text=True)
    proof = json.loads(text)
    query = sa.select(Participant).where(Participant.contest_id == drawn.contest.id)
    for person in scene.session.scalars(query):
        assert person.nickname not in text
        assert person.public_id not in text
    assert proof["entrants"] == sorted(proof["entrants"])
    assert all(len(code) >= 20 for code in proof["entrants"])
    keys = scene.app.extensions["quiz_keys"]
    commit_draw(scene.session, keys, drawn.contest, PLAN, stage.AUTHOR, name="2026-04-23")
    scene.session.commit()
    before = scene.stranger("").raw(f"/quiz/{drawn.contest.slug}/draw/2026-04-23-1.json").get_json()
    assert (before["seed"], before["winners"]) == ("", [])
    assert set(before["entrants"]).isdisjoint(proof["entrants"]), "a person has another code in each draw"


@pytest.mark.parametrize("kind", ["open", "failed", "void"])
def test_a_certificate_without_having_passed(scene: Scene, kind: str) -> None:
    """An open paper, one below the pass mark, and one that was declared void."""
    taker = scene.taker() if kind == "open" else handed_in(scene, right=5 if kind == "failed" else 10)
    if kind == "void":
        void(scene.session, scene.attempt(taker).id, stage.PUBLISHER, "代答")
        scene.session.commit()
    with scene.fails("not-found"):
        data = {"token": taker.token, "centipoints": "2000", "name": "及格的人", "is_full": "1"}
        assert taker.visitor.client.post(f"{taker.address}/certificate", data=data).status_code == 404
    assert scene.session.scalar(sa.select(sa.func.count()).select_from(Certificate)) == 0


def test_somebody_elses_certificate(scene: Scene) -> None:
    """Issuing, renaming and guessing the certificate of another person; a void one says so."""
    owner = handed_in(scene)
    with scene.fails("not-found"):
        data = {"token": scene.thief.token, "name": "下手的人"}
        assert scene.thief.visitor.client.post(f"{owner.address}/certificate", data=data).status_code == 404
    response = owner.visitor.client.post(
        f"{owner.address}/certificate", data={"token": owner.token, "name": "别的名字"}
    )
    code = response.headers["Location"].rpartition("/")[2]
    page = scene.thief.visitor.get(f"/certificates/{code}")
    assert "答完的人" in page.text()
    assert "别的名字" not in page.text()
    with scene.fails():
        for guess in (code[:-1], code[1:], "0" * 24, code[::-1], "%25", str(1)):
            assert scene.thief.visitor.client.get(f"/certificates/{guess}").status_code == 404
    attempt_id = scene.session.scalars(sa.select(Attempt.id).where(Attempt.public_id == owner.public_id)).one()
    void(scene.session, attempt_id, stage.PUBLISHER, "代答")
    scene.session.commit()
    assert "已经撤销" in scene.thief.visitor.get(f"/certificates/{code}").text("main")
    scene.session.execute(sa.delete(Certificate))
    scene.session.commit()
