"""P05: contacts and attachments go when their term is over, exactly then, and everything else stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry, verify
from outreach.core.database_clock import database_now
from outreach.inbox import tasks
from outreach.inbox.actions import forgetting
from outreach.inbox.models import Letter, LetterQuota
from tests.inbox.conftest import CONTACT, LetterMaker


def end(session: Session, letter: Letter, days: int) -> None:
    """Let a letter have ended some days ago."""
    values = {"state": "closed", "ended_at": database_now(-timedelta(days=days)), "answered_at": database_now()}
    session.execute(sa.update(Letter).where(Letter.id == letter.id).values(**values))
    session.commit()


def test_p05_contacts_go_a_year_after_the_end_and_the_letters_stay(session: Session, make_letter: LetterMaker) -> None:
    old, fresh, still_open = (make_letter(contact=CONTACT) for number in range(3))
    end(session, old, 366)
    end(session, fresh, 364)
    assert tasks.sweep_letters() == 1
    session.expire_all()
    assert (old.contact, bool(fresh.contact), bool(still_open.contact)) == ("", True, True)
    assert old.forgotten_at is not None
    assert old.text
    assert old.steps[-1].step == "forget"
    assert session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 3
    noted = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "inbox.forget")).one()
    assert (noted.actor_kind, noted.target_key) == ("system", old.number)
    assert verify(session) == []
    assert tasks.sweep_letters() == 0, "once is enough"


def test_p05_a_sweep_that_is_killed_goes_on_the_next_time(
    session: Session, make_letter: LetterMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = [make_letter(contact=CONTACT) for number in range(5)]
    for letter in letters:
        end(session, letter, 400)
    monkeypatch.setattr(forgetting, "BATCH", 2)
    turns = iter([2, 0])
    real = tasks.sweep

    def killed(*args: object) -> int:
        if next(turns, 0) == 0:
            raise KeyboardInterrupt
        return real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "sweep", killed)
        with pytest.raises(KeyboardInterrupt):
            tasks.sweep_letters()
    session.expire_all()
    assert sum(letter.contact == "" for letter in letters) == 2
    assert tasks.sweep_letters() == 3


def test_counts_of_networks_go_after_two_days(session: Session) -> None:
    for days in (0, 3):
        since = database_now(-timedelta(days=days))
        session.execute(sa.insert(LetterQuota).values(network="n", window=str(days), count=1, since_at=since))
    session.commit()
    tasks.sweep_letters()
    assert session.scalars(sa.select(LetterQuota.window)).all() == ["0"]


def test_the_command_says_how_many(app: Flask, session: Session, make_letter: LetterMaker) -> None:
    end(session, make_letter(contact=CONTACT), 400)
    result = app.test_cli_runner().invoke(args=["inbox", "sweep"])
    assert (result.exit_code, "1 件" in result.output) == (0, True)
