"""A key is corrected with many attempts stored, and the process that marks them again is killed twice on its way."""

from __future__ import annotations

import signal
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.measure import stopwatch
from bench.quiz.site import QuizSite
from outreach.quiz.actions.folding import BATCH, fold
from outreach.quiz.actions.regrading import STEP, correct_key
from outreach.quiz.models import Contest, PoolEntry, QuestionVersion, RegradeChange, RegradeRun
from outreach.quiz.queries.recount import recount
from outreach.quiz.rules.questions import from_dict
from outreach.quiz.seams import Actor
from tests.quiz.arena import Arena

ATTEMPTS: Final = 100_000
#: Statements after which the process is killed, twice.
KILLED_AFTER: Final = (5_000, 20_000)


@dataclass(frozen=True, slots=True)
class Regraded:
    """What is there afterwards; ``unkept``: changed scores without the old and the new one, or the other way round."""

    seconds: float
    checked_before_kills: tuple[int, ...]
    checked: int
    changed: int
    unkept: int
    differences: int


def regrade(site: QuizSite) -> Regraded:
    """Correct a key, kill the run twice, let it end, fold, and count everything again."""
    arena = Arena(site.engine.url.render_as_string(hide_password=False), site.engine, site.folder)
    run_id = arena.do(lambda session: _correct(session, site.filled.contest_id))
    job = {"act": "regrade", "run": run_id, "limit": STEP}
    checked = []
    with stopwatch() as working:
        for statements in KILLED_AFTER:
            if arena.launch(job, kill_at=statements).ended() != -signal.SIGKILL:
                raise RuntimeError("the run ended before it could be killed")
            checked.append(arena.do(lambda session: session.get_one(RegradeRun, run_id).checked))
        last = arena.launch(job)
        last.process.join()
        last.answers()
    return arena.do(lambda session: _outcome(session, site, run_id, working.seconds, tuple(checked)))


def _correct(session: Session, contest_id: int) -> int:
    """The answer of a statement that is right or wrong was the other one."""
    query = sa.select(QuestionVersion).join(PoolEntry, PoolEntry.version_id == QuestionVersion.id)
    of_contest = query.where(PoolEntry.contest_id == contest_id, QuestionVersion.kind == "true_false")
    version = session.scalars(of_contest.order_by(QuestionVersion.id).limit(1)).one()
    content = from_dict(version.content)
    mended = replace(content, answer=not content.answer)
    return correct_key(session, version.id, mended, Actor("reviewer"), "the key was wrong").id


def _outcome(session: Session, site: QuizSite, run_id: int, seconds: float, checked: tuple[int, ...]) -> Regraded:
    while fold(session).deltas == BATCH:
        pass
    run = session.get_one(RegradeRun, run_id, populate_existing=True)
    kept = session.scalars(sa.select(sa.func.count()).where(RegradeChange.run_id == run_id)).one()
    found = recount(session, session.get_one(Contest, site.filled.contest_id))
    return Regraded(seconds, checked, run.checked, run.changed, abs(run.changed - kept), len(found.differences))
