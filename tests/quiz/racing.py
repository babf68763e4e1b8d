"""What a racing process does. Not a test.

The job names an act of ``ACTS``; its ``calls`` are made at the moment ``at`` by as many threads, each with a connection
of its own. Each call writes one line of JSON to the file ``out``. ``kill_at`` kills the process with SIGKILL before its
n-th statement (COMMIT counts as one), and ``stop_at`` lets it stop itself there with SIGSTOP.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from outreach.core.db import engine_options, prepare_engine
from outreach.quiz.actions import draws
from outreach.quiz.actions.closing import close_overdue, overdue_ids, submit
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.regrading import regrade_step
from outreach.quiz.actions.saving import save
from outreach.quiz.actions.starting import start
from outreach.quiz.models import Contest
from outreach.quiz.refusals import Refused
from outreach.quiz.rules.draw import DrawPlan, Prize
from outreach.quiz.rules.receipts import SavedAnswer
from outreach.quiz.seams import Actor
from tests.quiz.stage import KEYS

Job = dict[str, Any]


def make_engine(url: str) -> Engine:
    """An engine with the site's connection rules."""
    options = engine_options(url)
    engine = sa.create_engine(options.pop("url"), **options)
    prepare_engine(engine)
    return engine


def do_start(session: Session, job: Job) -> Job:
    found = start(session, job["contest"], job["participant"])
    return {"attempt": found.id, "new": found.is_new}


def do_save(session: Session, job: Job) -> Job:
    return {"receipt": save(session, job["public_id"], job["participant"], _batch(job)).receipt}


def do_submit(session: Session, job: Job) -> Job:
    found = submit(session, job["public_id"], job["participant"], _batch(job))
    return {"score": found.centipoints, "replay": found.is_replay, "at": found.submitted_at.isoformat()}


def do_whole(session: Session, job: Job) -> Job:
    """Save, then submit, each in a transaction of its own."""
    do_save(session, job)
    session.commit()
    return do_submit(session, {**job, "answers": []})


def do_fold(session: Session, _job: Job) -> Job:
    return {"deltas": fold(session).deltas}


def do_sweep(session: Session, _job: Job) -> Job:
    return {"closed": sum(close_overdue(session, one) is not None for one in overdue_ids(session, 50))}


def do_commit_draw(session: Session, job: Job) -> Job:
    plan = DrawPlan((Prize("prize", 3),))
    contest = session.get_one(Contest, job["contest"])
    record = draws.commit_draw(session, KEYS, contest, plan, Actor(f"organiser {os.getpid()}"))
    return {"draw": record.id, "seed_hash": record.seed_hash}


def do_reveal(session: Session, job: Job) -> Job:
    return {"seed": draws.reveal(session, KEYS, job["draw"], Actor("organiser")).seed}


def do_regrade(session: Session, job: Job) -> Job:
    while regrade_step(session, job["run"], limit=job.get("limit", 50)):
        session.commit()
    return {"done": True}


ACTS: dict[str, Callable[[Session, Job], Job]] = {
    "start": do_start,
    "save": do_save,
    "submit": do_submit,
    "whole": do_whole,
    "fold": do_fold,
    "sweep": do_sweep,
    "commit_draw": do_commit_draw,
    "reveal": do_reveal,
    "regrade": do_regrade,
}


def _batch(job: Job) -> list[SavedAnswer]:
    return [SavedAnswer(position, sequence, tuple(value)) for position, sequence, value in job.get("answers", [])]


def call(engine: Engine, job: Job) -> Job:
    """One transaction; a refusal is an answer like others."""
    try:
        with Session(engine) as session:
            answer = ACTS[job["act"]](session, job)
            session.commit()
            return answer
    except Refused as refusal:
        return {"refused": refusal.reason.value}


def watch(engine: Engine, job: Job) -> None:
    """Count statements and end (or halt) the process where the job says so."""
    steps = count(1)
    plans = {job[name]: number for name, number in LIMITS.items() if name in job}

    def step(*_arguments: object) -> None:
        number = plans.get(next(steps))
        if number is not None:
            os.kill(os.getpid(), number)

    event.listen(engine, "before_cursor_execute", step)
    event.listen(engine, "commit", step)


LIMITS = {"kill_at": signal.SIGKILL, "stop_at": signal.SIGSTOP}


def main(job: Job) -> None:
    engine = make_engine(job["url"])
    with engine.connect():
        pass
    watch(engine, job)
    lock = threading.Lock()

    def run() -> None:
        time.sleep(max(0.0, job["at"] - time.time()))
        answer = call(engine, job)
        with lock, Path(job["out"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(answer) + "\n")

    threads = [threading.Thread(target=run) for _turn in range(job.get("calls", 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
