"""A database of a test's own, and processes that work on it at the same moment: races are between real processes."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from outreach.core.db import Base
from tests.quiz import racing
from tests.quiz.racing import make_engine

T = TypeVar("T")
#: Until all processes are up and wait, in seconds.
START_SECONDS: Final = 1.0
#: Processes are forked from one that has imported everything and has neither threads nor connections.
PROCESSES: Final = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.quiz.racing"])
_serial = count(1)


@dataclass(frozen=True, slots=True)
class Arena:
    """The database and how to work on it."""

    url: str
    engine: Engine
    folder: Path

    def do(self, act: Callable[[Session], T]) -> T:
        """One transaction in this process."""
        with Session(self.engine, expire_on_commit=False) as session:
            result = act(session)
            session.commit()
            return result

    def launch(self, job: dict[str, Any], *, at: float = 0.0, **limits: int) -> Runner:
        """A process that does ``job`` at the moment ``at``; ``kill_at`` and ``stop_at``: see ``racing``."""
        file = self.folder / f"answers-{next(_serial)}.txt"
        file.touch()
        whole = {**job, **limits, "url": self.url, "at": at, "out": str(file)}
        process = PROCESSES.Process(target=racing.main, args=(whole,))  # type: ignore[attr-defined]  # of every context
        process.start()
        return Runner(process, file)

    def race(self, jobs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """All jobs at once, each in a process of its own; what their calls answered."""
        at = time.time() + START_SECONDS
        runners = [self.launch(job, at=at) for job in jobs]
        return [answer for runner in runners for answer in runner.answers()]


@dataclass(frozen=True, slots=True)
class Runner:
    """A process at work, and the file that it writes its answers to."""

    process: BaseProcess
    file: Path

    def ended(self) -> int:
        """Its exit status, once it has ended."""
        self.process.join(120)
        assert self.process.exitcode is not None, "it does not end"
        return self.process.exitcode

    def answers(self) -> list[dict[str, Any]]:
        """One answer for each call; the process must end well."""
        assert self.ended() == 0
        return [json.loads(line) for line in self.file.read_text(encoding="utf-8").splitlines()]


@contextmanager
def arena_at(url: str, folder: Path) -> Iterator[Arena]:
    """An empty database with the schema in place."""
    engine = make_engine(url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    try:
        yield Arena(url, engine, folder)
    finally:
        engine.dispose()
