"""Whatever happens to results, in whatever order: no count is ever negative, and the parts make the whole."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions import review
from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.joining import correct_groups
from outreach.quiz.actions.privacy import delete_participant, replay_deletions
from outreach.quiz.actions.regrading import correct_key, regrade_step
from outreach.quiz.actions.scores import Groups
from outreach.quiz.models import (
    Attempt,
    AttemptState,
    Contest,
    CountyStat,
    HistogramBin,
    Participant,
    QuestionVersion,
    ScoreDelta,
    UnitStat,
)
from outreach.quiz.queries.recount import recount
from outreach.quiz.rules.questions import from_dict
from outreach.quiz.seams import Actor
from tests.quiz import stage

STAFF = Actor("reviewer")
COUNTIES = ("110101", "110102", "370102")
Step = Callable[[Session, Contest, random.Random], None]


def take_part(session: Session, contest: Contest, chance: random.Random) -> None:
    person, attempt = stage.started(session, contest, county_code=chance.choice(COUNTIES))
    answers = stage.answers(session, attempt.id, right=chance.randint(0, 10))
    submit(session, attempt.public_id, person.participant_id, answers)


def another_county(session: Session, contest: Contest, chance: random.Random) -> None:
    person = chance.choice(session.scalars(sa.select(Participant.id)).all())
    correct_groups(session, person, Groups(chance.choice(COUNTIES), "", ""), STAFF, "wrong county")


def annul(session: Session, contest: Contest, chance: random.Random) -> None:
    found = session.scalars(sa.select(Attempt.id).where(Attempt.state == AttemptState.SUBMITTED)).all()
    if found:
        review.void(session, chance.choice(found), STAFF, "bought")


def count_again(session: Session, contest: Contest, chance: random.Random) -> None:
    found = session.scalars(sa.select(Attempt.id).where(Attempt.state == AttemptState.VOID)).all()
    if found:
        review.restore(session, chance.choice(found), STAFF, "a mistake")


def correct(session: Session, contest: Contest, chance: random.Random) -> None:
    versions = session.scalars(sa.select(QuestionVersion).where(QuestionVersion.kind == "single")).all()
    version, right = chance.choice(versions), chance.randrange(4)
    content = from_dict(version.content)
    options = tuple(replace(option, is_right=index == right) for index, option in enumerate(content.options))
    if options == content.options:
        return
    run = correct_key(session, version.id, replace(content, options=options), STAFF, "wrong key")
    while regrade_step(session, run.id):
        pass


def forget(session: Session, contest: Contest, chance: random.Random) -> None:
    found = session.scalars(sa.select(Participant.id).where(Participant.deleted_at.is_(None))).all()
    if len(found) > 3:
        delete_participant(session, chance.choice(found))


STEPS: tuple[Step, ...] = (take_part, take_part, another_county, annul, count_again, correct, forget)


@pytest.mark.parametrize("number", range(2))
def test_r03_after_any_steps_in_any_order_the_counts_are_those_of_a_recount(
    session: Session, contest: Contest, number: int
) -> None:
    """Results, changes of region, annulments, corrected keys, deletions; folded now and then."""
    chance = random.Random(number)
    take_part(session, contest, chance)
    for turn in range(30):
        chance.choice(STEPS)(session, contest, chance)
        if turn % 3 == 0:
            _agree(session, contest)
    _agree(session, contest)


def _agree(session: Session, contest: Contest) -> None:
    while fold(session).deltas:
        pass
    assert recount(session, contest).differences == ()
    for model in (CountyStat, UnitStat):
        for stat in session.scalars(sa.select(model).execution_options(populate_existing=True)):
            assert min(stat.attempts, stat.participants, stat.centipoints, stat.full_marks) >= 0
    counties = session.execute(sa.select(sa.func.sum(CountyStat.participants), sa.func.sum(CountyStat.attempts))).one()
    counted = sa.select(sa.func.count(), sa.func.count(sa.distinct(Attempt.participant_id))).where(
        Attempt.state.in_(("submitted", "expired"))
    )
    attempts, people = session.execute(counted).one()
    assert tuple(counties) == (people, attempts)
    assert session.scalar(sa.select(sa.func.coalesce(sa.func.sum(HistogramBin.count), 0))) == people


def test_r03_a_change_of_region_takes_one_here_and_gives_one_there(session: Session, contest: Contest) -> None:
    chance = random.Random(5)
    for _person in range(4):
        take_part(session, contest, chance)
    _agree(session, contest)
    before = _people(session)
    person = session.scalars(sa.select(Participant).limit(1)).one()
    old = person.county_code
    correct_groups(session, person.id, Groups("990101", "", ""), STAFF, "wrong county")
    _agree(session, contest)
    after = _people(session)
    assert (after["990101"], after[old]) == (1, before[old] - 1)
    assert sum(after.values()) == sum(before.values())


def _people(session: Session) -> dict[str, int]:
    rows = session.execute(sa.select(CountyStat.county_code, CountyStat.participants))
    return {row[0]: row[1] for row in rows}


def test_r03_after_a_restore_a_wrong_count_is_seen_and_who_was_forgotten_is_forgotten_again(
    session: Session, contest: Contest
) -> None:
    """A backup in which a folded delta waits again, and a person who had asked to be forgotten since."""
    chance = random.Random(9)
    for _person in range(4):
        take_part(session, contest, chance)
    _agree(session, contest)
    person = session.scalars(sa.select(Participant).order_by(Participant.id).limit(1)).one()
    kept = {name: getattr(person, name) for name in ("public_id", "nickname", "recovery_hash", "deleted_at")}
    delete_participant(session, person.id)
    for name, value in kept.items():
        setattr(person, name, value)
    first = session.scalar(sa.select(sa.func.min(ScoreDelta.id)))
    session.execute(sa.update(ScoreDelta).where(ScoreDelta.id == first).values(fold_id=None))
    while fold(session).deltas:
        pass
    assert recount(session, contest).differences != ()
    assert replay_deletions(session) == 1
    session.refresh(person)
    assert (person.nickname, person.recovery_hash, person.deleted_at is None) == ("", None, False)
