"""A contest on the stage: questions, a published contest, participants and their answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions import contests
from outreach.quiz.actions.bank import CodedQuestion, save_questions
from outreach.quiz.actions.contests import ContestDraft
from outreach.quiz.actions.joining import Joined, JoinRequest, Profile, join
from outreach.quiz.actions.searching import STEP, SignalSearch
from outreach.quiz.actions.starting import OpenAttempt, start
from outreach.quiz.keys import Keys
from outreach.quiz.models import Attempt, Contest, KeyRule
from outreach.quiz.moments import database_now
from outreach.quiz.queries.contents import marking_keys
from outreach.quiz.rules import marking, papers, questions
from outreach.quiz.rules.papers import Quota
from outreach.quiz.rules.receipts import SavedAnswer
from outreach.quiz.seams import Actor
from tests.quiz.questions import fill_in, multiple, ordering, single, true_false

KEYS = Keys(b"signing key of the tests, 32 byt", b"field key of the tests, 32 bytes")
AUTHOR, PUBLISHER = Actor("author"), Actor("publisher")
SECONDS = 600


def bank(session: Session, count: int = 12) -> None:
    """``count`` questions of all kinds."""
    makers = (single, true_false, multiple, fill_in, ordering)
    batch = [
        CodedQuestion(f"Q{number:04}", makers[number % 5](f"第 {number} 题是什么？"), f"#{number}")
        for number in range(count)
    ]
    save_questions(session, batch, author="test")


def contest(session: Session, slug: str = "water", **settings: Any) -> Contest:
    """A published contest that opened an hour ago; ``settings`` replace fields of the draft or columns."""
    if session.scalar(sa.text("SELECT count(*) FROM quiz_question")) == 0:
        bank(session, settings.pop("bank", 12))
    now = database_now(session)
    plain = {
        "slug": slug,
        "title": "节水知识大赛",
        "title_en": "Water-saving contest",
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(days=10),
        "quotas": (Quota(10, 2),),
        "seconds_per_paper": SECONDS,
        "attempts_per_day": 2,
        "attempts_total": 3,
        "pass_centipoints": 1200,
        "consent_version": "2026-1",
    }
    fields = {name: settings.pop(name) for name in list(settings) if name in {*plain, "rounds"}}
    columns = {"work_bits": 0, "key_rule": KeyRule.AFTER_SUBMIT, "minimum_sample": 2, **settings}
    made = contests.create(session, ContestDraft(**{**plain, **fields}, settings=columns), AUTHOR)
    contests.publish(session, made, PUBLISHER)
    return made


def joined(session: Session, contest: Contest, nickname: str = "爱节水的人", **values: Any) -> Joined:
    """A participant of the contest."""
    profile = Profile(nickname, values.pop("age_band", "18-35"), values.pop("county_code", "110101"))
    profile = replace(profile, unit_code=values.pop("unit_code", ""))
    return join(session, KEYS, contest, JoinRequest(profile, "2026-1", consents=True, **values))


def started(session: Session, contest: Contest, **values: Any) -> tuple[Joined, OpenAttempt]:
    """A new participant with an open paper."""
    person = joined(session, contest, **values)
    return person, start(session, contest.id, person.participant_id)


def answers(session: Session, attempt_id: int, *, right: int = 10, sequence: int = 1) -> list[SavedAnswer]:
    """Answers to every question: the first ``right`` of them right, the others left empty."""
    row = session.execute(sa.select(Attempt.seed, Attempt.paper).where(Attempt.id == attempt_id)).one()
    paper = papers.from_rows(row.paper)
    keys = marking_keys(session, [question.version_id for question in paper])
    return [
        SavedAnswer(
            position,
            sequence,
            right_value(keys[question.version_id].content, row.seed, position) if position < right else (),
        )
        for position, question in enumerate(paper)
    ]


def right_value(content: questions.QuestionContent, seed: str, position: int) -> tuple[str, ...]:
    """The right answer as a browser would send it."""
    if content.kind == questions.FILL_IN:
        return (content.accepted[0],)
    return tuple(papers.option_id(seed, position, index) for index in sorted(marking.right_indices(content)))


def position_with_options(session: Session, attempt_id: int) -> int:
    """The position of a question of the paper that is answered by choosing."""
    paper = papers.from_rows(session.scalar(sa.select(Attempt.paper).where(Attempt.id == attempt_id)))
    keys = marking_keys(session, [question.version_id for question in paper])
    return next(at for at, row in enumerate(paper) if keys[row.version_id].content.kind != questions.FILL_IN)


def shift(session: Session, attempt_ids: Iterable[int], seconds: float) -> None:
    """Move attempts ``seconds`` into the past: for the database it is that much later."""
    for attempt_id in attempt_ids:
        row = session.get_one(Attempt, attempt_id, populate_existing=True)
        row.started_at -= timedelta(seconds=seconds)
        row.deadline_at -= timedelta(seconds=seconds)
    session.flush()


def find_signals(session: Session, contest_id: int, *, size: int = STEP) -> int:
    """A whole search for signals in the test's transaction; how many are new."""
    search = SignalSearch(contest_id, size=size)
    while not search.is_done:
        search.step(session)
    return search.found
