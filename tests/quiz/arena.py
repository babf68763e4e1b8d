"""A database of a test's own, and processes that work on it at the same moment: races are between real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from outreach.core.db import Base, engine_options, prepare_engine
from tests.conftest import ROOT

T = TypeVar("T")
#: Until all processes are up and wait, in seconds.
START_SECONDS = 4.0


def make_engine(url: str) -> Engine:
    """An engine with the site's connection rules."""
    options = engine_options(url)
    engine = sa.create_engine(options.pop("url"), **options)
    prepare_engine(engine)
    return engine


@dataclass(frozen=True, slots=True)
class Arena:
    """The database and how to work on it."""

    url: str
    engine: Engine

    def do(self, act: Callable[[Session], T]) -> T:
        """One transaction in this process."""
        with Session(self.engine, expire_on_commit=False) as session:
            result = act(session)
            session.commit()
            return result

    def launch(self, job: dict[str, Any], *, at: float = 0.0, **environ: str) -> subprocess.Popen[str]:
        """A process that does ``job`` at the moment ``at`` (see ``racing``)."""
        command = [sys.executable, "-m", "tests.quiz.racing", json.dumps({**job, "url": self.url, "at": at})]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
        return subprocess.Popen(command, cwd=ROOT, env={**clean, **environ}, stdout=subprocess.PIPE, text=True)

    def race(self, jobs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """All jobs at once, each in a process of its own; what their calls answered."""
        at = time.time() + START_SECONDS
        processes = [self.launch(job, at=at) for job in jobs]
        return [answer for process in processes for answer in answers_of(process)]


def answers_of(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """One answer for each call of a process that ended well."""
    output, _errors = process.communicate(timeout=120)
    assert process.returncode == 0, output
    return [json.loads(line) for line in output.splitlines()]


@contextmanager
def arena_at(url: str) -> Iterator[Arena]:
    """An empty database with the schema in place."""
    engine = make_engine(url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    try:
        yield Arena(url, engine)
    finally:
        engine.dispose()
