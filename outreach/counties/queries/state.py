"""What a process knows of one generation of the registry, and how it changes to the next one."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock
from typing import Final

from sqlalchemy.orm import Session

from outreach.core.search.outbox import generation
from outreach.counties.queries.days import Days
from outreach.counties.queries.loading import DATA, load_snapshot
from outreach.counties.queries.matching import Matcher
from outreach.counties.queries.snapshot import CountySnapshot

#: How old the knowledge of the current generation may be, in seconds.
MAX_AGE: Final = 0.25

OpenSession = Callable[[], AbstractContextManager[Session]]

__all__ = ["Current", "OpenSession", "Session", "State"]


@dataclass(frozen=True, slots=True)
class State:
    """One generation in memory."""

    snapshot: CountySnapshot
    days: Days
    matcher: Matcher


def load_state(session: Session) -> State:
    """Read the registry and prepare what the pages need: a fifth of a second."""
    snapshot = load_snapshot(session)
    return State(snapshot, Days(snapshot), Matcher(snapshot))


class Current:
    """The state that pages use. The request that notices a new generation loads it; others use the old one meanwhile.

    ``open_session`` gives the load a session of its own, so that it sees one moment. Without it the asking session
    is used, so what it wrote itself a moment ago is seen: that is what tests want, with a ``max_age`` of 0.
    """

    def __init__(self, open_session: OpenSession | None = None, max_age: float = MAX_AGE) -> None:
        self.open_session = open_session
        self.max_age = max_age
        self._state: State | None = None
        self._checked_at = 0.0
        self._loading = Lock()

    def follow_at_once(self) -> None:
        """Forget what is in memory, and from now on let every page see what was written before it (for tests)."""
        self.open_session, self.max_age, self._state = None, 0.0, None

    def get(self, session: Session) -> State:
        """The newest state that is ready."""
        state, now = self._state, time.monotonic()
        if state is None:
            with self._loading:
                return self._state or self._load(session)
        if now - self._checked_at >= self.max_age:
            self._checked_at = now
            if generation(session, DATA) != state.snapshot.generation and self._loading.acquire(blocking=False):
                try:
                    return self._load(session)
                finally:
                    self._loading.release()
        return self._state or state

    def _load(self, session: Session) -> State:
        if self.open_session is None:
            self._state = state = load_state(session)
        else:
            with self.open_session() as own:
                self._state = state = load_state(own)
        self._checked_at = time.monotonic()
        return state
