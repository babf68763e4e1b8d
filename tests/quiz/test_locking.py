"""In which order rows are locked: whoever changes counts waits for the participant first, and holds no paper meanwhile.

Seen on PostgreSQL, which locks rows; SQLite has one writer. The other order would end in deadlocks: one participant's
two papers, one being handed in while the other is marked again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.locking import lock_several
from outreach.quiz.actions.regrading import correct_key
from outreach.quiz.models import Attempt, AttemptState, Participant, QuestionVersion, RegradeRun
from outreach.quiz.rules.questions import from_dict
from outreach.quiz.seams import Actor
from tests.quiz import stage
from tests.quiz.arena import Arena, arena_at

#: How long a process may take to come to the lock, in seconds.
PATIENCE = 30


@pytest.fixture
def arena(postgresql_race_url: str, tmp_path: Path) -> Iterator[Arena]:
    with arena_at(postgresql_race_url, tmp_path) as found:
        yield found


def _open(session: Session) -> dict[str, Any]:
    contest = stage.contest(session)
    person, attempt = stage.started(session, contest)
    return {"participant": person.participant_id, "public_id": attempt.public_id, "attempt": attempt.id}


def handing_in(session: Session) -> dict[str, Any]:
    return {**_open(session), "act": "submit"}


def sweeping(session: Session) -> dict[str, Any]:
    job = _open(session)
    stage.shift(session, [job["attempt"]], stage.SECONDS + 10)
    return {**job, "act": "sweep"}


def marking_again(session: Session) -> dict[str, Any]:
    job = _open(session)
    attempt = session.get_one(Attempt, job["attempt"])
    submit(session, job["public_id"], job["participant"], stage.answers(session, attempt.id))
    kinds = sa.select(QuestionVersion).where(QuestionVersion.id.in_([row[0] for row in attempt.paper]))
    version = session.scalars(kinds.where(QuestionVersion.kind == "true_false").limit(1)).one()
    content = from_dict(version.content)
    run = correct_key(session, version.id, replace(content, answer=not content.answer), Actor("reviewer"), "wrong")
    return {**job, "act": "regrade", "run": run.id}


@pytest.mark.parametrize("prepare", [handing_in, sweeping, marking_again])
def test_who_waits_for_a_participant_holds_no_paper(arena: Arena, prepare: Callable[[Session], dict[str, Any]]) -> None:
    job = arena.do(prepare)
    with Session(arena.engine) as holder:
        holder.execute(sa.select(Participant.id).where(Participant.id == job["participant"]).with_for_update())
        runner = arena.launch(job)
        _until_somebody_waits(arena)
        paper = sa.select(Attempt.id).where(Attempt.id == job["attempt"])
        assert arena.do(lambda session: session.scalars(paper.with_for_update(nowait=True)).one()) == job["attempt"]
        holder.commit()
    assert len(runner.answers()) == 1
    assert arena.do(lambda session: session.get_one(Attempt, job["attempt"]).state) is not AttemptState.OPEN
    runs = arena.do(lambda session: session.scalars(sa.select(RegradeRun.changed)).all())
    assert list(runs) == [1] * (job["act"] == "regrade")


def test_several_papers_come_in_their_order_and_unknown_ones_are_left_out(session: Session) -> None:
    contest = stage.contest(session)
    ids = [stage.started(session, contest)[1].id for _person in range(3)]
    locked = lock_several(session, [ids[2], ids[0], 10**6])
    assert [one.id for one in locked] == [ids[0], ids[2]]
    assert all(one.state is AttemptState.OPEN and one.is_in_time for one in locked)
    assert lock_several(session, []) == []


def _until_somebody_waits(arena: Arena) -> None:
    locked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    waiting = sa.text(locked)
    until = time.monotonic() + PATIENCE
    while not arena.do(lambda session: session.scalar(waiting)):
        assert time.monotonic() < until, "nobody came to the lock"
        time.sleep(0.02)
