"""Every page of the organisers keeps the promises of staff pages, in both languages, with something in it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.permissions import Role
from outreach.quiz.actions.certificates import issue
from outreach.quiz.actions.draws import commit_draw, reveal
from outreach.quiz.actions.review import appeal, void
from outreach.quiz.models import Attempt, IntegritySignal, Participant, SignalState
from outreach.quiz.moments import database_now
from outreach.quiz.seams import Actor
from tests.quiz import stage
from tests.quiz.admin.conftest import PLAN, Played
from tests.staff import StaffPages, StaffPagesMaker

OTHER = Actor("另一位 #999", 999)
PAGES = (
    "",
    "/preview",
    "/units",
    "/monitor",
    "/integrity",
    "/integrity?state=cleared",
    "/reports",
    "/certificates",
    "/draws",
    "/draws/1",
    "/draws/1/redraw",
    "/steps/pause",
    "/steps/extend",
    "/steps/withdraw",
)


@pytest.fixture
def everything(session: Session, played: Played) -> dict[str, Any]:
    """Signals, a voided attempt with an appeal, a certificate, a draw."""
    first, second, third = played.attempt_ids
    made = database_now(session)
    values = {"contest_id": played.contest.id, "attempt_id": third, "weight": 80, "found_at": made}
    kinds = (("too-fast", {"ms_per_question": 10}), ("same-answers", {"people": 3, "wrong": 6, "one_network": True}))
    for kind, details in kinds:
        session.add(IntegritySignal(kind=kind, details=details, state=SignalState.WAITING, **values))
    record = commit_draw(session, stage.KEYS, played.contest, PLAN, OTHER)
    reveal(session, stage.KEYS, record.id, OTHER)
    best = session.get_one(Attempt, first)
    made_out = issue(session, best.public_id, best.participant_id, "参与者0")
    void(session, second, OTHER, "查实作弊")
    public_id = session.scalars(sa.select(Attempt.public_id).where(Attempt.id == second)).one()
    objection = appeal(session, public_id, played.participant_ids[1], "我没有作弊")
    session.commit()
    return {"draw": record.id, "certificate": made_out.id, "appeal": objection.id}


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_pages_of_a_contest_keep_their_promises(
    organiser: StaffPages, played: Played, everything: dict[str, Any], prefix: str
) -> None:
    draw = everything["draw"]
    extra = [
        f"/attempts/{played.attempt_ids[2]}",
        f"/attempts/{played.attempt_ids[1]}",
        f"/people/{played.participant_ids[0]}",
        f"/appeals/{everything['appeal']}",
        f"/certificates/{everything['certificate']}/revoke",
    ]
    for page in [*(page.replace("/draws/1", f"/draws/{draw}") for page in PAGES), *extra]:
        organiser.get(prefix + played.path(page))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_pages_of_the_bank_keep_their_promises(organiser: StaffPages, played: Played, prefix: str) -> None:
    for page in (
        "/admin/contests",
        "/admin/contests/new",
        "/admin/questions",
        "/admin/questions?words=第&kind=single&difficulty=1&topic=label",
        "/admin/questions?retired=1",
        "/admin/questions/new",
        "/admin/questions/import",
        "/admin/questions/by-code/Q0000",
        "/admin/questions/by-code/Q0000/edit",
        "/admin/questions/by-code/Q0000/1/key",
        "/admin/questions/by-code/Q0000/retire",
    ):
        organiser.get(prefix + page)


def test_a_reviewer_reads_but_is_offered_no_step(reviewer: StaffPages, played: Played) -> None:
    page = reviewer.get(played.path())
    assert "/steps/" not in page.text()
    assert reviewer.client.post(played.path("/steps/pause"), data={"token": reviewer.token}).status_code == 403
    assert reviewer.client.get(played.path("/draws")).status_code == 403


def test_objects_of_another_contest_are_not_there(
    organiser: StaffPages, session: Session, played: Played, everything: dict[str, Any]
) -> None:
    stage.contest(session, "other")
    session.commit()
    signal = session.scalars(sa.select(IntegritySignal.id)).first()
    for path in (
        f"/attempts/{played.attempt_ids[0]}",
        f"/people/{played.participant_ids[0]}",
        f"/appeals/{everything['appeal']}",
        f"/draws/{everything['draw']}",
        f"/draws/{everything['draw']}/winners/1",
        f"/draws/{everything['draw']}/shipping",
        f"/certificates/{everything['certificate']}/revoke",
    ):
        assert organiser.client.get(f"/admin/contests/other{path}").status_code == 404, path
    data = {"token": organiser.token, "reason": "理由", "decision": "confirm"}
    for path in (f"/signals/{signal}", f"/attempts/{played.attempt_ids[0]}/void"):
        assert organiser.client.post(f"/admin/contests/other{path}", data=data).status_code == 404, path


def test_a_paper_in_progress_is_not_looked_into(organiser: StaffPages, session: Session, played: Played) -> None:
    _person, attempt = stage.started(session, played.contest, nickname="正在答题")
    session.commit()
    page = organiser.get(played.path(f"/attempts/{attempt.id}"))
    assert "还在作答" in page.text()


def test_the_monitor_asks_again_without_scripts(organiser: StaffPages, played: Played) -> None:
    assert organiser.get(played.path("/monitor")).response.headers.get("Refresh") is None
    assert organiser.get(played.path("/monitor"), refresh=1).response.headers["Refresh"] == "15"


def test_nobody_else_sees_contests(staff_pages: StaffPagesMaker, played: Played, session: Session) -> None:
    assert session.scalars(sa.select(sa.func.count()).select_from(Participant)).one() == 3
    for role in (Role.EDITOR, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.JUROR):
        assert staff_pages(role).client.get(played.path()).status_code == 403
