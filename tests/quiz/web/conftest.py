"""A contest that is open, and people with browsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.limits import limiter
from outreach.quiz.models import Contest
from tests.quiz.web.visiting import Visitor


@pytest.fixture
def visitor(app: Flask, session: Session, contest: Contest) -> Visitor:
    session.commit()
    return Visitor(app)


@pytest.fixture
def visitors(app: Flask, session: Session, contest: Contest) -> Callable[[], Visitor]:
    """One more browser with each call."""
    session.commit()
    return lambda: Visitor(app)


@pytest.fixture(autouse=True)
def _without_a_past(app: Flask) -> None:
    """Limits of a network count anew with each test."""
    with app.app_context():
        limiter.reset()
