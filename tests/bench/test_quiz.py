"""The bench of the contest: its rows are those of the engine, and its bare writes are no more and no less."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bench.quiz.bare import Bare
from bench.quiz.filling import QUESTIONS, Filled, add_participants, fill
from bench.quiz.rates import BARE, OURS, Rates
from outreach.core.db import Base
from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.saving import save
from outreach.quiz.actions.starting import start
from outreach.quiz.models import Answer, Attempt, BestScore, Contest, Participant, ScoreDelta
from outreach.quiz.queries.recount import recount
from outreach.quiz.rules.receipts import SavedAnswer
from tests.quiz.racing import make_engine

#: What only deciding about results sets later, and what numbers rows.
LATER = {"id", "fold_id", "old_centipoints", "old_second", "voided_at"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Engine, Filled]]:
    """A contest with 60 attempts."""
    engine = make_engine(f"sqlite:///{tmp_path / 'bench.db'}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        filled = fill(session, 60)
    yield engine, filled
    engine.dispose()


def test_the_filled_tables_are_what_a_recount_of_the_attempts_gives(site: tuple[Engine, Filled]) -> None:
    engine, filled = site
    with Session(engine) as session:
        found = recount(session, session.get_one(Contest, filled.contest_id))
        answers = session.scalars(sa.select(sa.func.count()).select_from(Answer)).one()
    assert (found.attempts, found.participants, found.differences) == (60, 60, ())
    assert answers == 60 * QUESTIONS


def test_bare_writes_leave_the_same_rows_as_the_engine(site: tuple[Engine, Filled]) -> None:
    engine, filled = site
    with Session(engine) as session:
        ours, theirs = add_participants(session, filled, 2)
        session.commit()
    _by_the_engine(engine, filled, ours)
    bare = Bare(engine, filled)
    paper = bare.paper(theirs, 7)
    bare.start(paper)
    bare.save(paper, slice(0, 1))
    bare.save(paper, slice(1, None))
    bare.submit(paper)
    bare.close()
    with Session(engine) as session:
        assert _rows(session, theirs) == _rows(session, ours)


def _by_the_engine(engine: Engine, filled: Filled, person: int) -> None:
    with Session(engine) as session:
        opened = start(session, filled.contest_id, person)
        session.commit()
        answers = [SavedAnswer(position, 1, ()) for position in range(QUESTIONS)]
        for batch in (answers[:1], answers[1:]):
            save(session, opened.public_id, person, batch)
            session.commit()
        submit(session, opened.public_id, person)
        session.commit()


def _rows(session: Session, person: int) -> dict[str, Any]:
    """How many rows there are of a person, and which columns of them hold something."""
    attempt = session.scalars(sa.select(Attempt).where(Attempt.participant_id == person)).one()
    best = session.get_one(BestScore, (attempt.contest_id, person))
    deltas = session.scalars(sa.select(ScoreDelta).order_by(ScoreDelta.id.desc()).limit(2)).all()
    answers = session.scalars(sa.select(Answer).where(Answer.attempt_id == attempt.id)).all()
    participant = session.get_one(Participant, person)
    return {
        "attempt": _held(attempt),
        "save_count": attempt.save_count,
        "answers": [_held(answer) for answer in answers],
        "best": _held(best),
        "deltas": [_held(delta) for delta in deltas],
        "participant": _held(participant),
    }


def _held(row: Base) -> list[str]:
    columns = [column.name for column in row.__table__.c]
    return [name for name in columns if name not in LATER and getattr(row, name) is not None]


def test_a_share_is_our_rate_divided_by_the_bare_one() -> None:
    rates = Rates()
    rates.take(10, OURS, [("start", 4.0)] * 5)
    rates.take(10, BARE, [("start", 1.0)] * 5)
    assert rates.share(10, "start") == 0.25
