"""The load run's own eyes: it reads papers as the page has them, and sees what is lost, doubled or overtaken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.load_quiz import ledger, papers
from bench.load_quiz.browsers import pauses_s
from bench.load_quiz.crowd import Visit, furthest_overtaken_s
from bench.load_quiz.papers import Written
from bench.load_quiz.stage import Scene
from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.folding import fold
from outreach.quiz.rules import receipts
from tests.quiz import stage
from tests.quiz.arena import Arena, arena_at
from tests.quiz.web.visiting import Visitor


@pytest.fixture
def arena(tmp_path: Path) -> Iterator[Arena]:
    with arena_at(f"sqlite:///{tmp_path / 'load.db'}", tmp_path) as found:
        yield found


def hand_in(session: Session) -> tuple[Scene, Written]:
    """A paper that was saved and handed in, and what its participant was told."""
    contest = stage.contest(session)
    person, attempt = stage.started(session, contest)
    answers = stage.answers(session, attempt.id)
    result = submit(session, attempt.public_id, person.participant_id, answers)
    fold(session)
    told = {"state": result.state.value, "centipoints": result.centipoints, "elapsed_ms": result.elapsed_ms}
    saved = {one.position: (one.sequence, list(one.value)) for one in answers}
    written = Written(attempt.public_id, saved, result={**told, "receipt": receipts.short(result.receipt)}, created=1)
    return Scene(contest.id, contest.slug, ()), written


def test_what_was_told_is_what_is_stored(arena: Arena) -> None:
    scene, written = arena.do(hand_in)
    assert set(ledger.faults(arena.engine, scene, [written]).values()) == {0}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"saved": {0: (9, ["never stored"])}}, "answers lost"),
        ({"public_id": "unknown", "saved": {}}, "submissions lost"),
        ({"result": {"state": "submitted", "centipoints": 1, "elapsed_ms": 1, "receipt": ""}}, "submissions lost"),
        ({"created": 2}, "submissions that two calls were told to have made"),
    ],
)
def test_a_promise_that_was_broken_is_counted(arena: Arena, change: dict[str, Any], fault: str) -> None:
    scene, written = arena.do(hand_in)
    assert ledger.faults(arena.engine, scene, [replace(written, **change)])[fault] == 1


def test_results_that_are_not_counted_and_papers_of_nobody_are_seen(arena: Arena) -> None:
    scene, written = arena.do(hand_in)
    assert ledger.faults(arena.engine, scene, [])["papers of nobody"] == 1
    arena.do(lambda session: session.execute(sa.text("DELETE FROM quiz_score_delta")))
    assert ledger.faults(arena.engine, scene, [written])["submissions counted too often or not"] == 1


def test_it_pauses_as_the_script_of_the_paper_does() -> None:
    assert pauses_s() == (1, 2, 4, 8)


def test_it_answers_every_question_of_a_paper_with_what_the_page_offers(visitor: Visitor) -> None:
    address, page = visitor.paper()
    found = papers.answers(page.response.get_data(as_text=True))
    assert sorted(position for position, _value in found) == list(range(10))
    batch = [{"position": position, "sequence": 1, "value": value} for position, value in found]
    assert visitor.save(page, batch).get_json()["accepted"] == list(range(10))
    assert visitor.get(address).h1 == "答卷"


def test_who_is_overtaken_and_who_loses_a_place_is_seen() -> None:
    fair = [Visit(clicked_s=number, opened_s=number + 5) for number in range(4)]
    assert furthest_overtaken_s(fair) == 0
    assert furthest_overtaken_s([*fair, Visit(clicked_s=1.0, opened_s=99)]) == 2
    assert [Visit(positions=places).lost_places for places in ([5, 4, 4, 0], [5, 6, 2, 3])] == [0, 2]
