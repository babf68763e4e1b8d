"""A published contest with as many closed attempts as asked for, as rows of the tables that the engine itself fills.

For every attempt there are: a participant, the attempt, an answer to each question, the best score, and the folded
delta; besides, the counts of counties, the histogram and a snapshot. Seeds, papers, answers and marks are real: the
engine's rules made them for ``TEMPLATES`` papers, which the attempts share. Public ids, people, moments and times are
each attempt's own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.bulk import bulk_insert
from outreach.core.clock import CHINA
from outreach.core.db import Base
from outreach.counties.models import CountyUnit
from outreach.quiz.actions.snapshots import take_snapshot
from outreach.quiz.models import Answer, Attempt, AttemptState, Contest, FoldState, Participant
from outreach.quiz.moments import database_now
from outreach.quiz.queries.contents import list_blobs
from outreach.quiz.queries.pools import find_pool
from outreach.quiz.rules import grading, marking, papers, questions, receipts, tokens
from outreach.quiz.rules.papers import Quota
from outreach.quiz.rules.receipts import SavedAnswer
from tests.quiz import stage

TEMPLATES: Final = 400
QUESTIONS: Final = 20
BANK: Final = 300
BATCH: Final = 20_000
PAPER_S: Final = 600
#: Where people are from while no registry is loaded.
ANYWHERE: Final = ("110101", "320115", "370323")


@dataclass(frozen=True, slots=True)
class Template:
    """A paper that was answered; ``values``: what is stored as the answer to each question."""

    seed: str
    paper: list[list[object]]
    receipt: str
    marks: list[int]
    is_full: bool
    values: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """The contest and what was drawn for it."""

    contest_id: int
    slug: str
    templates: tuple[Template, ...]
    counties: tuple[str, ...]


def fill(session: Session, attempts: int) -> Filled:
    """Everything, committed."""
    settings = {"seconds_per_paper": PAPER_S, "attempts_per_day": 2, "is_repeat_avoided": True}
    contest = stage.contest(session, bank=BANK, quotas=(Quota(QUESTIONS, 5),), minimum_sample=10, **settings)
    chance = random.Random(1)  # the same rows each time, nothing secret
    codes = sa.select(CountyUnit.code).where(CountyUnit.is_current, CountyUnit.code.is_not(None))
    counties = tuple(code for code in session.scalars(codes.order_by(CountyUnit.code)) if code) or ANYWHERE
    templates = tuple(_template(session, contest, chance) for _turn in range(TEMPLATES))
    filled = Filled(contest.id, contest.slug, templates, counties)
    now = database_now(session)
    for first in range(0, attempts, BATCH):
        count = min(BATCH, attempts - first)
        people = add_participants(session, filled, count, locked_at=now)
        _insert(session, Attempt, _attempts(filled, people, now, chance))
    _insert_answers(session, templates)
    for statement in _COUNTED:
        session.execute(sa.text(statement), {"contest": contest.id})
    session.add(FoldState(id=1, fold_id=1, deltas=attempts, folded_at=now))
    session.flush()
    take_snapshot(session, contest)
    session.commit()
    return filled


def add_participants(
    session: Session, filled: Filled, count: int, *, locked_at: datetime | None = None
) -> Sequence[int]:
    """That many people, spread over all counties; their ids."""
    first = (session.scalar(sa.select(sa.func.max(Participant.id))) or 0) + 1
    joined_at = locked_at or database_now(session)
    plain = {
        "contest_id": filled.contest_id,
        "nickname": "爱节水的人",
        "age_band": "18-35",
        "unit_code": "",
        "bracket": "",
        "consent_version": "2026-1",
        "consented_at": joined_at,
        "locked_at": locked_at,
        "extra_time_percent": 100,
        "extra_attempts": 0,
        "device_hash": "",
        "network_hash": "",
        "joined_at": joined_at,
    }
    ids = range(first, first + count)
    rows = (
        {**plain, "id": one, "public_id": tokens.new_public_id(), "county_code": _of(filled.counties, one)}
        for one in ids
    )
    _insert(session, Participant, rows)
    return ids


def _of(counties: Sequence[str], number: int) -> str:
    return counties[number * 7919 % len(counties)]


def _template(session: Session, contest: Contest, chance: random.Random) -> Template:
    pool = find_pool(session, contest.id, contest.pool_hash)
    seed = f"{chance.getrandbits(256):064x}"
    paper = papers.draw_paper(pool.items, pool.quotas, seed)
    blobs = list_blobs(session, [question.version_id for question in paper])
    keys = {version_id: grading.Key(blob.content) for version_id, blob in blobs.items()}
    skill = chance.random()
    values = tuple(
        stage.right_value(keys[question.version_id].content, seed, position)
        if chance.random() < skill
        else wrong_value(keys[question.version_id].content, seed, position)
        for position, question in enumerate(paper)
    )
    marks = grading.mark_paper(paper, seed, keys, dict(enumerate(values)))
    saved = [SavedAnswer(position, 1, value) for position, value in enumerate(values)]
    receipt = receipts.next_link(receipts.first_link(seed[:20]), saved)
    return Template(seed, papers.as_rows(paper), receipt, list(marks.marks), marks.is_full, values)


def wrong_value(content: questions.QuestionContent, seed: str, position: int) -> tuple[str, ...]:
    """An answer that earns nothing."""
    if content.kind == questions.FILL_IN:
        return ("不知道",)
    if content.kind == questions.ORDERING:
        return tuple(papers.option_id(seed, position, index) for index in (1, 2, 0))
    wrong = set(range(marking.option_count(content))) - marking.right_indices(content)
    return (papers.option_id(seed, position, min(wrong)),)


def _attempts(filled: Filled, people: Sequence[int], now: datetime, chance: random.Random) -> Iterator[dict[str, Any]]:
    """One attempt of each; ids are those of the people, and say which template it is."""
    for number in people:
        template = filled.templates[number % TEMPLATES]
        elapsed_ms = chance.randrange(60_000, PAPER_S * 1000)
        submitted_at = now - timedelta(milliseconds=chance.randrange(1, 3_000_000))
        started_at = submitted_at - timedelta(milliseconds=elapsed_ms)
        yield {
            "id": number,
            "public_id": tokens.new_public_id(),
            "contest_id": filled.contest_id,
            "round_no": 1,
            "participant_id": number,
            "attempt_no": 1,
            "day": started_at.astimezone(CHINA).date(),
            "day_no": 1,
            "state": AttemptState.SUBMITTED,
            "seed": template.seed,
            "paper": template.paper,
            "started_at": started_at,
            "deadline_at": started_at + timedelta(seconds=PAPER_S),
            "paused_ms": 0,
            "is_extended": False,
            "save_count": QUESTIONS,
            "receipt": template.receipt,
            "submitted_at": submitted_at,
            "elapsed_ms": elapsed_ms,
            "rank_ms": elapsed_ms,
            "centipoints": sum(template.marks),
            "is_full": template.is_full,
            "marks": template.marks,
            "void_reason": "",
            "voided_by": "",
        }


def _insert(session: Session, model: type[Base], rows: Iterator[dict[str, Any]]) -> None:
    listed = list(rows)
    if listed:
        bulk_insert(session, model, list(listed[0]), [tuple(row.values()) for row in listed])
        _move_sequence(session, model)


def _move_sequence(session: Session, model: type[Base]) -> None:
    """PostgreSQL gives the next ids after those that were written by number."""
    if session.connection().dialect.name == "postgresql":
        name, newest = model.__tablename__, session.scalar(sa.select(sa.func.max(model.__table__.c.id)))
        session.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(name, "id"), newest)))


def _insert_answers(session: Session, templates: Sequence[Template]) -> None:
    """The answers of all attempts, copied from the templates inside the database."""
    table = sa.Table(
        "bench_template_answer",
        sa.MetaData(),
        sa.Column("template", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("value", Answer.__table__.c.value.type),
        prefixes=["TEMPORARY"],
    )
    connection = session.connection()
    table.create(connection)
    rows = [
        {"template": number, "position": position, "value": list(value)}
        for number, template in enumerate(templates)
        for position, value in enumerate(template.values)
    ]
    connection.execute(sa.insert(table), rows)
    copied = sa.select(Attempt.id, table.c.position, sa.literal(1), table.c.value, Attempt.submitted_at)
    copied = copied.join_from(Attempt, table, table.c.template == Attempt.id % TEMPLATES)
    names = ["attempt_id", "position", "sequence", "value", "saved_at"]
    ordered = copied.order_by(Attempt.id, table.c.position)
    connection.execute(sa.insert(Answer).from_select(names, ordered, include_defaults=False))
    table.drop(connection)


#: What submitting and folding count, worked out by the database from the attempts.
_COUNTED: Final = (
    """
    INSERT INTO quiz_best_score (contest_id, participant_id, attempt_id, centipoints, rank_ms, submitted_at, is_full,
                                 county_code, unit_code, bracket)
    SELECT a.contest_id, a.participant_id, a.id, a.centipoints, a.rank_ms, a.submitted_at, a.is_full,
           p.county_code, p.unit_code, p.bracket
    FROM quiz_attempt a JOIN quiz_participant p ON p.id = a.participant_id WHERE a.contest_id = :contest
    """,
    """
    INSERT INTO quiz_score_delta (contest_id, county_code, unit_code, bracket, attempts, participants, centipoints,
                                  full_marks, new_centipoints, new_second, at, fold_id)
    SELECT contest_id, county_code, unit_code, bracket, 1, 1, centipoints, CASE WHEN is_full THEN 1 ELSE 0 END,
           centipoints, rank_ms / 1000, submitted_at, 1
    FROM quiz_best_score WHERE contest_id = :contest
    """,
    """
    INSERT INTO quiz_county_stat (contest_id, county_code, attempts, participants, centipoints, full_marks)
    SELECT contest_id, county_code, count(*), count(*), sum(centipoints), sum(CASE WHEN is_full THEN 1 ELSE 0 END)
    FROM quiz_best_score WHERE contest_id = :contest GROUP BY contest_id, county_code
    """,
    """
    INSERT INTO quiz_histogram_bin (contest_id, bracket, centipoints, second, count)
    SELECT contest_id, bracket, centipoints, rank_ms / 1000, count(*)
    FROM quiz_best_score WHERE contest_id = :contest GROUP BY contest_id, bracket, centipoints, rank_ms / 1000
    """,
)
