"""What the tests of the back office's own pages share: a kind of change, and people for both sides of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.audit import Target, actor_of
from outreach.core.feature import Feature
from outreach.core.permissions import Role
from outreach.core.review import Payload, Proposal, propose, submit
from tests import factories
from tests.core.review.conftest import KIND
from tests.staff import StaffPages, StaffPagesMaker

ProposalMaker = Callable[..., Proposal]


@pytest.fixture
def kind(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The site with a kind of change: registrars edit, reviewers decide."""
    features = app.extensions["features"]
    monkeypatch.setitem(app.extensions, "features", (*features, Feature("probe", review_kinds=(KIND,))))
    return KIND


@pytest.fixture
def registrar(staff_pages: StaffPagesMaker) -> StaffPages:
    return staff_pages(Role.REGISTRAR)


@pytest.fixture
def reviewer(staff_pages: StaffPagesMaker) -> StaffPages:
    return staff_pages(Role.REVIEWER)


@pytest.fixture
def auditor(staff_pages: StaffPagesMaker) -> StaffPages:
    return staff_pages(Role.AUDITOR)


@pytest.fixture
def make_proposal(session: Session, kind: Any) -> ProposalMaker:
    """``make_proposal(registrar)``: what that person proposed, handed in unless told otherwise."""

    def make(author: StaffPages, name: str = "新名", *, is_draft: bool = False, **payload: Any) -> Proposal:
        maker = factories.maker(session, short_name="旧名")
        who = actor_of(author.person)
        given = Payload({"short_name": "旧名"}, {"short_name": name}, **payload)
        proposal = propose(session, kind, Target("maker", str(maker.id), maker.name), given, who, "按公告改正")
        if not is_draft:
            submit(session, proposal, who)
        session.commit()
        return proposal

    return make
