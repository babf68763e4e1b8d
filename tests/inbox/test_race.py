"""Two at the same moment, with connections of their own: answers, double clicks, limits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.core.audit import Actor, verify
from outreach.core.db import db
from outreach.inbox.actions import handling
from outreach.inbox.actions.handling import StepRefused
from outreach.inbox.actions.receiving import Incoming, Limit, TooMany, count, receive
from outreach.inbox.models import Letter, LetterQuota
from outreach.inbox.rules.codes import make_code
from tests.inbox.conftest import TEXT

LETTER = Incoming("site", "/", TEXT, "", "zh", make_code("tests", "race"), 5)


def at_once(app: Flask, works: list[Callable[[Session], None]]) -> list[str]:
    """Do all of ``works`` at the same moment, each in a transaction of its own; how each ended."""
    barrier = threading.Barrier(len(works))
    ends = [""] * len(works)

    def run(place: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with db.sessionmaker.begin() as session:
                    works[place](session)
                ends[place] = "done"
            except (StepRefused, TooMany, IntegrityError) as error:
                ends[place] = type(error).__name__

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


def letters(session: Session) -> list[Letter]:
    session.expire_all()
    return list(session.scalars(sa.select(Letter).order_by(Letter.id)))


def answering(number: int) -> Callable[[Session], None]:
    def answer(session: Session) -> None:
        letter = session.scalars(sa.select(Letter)).one()
        handling.reply(session, letter, Actor("staff", number, str(number)), f"这是 {number} 的答复", seen=1)

    return answer


@pytest.mark.parametrize("turn", range(3))
def test_of_two_who_answer_at_once_one_wins(real_site: Flask, turn: int) -> None:
    receive(db.session, LETTER)
    db.session.commit()
    assert at_once(real_site, [answering(1), answering(2)]) == ["Moved", "done"]
    [letter] = letters(db.session)
    assert (letter.version, letter.answer) == (2, f"这是 {letter.assignee_name} 的答复")
    assert len(letter.steps) == 1
    assert verify(db.session) == []


def test_a_double_click_is_one_letter(real_site: Flask) -> None:
    def keep(session: Session) -> None:
        receive(session, LETTER)

    assert at_once(real_site, [keep] * 4) == ["IntegrityError"] * 3 + ["done"]
    assert len(letters(db.session)) == 1


def test_a_limit_is_exact_however_many_come_at_once(real_site: Flask) -> None:
    def one_more(session: Session) -> None:
        count(session, "network", Limit("letter", 5, 50))

    ends = at_once(real_site, [one_more] * 12)
    assert (ends.count("done"), ends.count("TooMany")) == (5, 7)
    assert set(db.session.scalars(sa.select(LetterQuota.count))) == {5}


def test_two_letters_cannot_be_merged_into_each_other(real_site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    both_looked = threading.Barrier(2)
    read_clock = handling.read_clock

    def slowly(session: Session) -> datetime:
        """Between looking and writing, give the other one time to look too."""
        with suppress(threading.BrokenBarrierError):
            both_looked.wait(0.5)
        return read_clock(session)

    monkeypatch.setattr(handling, "read_clock", slowly)
    for number in range(2):
        receive(db.session, Incoming("site", "/", TEXT, "", "zh", make_code("tests", str(number)), 5))
    db.session.commit()

    def merging(first: int, second: int) -> Callable[[Session], None]:
        def merge(session: Session) -> None:
            found = letters(session)
            handling.merge(session, found[first], Actor("staff", 1, "x"), found[second])

        return merge

    assert at_once(real_site, [merging(0, 1), merging(1, 0)]).count("done") == 1
    assert sorted(one.state for one in letters(db.session)) == ["merged", "received"]
