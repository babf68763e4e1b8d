"""Signals, voiding, appeals, groups, draws and certificates: who decides, with which reason, and what moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry
from outreach.core.jobs import JobState
from outreach.quiz.actions.claims import claim, offer
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.review import appeal
from outreach.quiz.admin import tasks
from outreach.quiz.keys import keys_from
from outreach.quiz.models import (
    Attempt,
    AttemptState,
    Certificate,
    CountyStat,
    DrawRecord,
    DrawState,
    DrawWinner,
    IntegritySignal,
    SignalState,
)
from outreach.quiz.moments import database_now
from outreach.quiz.queries.integrity import integrity_counts
from outreach.quiz.queries.recount import recount
from tests.quiz.admin.conftest import Played
from tests.quiz.admin.test_bank import approve_newest
from tests.quiz.admin.test_contests import run_jobs
from tests.staff import StaffPages


def state_of(session: Session, attempt_id: int) -> AttemptState:
    return session.scalars(sa.select(Attempt.state).where(Attempt.id == attempt_id)).one()


def counts_agree(session: Session, played: Played) -> bool:
    while fold(session).deltas:
        pass
    return recount(session, played.contest).differences == ()


def test_the_search_finds_papers_that_were_too_fast(
    app: Flask, session: Session, organiser: StaffPages, played: Played
) -> None:
    organiser.post(played.path("/integrity/search"))
    assert run_jobs(app, session).state is JobState.DONE
    found = session.scalars(sa.select(IntegritySignal).where(IntegritySignal.kind == "too-fast")).all()
    assert {one.attempt_id for one in found} == set(played.attempt_ids)
    assert {state_of(session, attempt_id) for attempt_id in played.attempt_ids} == {AttemptState.SUBMITTED}


def test_a_signal_is_decided_once_and_with_a_reason(
    app: Flask, session: Session, organiser: StaffPages, played: Played
) -> None:
    organiser.post(played.path("/integrity/search"))
    run_jobs(app, session)
    signal = session.scalars(sa.select(IntegritySignal).limit(1)).one()
    path = played.path(f"/signals/{signal.id}")
    organiser.post(path, status=422, decision="confirm", reason="")
    organiser.post(path, status=422, decision="maybe", reason="理由")
    organiser.post(path, decision="clear", reason="现场核实")
    organiser.post(path, decision="confirm", reason="反悔")
    session.expire_all()
    assert (signal.state, signal.note) == (SignalState.CLEARED, "现场核实")
    assert integrity_counts(session, played.contest.id).cleared == 1


def test_voiding_and_restoring_move_the_counts(session: Session, organiser: StaffPages, played: Played) -> None:
    path = played.path(f"/attempts/{played.attempt_ids[0]}")
    organiser.post(f"{path}/void", status=422, reason="")
    organiser.post(f"{path}/void", reason="代答")
    assert state_of(session, played.attempt_ids[0]) is AttemptState.VOID
    assert counts_agree(session, played)
    assert session.get_one(CountyStat, (played.contest.id, "110101"), populate_existing=True).participants == 2
    organiser.post(f"{path}/restore", reason="查清是误会")
    assert counts_agree(session, played)
    assert session.get_one(CountyStat, (played.contest.id, "110101"), populate_existing=True).participants == 3


def test_who_voided_does_not_decide_on_the_appeal_even_under_a_new_name(
    session: Session, organiser: StaffPages, colleague: StaffPages, played: Played
) -> None:
    organiser.post(played.path(f"/attempts/{played.attempt_ids[0]}/void"), reason="代答")
    public_id = session.scalars(sa.select(Attempt.public_id).where(Attempt.id == played.attempt_ids[0])).one()
    made = appeal(session, public_id, played.participant_ids[0], "不是代答")
    session.commit()
    organiser.post("/admin/account/name", name="改了名字")
    path = played.path(f"/appeals/{made.id}")
    organiser.post(path, status=422, decision="grant", answer="支持")
    assert state_of(session, played.attempt_ids[0]) is AttemptState.VOID
    colleague.post(path, status=422, decision="grant", answer="")
    colleague.post(path, decision="grant", answer="核实后支持")
    assert state_of(session, played.attempt_ids[0]) is AttemptState.SUBMITTED
    assert integrity_counts(session, played.contest.id).granted == 1


def test_corrected_groups_take_their_counts_along(session: Session, organiser: StaffPages, played: Played) -> None:
    path = played.path(f"/people/{played.participant_ids[0]}")
    organiser.post(path, status=422, county="11010", reason="理由", unit="", bracket="")
    organiser.post(path, status=422, county="110102", reason="理由", unit="nowhere", bracket="")
    organiser.post(path, status=422, county="110102", reason="", unit="", bracket="")
    organiser.post(path, county="110102", reason="报错了县", unit="", bracket="")
    assert counts_agree(session, played)
    assert session.get_one(CountyStat, (played.contest.id, "110102"), populate_existing=True).participants == 1


@pytest.fixture
def ended(session: Session, played: Played) -> Played:
    now = database_now(session)
    played.contest.opens_at, played.contest.closes_at = now - timedelta(days=3), now - timedelta(hours=1)
    session.commit()
    return played


def only_draw(session: Session) -> DrawRecord:
    session.expire_all()
    return session.scalars(sa.select(DrawRecord).order_by(DrawRecord.id.desc()).limit(1)).one()


def test_a_draw_comes_after_the_end(session: Session, organiser: StaffPages, played: Played) -> None:
    organiser.post(played.path("/draws"), status=422)
    organiser.post(played.path("/draws"), status=422, day="2999-01-01")
    organiser.post(played.path("/draws"), status=422, day="nonsense")
    assert session.scalar(sa.select(DrawRecord.id)) is None


def test_a_draw_is_fixed_opened_and_repeated_by_two_people(
    session: Session, organiser: StaffPages, reviewer: StaffPages, ended: Played
) -> None:
    organiser.post(ended.path("/draws"))
    first = only_draw(session)
    organiser.post(ended.path(f"/draws/{first.id}/reveal"))
    assert only_draw(session).state is DrawState.REVEALED
    assert "复算一致" in organiser.get(ended.path(f"/draws/{first.id}")).text()
    organiser.post(ended.path(f"/draws/{first.id}/redraw"), status=422, reason="")
    organiser.post(ended.path(f"/draws/{first.id}/redraw"), reason="名单漏了一个县")
    assert only_draw(session).id == first.id
    approve_newest(session, reviewer)
    second = only_draw(session)
    assert (second.turn, second.state) == (2, DrawState.COMMITTED)
    assert session.get_one(DrawRecord, first.id, populate_existing=True).state is DrawState.SUPERSEDED
    assert str(reviewer.person.id) == second.approved_by.rpartition("#")[2]


def test_an_announced_value_is_mixed_in(session: Session, organiser: StaffPages, ended: Played) -> None:
    organiser.post(ended.path("/draws"), public_source="次日收盘指数")
    record = only_draw(session)
    organiser.post(ended.path(f"/draws/{record.id}/reveal"), status=422, public_value="")
    organiser.post(ended.path(f"/draws/{record.id}/reveal"), public_value="3210.55")
    assert only_draw(session).public_value == "3210.55"
    assert "复算一致" in organiser.get(ended.path(f"/draws/{record.id}")).text()


def test_contacts_open_for_a_reason_only_and_each_reading_is_recorded(
    app: Flask, session: Session, organiser: StaffPages, ended: Played
) -> None:
    organiser.post(ended.path("/draws"))
    record = only_draw(session)
    organiser.post(ended.path(f"/draws/{record.id}/reveal"))
    keys = keys_from(app.config["SETTINGS"])
    won = session.get_one(DrawWinner, (record.id, 1))
    code = offer(session, keys, record.id, 1, won.participant_id)
    claim(session, keys, record.id, 1, won.participant_id, code, "13812345678")
    session.commit()
    assert "13812345678" not in organiser.get(ended.path(f"/draws/{record.id}")).text()
    for page in ("winners/1", "shipping"):
        path = ended.path(f"/draws/{record.id}/{page}")
        assert "13812345678" not in organiser.client.get(path).get_data(as_text=True)
        organiser.post(path, status=422, access_reason="")
        organiser.post(path, access_reason="给一等奖寄奖品")
        assert "13812345678" in organiser.client.get(path).get_data(as_text=True)
    actions = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number.desc()).limit(5)).all()
    assert actions.count("quiz.contact-read") == 2
    assert "quiz.contacts-exported" in actions
    assert organiser.client.get(ended.path(f"/draws/{record.id}/winners/2")).status_code == 404, "nothing claimed"


def test_a_certificate_is_issued_once_and_declared_void_with_a_reason(
    session: Session, organiser: StaffPages, played: Played
) -> None:
    organiser.post(played.path(f"/attempts/{played.attempt_ids[0]}/certificate"))
    organiser.post(played.path(f"/attempts/{played.attempt_ids[0]}/certificate"))
    organiser.post(played.path(f"/attempts/{played.attempt_ids[2]}/certificate"))
    made = session.scalars(sa.select(Certificate)).one()
    assert made.code in organiser.get(played.path("/certificates"), words=made.code.lower()).text("table")
    organiser.post(played.path(f"/certificates/{made.id}/revoke"), status=422, reason="")
    organiser.post(played.path(f"/certificates/{made.id}/revoke"), reason="代答")
    session.expire_all()
    assert made.revoke_reason == "代答"


def test_the_report_holds_what_was_analysed(
    app: Flask, session: Session, organiser: StaffPages, played: Played
) -> None:
    organiser.post(played.path("/reports/items"))
    job = run_jobs(app, session)
    assert job.state is JobState.DONE, job.error
    page = organiser.get(played.path("/reports"))
    assert "样本太少" in page.text()
    for table in ("counties", "units", "items"):
        for ending in ("csv", "xlsx"):
            data = {"token": organiser.token, "table": table, "format": ending}
            answer: Any = organiser.client.post(played.path("/reports/export"), data=data)
            assert answer.status_code == 200
    assert organiser.client.post(played.path("/reports/export"), data={**data, "table": "all"}).status_code == 400


def test_chores_do_what_is_due_and_may_run_twice(session: Session, played: Played) -> None:
    attempt = session.get_one(Attempt, played.attempt_ids[0])
    person = attempt.participant_id
    assert person
    for chore in (tasks.fold_new, tasks.expire_overdue, tasks.renew_snapshots, tasks.move_gates, tasks.sweep):
        chore()
        chore()
    assert counts_agree(session, played)
