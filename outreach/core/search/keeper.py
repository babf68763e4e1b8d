"""The thread in every web process that keeps the index up. Requests never index; locks let one process do the work."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import structlog
from flask import Flask, request

from outreach.core.search.index import IndexBusy, IndexUnavailable
from outreach.core.search.indexer import advance, text_index

INDEX_ADVANCED = "index_advanced"
INDEX_KEEPER_FAILED = "index_keeper_failed"
INTERVAL_SECONDS = 1.0
#: Pause after a failure, such as a database that does not answer or a full disk.
FAILURE_PAUSE_SECONDS = 30.0
PRUNE_SECONDS = 600.0

log = structlog.get_logger("outreach.search")


class Keeper:
    """Begins with the first request of a process, so that it lives in the workers and not in what forks them."""

    def __init__(self, app: Flask, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self._app = app
        self._interval = interval_seconds
        self._lock = threading.Lock()
        self._process = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._pruned_at = time.monotonic()

    def before_request(self) -> None:
        if self._process == os.getpid() or self._app.testing or request.endpoint == "health.healthz":
            return  # whether the process lives is answered without the database
        self.start()

    def start(self) -> None:
        """Compare index and database once, so that no request reads a foreign index, and go on in the background."""
        with self._lock:
            if self._process == os.getpid():
                return
            self._process = os.getpid()
            self._attempt(text_index().verdict)
            self._stop = threading.Event()
            self._thread = threading.Thread(target=self._run, name="index-keeper", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread; a started step is finished first."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        pause = 0.0
        while not self._stop.wait(pause):
            with self._app.app_context():
                is_well = self._attempt(self._step)
            pause = self._interval if is_well else FAILURE_PAUSE_SECONDS

    def _step(self) -> None:
        index = text_index()
        verdict = index.verdict()
        self._app.extensions["metrics"].index_lag.set(verdict.lag_seconds)
        try:
            done = advance(index, verdict)
        except IndexBusy:  # another process is at it
            return
        except IndexUnavailable:  # damaged since it was looked at: the next turn rebuilds it
            return
        if done.count or done.is_rebuilt:
            log.info(INDEX_ADVANCED, rebuilt=done.is_rebuilt, count=done.count)
        if time.monotonic() - self._pruned_at > PRUNE_SECONDS:
            self._pruned_at = time.monotonic()
            index.prune()

    def _attempt(self, action: Callable[[], object]) -> bool:
        """Run ``action``; whatever fails is logged, because a keeper that dies would leave the index to rot."""
        try:
            action()
        except Exception as error:
            log.exception(INDEX_KEEPER_FAILED, error=type(error).__name__)
            return False
        return True
