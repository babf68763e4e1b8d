"""A paper from the start to the result, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions.closing import close_overdue, overdue_ids, submit
from outreach.quiz.actions.saving import save
from outreach.quiz.actions.starting import start
from outreach.quiz.models import Answer, Attempt, AttemptState, BestScore, Contest, ScoreDelta
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules.receipts import SavedAnswer
from tests.quiz import stage


def test_a_paper_without_a_mistake_gets_full_marks(session: Session, contest: Contest) -> None:
    person, attempt = stage.started(session, contest)
    saved = save(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id))
    assert saved.accepted == tuple(range(10))
    result = submit(session, attempt.public_id, person.participant_id)
    assert (result.centipoints, result.is_full, result.state) == (2000, True, AttemptState.SUBMITTED)
    assert not result.is_replay
    again = submit(session, attempt.public_id, person.participant_id)
    assert again.is_replay
    assert again.receipt == saved.receipt == result.receipt
    assert session.scalar(sa.select(sa.func.count()).select_from(ScoreDelta)) == 1
    assert session.scalars(sa.select(BestScore)).one().centipoints == 2000


def test_reloading_gives_the_same_paper(session: Session, contest: Contest) -> None:
    person, attempt = stage.started(session, contest)
    again = start(session, contest.id, person.participant_id)
    assert (again.id, again.is_new) == (attempt.id, False)
    assert 0 < again.remaining_ms <= attempt.remaining_ms


def test_a_late_answer_is_refused_and_the_saved_ones_count(session: Session, contest: Contest) -> None:
    person, attempt = stage.started(session, contest)
    save(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id, right=4))
    stage.shift(session, [attempt.id], stage.SECONDS + 4)
    with pytest.raises(Refused) as refusal:
        save(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id, sequence=2))
    assert refusal.value.reason is Refusal.LATE
    result = submit(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id, sequence=3))
    assert (result.state, result.is_late, result.centipoints) == (AttemptState.EXPIRED, True, 800)
    assert result.elapsed_ms == stage.SECONDS * 1000


@pytest.mark.parametrize(
    ("seconds", "waited_s", "is_taken"),
    [(-1, 0, True), (2, 0, True), (4, 0, False), (7, 5, True), (9, 5, False), (50, 3600, False)],
)
def test_q04_answers_count_by_when_they_arrived(
    session: Session, contest: Contest, seconds: float, waited_s: float, is_taken: bool
) -> None:
    person, attempt = stage.started(session, contest)
    stage.shift(session, [attempt.id], stage.SECONDS + seconds)
    batch = stage.answers(session, attempt.id)
    result = submit(session, attempt.public_id, person.participant_id, batch, waited_s=waited_s)
    assert result.is_late is not is_taken
    assert result.centipoints == (2000 if is_taken else 0)
    assert 0 <= result.elapsed_ms <= stage.SECONDS * 1000 + 3000


def test_the_sweep_closes_what_is_overdue_and_nothing_else(session: Session, contest: Contest) -> None:
    person, attempt = stage.started(session, contest)
    _other, fresh = stage.started(session, contest)
    save(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id, right=7))
    stage.shift(session, [attempt.id], stage.SECONDS + 60)
    assert overdue_ids(session, 10) == [attempt.id]
    assert close_overdue(session, fresh.id) is None
    closed = close_overdue(session, attempt.id)
    assert closed is not None
    assert (closed.centipoints, closed.state) == (1400, AttemptState.EXPIRED)
    assert close_overdue(session, attempt.id) is None
    assert overdue_ids(session, 10) == []


def test_older_answers_that_arrive_later_lose(session: Session, contest: Contest) -> None:
    person, attempt = stage.started(session, contest)
    newer = stage.answers(session, attempt.id, sequence=5)
    older = stage.answers(session, attempt.id, right=0, sequence=4)
    first = save(session, attempt.public_id, person.participant_id, newer)
    second = save(session, attempt.public_id, person.participant_id, older)
    third = save(session, attempt.public_id, person.participant_id, newer)
    assert second.accepted == third.accepted == ()
    assert first.receipt == second.receipt == third.receipt
    assert submit(session, attempt.public_id, person.participant_id).centipoints == 2000


def test_q13_anybody_elses_attempt_does_not_exist(session: Session, contest: Contest) -> None:
    _person, attempt = stage.started(session, contest)
    stranger = stage.joined(session, contest)
    for act in (save, submit):
        with pytest.raises(Refused) as refusal:
            act(session, attempt.public_id, stranger.participant_id, [])
        assert refusal.value.reason is Refusal.NOT_FOUND
    assert session.get_one(Attempt, attempt.id).state is AttemptState.OPEN


@pytest.mark.parametrize(
    "answer",
    [
        SavedAnswer(-1, 1, ()),
        SavedAnswer(10, 1, ()),
        SavedAnswer(0, 0, ()),
        SavedAnswer(0, 2**53, ()),
        SavedAnswer(0, 1, ("nonsense",)),
        SavedAnswer(0, 1, ("x" * 300,)),
        SavedAnswer(0, 1, ("a", "a")),
        SavedAnswer(0, 1, ("a\x00",)),
        SavedAnswer(0, 1, ("\ud800",)),
    ],
)
def test_senseless_answers_are_refused_whole(session: Session, contest: Contest, answer: SavedAnswer) -> None:
    person, attempt = stage.started(session, contest)
    if answer.value == ("nonsense",):  # every word is an answer to a fill-in, so ask a question with options
        answer = replace(answer, position=stage.position_with_options(session, attempt.id))
    others = [other for other in stage.answers(session, attempt.id) if other.position != answer.position]
    batch = [*others[1:], answer]
    for act in (save, submit):
        with pytest.raises(Refused) as refusal:
            act(session, attempt.public_id, person.participant_id, batch)
        assert refusal.value.reason is Refusal.MALFORMED
    assert session.scalar(sa.select(sa.func.count()).select_from(Answer)) == 0


def test_attempts_end_by_day_and_in_all(session: Session, contest: Contest) -> None:
    person = stage.joined(session, contest)
    for _turn in range(2):
        attempt = start(session, contest.id, person.participant_id)
        submit(session, attempt.public_id, person.participant_id)
    with pytest.raises(Refused) as refusal:
        start(session, contest.id, person.participant_id)
    assert refusal.value.reason is Refusal.NO_ATTEMPT_TODAY
    session.execute(sa.text("UPDATE quiz_attempt SET day = '2026-01-01'"))
    attempt = start(session, contest.id, person.participant_id)
    submit(session, attempt.public_id, person.participant_id)
    session.execute(sa.text("UPDATE quiz_attempt SET day = '2026-01-02', day_no = attempt_no"))
    with pytest.raises(Refused) as refusal:
        start(session, contest.id, person.participant_id)
    assert refusal.value.reason is Refusal.NO_ATTEMPT_LEFT


def test_a_second_paper_avoids_the_questions_of_the_first(session: Session) -> None:
    contest = stage.contest(session, bank=40)
    person = stage.joined(session, contest)
    seen: list[set[int]] = []
    for _turn in range(2):
        attempt = start(session, contest.id, person.participant_id)
        seen.append({row[0] for row in session.get_one(Attempt, attempt.id).paper})
        submit(session, attempt.public_id, person.participant_id)
    assert seen[0].isdisjoint(seen[1])
