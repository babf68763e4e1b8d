"""Races between real processes, on SQLite files and on PostgreSQL: exactly once, whatever comes at the same moment."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions.closing import close_overdue, overdue_ids, submit
from outreach.quiz.actions.draws import proof_of
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.regrading import correct_key
from outreach.quiz.actions.starting import start
from outreach.quiz.models import (
    Answer,
    Attempt,
    AttemptState,
    BestScore,
    Contest,
    DrawRecord,
    DrawWinner,
    Participant,
    QuestionVersion,
    RegradeChange,
    RegradeRun,
    ScoreDelta,
)
from outreach.quiz.queries.invariants import verify
from outreach.quiz.rules.draw import proof_faults
from outreach.quiz.rules.questions import from_dict
from outreach.quiz.seams import Actor
from tests.quiz import stage
from tests.quiz.arena import Arena, arena_at

PROCESSES, THREADS = 5, 10


@pytest.fixture
def arena(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Arena]:
    """A database of this test's own on each engine."""
    is_file = backend == "sqlite"
    url = f"sqlite:///{tmp_path / 'race.db'}" if is_file else request.getfixturevalue("postgresql_race_url")
    with arena_at(url, tmp_path) as found:
        yield found


def open_paper(session: Session, **settings: Any) -> dict[str, Any]:
    """A contest with one open paper, as a job's values; the answers are all right."""
    contest = stage.contest(session, **settings)
    person, attempt = stage.started(session, contest)
    answers = stage.answers(session, attempt.id)
    return {
        "contest": contest.id,
        "participant": person.participant_id,
        "public_id": attempt.public_id,
        "attempt": attempt.id,
        "answers": [[one.position, one.sequence, list(one.value)] for one in answers],
    }


def count(session: Session, model: type[Any], *where: Any) -> int:
    return session.scalars(sa.select(sa.func.count()).select_from(model).where(*where)).one()


def breaches(arena: Arena) -> list[Any]:
    """What the promises say of every contest once all is folded."""

    def check(session: Session) -> list[Any]:
        while fold(session).deltas:
            pass
        return [one for contest in session.scalars(sa.select(Contest)) for one in verify(session, contest)]

    return arena.do(check)


def test_q05_fifty_parallel_submits_make_one_result(arena: Arena) -> None:
    job = {**arena.do(open_paper), "act": "submit", "calls": THREADS}
    answers = arena.race([job] * PROCESSES)
    assert len(answers) == PROCESSES * THREADS
    assert [one["replay"] for one in answers].count(False) == 1
    assert {(one["score"], one["at"]) for one in answers} == {(2000, answers[0]["at"])}
    assert arena.do(lambda session: (count(session, ScoreDelta), count(session, BestScore))) == (1, 1)
    assert breaches(arena) == []


def test_q06_a_later_submit_with_other_answers_changes_nothing(arena: Arena) -> None:
    job = arena.do(open_paper)
    first = arena.race([{**job, "act": "submit"}])
    worse = [[position, 99, []] for position, _sequence, _value in job["answers"]]
    second = arena.race([{**job, "act": "submit", "answers": worse}])
    assert (first[0]["score"], second[0]["score"]) == (2000, 2000)
    assert second[0]["replay"]
    assert first[0]["at"] == second[0]["at"]


@pytest.mark.parametrize(("limit", "used"), [(1, 0), (3, 2)])
def test_q07_fifty_parallel_starts_open_one_paper(arena: Arena, limit: int, used: int) -> None:
    def prepare(session: Session) -> dict[str, Any]:
        contest = stage.contest(session, attempts_total=limit, attempts_per_day=limit)
        person = stage.joined(session, contest)
        for _turn in range(used):
            attempt = start(session, contest.id, person.participant_id)
            submit(session, attempt.public_id, person.participant_id)
        return {"contest": contest.id, "participant": person.participant_id}

    job = {**arena.do(prepare), "act": "start", "calls": THREADS}
    answers = arena.race([job] * PROCESSES)
    assert len({one["attempt"] for one in answers}) == 1
    assert [one["new"] for one in answers].count(True) == 1
    assert arena.do(lambda session: count(session, Attempt)) == used + 1
    assert breaches(arena) == []


def test_q07_starts_and_submits_together_never_exceed_the_limit(arena: Arena) -> None:
    job = arena.do(lambda session: open_paper(session, attempts_total=2, attempts_per_day=2))
    starts = {**job, "act": "start", "calls": THREADS}
    answers = arena.race([starts, {**job, "act": "submit", "calls": 3}, starts])
    assert {one.get("refused") for one in answers} <= {None, "no-attempt-left", "no-attempt-today"}
    assert arena.do(lambda session: count(session, Attempt)) <= 2
    assert breaches(arena) == []


def test_q08_no_answer_changes_after_the_submit(arena: Arena) -> None:
    job = arena.do(open_paper)
    saves = [
        {**job, "act": "save", "calls": 5, "answers": [[p, number + 2, v] for p, _s, v in job["answers"][:number]]}
        for number in range(1, 6)
    ]
    answers = arena.race([*saves, {**job, "act": "submit", "answers": [], "calls": 25}])
    refused = [one["refused"] for one in answers if "refused" in one]
    assert set(refused) <= {"already-closed"}
    scores = {one["score"] for one in answers if "score" in one}
    assert len(scores) == 1
    late = arena.race([{**job, "act": "save", "calls": 3}])
    assert [one.get("refused") for one in late] == ["already-closed"] * 3
    assert breaches(arena) == []


def test_q09_a_process_that_is_halted_inside_submit_cannot_make_a_second_result(arena: Arena) -> None:
    job = {**arena.do(open_paper), "act": "submit"}
    halted = arena.launch(job, stop_at=4)
    _wait_until_stopped(halted.process.pid)
    if arena.url.startswith("sqlite"):
        # the halted one holds the only write lock: others wait, and nothing is half done
        os.kill(halted.process.pid or 0, signal.SIGCONT)
        answers = [*halted.answers(), *arena.race([job])]
    else:
        other = arena.launch(job)
        time.sleep(2)
        assert other.process.is_alive(), "the row is locked"
        os.kill(halted.process.pid or 0, signal.SIGCONT)
        answers = [*halted.answers(), *other.answers()]
    assert sorted(one["replay"] for one in answers) == [False, True]
    assert breaches(arena) == []


def _wait_until_stopped(pid: int | None) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] == "T":
            return
        time.sleep(0.05)
    pytest.fail("the process does not reach the statement at which it should halt")


def test_q15_killed_at_every_statement_an_attempt_is_open_with_its_answers_or_scored(arena: Arena) -> None:
    """Save and submit in one process, killed before its first, second, … statement until it gets through."""
    contest_id = arena.do(lambda session: stage.contest(session, attempts_total=100, attempts_per_day=100).id)
    outcomes = []
    for step in range(1, 60):
        job = arena.do(lambda session: _one_more(session, contest_id))
        process = arena.launch({**job, "act": "whole"}, kill_at=step)
        status = process.ended()
        outcomes.append(arena.do(lambda session, job=job: _outcome(session, job["attempt"])))  # type: ignore[misc]  # bound now
        if status == 0:
            break
        assert status == -signal.SIGKILL
    assert status == 0, "it never got through"
    assert len(outcomes) >= 12
    assert set(outcomes) == {("open", 0), ("open", 10), ("submitted", 10)}
    assert outcomes == sorted(outcomes), "from nothing over saved to submitted, and never back"
    assert _swept(arena) == outcomes.count(("open", 0)) + outcomes.count(("open", 10))
    assert breaches(arena) == []
    scores = arena.do(lambda session: session.scalars(sa.select(Attempt.centipoints).order_by(Attempt.id)).all())
    assert list(scores) == [2000 if saved else 0 for _state, saved in outcomes]


def _one_more(session: Session, contest_id: int) -> dict[str, Any]:
    contest = session.get_one(Contest, contest_id)
    person, attempt = stage.started(session, contest)
    answers = [[one.position, one.sequence, list(one.value)] for one in stage.answers(session, attempt.id)]
    values = {"participant": person.participant_id, "public_id": attempt.public_id}
    return {"attempt": attempt.id, "answers": answers, **values}


def _outcome(session: Session, attempt_id: int) -> tuple[str, int]:
    attempt = session.get_one(Attempt, attempt_id)
    is_scored = attempt.centipoints is not None
    assert is_scored is (attempt.state is not AttemptState.OPEN)
    assert count(session, ScoreDelta) >= is_scored
    return attempt.state.value, count(session, Answer, Answer.attempt_id == attempt_id)


def _swept(arena: Arena) -> int:
    """Let every open paper's time run out, and sweep."""

    def age(session: Session) -> None:
        ids = session.scalars(sa.select(Attempt.id).where(Attempt.state == "open")).all()
        stage.shift(session, ids, stage.SECONDS + 10)

    arena.do(age)
    answers = arena.race([{"act": "sweep"}] * 3)
    assert arena.do(lambda session: list(overdue_ids(session, 10))) == []
    return sum(int(one["closed"]) for one in answers)


def test_q15_a_killed_fold_takes_no_delta_twice_or_never(arena: Arena) -> None:
    def prepare(session: Session) -> None:
        contest = stage.contest(session)
        for _turn in range(6):
            person, attempt = stage.started(session, contest)
            submit(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id, right=_turn))

    arena.do(prepare)
    for step in range(1, 30):
        process = arena.launch({"act": "fold"}, kill_at=step)
        status = process.ended()
        if status == 0:
            break
    assert status == 0
    assert step > 5
    answers = arena.race([{"act": "fold", "calls": 4}] * 3)
    assert sum(one["deltas"] for one in answers) == 0
    assert breaches(arena) == []


def test_parallel_folds_take_every_delta_once(arena: Arena) -> None:
    def prepare(session: Session) -> None:
        contest = stage.contest(session)
        for turn in range(12):
            person, attempt = stage.started(session, contest, county_code=f"11010{turn % 4}")
            submit(
                session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id, right=turn % 5)
            )

    arena.do(prepare)
    answers = arena.race([{"act": "fold", "calls": 4}] * 4)
    assert sum(one["deltas"] for one in answers) == 12
    assert breaches(arena) == []


def test_q16_a_regrading_that_is_killed_twice_ends_the_same(arena: Arena) -> None:
    def prepare(session: Session) -> dict[str, Any]:
        contest = stage.contest(session)
        for turn in range(60):
            person, attempt = stage.started(session, contest)
            submit(
                session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id, right=turn % 11)
            )
        version = session.scalars(sa.select(QuestionVersion).where(QuestionVersion.kind == "true_false")).first()
        assert version is not None
        content = from_dict(version.content)
        from dataclasses import replace

        mended = replace(content, answer=not content.answer)
        return {"run": correct_key(session, version.id, mended, Actor("reviewer"), "wrong key").id}

    job = {**arena.do(prepare), "act": "regrade", "limit": 5}
    for step in (100, 100):
        process = arena.launch(job, kill_at=step)
        status = process.ended()
        assert status == -signal.SIGKILL
    half = arena.do(lambda session: session.get_one(RegradeRun, job["run"]))
    assert half.finished_at is None
    assert 0 < half.checked < 60
    assert arena.race([job, job])
    run = arena.do(lambda session: session.get_one(RegradeRun, job["run"]))
    assert run.finished_at is not None
    assert run.checked == 60
    assert run.changed == arena.do(lambda session: count(session, RegradeChange)) > 0
    assert breaches(arena) == []


def test_r07_two_people_who_draw_at_once_get_one_draw(arena: Arena) -> None:
    def prepare(session: Session) -> dict[str, Any]:
        contest = stage.contest(session)
        for _turn in range(8):
            person, attempt = stage.started(session, contest)
            submit(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id))
        return {"contest": contest.id}

    job = {**arena.do(prepare), "act": "commit_draw", "calls": 3}
    answers = arena.race([job] * 3)
    assert len({(one["draw"], one["seed_hash"]) for one in answers}) == 1
    assert arena.do(lambda session: count(session, DrawRecord)) == 1
    reveal = {"act": "reveal", "draw": answers[0]["draw"]}
    for step in range(1, 20):
        process = arena.launch(reveal, kill_at=step)
        status = process.ended()
        state, winners = arena.do(lambda s: (s.scalars(sa.select(DrawRecord.state)).one().value, count(s, DrawWinner)))
        assert (state, winners) in {("committed", 0), ("revealed", 3)}
        if status == 0:
            break
    seeds = arena.race([{**reveal, "calls": 4}] * 2)
    assert len({one["seed"] for one in seeds}) == 1
    proof = arena.do(lambda session: proof_of(session, session.scalars(sa.select(DrawRecord)).one()))
    assert proof_faults(proof) == []
    assert breaches(arena) == []


def test_the_sweep_and_a_submit_close_an_attempt_once(arena: Arena) -> None:
    job = arena.do(open_paper)
    arena.do(lambda session: stage.shift(session, [job["attempt"]], stage.SECONDS + 10))
    arena.race([{"act": "sweep", "calls": 5}, {**job, "act": "submit", "calls": 5}, {"act": "sweep", "calls": 5}])
    assert arena.do(lambda session: (count(session, ScoreDelta), close_overdue(session, job["attempt"]))) == (1, None)
    assert breaches(arena) == []


def test_a_breach_of_a_promise_is_seen(arena: Arena) -> None:
    job = arena.do(open_paper)
    arena.race([{**job, "act": "submit"}])
    assert breaches(arena) == []
    lies = {
        "UPDATE quiz_attempt SET centipoints = centipoints - 100": 3,
        "UPDATE quiz_attempt SET elapsed_ms = 9999999": 4,
        "UPDATE quiz_county_stat SET attempts = 7": 2,
        "UPDATE quiz_attempt SET marks = NULL": 1,
        "DELETE FROM quiz_pool_entry": 7,
    }
    for statement, promise in lies.items():
        arena.do(lambda session, statement=statement: session.execute(sa.text(statement)))  # type: ignore[misc]  # bound now
        assert promise in {one.promise for one in breaches(arena)}, statement
    contest = arena.do(lambda session: session.get_one(Contest, job["contest"]))
    found = arena.do(lambda session: verify(session, contest, ["never-seen", job["public_id"]]))
    assert [one.key for one in found if one.what == "acknowledged-but-not-stored"] == ["never-seen"]


def test_the_clock_that_decides_is_the_databases(arena: Arena) -> None:
    """Q03: nothing that a process thinks of the time reaches a row."""
    job = arena.do(open_paper)
    row = arena.do(lambda session: session.get_one(Attempt, job["attempt"]))
    assert row.deadline_at - row.started_at == timedelta(seconds=stage.SECONDS)
    assert arena.do(lambda session: session.get_one(Participant, job["participant"]).locked_at) is not None
