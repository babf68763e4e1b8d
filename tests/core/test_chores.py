"""Regular work of a serving process: each at its time, none ends the others, all of them can be done now."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.admin.tasks import verify_daily
from outreach.core.chores import Chores, chores
from outreach.core.jobs import Job


def test_what_is_due_is_done_and_what_fails_keeps_nothing_back(app: Flask) -> None:
    done: list[str] = []
    own = Chores(app)
    own.add("fails", lambda: 1 // 0, 0.0)
    own.add("often", lambda: done.append("often"), 0.0)
    own.add("seldom", lambda: done.append("seldom"), 3600.0)
    assert own.run_due() == ["fails", "often", "seldom"]
    assert own.run_due() == ["often"], "what failed rests, what was done waits for its time"
    assert done == ["often", "seldom", "often"]


def test_the_thread_ends_when_it_is_told_to(app: Flask) -> None:
    done: list[float] = []
    own = Chores(app)
    own.add("often", lambda: done.append(time.monotonic()), 0.0)
    own.start()
    own.stop()
    count = len(done)
    time.sleep(1.2)
    assert len(done) == count


def test_every_chore_of_the_site_can_be_done(app: Flask, session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    registered = chores(app)
    for chore in registered._chores:
        chore.due_at = 0.0
    names = registered.run_due()
    assert {"audit anchor", "audit check", "dead jobs", "due publications", "expired files"} <= set(names)
    lines = capsys.readouterr().err
    assert '"event": "chore_failed"' not in lines
    assert '"event": "audit_head"' in lines


def test_the_log_is_verified_once_a_day(session: Session) -> None:
    verify_daily()
    verify_daily()
    assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 1
