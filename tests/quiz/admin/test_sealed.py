"""Contacts and seeds whose key is gone: the organisers' pages say so, and lose nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry
from outreach.quiz.actions.claims import claim, offer
from outreach.quiz.actions.draws import SeedUnreadable, commit_draw, redraw, reveal
from outreach.quiz.keys import Keys, keys_from
from outreach.quiz.models import DrawRecord, DrawState, DrawWinner
from outreach.quiz.moments import database_now
from outreach.quiz.rules.draw import DrawPlan, Prize
from tests.quiz import stage
from tests.quiz.admin.conftest import Played
from tests.staff import StaffPages

OLD = Keys(b"signing key of the tests, 32 byt", b"the field key before this one is")
PLAN = DrawPlan((Prize("水杯", 2, "Cup"),))


@pytest.fixture
def ended(session: Session, played: Played) -> Played:
    now = database_now(session)
    played.contest.opens_at, played.contest.closes_at = now - timedelta(days=3), now - timedelta(hours=1)
    session.commit()
    return played


def claimed(session: Session, played: Played, keys: dict[int, Keys]) -> DrawRecord:
    """A draw in which each place has claimed, with its contact sealed by its own keys."""
    record = commit_draw(session, stage.KEYS, played.contest, PLAN, stage.PUBLISHER)
    reveal(session, stage.KEYS, record.id, stage.PUBLISHER)
    for place, own in keys.items():
        person = session.get_one(DrawWinner, (record.id, place)).participant_id
        code = offer(session, own, record.id, place, person)
        claim(session, own, record.id, place, person, code, f"1381234567{place}")
    session.commit()
    return record


def opened(organiser: StaffPages, path: str) -> str:
    organiser.post(path, access_reason="给获奖人寄奖品")
    response = organiser.client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_a_contact_of_a_lost_key_is_said_and_the_others_open(
    app: Flask, session: Session, organiser: StaffPages, ended: Played
) -> None:
    record = claimed(session, ended, {1: OLD, 2: keys_from(app.config["SETTINGS"])})
    path = ended.path(f"/draws/{record.id}")
    lost = opened(organiser, f"{path}/winners/1")
    assert "联系方式无法解密" in lost
    assert "13812345672" in opened(organiser, f"{path}/winners/2")
    table = opened(organiser, f"{path}/shipping")
    assert "（无法解密）" in table
    assert "13812345672" in table
    assert session.get_one(DrawWinner, (record.id, 1), populate_existing=True).sealed_contact
    tried = sa.select(sa.func.count()).where(AuditEntry.action == "quiz.contact-read")
    assert session.scalar(tried) == 4, "who tried is on record as well"


def test_a_seed_of_a_lost_key_opens_nothing(session: Session, organiser: StaffPages, ended: Played) -> None:
    record = commit_draw(session, OLD, ended.contest, PLAN, stage.PUBLISHER)
    session.commit()
    path = ended.path(f"/draws/{record.id}")
    organiser.post(f"{path}/reveal")
    assert "种子无法解密" in organiser.get(path).text()
    with pytest.raises(SeedUnreadable):
        redraw(session, stage.KEYS, ended.contest, record, stage.AUTHOR, stage.PUBLISHER, "lost")
    session.rollback()
    session.expire_all()
    assert session.get_one(DrawRecord, record.id).state is DrawState.COMMITTED
