"""A contest that is open now, people in it, and an empty memory of question versions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from outreach.quiz.keys import Keys
from outreach.quiz.models import Contest
from outreach.quiz.queries import contents, pools
from tests.quiz import stage


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """Ids of undone tests come again with other content."""
    contents.forget()
    pools.forget()
    yield
    contents.forget()
    pools.forget()


@pytest.fixture
def keys() -> Keys:
    return stage.KEYS


@pytest.fixture
def contest(session: Session) -> Contest:
    """Ten questions of twelve, two points each, one attempt a day and three in all."""
    return stage.contest(session)
