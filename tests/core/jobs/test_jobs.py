"""Long work: asked for in a transaction, claimed once, seen, cancelled, failed, done together with its effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core import jobs
from outreach.core.audit import Actor, AuditEntry, Outcome
from outreach.core.feature import Feature
from outreach.core.jobs import Job, JobContext, JobFailed, JobState
from outreach.core.jobs.actions import sweep
from outreach.core.jobs.claiming import beat, claim_next, finish, interrupt_dead
from outreach.core.jobs.worker import Worker
from outreach.labels.models import Maker
from tests import factories

EDITOR = Actor("staff", 7, "编辑")
Handler = Callable[[JobContext], None]


@pytest.fixture
def use_handler(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Handler], Worker]:
    """Lets the site do jobs of the kind ``test`` with the given function."""
    features = app.extensions["features"]

    def use(handler: Handler) -> Worker:
        monkeypatch.setitem(app.extensions, "features", (*features, Feature("probe", jobs={"test": handler})))
        return Worker(app, beat_seconds=60)

    return use


def ask(session: Session, **arguments: object) -> Job:
    job = jobs.enqueue(session, "test", arguments, EDITOR, "一件工作")
    session.commit()
    return job


def test_a_job_exists_only_when_the_caller_commits(session: Session, use_handler: Callable[[Handler], Worker]) -> None:
    worker = use_handler(lambda _context: None)
    jobs.enqueue(session, "test", {}, EDITOR)
    session.rollback()
    assert worker.run_once() is None


def test_a_job_is_done_with_its_effect_and_its_report(
    session: Session, use_handler: Callable[[Handler], Worker]
) -> None:
    def handler(context: JobContext) -> None:
        context.progress(0.5, "写入")
        with context.finishing() as own:
            factories.maker(own, str(context.arguments["name"]))
            context.report["written"] = 1

    worker = use_handler(handler)
    job = ask(session, name="新厂")
    assert worker.run_once() is JobState.DONE
    session.expire_all()
    assert (job.state, job.progress, job.report, job.attempts) == (JobState.DONE, 1.0, {"written": 1}, 1)
    assert session.scalars(sa.select(Maker.name)).all() == ["新厂"]
    actions = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert actions == ["job.enqueue", "job.done"]
    assert worker.run_once() is None


def test_a_job_that_fails_undoes_its_work_and_says_why(
    session: Session, use_handler: Callable[[Handler], Worker]
) -> None:
    def handler(context: JobContext) -> None:
        with context.finishing() as own:
            factories.maker(own, "半途")
            raise JobFailed("第 3 行的日期无法识别")

    worker = use_handler(handler)
    job = ask(session)
    assert worker.run_once() is JobState.FAILED
    session.expire_all()
    assert (job.state, job.error) == (JobState.FAILED, "第 3 行的日期无法识别")
    assert session.scalars(sa.select(Maker.name)).all() == []
    assert session.scalars(sa.select(AuditEntry.outcome)).all()[-1] is Outcome.FAILED


def test_an_unexpected_error_fails_the_job_and_not_the_worker(
    session: Session, use_handler: Callable[[Handler], Worker]
) -> None:
    def handler(context: JobContext) -> None:
        if context.arguments["n"] == 1:
            raise ZeroDivisionError("secret detail")

    worker = use_handler(handler)
    first, second = ask(session, n=1), ask(session, n=2)
    assert [worker.run_once(), worker.run_once()] == [JobState.FAILED, JobState.DONE]
    session.expire_all()
    assert (first.error, second.error) == ("ZeroDivisionError", "")


def test_a_waiting_job_is_cancelled_at_once_a_running_one_at_its_next_pause(
    session: Session, use_handler: Callable[[Handler], Worker]
) -> None:
    def handler(context: JobContext) -> None:
        jobs.cancel(session, session.get_one(Job, context.job_id), EDITOR)
        session.commit()
        context.end(jobs.JobCancelled)  # what the heartbeat does when it reads the wish
        context.progress(0.2)
        raise AssertionError("a cancelled job goes on")

    worker = use_handler(handler)
    waiting = ask(session)
    jobs.cancel(session, waiting, EDITOR)
    session.commit()
    assert waiting.state is JobState.CANCELLED
    running = ask(session)
    assert worker.run_once() is JobState.CANCELLED
    session.expire_all()
    assert (running.state, running.is_cancel_wanted) == (JobState.CANCELLED, True)
    with pytest.raises(jobs.JobStateWrong):
        jobs.cancel(session, running, EDITOR)


def test_the_wish_to_cancel_comes_with_the_heartbeat(session: Session) -> None:
    job = ask(session)
    claim = claim_next(session, "me", ["test"])
    assert claim is not None
    assert beat(session, claim, 0.3, "进行中") is False
    jobs.cancel(session, job, EDITOR)
    assert beat(session, claim, 0.4, "") is True
    session.refresh(job)
    assert job.progress == pytest.approx(0.4)


def test_a_job_has_one_worker(session: Session) -> None:
    ask(session)
    assert claim_next(session, "first", ["test"]) is not None
    assert claim_next(session, "second", ["test"]) is None
    assert claim_next(session, "second", ["other kind"]) is None


def test_a_dead_lease_interrupts_and_a_restart_shuts_the_dead_out(session: Session) -> None:
    job = ask(session)
    dead = claim_next(session, "dead", ["test"], timedelta(seconds=-1))
    assert dead is not None
    assert interrupt_dead(session) == [job.id]
    assert interrupt_dead(session) == []
    session.refresh(job)
    assert job.state is JobState.INTERRUPTED
    jobs.restart(session, job, EDITOR)
    with pytest.raises(jobs.JobStateWrong):
        jobs.restart(session, job, EDITOR)
    assert claim_next(session, "alive", ["test"]) is not None
    assert beat(session, dead, 0.9, "") is None
    assert finish(session, dead, JobState.DONE) is False, "what the dead one finishes does not count"
    session.refresh(job)
    assert (job.state, job.worker, job.attempts) == (JobState.RUNNING, "alive", 2)


def test_a_worker_that_was_only_slow_takes_its_job_up_again(session: Session) -> None:
    job = ask(session)
    slow = claim_next(session, "slow", ["test"], timedelta(seconds=-1))
    assert slow is not None
    interrupt_dead(session)
    assert beat(session, slow, 0.5, "") is False
    session.refresh(job)
    assert job.state is JobState.RUNNING


def test_what_a_lost_attempt_wrote_is_undone(session: Session, use_handler: Callable[[Handler], Worker]) -> None:
    def handler(context: JobContext) -> None:
        with context.finishing() as own:
            factories.maker(own, "两次")
            own.execute(sa.update(Job).values(worker="somebody else"))

    worker = use_handler(handler)
    ask(session)
    assert worker.run_once() is JobState.INTERRUPTED
    assert session.scalars(sa.select(Maker.name)).all() == []


def test_a_process_that_ends_gives_its_job_back(session: Session, use_handler: Callable[[Handler], Worker]) -> None:
    worker = use_handler(lambda context: (worker.stop(), context.check())[0])
    job = ask(session)
    assert worker.run_once() is JobState.WAITING
    session.expire_all()
    assert (job.state, job.attempts, job.worker) == (JobState.WAITING, 1, "")


def test_ended_jobs_are_swept_after_their_time(session: Session, use_handler: Callable[[Handler], Worker]) -> None:
    worker = use_handler(lambda _context: None)
    done, waiting = ask(session).id, ask(session).id
    worker.run_once()
    assert sweep(session) == 0
    assert sweep(session, timedelta(seconds=-5)) == 1
    assert session.scalars(sa.select(Job.id)).all() == [waiting] != [done]


def test_the_commands_list_do_and_restart(
    app: Flask, session: Session, use_handler: Callable[[Handler], Worker]
) -> None:
    from outreach.core.jobs.cli import jobs_group

    def handler(context: JobContext) -> None:
        raise JobFailed("不行")

    use_handler(handler)
    job = ask(session)
    runner = app.test_cli_runner()
    assert "waiting" in runner.invoke(jobs_group, ["list"]).stdout
    assert runner.invoke(jobs_group, ["run-once"]).exit_code == 1
    assert runner.invoke(jobs_group, ["restart", str(job.id)]).exit_code == 0
    assert runner.invoke(jobs_group, ["restart", str(job.id)]).exit_code == 1
    assert runner.invoke(jobs_group, ["restart", "99999"]).exit_code == 1
