"""A contest with people and papers in it, and the organisers who look after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.permissions import Role
from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.snapshots import take_snapshot
from outreach.quiz.models import Contest, QuestionVersion
from outreach.quiz.queries import contents
from outreach.quiz.rules.draw import DrawPlan, Prize
from tests.quiz import stage
from tests.staff import StaffPages, StaffPagesMaker

PLAN = DrawPlan((Prize("节水花洒", 1, "Shower head"), Prize("水杯", 1, "Cup")))


@pytest.fixture
def organiser(staff_pages: StaffPagesMaker) -> StaffPages:
    return staff_pages(Role.ORGANISER, name="李组织")


@pytest.fixture
def colleague(staff_pages: StaffPagesMaker) -> StaffPages:
    """Another organiser, who has the same name."""
    return staff_pages(Role.ORGANISER, name="李组织")


@pytest.fixture
def reviewer(staff_pages: StaffPagesMaker) -> StaffPages:
    return staff_pages(Role.REVIEWER, name="王审核")


@dataclass(frozen=True, slots=True)
class Played:
    """A running contest and the attempts that were handed in, the best one first."""

    contest: Contest
    attempt_ids: tuple[int, ...]
    participant_ids: tuple[int, ...]

    def path(self, rest: str = "") -> str:
        return f"/admin/contests/{self.contest.slug}{rest}"


Player = Callable[..., Played]


def play(session: Session, contest: Contest, *, rights: tuple[int, ...] = (10, 7, 3)) -> Played:
    """Somebody for each number takes part and gets so many answers right."""
    attempts, people = [], []
    for number, right in enumerate(rights):
        person, attempt = stage.started(session, contest, nickname=f"参与者{number}", county_code="110101")
        answers = stage.answers(session, attempt.id, right=right)
        submit(session, attempt.public_id, person.participant_id, [one for one in answers if one.value])
        attempts.append(attempt.id)
        people.append(person.participant_id)
    while fold(session).deltas:
        pass
    take_snapshot(session, contest)
    session.commit()
    return Played(contest, tuple(attempts), tuple(people))


@pytest.fixture
def played(session: Session) -> Played:
    contest = stage.contest(session, draw_plan=PLAN.as_dict())
    for version in session.scalars(sa.select(QuestionVersion)):
        version.content = {**version.content, "stem_en": "What is it?"}
    contents.forget()
    return play(session, contest)
