"""What a process knows of one generation of the data, and how it changes to the next one."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Final

import structlog
from sqlalchemy.orm import Session

from outreach.core.search.outbox import generation
from outreach.labels.queries.cards import CardMaker
from outreach.labels.queries.dictionary import CodeBook, Dictionary, build_dictionary
from outreach.labels.queries.loading import load_snapshot
from outreach.labels.queries.snapshot import CatalogueSnapshot
from outreach.labels.queries.terms import list_terms

#: How old the knowledge of the current generation may be, in seconds.
MAX_AGE: Final = 0.25
#: How long the search that notices a new generation waits for it, in seconds: enough for tens of thousands of rows.
PATIENCE: Final = 0.5

LOAD_FAILED: Final = "catalogue_load_failed"
log = structlog.get_logger("outreach.labels")

OpenSession = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class State:
    """One generation in memory."""

    snapshot: CatalogueSnapshot
    dictionary: Dictionary
    cards: CardMaker


def load_state(session: Session) -> State:
    """Read the registry and prepare what the searches need."""
    snapshot = load_snapshot(session)
    dictionary = build_dictionary(list_terms(snapshot), CodeBook(snapshot.models, snapshot.numbers))
    return State(snapshot, dictionary, CardMaker(snapshot))


class Current:
    """The state that searches use. The first one is waited for; a later one is loaded aside while the old one serves,
    and only the search that noticed it waits a moment, so that a small register is never seen out of date.

    ``open_session`` gives the loading thread a session of its own. Without it the asking thread loads, so what it
    wrote itself a moment ago is seen: that is what tests want, with a ``max_age`` of 0.
    """

    def __init__(self, open_session: OpenSession | None = None, max_age: float = MAX_AGE) -> None:
        self.open_session = open_session
        self.max_age = max_age
        self._state: State | None = None
        self._checked_at = 0.0
        self._loading = Lock()

    def follow_at_once(self) -> None:
        """Forget what is in memory, and from now on let every search see what was written before it (for tests)."""
        self.open_session, self.max_age, self._state = None, 0.0, None

    def get(self, session: Session) -> State:
        """The newest state that is ready."""
        state = self._state
        now = time.monotonic()
        if state is not None and now - self._checked_at < self.max_age:
            return state
        if state is None:
            with self._loading:
                return self._state or self._load(session)
        self._checked_at = now
        if generation(session, "labels") != state.snapshot.generation:
            self._renew(session)
        return self._state or state

    def _renew(self, session: Session) -> None:
        if not self._loading.acquire(blocking=False):
            return
        if self.open_session is None:
            self._load_and_release(session)
        else:
            loading = Thread(target=self._load_aside, name="catalogue-load", daemon=True)
            loading.start()
            loading.join(PATIENCE)

    def _load_aside(self) -> None:
        try:
            if self.open_session is not None:
                with self.open_session() as session:
                    self._load(session)
        except Exception:  # whatever it is: the old state goes on serving, and the next search tries again
            log.exception(LOAD_FAILED)
        finally:
            self._loading.release()

    def _load_and_release(self, session: Session) -> None:
        try:
            self._load(session)
        finally:
            self._loading.release()

    def _load(self, session: Session) -> State:
        self._state = state = load_state(session)
        self._checked_at = time.monotonic()
        return state
