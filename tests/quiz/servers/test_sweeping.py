"""Papers whose time is over, and two server processes that both want to close them."""

from __future__ import annotations

from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import Attempt, AttemptState
from tests.quiz import stage
from tests.quiz.servers.pair import Pair, wait_until, wait_until_halted

pytestmark = pytest.mark.xdist_group("quiz-servers")
PAPERS = 30


def test_two_sweepers_close_each_overdue_paper_once(pair: Pair) -> None:
    """Both have found the same papers before either closes the first."""
    contest_id = pair.contest("sweep")
    with pair.halting("sweep", *pair.servers):
        pair.arena.do(partial(_let_time_run_out, contest_slug="sweep"))
        for server in pair.servers:
            wait_until_halted(server)
        assert pair.results(contest_id) == (0, 0, 0)
    is_closed = Attempt.state != AttemptState.OPEN
    wait_until(lambda: pair.count(Attempt, contest_id, is_closed) == PAPERS, "papers stay open")
    assert pair.count(Attempt, contest_id, Attempt.state == AttemptState.EXPIRED) == PAPERS
    assert pair.results(contest_id) == (PAPERS, PAPERS, PAPERS)
    assert pair.breaches(contest_id) == []


def _let_time_run_out(session: Session, contest_slug: str) -> None:
    contest = session.scalars(sa.select(stage.Contest).where(stage.Contest.slug == contest_slug)).one()
    ids = [stage.started(session, contest)[1].id for _number in range(PAPERS)]
    stage.shift(session, ids, stage.SECONDS + 10)
