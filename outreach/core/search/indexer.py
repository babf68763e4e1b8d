"""Keeping the text index equal to the database: catching up, comparing the two, and how it stands."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from outreach.core.search import pending
from outreach.core.search.index import IndexBusy, IndexState, IndexUnavailable
from outreach.core.search.maintained import Health, MaintainedIndex, Progress, Verdict, fingerprint, sources
from outreach.core.search.text import terms

_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What catching up took: changes that were applied, or documents of a rebuilt index."""

    is_rebuilt: bool
    count: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A document that the index and the database do not have alike. ``what``: ``missing``, ``stale`` or ``extra``."""

    kind: str
    object_id: int
    what: str


def text_index() -> MaintainedIndex:
    """The index of the application in hand."""
    return cast(MaintainedIndex, current_app.extensions["text_index"])


def catch_up(progress: Progress | None = None, wait_seconds: float = 60) -> CaughtUp:
    """Bring the index up to what is committed, by following or rebuilding; for commands, jobs and tests.

    When another process is at it, waits for that; raises IndexBusy when it takes longer than ``wait_seconds``.
    """
    index = text_index()
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return advance(index, index.verdict(), progress)
        except (IndexBusy, IndexUnavailable):  # the second: damaged since it was looked at
            if time.monotonic() > deadline:
                raise
            time.sleep(_POLL_SECONDS)


def advance(index: MaintainedIndex, verdict: Verdict, progress: Progress | None = None) -> CaughtUp:
    """Do once what the verdict asks for. Raises IndexBusy when another process is at it."""
    if verdict.health in (Health.UNUSABLE, Health.OUTDATED):
        return CaughtUp(is_rebuilt=True, count=index.rebuild(progress))
    count = 0
    while verdict.health is Health.BEHIND and (applied := index.apply()):
        count += applied
        if progress is not None:
            progress(count, max(count, verdict.lag))
    return CaughtUp(is_rebuilt=False, count=count)


def index_state(app: Flask) -> IndexState:
    """How the application's index stands now. May raise a database error."""
    with app.app_context():
        index = text_index()
        verdict = index.verdict()
        return IndexState(
            usable=verdict.health is not Health.UNUSABLE,
            rebuilding=index.is_rebuilding(),
            lag=verdict.lag,
            lag_seconds=verdict.lag_seconds,
            reason=verdict.reason,
        )


def differences() -> Iterator[Difference]:
    """Every document that the index holds otherwise than the database, or only one of them. Raises IndexUnavailable."""
    for source in sources(current_app).values():
        found = text_index().fingerprints(source.kind)
        with pending.snapshot() as session:
            for object_id, text in source.load(session, None):
                indexed = found.pop(object_id, None)
                if indexed is None:
                    yield Difference(source.kind, object_id, "missing")
                elif indexed != fingerprint(terms(text)):
                    yield Difference(source.kind, object_id, "stale")
        for object_id in found:
            yield Difference(source.kind, object_id, "extra")
