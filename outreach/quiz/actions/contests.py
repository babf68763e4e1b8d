"""Making a contest, opening it, and what may be done to it while it runs. Each step says who and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.search.outbox import touch_generation
from outreach.quiz import seams
from outreach.quiz.actions.bank import newest_versions
from outreach.quiz.models import (
    IS_OPEN,
    AgeBand,
    Attempt,
    Contest,
    ContestEvent,
    ContestQuota,
    ContestRound,
    ContestStatus,
    PoolEntry,
    QuestionVersion,
)
from outreach.quiz.moments import database_now, millis_between, moment, moved
from outreach.quiz.queries.pools import Pool, list_quotas
from outreach.quiz.rules import contests, marking
from outreach.quiz.rules.contests import ContestFault, ContestPlan
from outreach.quiz.rules.papers import PoolItem, Quota
from outreach.quiz.rules.questions import from_dict
from outreach.quiz.seams import Act, Actor

#: The body of data whose pages in memory are stale after every step.
DATA = "quiz"


class ContestInvalid(Exception):
    """The contest may not open; ``faults`` says why."""

    def __init__(self, faults: Sequence[ContestFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.field} {fault.code} {fault.value}" for fault in faults))


class StepImpossible(Exception):
    """The contest is not in a state for this step."""


@dataclass(frozen=True, slots=True)
class ContestDraft:
    """What an organiser settles. ``settings``: further columns of ``Contest`` by name; no rounds: one over it all."""

    slug: str
    title: str
    title_en: str
    opens_at: datetime
    closes_at: datetime
    quotas: tuple[Quota, ...]
    seconds_per_paper: int
    attempts_per_day: int
    attempts_total: int
    pass_centipoints: int
    consent_version: str
    rounds: tuple[tuple[datetime, datetime], ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


def create(session: Session, draft: ContestDraft, actor: Actor) -> Contest:
    """A new contest as a draft."""
    now = database_now(session)
    contest = Contest(
        slug=draft.slug,
        title=draft.title,
        title_en=draft.title_en,
        opens_at=draft.opens_at,
        closes_at=draft.closes_at,
        seconds_per_paper=draft.seconds_per_paper,
        questions_per_paper=sum(quota.count for quota in draft.quotas),
        attempts_per_day=draft.attempts_per_day,
        attempts_total=draft.attempts_total,
        pass_centipoints=draft.pass_centipoints,
        full_centipoints=contests.full_centipoints(draft.quotas),
        consent_version=draft.consent_version,
        created_by=actor.name,
        created_at=now,
        updated_at=now,
        **draft.settings,
    )
    contest.rounds = [
        ContestRound(number=number, opens_at=start, closes_at=end)
        for number, (start, end) in enumerate(draft.rounds or ((draft.opens_at, draft.closes_at),), start=1)
    ]
    contest.quotas = [
        ContestQuota(position=position, **_quota_values(quota)) for position, quota in enumerate(draft.quotas)
    ]
    session.add(contest)
    session.flush()
    return contest


def _quota_values(quota: Quota) -> dict[str, Any]:
    return {
        "topic": quota.topic,
        "difficulty": quota.difficulty,
        "kind": quota.kind,
        "count": quota.count,
        "points": quota.points,
    }


def list_candidates(session: Session, contest_id: int) -> list[QuestionVersion]:
    """The newest versions that a quota of the contest may take."""
    quotas = list_quotas(session, contest_id)
    found = newest_versions(session).values()
    return [version for version in found if any(quota.takes(_pool_item(version)) for quota in quotas)]


def _pool_item(version: QuestionVersion) -> PoolItem:
    count = marking.option_count(from_dict(version.content))
    return PoolItem(version.id, version.question_id, version.topic, version.difficulty, version.kind.value, count)


def sample_pool(session: Session, contest: Contest) -> tuple[list[PoolItem], tuple[Quota, ...]]:
    """What papers would be drawn from if the contest were published now, and by which quotas."""
    versions = list_candidates(session, contest.id)
    return [_pool_item(version) for version in versions], list_quotas(session, contest.id)


def check(session: Session, contest: Contest) -> list[ContestFault]:
    """Why the contest may not open; empty when it may."""
    versions = list_candidates(session, contest.id)
    contents = {version.id: from_dict(version.content) for version in versions}
    plan = ContestPlan(
        opens_at=contest.opens_at,
        ends_at=contest.ends_at,
        rounds=tuple((one.opens_at, one.closes_at) for one in contest.rounds),
        questions_per_paper=contest.questions_per_paper,
        seconds_per_paper=contest.seconds_per_paper,
        pass_centipoints=contest.pass_centipoints,
        quotas=list_quotas(session, contest.id),
        brackets=tuple(contest.brackets or ()),
    )
    pool = [_pool_item(version) for version in versions]
    return contests.contest_faults(plan, pool, contents, [age.value for age in AgeBand], database_now(session))


def publish(session: Session, contest: Contest, actor: Actor) -> None:
    """Open the contest for its windows: its pool is fixed now. Another person than its author does it.

    Raises ``ContestInvalid`` or ``StepImpossible``.
    """
    if contest.status is not ContestStatus.DRAFT or actor.name == contest.created_by:
        raise StepImpossible("published already, or by its author")
    if faults := check(session, contest):
        raise ContestInvalid(faults)
    versions = list_candidates(session, contest.id)
    session.execute(sa.delete(PoolEntry).where(PoolEntry.contest_id == contest.id))
    for version in versions:
        item = {"topic": version.topic, "difficulty": version.difficulty, "kind": version.kind}
        session.add(PoolEntry(contest_id=contest.id, version_id=version.id, question_id=version.question_id, **item))
    pool = Pool(tuple(_pool_item(version) for version in versions), list_quotas(session, contest.id))
    contest.pool_hash = pool.hash
    contest.status = ContestStatus.PUBLISHED
    contest.published_by = actor.name
    _note(session, contest, "published", actor, "", {"pool": len(versions), "pool_hash": pool.hash})


def pause(session: Session, contest: Contest, actor: Actor, reason: str) -> None:
    """Let the contest stand still at once; the time of open papers stops too."""
    _step(session, contest, {"paused_at": moment()}, Contest.paused_at.is_(None))
    _note(session, contest, "paused", actor, reason)


def resume(session: Session, contest: Contest, actor: Actor, reason: str) -> None:
    """Go on: every open paper gets the time that it lost, also beyond the end of its round."""
    lost_ms = millis_between(moment(), sa.select(Contest.paused_at).where(Contest.id == contest.id).scalar_subquery())
    milliseconds = session.scalars(sa.select(lost_ms)).one()
    _step(session, contest, {"paused_at": None}, Contest.paused_at.is_not(None))
    session.execute(
        sa.update(Attempt)
        .where(Attempt.contest_id == contest.id, IS_OPEN)
        .values(
            deadline_at=moved(Attempt.deadline_at, milliseconds / 1000),
            paused_ms=Attempt.paused_ms + milliseconds,
        )
        .execution_options(synchronize_session=False)
    )
    _note(session, contest, "resumed", actor, reason, {"lost_ms": milliseconds})


def extend(session: Session, contest: Contest, until: datetime, actor: Actor, reason: str) -> None:
    """A later end, for the last round too. Papers that end with the old end stay as they are."""
    before = contest.ends_at
    end = sa.func.coalesce(Contest.extended_to, Contest.closes_at)
    _step(session, contest, {"extended_to": until}, sa.literal(until, Contest.closes_at.type) > end)
    last = max(contest.rounds, key=lambda one: one.number)
    last.closes_at = until
    _note(session, contest, "extended", actor, reason, {"from": before.isoformat(), "to": until.isoformat()})


def freeze(session: Session, contest: Contest, actor: Actor, reason: str = "") -> None:
    """Show no newer ranking to anybody from now on; counting goes on."""
    _step(session, contest, {"freeze_at": moment(), "unfrozen_at": None}, sa.true())
    _note(session, contest, "frozen", actor, reason)


def unfreeze(session: Session, contest: Contest, actor: Actor, reason: str = "") -> None:
    """Show rankings again."""
    _step(session, contest, {"unfrozen_at": moment()}, Contest.freeze_at.is_not(None))
    _note(session, contest, "unfrozen", actor, reason)


def withdraw(session: Session, contest: Contest, actor: Actor, reason: str) -> None:
    """Take the contest off the site."""
    _step(session, contest, {"status": ContestStatus.WITHDRAWN}, Contest.status != ContestStatus.WITHDRAWN)
    _note(session, contest, "withdrawn", actor, reason)


def _step(session: Session, contest: Contest, values: dict[str, Any], condition: sa.ColumnElement[bool]) -> None:
    """Change the contest if the condition holds now. Raises ``StepImpossible``."""
    session.flush()
    statement = sa.update(Contest).where(Contest.id == contest.id, condition)
    result = session.execute(
        statement.values(updated_at=moment(), **values).execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise StepImpossible(contest.slug)
    session.refresh(contest)


def _note(
    session: Session,
    contest: Contest,
    kind: str,
    actor: Actor,
    reason: str,
    details: dict[str, Any] | None = None,
) -> None:
    now = database_now(session)
    event = {"kind": kind, "reason": reason, "actor": actor.name, "details": details or {}}
    session.add(ContestEvent(contest_id=contest.id, at=now, **event))
    session.flush()
    touch_generation(session, DATA)
    seams.record(session, actor, Act(f"quiz:{kind}", f"contest:{contest.slug}", reason, after=details or {}))
