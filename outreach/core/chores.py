"""Small regular work of a serving process, in one thread: due publications, sweeps, anchors of the audit log.

Every process does it, on every machine: a chore must be cheap when there is nothing to do, and right when two run.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from flask import Flask

CHORE_FAILED = "chore_failed"
#: How long the thread sleeps between looking at what is due.
TURN_SECONDS = 1.0
FAILURE_PAUSE_SECONDS = 60.0

log = structlog.get_logger("outreach.chores")


@dataclass(slots=True)
class Chore:
    """One piece of work and how often it is done. ``due_at`` is a reading of the process's own clock."""

    name: str
    run: Callable[[], object]
    seconds: float
    due_at: float = 0.0


class Chores:
    """The chores of one application."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._chores: list[Chore] = []
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, name: str, run: Callable[[], object], seconds: float) -> None:
        """Do ``run`` inside the application's context every ``seconds``, the first time soon after the start."""
        self._chores.append(Chore(name, run, seconds))

    def start(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._turn, name="chores", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """End the thread; a started chore is finished first, for at most ``seconds``."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def run_due(self) -> list[str]:
        """Do what is due now; returns the names. What fails is logged and tried again at its next time."""
        done = []
        for chore in self._chores:
            if time.monotonic() < chore.due_at:
                continue
            chore.due_at = time.monotonic() + chore.seconds
            try:
                with self._app.app_context():
                    chore.run()
            except Exception as error:  # one chore must not end the others
                log.exception(CHORE_FAILED, chore=chore.name, error=type(error).__name__)
                chore.due_at = time.monotonic() + max(chore.seconds, FAILURE_PAUSE_SECONDS)
            done.append(chore.name)
        return done

    def _turn(self) -> None:
        while not self._stop.wait(TURN_SECONDS):
            self.run_due()


def chores(app: Flask) -> Chores:
    found: Chores = app.extensions["chores"]
    return found


def init_app(app: Flask) -> None:
    app.extensions["chores"] = Chores(app)
