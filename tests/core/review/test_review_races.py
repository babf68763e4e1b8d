"""Two at the same moment, each with a connection of its own: one decision, one publication."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.core import clock, review
from outreach.core.audit import Actor, AuditEntry, verify
from outreach.core.db import db
from outreach.core.feature import Feature
from outreach.core.review import Proposal, State
from tests import factories
from tests.core.review.conftest import KIND, SECOND, submitted

T = TypeVar("T")
DECIDERS = [Actor("staff", number, f"第{number}人") for number in range(2, 8)]


@pytest.fixture
def site(real_site: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    features = real_site.extensions["features"]
    monkeypatch.setitem(real_site.extensions, "features", (*features, Feature("probe", review_kinds=(KIND,))))
    return real_site


def at_once(site: Flask, actions: list[Callable[[], T]]) -> list[T]:
    """Run every action in a thread of its own, all beginning at the same moment."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], T]) -> T:
        with site.app_context():
            barrier.wait()
            return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def make(**options: object) -> int:
    proposal = submitted(db.session, KIND, factories.maker(db.session, short_name="旧名"), **options)
    proposal_id = proposal.id
    db.session.commit()
    return proposal_id


def test_of_many_deciders_at_once_one_decides_and_the_others_are_told(site: Flask) -> None:
    proposal_id = make()

    def decide(decider: Actor) -> str:
        with db.sessionmaker() as session:
            proposal = session.get_one(Proposal, proposal_id)
            try:
                step = review.approve if decider.id and decider.id % 2 else review.send_back
                step(session, proposal, decider, "意见")
                session.commit()
            except review.WrongState as told:
                return told.decided_by or str(told.state)
        return "decided"

    answers = at_once(site, [lambda who=who: decide(who) for who in DECIDERS])
    assert answers.count("decided") == 1
    assert all(answers), "each of the others learns how it stands"
    kept = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert len([action for action in kept if action in ("review.approve", "review.send_back")]) == 1
    assert verify(db.session) == []


def test_due_publications_of_many_processes_happen_once(site: Flask) -> None:
    proposal_id = make(publish_at=clock.now() + timedelta(hours=1))
    proposal = db.session.get_one(Proposal, proposal_id)
    review.approve(db.session, proposal, SECOND)
    proposal.publish_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    runs = at_once(site, [review.run_due] * 5)
    assert sum(run.published for run in runs) == 1
    assert sum(run.failed for run in runs) == 0
    assert db.session.get_one(Proposal, proposal_id, populate_existing=True).state is State.PUBLISHED
    published = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "review.publish")).all()
    assert len(published) == 1
