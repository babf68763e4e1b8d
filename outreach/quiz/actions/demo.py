"""The demonstration contest, with fictional participants and a draw; everything of it says that it is made up."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions import contests
from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.contests import ContestDraft
from outreach.quiz.actions.draws import commit_draw, reveal
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.joining import JoinRequest, Profile, join
from outreach.quiz.actions.populations import load_populations
from outreach.quiz.actions.snapshots import take_snapshot
from outreach.quiz.actions.starting import start
from outreach.quiz.keys import Keys
from outreach.quiz.models import Attempt, Contest, ContestStatus, KeyRule
from outreach.quiz.moments import database_now
from outreach.quiz.queries.contents import marking_keys
from outreach.quiz.queries.populations import Figure
from outreach.quiz.rules import draw, marking, papers, questions
from outreach.quiz.rules.papers import Quota
from outreach.quiz.rules.questions import QuestionContent
from outreach.quiz.rules.receipts import SavedAnswer
from outreach.quiz.seams import Actor

FILE: Final = Path(__file__).parents[3] / "content" / "quiz" / "demo_contest.toml"
AUTHOR, PUBLISHER = Actor("demo"), Actor("demo:second")
#: How long ago it opened.
OPEN_SINCE: Final = timedelta(days=1)


def is_any_contest(session: Session) -> bool:
    """Whether there is a contest in any state."""
    return session.scalar(sa.select(Contest.id).limit(1)) is not None


def load_demo(session: Session, keys: Keys, path: Path = FILE) -> Contest | None:
    """The demonstration contest, open for a year from now; None when there is one already."""
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    if session.scalar(sa.select(Contest.id).where(Contest.slug == values["slug"])) is not None:
        return None
    people = values["prizes"][0].pop("people", [])
    residents = values["prizes"][0].pop("residents", {})
    contest = contests.create(session, _draft(session, values), AUTHOR)
    contests.publish(session, contest, PUBLISHER)
    for person in people:
        _take_part(session, keys, contest, person)
    while fold(session).deltas:
        pass
    load_populations(session, _figures(session, residents, values["population_source"]), AUTHOR, is_demo=True)
    take_snapshot(session, contest)
    if people:
        record = commit_draw(session, keys, contest, draw.plan_from(contest.draw_plan), AUTHOR)
        reveal(session, keys, record.id, AUTHOR)
    contest.work_bits = values["work_bits"]
    session.flush()
    return contest


def _figures(session: Session, residents: Mapping[str, int], source: str) -> Mapping[str, Figure]:
    """Made-up round numbers, which only demonstration contests use."""
    year = database_now(session).year
    return {code: Figure(number, year, source) for code, number in residents.items()}


def withdraw_demo(session: Session) -> int:
    """Take demonstration contests off the site; returns how many."""
    shown = sa.select(Contest).where(Contest.is_demo, Contest.status != ContestStatus.WITHDRAWN)
    found = session.scalars(shown).all()
    for contest in found:
        contests.withdraw(session, contest, AUTHOR, "demo")
    return len(found)


def _draft(session: Session, values: Mapping[str, Any]) -> ContestDraft:
    opens_at = database_now(session) - OPEN_SINCE
    prizes = tuple(draw.Prize(**prize) for prize in values["prizes"])
    names = ("summary", "summary_en", "organiser", "organiser_en", "minimum_sample", "snapshot_every_s", "brackets")
    settings = {name: values[name] for name in names}
    return ContestDraft(
        **{name: values[name] for name in ("slug", "title", "title_en", "consent_version")},
        **{name: values[name] for name in ("seconds_per_paper", "attempts_per_day", "attempts_total")},
        pass_centipoints=values["pass_centipoints"],
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=values["days"]),
        quotas=tuple(Quota(**quota) for quota in values["quotas"]),
        settings={
            **settings,
            "study_from": opens_at - timedelta(days=values["study_days"]),
            "key_rule": KeyRule.AFTER_SUBMIT,
            "draw_plan": draw.DrawPlan(prizes).as_dict(),
            "work_bits": 0,
            "is_demo": True,
        },
    )


def _take_part(session: Session, keys: Keys, contest: Contest, person: Sequence[Any]) -> None:
    nickname, age_band, county, right, seconds = person
    profile = Profile(nickname, age_band, county)
    joined = join(session, keys, contest, JoinRequest(profile, contest.consent_version, consents=True))
    opened = start(session, contest.id, joined.participant_id)
    attempt = session.get_one(Attempt, opened.id, populate_existing=True)
    attempt.started_at -= timedelta(seconds=seconds)
    attempt.deadline_at -= timedelta(seconds=seconds)
    session.flush()
    submit(session, opened.public_id, joined.participant_id, _answers(session, attempt, right))


def _answers(session: Session, attempt: Attempt, right: int) -> list[SavedAnswer]:
    """The first ``right`` questions answered, all of them rightly."""
    paper = papers.from_rows(attempt.paper)
    keys = marking_keys(session, [question.version_id for question in paper])
    return [
        SavedAnswer(position, 1, _right_value(keys[question.version_id].content, attempt.seed, position))
        for position, question in enumerate(paper[:right])
    ]


def _right_value(content: QuestionContent, seed: str, position: int) -> tuple[str, ...]:
    if content.kind == questions.FILL_IN:
        return (content.accepted[0] if content.accepted else f"{content.numeric.value:f}" if content.numeric else "",)
    return tuple(papers.option_id(seed, position, index) for index in sorted(marking.right_indices(content)))
