"""What a process keeps in memory of one generation of the data, and how it changes to the next one."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock, Thread
from typing import Final, Generic, Protocol, TypeVar

import structlog
from sqlalchemy.orm import Session

from outreach.core.search.outbox import generation

#: How old the knowledge of the current generation may be, in seconds.
MAX_AGE: Final = 0.25
#: How long the request that notices a new generation waits for it, in seconds: enough for tens of thousands of rows.
PATIENCE: Final = 0.5

LOAD_FAILED: Final = "load_failed"
log = structlog.get_logger("outreach.core")

OpenSession = Callable[[], AbstractContextManager[Session]]


class Loaded(Protocol):
    """Whatever was read from one generation of the data."""

    @property
    def generation(self) -> str:
        """The token that the outbox gave to this generation."""


StateT = TypeVar("StateT", bound=Loaded)


class Current(Generic[StateT]):
    """The state that pages use. The first one is waited for; a later one is loaded aside while the old one serves,
    and only the request that noticed it waits a moment, so that a small change is never seen out of date.

    ``data`` names the generation to follow. ``open_session`` gives the loading thread a session of its own. Without it
    the asking thread loads, so what it wrote itself a moment ago is seen: that is what tests want, with a ``max_age``
    of 0.
    """

    def __init__(
        self,
        load: Callable[[Session], StateT],
        data: str,
        open_session: OpenSession | None = None,
        max_age: float = MAX_AGE,
    ) -> None:
        self.load, self.data = load, data
        self.open_session = open_session
        self.max_age = max_age
        self._state: StateT | None = None
        self._checked_at = 0.0
        self._loading = Lock()

    def follow_at_once(self) -> None:
        """Forget what is in memory, and from now on let every request see what was written before it (for tests)."""
        self.open_session, self.max_age, self._state = None, 0.0, None

    def get(self, session: Session) -> StateT:
        """The newest state that is ready."""
        state = self._state
        now = time.monotonic()
        if state is not None and now - self._checked_at < self.max_age:
            return state
        if state is None:
            with self._loading:
                return self._state or self._load(session)
        self._checked_at = now
        if generation(session, self.data) != state.generation:
            self._renew(session)
        return self._state or state

    def _renew(self, session: Session) -> None:
        if not self._loading.acquire(blocking=False):
            return
        if self.open_session is None:
            self._load_and_release(session)
        else:
            loading = Thread(target=self._load_aside, name=f"load-{self.data}", daemon=True)
            loading.start()
            loading.join(PATIENCE)

    def _load_aside(self) -> None:
        try:
            if self.open_session is not None:
                with self.open_session() as session:
                    self._load(session)
        except Exception:  # whatever it is: the old state goes on serving, and the next request tries again
            log.exception(LOAD_FAILED, data=self.data)
        finally:
            self._loading.release()

    def _load_and_release(self, session: Session) -> None:
        try:
            self._load(session)
        finally:
            self._loading.release()

    def _load(self, session: Session) -> StateT:
        self._state = state = self.load(session)
        self._checked_at = time.monotonic()
        return state
