"""A kind of change for the tests: the short name of a maker, written on another person's word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.audit import Actor, Target
from outreach.core.feature import Feature
from outreach.core.permissions import Permission
from outreach.core.review import FieldChange, Payload, Proposal, ReviewKind, propose, submit
from outreach.labels.models import Maker
from tests import factories

AUTHOR = Actor("staff", 1, "作者")
SECOND = Actor("staff", 2, "第二人")
THIRD = Actor("staff", 3, "第三人")


def _apply(session: Session, proposal: Proposal) -> None:
    session.get_one(Maker, int(proposal.target_key)).short_name = proposal.after["short_name"]
    session.flush()


def _withdraw(session: Session, proposal: Proposal) -> None:
    session.get_one(Maker, int(proposal.target_key)).short_name = proposal.before["short_name"]
    session.flush()


def _current(session: Session, proposal: Proposal) -> Mapping[str, Any]:
    return {"short_name": session.get_one(Maker, int(proposal.target_key), populate_existing=True).short_name}


def _describe(proposal: Proposal) -> list[FieldChange]:
    return [FieldChange("short name", proposal.before["short_name"], proposal.after["short_name"])]


KIND = ReviewKind(
    "maker.name",
    "Short name of a maker",
    Permission.LABELS_EDIT,
    Permission.REVIEW_DECIDE,
    apply=_apply,
    describe=_describe,
    url=lambda proposal: f"/labels/makers/{proposal.target_key}",
    current=_current,
    withdraw=_withdraw,
)


@pytest.fixture
def use_kind(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Hands the site the kind, changed in the given ways."""
    features = app.extensions["features"]

    def use(**changes: Any) -> ReviewKind:
        kind = replace(KIND, **changes)
        probe = Feature("probe", review_kinds=(kind,))
        monkeypatch.setitem(app.extensions, "features", (*features, probe))
        return kind

    return use


@pytest.fixture
def kind(use_kind: Any) -> ReviewKind:
    return use_kind()


@pytest.fixture
def maker(session: Session) -> Maker:
    return factories.maker(session, short_name="旧名")


def proposal_for(session: Session, kind: ReviewKind, maker: Maker, name: str = "新名", **options: Any) -> Proposal:
    """A draft of the author's."""
    moment = options.pop("publish_at", None)
    payload = Payload({"short_name": maker.short_name}, {"short_name": name}, publish_at=moment)
    return propose(session, kind, Target("maker", str(maker.id), maker.name), payload, AUTHOR, "说明", **options)


def submitted(session: Session, kind: ReviewKind, maker: Maker, **options: Any) -> Proposal:
    """A proposal that waits for the second person."""
    proposal = proposal_for(session, kind, maker, **options)
    submit(session, proposal, AUTHOR)
    return proposal
