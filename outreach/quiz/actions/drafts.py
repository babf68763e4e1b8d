"""Changing a contest before it is published: settings, units, and that a second person has seen a sample paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.bulk import bulk_insert
from outreach.quiz import seams
from outreach.quiz.actions.contests import ContestDraft, StepImpossible, create
from outreach.quiz.models import Contest, ContestEvent, ContestQuota, ContestRound, ContestStatus, ContestUnit
from outreach.quiz.moments import database_now
from outreach.quiz.queries.drafts import PREVIEWED, fingerprint, settings_of
from outreach.quiz.rules import contests
from outreach.quiz.seams import Act, Actor


class SlugTaken(Exception):
    """Another contest has this address."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A school or an organisation, as an organiser lists it."""

    code: str
    name: str
    county_code: str = ""
    roll: int | None = None


@dataclass(frozen=True, slots=True)
class RoundNames:
    """What rounds are called, in their order."""

    titles: tuple[tuple[str, str], ...] = ()


def make(session: Session, draft: ContestDraft, names: RoundNames, actor: Actor) -> Contest:
    """A new draft. Raises ``SlugTaken``."""
    if session.scalar(sa.select(Contest.id).where(Contest.slug == draft.slug)) is not None:
        raise SlugTaken(draft.slug)
    contest = create(session, draft, actor)
    _name_rounds(contest, names)
    session.flush()
    seams.record(session, actor, Act("quiz:created", f"contest:{contest.slug}", after={"title": contest.title}))
    return contest


def revise(session: Session, contest: Contest, draft: ContestDraft, names: RoundNames, actor: Actor) -> None:
    """Other settings for a draft; its address stays. Raises ``StepImpossible`` once it is published."""
    query = sa.select(Contest.status).where(Contest.id == contest.id).with_for_update(key_share=True)
    if session.scalars(query).one() is not ContestStatus.DRAFT:
        raise StepImpossible(contest.slug)
    before = settings_of(contest)
    _write(session, contest, draft)
    _name_rounds(contest, names)
    contest.updated_at = database_now(session)
    session.flush()
    after = settings_of(contest)
    changed = [name for name in after if before[name] != after[name]]
    act = Act(
        "quiz:revised",
        f"contest:{contest.slug}",
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    seams.record(session, actor, act)


def _write(session: Session, contest: Contest, draft: ContestDraft) -> None:
    for name in ("title", "title_en", "opens_at", "closes_at", "seconds_per_paper", "attempts_total"):
        setattr(contest, name, getattr(draft, name))
    contest.attempts_per_day, contest.consent_version = draft.attempts_per_day, draft.consent_version
    contest.pass_centipoints, contest.full_centipoints = draft.pass_centipoints, contests.full_centipoints(draft.quotas)
    contest.questions_per_paper = sum(quota.count for quota in draft.quotas)
    for name, value in draft.settings.items():
        setattr(contest, name, value)
    contest.rounds.clear()
    contest.quotas.clear()
    session.flush()  # rows with the same numbers go before the new ones come
    windows = draft.rounds or ((draft.opens_at, draft.closes_at),)
    contest.rounds = [
        ContestRound(number=number, opens_at=start, closes_at=end)
        for number, (start, end) in enumerate(windows, start=1)
    ]
    contest.quotas = [
        ContestQuota(position=n, topic=q.topic, difficulty=q.difficulty, kind=q.kind, count=q.count, points=q.points)
        for n, q in enumerate(draft.quotas)
    ]


def _name_rounds(contest: Contest, names: RoundNames) -> None:
    for one, (title, title_en) in zip(contest.rounds, names.titles, strict=False):
        one.title, one.title_en = title, title_en


def replace_units(session: Session, contest: Contest, units: Sequence[Unit], actor: Actor) -> None:
    """The whole list of units. Once the contest is published units may only come to it.

    Raises ``StepImpossible`` when a published contest would lose one.
    """
    known = set(session.scalars(sa.select(ContestUnit.code).where(ContestUnit.contest_id == contest.id)))
    codes = {unit.code for unit in units}
    if contest.status is not ContestStatus.DRAFT and known - codes:
        raise StepImpossible(contest.slug)
    session.execute(sa.delete(ContestUnit).where(ContestUnit.contest_id == contest.id))
    rows = [(contest.id, unit.code, unit.name, unit.county_code, unit.roll) for unit in units]
    bulk_insert(session, ContestUnit, ("contest_id", "code", "name", "county_code", "roll"), rows)
    before, after = {"count": len(known)}, {"count": len(codes), "added": len(codes - known)}
    seams.record(session, actor, Act("quiz:units", f"contest:{contest.slug}", before=before, after=after))


def note_preview(session: Session, contest: Contest, actor: Actor) -> None:
    """Somebody has looked through a sample paper of the contest as it is now."""
    details = {"fingerprint": fingerprint(session, contest)}
    event = {"kind": PREVIEWED, "reason": "", "actor": actor.name, "details": details}
    session.add(ContestEvent(contest_id=contest.id, at=database_now(session), **event))
    session.flush()
    seams.record(session, actor, Act("quiz:previewed", f"contest:{contest.slug}"))
