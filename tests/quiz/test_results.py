"""Counts, rankings, recounts, voiding and regrading, on both databases."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions import contests, review
from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.joining import Profile, change_profile, correct_groups
from outreach.quiz.actions.regrading import CorrectionInvalid, correct_key, regrade_step
from outreach.quiz.actions.scores import Groups
from outreach.quiz.actions.snapshots import StillOpen, finalise, take_snapshot
from outreach.quiz.actions.starting import start
from outreach.quiz.models import (
    Attempt,
    AttemptState,
    BestScore,
    Contest,
    CountyStat,
    HistogramBin,
    IntegritySignal,
    QuestionVersion,
    RankingRow,
    RegradeChange,
    RegradeRun,
    ScoreMode,
)
from outreach.quiz.queries.contents import marking_keys
from outreach.quiz.queries.recount import recount
from outreach.quiz.queries.standings import is_frozen, list_rows, public_snapshot, standing
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules.questions import from_dict
from outreach.quiz.seams import Actor
from tests.quiz import stage

STAFF, OTHER = Actor("reviewer"), Actor("second reviewer")


def played(session: Session, contest: Contest, right: int, ms: int = 60_000, **values: Any) -> tuple[int, int]:
    """A participant with one submitted paper that took ``ms``; ids of both."""
    person, attempt = stage.started(session, contest, **values)
    stage.shift(session, [attempt.id], ms / 1000)
    batch = stage.answers(session, attempt.id, right=right)
    submit(session, attempt.public_id, person.participant_id, batch)
    return person.participant_id, attempt.id


def crowd(session: Session, contest: Contest, size: int = 25) -> list[tuple[int, int]]:
    """People of several counties with all sorts of results, ties among them."""
    chance = random.Random(7)
    counties = ("110101", "110102", "370102", "440106")
    return [
        played(
            session,
            contest,
            chance.randint(0, 10),
            chance.choice([30, 31, 45]) * 1000,
            county_code=chance.choice(counties),
        )
        for _person in range(size)
    ]


def agrees(session: Session, contest: Contest) -> bool:
    fold(session)
    result = recount(session, contest)
    assert result.differences == ()
    return not result.is_pending


def test_r01_every_count_equals_the_recount(session: Session, contest: Contest) -> None:
    crowd(session, contest)
    assert recount(session, contest).is_pending
    assert agrees(session, contest)
    stats = session.scalars(sa.select(CountyStat)).all()
    assert sum(stat.participants for stat in stats) == sum(stat.attempts for stat in stats) == 25
    assert session.scalar(sa.select(sa.func.sum(HistogramBin.count))) == 25
    assert fold(session).deltas == 0


def test_r01_a_wrong_count_is_seen(session: Session, contest: Contest) -> None:
    crowd(session, contest, 5)
    assert agrees(session, contest)
    for statement, what in (
        ("UPDATE quiz_county_stat SET attempts = attempts + 1", "county"),
        ("UPDATE quiz_histogram_bin SET count = count + 1", "histogram"),
        ("UPDATE quiz_best_score SET centipoints = centipoints + 1", "best-missing"),
    ):
        session.execute(sa.text(statement))
        assert what in {one.what for one in recount(session, contest).differences}


@pytest.mark.parametrize("mode", list(ScoreMode))
def test_the_attempt_that_counts_follows_the_mode(session: Session, mode: ScoreMode) -> None:
    contest = stage.contest(session, score_mode=mode, attempts_per_day=3)
    person = stage.joined(session, contest)
    for right in (5, 9, 2):
        attempt = start(session, contest.id, person.participant_id)
        submit(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id, right=right))
    best = session.scalars(sa.select(BestScore)).one()
    assert best.centipoints == {"best": 1800, "first": 1000, "last": 400, "sum": 1800}[mode.value]
    assert agrees(session, contest)
    assert session.scalars(sa.select(CountyStat)).one().attempts == 3


def test_r02_every_personal_place_is_the_place_in_the_full_sort(session: Session, contest: Contest) -> None:
    people = crowd(session, contest)
    order = session.scalars(
        sa.select(BestScore.participant_id).order_by(
            BestScore.centipoints.desc(), BestScore.rank_ms, BestScore.submitted_at, BestScore.attempt_id
        )
    ).all()
    for is_folded in (False, True):
        if is_folded:
            fold(session)
        for participant_id, _attempt in people:
            found = standing(session, contest.id, participant_id)
            assert found is not None
            assert (found.place, found.total) == (order.index(participant_id) + 1, 25)


def test_r02_places_hold_while_half_of_the_counts_wait(session: Session, contest: Contest) -> None:
    first = crowd(session, contest, 8)
    fold(session)
    second = [played(session, contest, right, 31_000) for right in (10, 0, 5)]
    again = start(session, contest.id, first[0][0])
    submit(session, again.public_id, first[0][0], stage.answers(session, again.id, right=10))
    places = sorted(standing(session, contest.id, person).place for person, _a in [*first, *second])  # type: ignore[union-attr]  # everybody has one
    assert places == list(range(1, 12))


def test_snapshots_show_the_total_order_and_hide_small_counties(session: Session, contest: Contest) -> None:
    for right in (10, 8, 6):
        played(session, contest, right)
    played(session, contest, 9, county_code="990101")
    fold(session)
    snapshot = take_snapshot(session, contest)
    people = list_rows(session, snapshot.id, "people", "")
    assert [row.centipoints for row in people] == [2000, 1800, 1600, 1200]
    assert [row.place for row in people] == [1, 2, 3, 4]
    assert [row.centipoints for row in list_rows(session, snapshot.id, "people", "province:99")] == [1800]
    counties = {row.key: row for row in list_rows(session, snapshot.id, "counties", "participants")}
    assert counties["110101"].participants == 3
    assert (counties["990101"].is_small, counties["990101"].participants, counties["990101"].centipoints) == (
        True,
        None,
        None,
    )
    assert public_snapshot(session, contest.id) is snapshot


def test_the_recount_gives_the_digest_of_the_snapshot(session: Session, contest: Contest) -> None:
    crowd(session, contest)
    fold(session)
    assert take_snapshot(session, contest).digest == recount(session, contest).digest


def test_freezing_hides_new_rankings_and_personal_places(session: Session, contest: Contest) -> None:
    person, _attempt = played(session, contest, 5)
    fold(session)
    before = take_snapshot(session, contest)
    contests.freeze(session, contest, STAFF, "the last hour")
    assert is_frozen(session, contest.id)
    played(session, contest, 10)
    fold(session)
    take_snapshot(session, contest)
    assert public_snapshot(session, contest.id) is before
    assert standing(session, contest.id, person) is None
    contests.unfreeze(session, contest, STAFF)
    newest = take_snapshot(session, contest)
    assert public_snapshot(session, contest.id) is newest
    assert standing(session, contest.id, person) is not None


def test_old_snapshots_are_swept(session: Session, contest: Contest) -> None:
    played(session, contest, 5)
    fold(session)
    for _turn in range(6):
        take_snapshot(session, contest)
    count = sa.select(sa.func.count(sa.distinct(RankingRow.snapshot_id)))
    assert session.scalar(count) == 3


def test_r03_moving_to_another_county_moves_every_count(session: Session, contest: Contest) -> None:
    people = crowd(session, contest, 10)
    correct_groups(session, people[0][0], Groups("510104", "", ""), STAFF, "wrong county on the list")
    assert agrees(session, contest)
    assert session.get_one(CountyStat, (contest.id, "510104")).participants == 1


def test_county_and_age_are_locked_by_the_first_paper(session: Session, contest: Contest) -> None:
    person = stage.joined(session, contest)
    change_profile(session, contest, person.participant_id, Profile("新名字", "36-59", "370102"))
    start(session, contest.id, person.participant_id)
    change_profile(session, contest, person.participant_id, Profile("又一个", "36-59", "370102"))
    for profile in (Profile("又一个", "36-59", "110101"), Profile("又一个", "18-35", "370102")):
        with pytest.raises(Refused) as refusal:
            change_profile(session, contest, person.participant_id, profile)
        assert refusal.value.reason is Refusal.LOCKED


def test_r03_voiding_and_restoring_move_the_counts_both_ways(session: Session, contest: Contest) -> None:
    people = crowd(session, contest, 6)
    _person, attempt_id = people[2]
    review.void(session, attempt_id, STAFF, "answers bought")
    assert agrees(session, contest)
    with pytest.raises(Refused):
        review.void(session, attempt_id, STAFF, "again")
    assert session.scalar(sa.select(sa.func.sum(CountyStat.attempts))) == 5
    review.restore(session, attempt_id, OTHER, "appeal granted")
    assert agrees(session, contest)
    assert session.scalar(sa.select(sa.func.sum(CountyStat.attempts))) == 6
    assert session.get_one(Attempt, attempt_id, populate_existing=True).state is AttemptState.SUBMITTED


def test_voiding_needs_a_reason_and_an_appeal_another_person(session: Session, contest: Contest) -> None:
    participant_id, attempt_id = played(session, contest, 5)
    with pytest.raises(Refused):
        review.void(session, attempt_id, STAFF, " ")
    public_id = session.get_one(Attempt, attempt_id).public_id
    with pytest.raises(Refused):
        review.appeal(session, public_id, participant_id, "why?")
    review.void(session, attempt_id, STAFF, "too fast")
    appeal = review.appeal(session, public_id, participant_id, "I read fast.")
    with pytest.raises(Refused):
        review.appeal(session, public_id, participant_id, "again")
    with pytest.raises(Refused):
        review.decide_appeal(session, appeal.id, STAFF, "no", is_granted=True)
    review.decide_appeal(session, appeal.id, OTHER, "Shown to be so.", is_granted=True)
    assert agrees(session, contest)
    assert session.get_one(Attempt, attempt_id, populate_existing=True).state is AttemptState.SUBMITTED


def test_q14_a_paper_is_marked_by_the_version_that_was_shown(session: Session, contest: Contest) -> None:
    person, attempt = stage.started(session, contest)
    batch = stage.answers(session, attempt.id)
    from outreach.quiz.actions.bank import CodedQuestion, retire, save_questions
    from tests.quiz.questions import single

    save_questions(
        session,
        [CodedQuestion("Q0000", single("改过的题目？", right=3)), CodedQuestion("Q0005", single("又改过？", right=2))],
    )
    retire(session, "Q0001")
    again = start(session, contest.id, person.participant_id)
    assert again.id == attempt.id
    assert stage.answers(session, attempt.id) == batch
    assert submit(session, attempt.public_id, person.participant_id, batch).centipoints == 2000


def _correction(session: Session, contest: Contest) -> tuple[int, Any]:
    """A single-choice version that papers hold, and its content with another right option."""
    versions = session.scalars(sa.select(QuestionVersion).where(QuestionVersion.kind == "single")).all()
    version = versions[0]
    content = from_dict(version.content)
    options = tuple(replace(option, is_right=index == 2) for index, option in enumerate(content.options))
    return version.id, replace(content, options=options)


def test_q16_regrading_in_steps_changes_scores_and_counts_once(session: Session, contest: Contest) -> None:
    crowd(session, contest, 20)
    version_id, content = _correction(session, contest)
    holders = [a for a in session.scalars(sa.select(Attempt)) if any(row[0] == version_id for row in a.paper)]
    before = {attempt.id: attempt.centipoints for attempt in holders}
    run = correct_key(session, version_id, content, STAFF, "the standard says otherwise")
    steps = 1
    while regrade_step(session, run.id, limit=7):
        steps += 1
    assert steps == 3
    assert not regrade_step(session, run.id)
    changes = session.scalars(sa.select(RegradeChange)).all()
    assert changes
    assert {one.attempt_id for one in changes} <= set(before)
    assert all(one.old_centipoints == before[one.attempt_id] != one.new_centipoints for one in changes)
    assert session.get_one(RegradeRun, run.id).changed == len(changes)
    assert agrees(session, contest)


def test_q16_a_paper_submitted_after_the_correction_is_marked_by_it(session: Session, contest: Contest) -> None:
    person, attempt = stage.started(session, contest)
    batch = stage.answers(session, attempt.id)
    version_id, content = _correction(session, contest)
    correct_key(session, version_id, content, STAFF, "wrong key")
    holds = any(row[0] == version_id for row in session.get_one(Attempt, attempt.id).paper)
    assert submit(session, attempt.public_id, person.participant_id, batch).centipoints == 2000 - 200 * holds


def test_a_second_correction_counts_at_once_although_the_first_is_kept_in_the_process(
    session: Session, contest: Contest
) -> None:
    version_id, content = _correction(session, contest)
    original = from_dict(session.get_one(QuestionVersion, version_id).content)
    assert marking_keys(session, [version_id])[version_id].content == original
    for newest in (content, original, content):
        correct_key(session, version_id, newest, STAFF, "once more")
        assert marking_keys(session, [version_id])[version_id].content == newest


def test_a_faulty_question_can_be_given_to_everybody(session: Session, contest: Contest) -> None:
    _person, attempt_id = played(session, contest, 0)
    paper = session.get_one(Attempt, attempt_id).paper
    version = session.get_one(QuestionVersion, paper[0][0])
    run = correct_key(session, version.id, from_dict(version.content), STAFF, "ambiguous", is_for_all=True)
    regrade_step(session, run.id)
    assert session.get_one(Attempt, attempt_id, populate_existing=True).centipoints == 200
    assert agrees(session, contest)


def test_a_correction_may_not_change_what_was_shown(session: Session, contest: Contest) -> None:
    version_id, content = _correction(session, contest)
    for wrong in (replace(content, stem="另一个问题？"), replace(content, options=content.options[::-1])):
        with pytest.raises(CorrectionInvalid):
            correct_key(session, version_id, wrong, STAFF, "reason")
    with pytest.raises(CorrectionInvalid):
        correct_key(session, version_id, content, STAFF, "")


def test_q18_fast_papers_and_shared_devices_are_queued_and_nothing_else_happens(
    session: Session, contest: Contest
) -> None:
    people = [played(session, contest, 10, 2_000, device="same phone", network="10.0.0.0/24") for _turn in range(4)]
    slow = played(session, contest, 10, 120_000)
    assert stage.find_signals(session, contest.id) == 8
    assert stage.find_signals(session, contest.id) == 0
    signals = session.scalars(sa.select(IntegritySignal)).all()
    assert {signal.kind for signal in signals} == {"too-fast", "shared-device"}
    assert {signal.attempt_id for signal in signals} == {attempt for _person, attempt in people}
    assert slow[1] not in {signal.attempt_id for signal in signals}
    assert session.scalar(sa.select(sa.func.count()).where(Attempt.state == "submitted").select_from(Attempt)) == 5
    review.decide_signal(session, signals[0].id, STAFF, "a family", is_confirmed=False)
    with pytest.raises(Refused):
        review.decide_signal(session, signals[0].id, STAFF, "again", is_confirmed=True)


def test_results_become_final_only_when_all_is_over(session: Session, contest: Contest) -> None:
    crowd(session, contest, 5)
    with pytest.raises(StillOpen):
        finalise(session, contest, STAFF)
    contest.closes_at = contest.opens_at + timedelta(minutes=1)
    contest.rounds[0].closes_at = contest.closes_at
    session.flush()
    snapshot = finalise(session, contest, STAFF)
    assert snapshot.is_final
    assert recount(session, contest).differences == ()
    session.execute(
        sa.text("UPDATE quiz_attempt SET centipoints = centipoints + 100 WHERE id = (SELECT min(id) FROM quiz_attempt)")
    )
    assert {"final-snapshot", "best-missing"} <= {one.what for one in recount(session, contest).differences}


def test_extended_papers_stay_out_of_the_time_tie_break(session: Session, contest: Contest) -> None:
    slow, _attempt = played(session, contest, 10, 590_000)
    extended, attempt_id = played(session, contest, 10, 10_000, extra_time_percent=150)
    row = session.get_one(Attempt, attempt_id)
    assert row.is_extended
    assert (row.deadline_at - row.started_at).total_seconds() == pytest.approx(900, abs=0.01)
    assert row.rank_ms == 600_000 > (row.elapsed_ms or 0)
    places = [standing(session, contest.id, person) for person in (slow, extended)]
    assert [place and place.place for place in places] == [1, 2]
