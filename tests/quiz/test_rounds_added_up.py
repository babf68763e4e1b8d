"""Contests whose rounds add up: the best attempt of each round counts, in every count, ranking and draw."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.quiz.actions import review
from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.regrading import correct_key, regrade_step
from outreach.quiz.actions.snapshots import finalise, take_snapshot
from outreach.quiz.actions.starting import start
from outreach.quiz.models import Attempt, BestScore, Contest, CountyStat, IntegritySignal, ScoreMode, SignalState
from outreach.quiz.moments import database_now
from outreach.quiz.queries import boards
from outreach.quiz.queries.contents import list_blobs
from outreach.quiz.queries.eligible import list_eligible
from outreach.quiz.queries.recount import recount
from outreach.quiz.queries.standings import list_rows, standing
from outreach.quiz.rules import order
from outreach.quiz.rules.draw import DrawPlan, Prize
from outreach.quiz.rules.order import Result
from outreach.quiz.seams import Actor
from tests.quiz import stage

STAFF, OTHER = Actor("reviewer"), Actor("second reviewer")
START = datetime(2026, 4, 23, tzinfo=UTC)
RESULTS = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 3), st.integers(0, 4000), st.integers(0, 2)), min_size=1, max_size=30
).map(
    lambda rows: [
        (number, Result(n, points * 100, ms, START + timedelta(seconds=at)))
        for n, (number, points, ms, at) in enumerate(rows)
    ]
)


@given(RESULTS)
def test_the_best_of_each_round_adds_up_whatever_the_order(results: list[tuple[int, Result]]) -> None:
    best = order.best_of_rounds(results)
    assert best == order.best_of_rounds(results[::-1])
    for number in {number for number, _result in results}:
        own = [result for one, result in results if one == number]
        assert order.counting(own, order.BEST) in best
    total = order.added_up(best)
    assert total is not None
    assert total.centipoints == sum(one.centipoints for one in best)
    assert total.rank_ms == sum(one.rank_ms for one in best)
    assert total.attempt_id in {one.attempt_id for one in best}


def test_nothing_adds_up_to_nothing() -> None:
    assert order.added_up([]) is None


@pytest.fixture
def contest(session: Session) -> Contest:
    """Two rounds; the second one opens later, and attempts are moved into it by hand."""
    now = database_now(session)
    rounds = (
        (now - timedelta(minutes=50), now + timedelta(days=1)),
        (now + timedelta(days=2), now + timedelta(days=3)),
    )
    return stage.contest(
        session, score_mode=ScoreMode.SUM, rounds=rounds, attempts_per_day=20, attempts_total=20, minimum_sample=2
    )


def hand_in(session: Session, contest: Contest, person: int, number: int, right: int, ms: int = 60_000) -> int:
    """A paper of this round with so many right answers; its attempt's id."""
    attempt = start(session, contest.id, person)
    session.execute(sa.update(Attempt).where(Attempt.id == attempt.id).values(round_no=number))
    stage.shift(session, [attempt.id], ms / 1000)
    submit(session, attempt.public_id, person, stage.answers(session, attempt.id, right=right))
    return attempt.id


def agrees(session: Session, contest: Contest) -> None:
    while fold(session).deltas:
        pass
    assert recount(session, contest).differences == ()


def best_of(session: Session, person: int) -> BestScore:
    session.expire_all()
    return session.scalars(sa.select(BestScore).where(BestScore.participant_id == person)).one()


def test_rounds_add_up_and_a_worse_attempt_takes_nothing_away(session: Session, contest: Contest) -> None:
    person = stage.joined(session, contest).participant_id
    for number, right, total in ((1, 4, 800), (1, 7, 1400), (1, 3, 1400), (2, 5, 2400), (2, 10, 3400)):
        last = hand_in(session, contest, person, number, right)
        assert best_of(session, person).centipoints == total
        agrees(session, contest)
    best = best_of(session, person)
    assert (best.attempt_id, best.is_full) == (last, False)
    assert best.rank_ms >= 120_000, "the times of both rounds"
    assert session.scalars(sa.select(CountyStat)).one().attempts == 5
    hand_in(session, contest, person, 1, 10)
    assert (best_of(session, person).centipoints, best_of(session, person).is_full) == (4000, True)
    agrees(session, contest)


def test_full_marks_in_one_round_of_two_are_no_full_marks(session: Session, contest: Contest) -> None:
    person = stage.joined(session, contest).participant_id
    hand_in(session, contest, person, 1, 10)
    assert not best_of(session, person).is_full
    agrees(session, contest)


def test_voiding_restoring_and_marking_again_keep_the_sum_right(session: Session, contest: Contest) -> None:
    person = stage.joined(session, contest).participant_id
    first = hand_in(session, contest, person, 1, 8)
    hand_in(session, contest, person, 1, 6)
    hand_in(session, contest, person, 2, 5)
    assert best_of(session, person).centipoints == 2600
    review.void(session, first, STAFF, "理由")
    assert best_of(session, person).centipoints == 2200
    agrees(session, contest)
    review.restore(session, first, OTHER, "理由")
    assert best_of(session, person).centipoints == 2600
    agrees(session, contest)
    version_id = int(session.get_one(Attempt, first).paper[0][0])
    content = list_blobs(session, [version_id])[version_id].content
    run = correct_key(session, version_id, content, STAFF, "题目有错", is_for_all=True)
    while regrade_step(session, run.id):
        pass
    agrees(session, contest)
    assert best_of(session, person).centipoints >= 2600


def test_any_sequence_of_papers_is_what_a_recount_says(session: Session, contest: Contest) -> None:
    chance = random.Random(11)
    people = [
        stage.joined(session, contest, county_code=code).participant_id for code in ("110101", "370102", "440106")
    ]
    papers: list[int] = []
    for _step in range(30):
        person = chance.choice(people)
        number, right, ms = chance.randint(1, 2), chance.randint(0, 10), chance.choice([30, 31, 45]) * 1000
        papers.append(hand_in(session, contest, person, number, right, ms))
        if chance.random() < 0.2:
            gone = papers.pop(chance.randrange(len(papers)))
            review.void(session, gone, STAFF, "理由")
        if chance.random() < 0.3:
            agrees(session, contest)
    agrees(session, contest)
    snapshot = take_snapshot(session, contest)
    rows = list_rows(session, snapshot.id, boards.PEOPLE, boards.ALL)
    places = {int(row.key): row.place for row in rows}
    for person in people:
        own = standing(session, contest.id, person)
        assert own is not None
        assert own.place == places[person]


def test_the_final_ranking_is_the_recount(session: Session, contest: Contest) -> None:
    for right in (3, 9):
        person = stage.joined(session, contest).participant_id
        hand_in(session, contest, person, 1, right)
        hand_in(session, contest, person, 2, right)
    now = database_now(session)
    contest.opens_at, contest.closes_at = now - timedelta(days=9), now - timedelta(days=1)
    session.flush()
    finalise(session, contest, STAFF)
    assert recount(session, contest).differences == ()
    session.execute(sa.text("UPDATE quiz_attempt SET centipoints = centipoints + 100"))
    assert {one.what for one in recount(session, contest).differences} >= {"best-missing", "county", "final-snapshot"}


def test_draws_go_by_the_sum_and_daily_ones_by_a_paper(session: Session, contest: Contest) -> None:
    people = []
    for rights in ((6, 6), (10, 10), (10, 1), (5, 5)):
        person = stage.joined(session, contest).participant_id
        attempts = [hand_in(session, contest, person, number, right) for number, right in enumerate(rights, start=1)]
        people.append((person, attempts))

    def eligible(**plan: object) -> list[int]:
        chosen = DrawPlan((Prize("水杯", 1),), **plan)  # type: ignore[arg-type]  # fields of the plan
        found = [one for one, _public in list_eligible(session, contest, chosen)]
        return [number for number, (person, _attempts) in enumerate(people) if person in found]

    assert eligible() == [0, 1, 2, 3]
    assert eligible(minimum_centipoints=2300) == [0, 1]
    assert eligible(is_full_only=True) == [1], "full marks in every round"
    day = session.get_one(Attempt, people[0][1][0]).day.isoformat()
    assert eligible(minimum_centipoints=1300, day=day) == [1, 2], "a day has no sum"
    signal = {"contest_id": contest.id, "kind": "too-fast", "weight": 80, "found_at": database_now(session)}
    session.add(IntegritySignal(attempt_id=people[0][1][1], state=SignalState.CONFIRMED, details={}, **signal))
    session.flush()
    assert eligible(minimum_centipoints=2300) == [1], "what was found unfair adds nothing"
