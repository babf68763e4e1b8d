"""What a load run needs before it begins: a contest with the shipped question bank, and people who have joined it.

People are written into the tables as joining writes them, many at once; each has the cookie and the form token that
joining over HTTP would have given to the browser.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.db import db
from outreach.quiz.actions import contests
from outreach.quiz.actions.contests import ContestDraft
from outreach.quiz.actions.sessions import DAYS, TOKEN_BYTES, digest
from outreach.quiz.keys import Keys, keys_from
from outreach.quiz.models import AgeBand, Contest, Participant, ParticipantSession
from outreach.quiz.moments import database_now
from outreach.quiz.rules import tokens
from outreach.quiz.rules.papers import Quota
from outreach.quiz.seams import Actor
from outreach.quiz.views.frame import form_token

AUTHOR, PUBLISHER = Actor("bench"), Actor("bench:second")
QUESTIONS: Final = 20
#: Long enough for a run on a slow machine: what is measured here is not who runs out of time.
SECONDS_PER_PAPER: Final = 7200
#: People of one transaction.
BATCH: Final = 500
COUNTIES: Final = ("110101", "310101", "330106", "440106", "510104", "610103")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a browser: the cookie, and the token of the contest's forms."""

    cookie: str
    token: str


@dataclass(frozen=True, slots=True)
class Scene:
    """An open contest and its people."""

    contest_id: int
    slug: str
    people: tuple[Person, ...] = field(repr=False)


def prepare(app: Flask, slug: str, count: int, *, starts_per_second: int = 0) -> Scene:
    """A contest that is open, with ``count`` participants."""
    with app.app_context():
        contest_id = _contest(db.session, slug, starts_per_second)
        people: list[Person] = []
        while len(people) < count:
            people += _people(app, contest_id, min(BATCH, count - len(people)))
        return Scene(contest_id, slug, tuple(people))


def _contest(session: Session, slug: str, starts_per_second: int) -> int:
    now = database_now(session)
    draft = ContestDraft(
        slug=slug,
        title="压力测试",
        title_en="Load test",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=1),
        quotas=(Quota(QUESTIONS, 5),),
        seconds_per_paper=SECONDS_PER_PAPER,
        attempts_per_day=1,
        attempts_total=1,
        pass_centipoints=6000,
        consent_version="2026-11",
        settings={"starts_per_second": starts_per_second, "work_bits": 0, "minimum_sample": 3},
    )
    contest = contests.create(session, draft, AUTHOR)
    contests.publish(session, contest, PUBLISHER)
    contest_id = contest.id
    session.commit()
    return contest_id


def _people(app: Flask, contest_id: int, count: int) -> list[Person]:
    session = db.session
    contest = session.get_one(Contest, contest_id)
    now, keys = database_now(session), keys_from(app.config["SETTINGS"])
    people = [_participant(contest, keys, now, COUNTIES[number % len(COUNTIES)]) for number in range(count)]
    session.add_all(people)
    session.flush()
    cookies = [secrets.token_urlsafe(TOKEN_BYTES) for _person in people]
    session.add_all(
        ParticipantSession(
            token_hash=digest(cookie),
            contest_id=contest_id,
            participant_id=person.id,
            created_at=now,
            expires_at=now + timedelta(days=DAYS),
        )
        for person, cookie in zip(people, cookies, strict=True)
    )
    session.flush()
    made = [Person(cookie, form_token(contest_id, person.id)) for person, cookie in zip(people, cookies, strict=True)]
    session.commit()
    session.expunge_all()
    return made


def _participant(contest: Contest, keys: Keys, now: datetime, county_code: str) -> Participant:
    return Participant(
        public_id=tokens.new_public_id(),
        contest_id=contest.id,
        nickname="爱节水的人",
        age_band=AgeBand.YOUNG,
        county_code=county_code,
        unit_code="",
        bracket="",
        consent_version=contest.consent_version,
        consented_at=now,
        recovery_hash=tokens.code_hash(keys.signing, "recovery", tokens.new_code()),
        joined_at=now,
    )
