"""Unusual papers are shown to people and never dropped; a draw is one, whoever presses, and anybody checks it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, g
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry
from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.snapshots import take_snapshot
from outreach.quiz.admin import wording
from outreach.quiz.models import (
    Attempt,
    AttemptState,
    Contest,
    DrawEntrant,
    DrawRecord,
    DrawState,
    DrawWinner,
    IntegritySignal,
    Participant,
)
from outreach.quiz.moments import database_now
from outreach.quiz.queries.contents import marking_keys
from outreach.quiz.queries.eligible import list_eligible
from outreach.quiz.rules import draw, papers, questions
from outreach.quiz.rules.papers import Quota
from tests.conftest import ROOT
from tests.quiz import stage
from tests.quiz.admin.conftest import PLAN, Played
from tests.quiz.admin.test_bank import approve_newest
from tests.quiz.admin.test_contests import run_jobs
from tests.quiz.web.visiting import Visitor
from tests.staff import StaffPages

HEADLESS = "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/131.0"


def a_machine_answers(app: Flask, session: Session, number: int) -> None:
    """Joins, starts and hands in at once; everybody chooses the same wrong options."""
    g.pop("unique_ids", None)  # requests of a test share what is one request's own
    visitor = Visitor(app)
    visitor.client.environ_base.update(REMOTE_ADDR=f"203.0.113.{number + 1}", HTTP_USER_AGENT=HEADLESS)
    visitor.join(nickname=f"机器{'甲乙丙丁戊己庚辛壬癸'[number]}号")
    address = visitor.start()
    attempt = session.scalars(sa.select(Attempt).order_by(Attempt.id.desc()).limit(1)).one()
    visitor.send(visitor.get(address), "/submit", **_wrong(session, attempt))


def _wrong(session: Session, attempt: Attempt) -> dict[str, list[str]]:
    """For each single choice the first wrong option in the bank's order; nothing for the other kinds."""
    paper = papers.from_rows(attempt.paper)
    keys = marking_keys(session, [question.version_id for question in paper])
    found = {}
    for position, question in enumerate(paper):
        content = keys[question.version_id].content
        if content.kind == questions.SINGLE:
            wrong = next(index for index, option in enumerate(content.options) if not option.is_right)
            found[f"q{position}"] = [papers.option_id(attempt.seed, position, wrong)]
    return found


def test_q18_machines_are_accepted_flagged_and_shown_with_the_reason(
    app: Flask, session: Session, organiser: StaffPages
) -> None:
    """Ten papers in a moment, from one network, with the same wrong answers, by a browser without a window."""
    single_only = (Quota(6, 2, kind="single"),)
    contest = stage.contest(session, bank=30, quotas=single_only, draw_plan=PLAN.as_dict(), pass_centipoints=0)
    session.commit()
    for number in range(10):
        a_machine_answers(app, session, number)
    assert session.scalars(sa.select(Attempt.state)).all() == [AttemptState.SUBMITTED] * 10, "each was accepted"
    organiser.post("/admin/contests/water/integrity/search")
    run_jobs(app, session)
    kinds = session.execute(sa.select(IntegritySignal.attempt_id, IntegritySignal.kind)).all()
    assert {row.attempt_id for row in kinds} == set(session.scalars(sa.select(Attempt.id)))
    assert {row.kind for row in kinds} >= {"too-fast", "same-answers"}
    assert _alike(session) == [{"people": 10, "wrong": 6, "one_network": True}] * 10
    shown = organiser.get("/admin/contests/water/integrity").text("main")
    assert all(str(wording.SIGNAL_KINDS[kind]) in shown for kind in ("too-fast", "same-answers"))
    assert session.scalars(sa.select(Attempt.state)).all() == [AttemptState.SUBMITTED] * 10, "nothing was dropped"
    while fold(session).deltas:
        pass
    assert take_snapshot(session, contest).participants == 10, "all of them count until a person decides"
    plan = draw.plan_from(contest.draw_plan)
    eligible = len(list_eligible(session, contest, draw.DrawPlan(plan.prizes, minimum_centipoints=0)))
    first = session.scalars(sa.select(IntegritySignal).order_by(IntegritySignal.id).limit(1)).one()
    organiser.post(f"/admin/contests/water/signals/{first.id}", decision="confirm", reason="机器答题")
    session.expire_all()
    left = len(list_eligible(session, contest, draw.DrawPlan(plan.prizes, minimum_centipoints=0)))
    assert (eligible, left) == (10, 9), "who was confirmed has no chance in the draw"
    page = organiser.get(f"/admin/contests/water/attempts/{first.attempt_id}").text("main")
    assert "机器答题" in page


def _alike(session: Session) -> list[dict[str, Any]]:
    """What the signals of equal answers rest on."""
    query = sa.select(IntegritySignal.details).where(IntegritySignal.kind == "same-answers")
    return list(session.scalars(query.order_by(IntegritySignal.attempt_id)))


@pytest.mark.parametrize("size", [1, 3, 10, 11])
def test_equal_answers_are_found_however_far_apart_the_papers_are(app: Flask, session: Session, size: int) -> None:
    """Papers are looked at in steps; those of one step are not the only ones that are compared."""
    stage.contest(session, bank=30, quotas=(Quota(6, 2, kind="single"),))
    session.commit()
    for number in range(10):
        a_machine_answers(app, session, number)
    contest_id = session.scalars(sa.select(Attempt.contest_id)).first()
    assert contest_id is not None
    found = stage.find_signals(session, contest_id, size=size)
    assert _alike(session) == [{"people": 10, "wrong": 6, "one_network": True}] * 10
    assert found == session.scalar(sa.select(sa.func.count()).select_from(IntegritySignal))
    assert stage.find_signals(session, contest_id, size=size) == 0, "what is in the queue is not put there again"


@pytest.fixture
def ended(session: Session, played: Played) -> Played:
    now = database_now(session)
    played.contest.opens_at, played.contest.closes_at = now - timedelta(days=3), now - timedelta(hours=1)
    session.commit()
    return played


def published(app: Flask, name: str = "final-1") -> dict[str, Any]:
    """The file that everybody can download."""
    found: dict[str, Any] = Visitor(app).raw(f"/quiz/water/draw/{name}.json").get_json()
    return found


def checked(proof: dict[str, Any], folder: Path) -> int:
    """How the program of the site ends, run by somebody who has nothing else of ours."""
    file = folder / "draw.json"
    file.write_text(json.dumps(proof), encoding="utf-8")
    command = [sys.executable, "-I", str(ROOT / "tools/verify_draw.py"), str(file)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_r06_the_published_files_alone_give_the_same_winners(
    app: Flask, session: Session, organiser: StaffPages, ended: Played, tmp_path: Path
) -> None:
    """The list's hash is out before the seed, the eligible are those of a recount, and another list fails."""
    organiser.post(ended.path("/draws"))
    before = published(app)
    assert (before["seed"], before["winners"]) == ("", [])
    record = session.scalars(sa.select(DrawRecord)).one()
    chances = session.scalars(sa.select(DrawEntrant.participant_id)).all()
    counted = sa.select(Attempt.participant_id).where(
        Attempt.state.in_(("submitted", "expired")), Attempt.centipoints >= PLAN.minimum_centipoints
    )
    assert sorted(chances) == sorted(set(session.scalars(counted))), "one chance a person, eligibility as recounted"
    organiser.post(ended.path(f"/draws/{record.id}/reveal"))
    after = published(app)
    fixed = ("entrants", "entrants_hash", "seed_hash", "prizes")
    assert {name: after[name] for name in fixed} == {name: before[name] for name in fixed}
    assert draw.winners(after["entrants"], after["seed"], PLAN.places, "") == after["winners"]
    assert draw.winners(after["entrants"][::-1], after["seed"], PLAN.places, "") == after["winners"]
    assert checked(after, tmp_path) == 0
    assert checked({**after, "entrants": sorted([*after["entrants"], "f" * 20])}, tmp_path) == 1
    assert checked({**after, "winners": after["winners"][::-1]}, tmp_path) == 1


def test_r07_two_organisers_who_press_get_one_draw_and_a_redraw_needs_a_third(
    app: Flask, session: Session, organiser: StaffPages, colleague: StaffPages, reviewer: StaffPages, ended: Played
) -> None:
    """Fixing and opening twice gives what is there; drawing again needs a reason and somebody else's yes."""
    addresses = {who.post(ended.path("/draws")).headers["Location"] for who in (organiser, colleague, organiser)}
    assert len(addresses) == 1
    record = session.scalars(sa.select(DrawRecord)).one()
    for who in (colleague, organiser, colleague):
        who.post(ended.path(f"/draws/{record.id}/reveal"))
    first = published(app)
    assert session.scalar(sa.select(sa.func.count()).select_from(DrawWinner)) == PLAN.places
    revealed = sa.select(sa.func.count()).where(AuditEntry.action == "quiz.draw-revealed")
    assert session.scalar(revealed) == 1
    organiser.post(ended.path(f"/draws/{record.id}/redraw"), status=422, reason="")
    organiser.post(ended.path(f"/draws/{record.id}/redraw"), reason="名单漏了一个县")
    assert published(app) == first, "a proposal changes nothing"
    approve_newest(session, reviewer)
    second = session.scalars(sa.select(DrawRecord).where(DrawRecord.turn == 2)).one()
    assert second.approved_by != second.committed_by
    session.expire_all()
    assert session.get_one(DrawRecord, record.id).state is DrawState.SUPERSEDED
    assert published(app) == first, "the old draw stays as it was published"
    assert "名单漏了一个县" in Visitor(app).get("/quiz/water/draw").text("main")


def test_r08_a_contact_is_unreadable_in_the_database_and_opens_for_a_reason_alone(
    app: Flask, session: Session, organiser: StaffPages, reviewer: StaffPages, visitors_of: Callable[[], Visitor]
) -> None:
    """A prize that was claimed over the pages: who may read the contact, and what stands in the tables."""
    visitor = visitors_of()
    visitor.join()
    contest = session.scalars(sa.select(Contest)).one()
    address = visitor.start()
    person = session.scalars(sa.select(Participant)).one()
    submit(session, address.rpartition("/")[2], person.id)
    contest.opens_at, contest.closes_at = (database_now(session) - timedelta(hours=hours) for hours in (3, 1))
    session.commit()
    organiser.post("/admin/contests/water/draws")
    record = session.scalars(sa.select(DrawRecord)).one()
    organiser.post(f"/admin/contests/water/draws/{record.id}/reveal")
    offered = visitor.check("offer", visitor.send(visitor.get("/quiz/water/me"), "/offer"))
    contact = "张三 北京市东城区 1 号 13812345678"
    assert visitor.send(offered, "/claim", contact=contact).status_code == 303
    dump = repr(session.execute(sa.text("SELECT * FROM quiz_draw_winner")).all())
    assert "13812345678" not in dump
    assert "张三" not in dump
    path = f"/admin/contests/water/draws/{record.id}/winners/1"
    assert reviewer.client.get(path).status_code == 403
    assert "13812345678" not in organiser.client.get(path).get_data(as_text=True)
    organiser.post(path, access_reason="给获奖人寄奖品")
    assert "13812345678" in organiser.client.get(path).get_data(as_text=True)


@pytest.fixture
def visitors_of(app: Flask, session: Session) -> Callable[[], Visitor]:
    """Browsers in a contest where everybody who hands in may win."""
    stage.contest(session, draw_plan=PLAN.as_dict())
    session.commit()
    return lambda: Visitor(app)
