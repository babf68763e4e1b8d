"""The text index in a local folder, for the embedded profile: reading by numpy, writing through Whoosh."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import RLock
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from outreach.core.db import db
from outreach.core.search import pending
from outreach.core.search.index import SCHEMA_VERSION, Ids, IndexUnavailable
from outreach.core.search.maintained import Health, MaintainedIndex, Progress, Sources, Verdict, changed_documents
from outreach.core.search.outbox import ensure_epoch, epoch
from outreach.core.search.whoosh_directory import REBUILDING, WRITING, IndexDirectory
from outreach.core.search.whoosh_format import key
from outreach.core.search.whoosh_reading import IndexView, checked_watermark
from outreach.core.search.whoosh_storage import Checked, SealedStorage, Watermark
from outreach.core.search.whoosh_writing import build, replace_documents

INDEX_DISTRUSTED = "index_distrusted"
#: Readers look for another process's commit this often; changes of this very object are seen at once.
LOOK_SECONDS = 0.05
#: How long a finished rebuild waits for a running commit before it flips.
COMMIT_WAIT_SECONDS = 60
#: How often a reader tries again when a commit replaces what it is opening.
ATTEMPTS = 5

T = TypeVar("T")
log = structlog.get_logger("outreach.search")


class WhooshIndex(MaintainedIndex):
    """Index generations in one folder. Safe between threads; every process opens its own files."""

    def __init__(self, root: Path, sources: Sources) -> None:
        super().__init__()
        self.directory = IndexDirectory(root)
        self._sources = sources
        self._lock = RLock()
        self._view: IndexView | None = None
        self._looked_at = 0.0
        self._checked: Checked = {}

    def version(self) -> str:
        view = self._view
        is_fresh = time.monotonic() - self._looked_at < LOOK_SECONDS
        if view is not None and is_fresh and view.place[2] == os.getpid():
            return view.version  # without the lock, which a long reading may hold
        with self._lock:
            return self._steadily(self._open).version

    def read(self, kind: str, term: str, *, is_prefix: bool) -> Ids:
        wanted = key(kind, term)
        with self._lock:
            return self._steadily(lambda folder, number: self._open(folder, number).ids(wanted, is_prefix=is_prefix))

    def fingerprints(self, kind: str) -> dict[int, int]:
        with self._lock:
            return self._steadily(lambda folder, number: self._open(folder, number).fingerprints(kind))

    def verdict(self) -> Verdict:
        try:
            folder, _number = self.directory.location()
            watermark = self._steadily(self._watermark)
        except IndexUnavailable as error:
            return Verdict(Health.UNUSABLE, str(error))
        with pending.snapshot() as session:
            if reason := disagreement(session, watermark):
                self._distrust(folder, reason)
                return Verdict(Health.UNUSABLE, reason)
            backlog = pending.backlog(session, watermark.seq, watermark.documents)
        health = Health.OUTDATED if backlog.wants_rebuild else Health.BEHIND if backlog.count else Health.FRESH
        return Verdict(health, lag=backlog.count, lag_seconds=backlog.seconds)

    def apply(self) -> int:
        with self.directory.lock(WRITING):
            watermark = self._steadily(self._watermark)
            return self._apply_to(self.directory.current(), watermark)

    def rebuild(self, progress: Progress | None = None) -> int:
        with self.directory.lock(REBUILDING, wait_seconds=0.2):
            self.directory.sweep(keep_seconds=0)
            with db.sessionmaker.begin() as session:
                ensure_epoch(session)
            folder = self.directory.create()
            try:
                count = build(folder, self._sources(), progress)
                with self.directory.lock(WRITING, wait_seconds=COMMIT_WAIT_SECONDS):
                    self._catch_up(folder)
                    self.directory.flip(folder)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
        self._looked_at = 0.0
        return count

    def is_rebuilding(self) -> bool:
        return self.directory.is_locked(REBUILDING)

    def prune(self) -> None:
        pending.prune(self._steadily(self._watermark).seq)
        if not self.is_rebuilding():
            self.directory.sweep()

    def _catch_up(self, folder: Path) -> None:
        """Take in what was recorded while ``folder`` was being built."""
        applied = -1
        while applied:
            applied = self._apply_to(folder, self._watermark(folder, self.directory.newest(folder)))

    def _apply_to(self, folder: Path, watermark: Watermark) -> int:
        with pending.snapshot() as session:
            changes = pending.list_changes(session, watermark.seq)
            if not changes:
                return 0
            changed = pending.group_by_kind(changes)
            documents = list(changed_documents(session, self._sources(), changed))
        replace_documents(SealedStorage(folder, self._checked), changed, documents, changes[-1])
        self._looked_at = 0.0
        return len(changes)

    def _watermark(self, folder: Path, number: int) -> Watermark:
        return checked_watermark(SealedStorage(folder, self._checked), number)

    def _open(self, folder: Path, number: int) -> IndexView:
        """The view of a commit: the one in hand when it is still that, in this process."""
        if self._view is None or self._view.place != (folder, number, os.getpid()):
            self._view = IndexView(SealedStorage(folder, self._checked), number)
        self._looked_at = time.monotonic()
        return self._view

    def _steadily(self, action: Callable[[Path, int], T]) -> T:
        """Run ``action`` on the serving folder and its newest commit; again when these changed while it failed.

        A damaged index raises nearly anything (TypeError, EOFError, UnpicklingError …): whatever it is, the index is
        not read any more until it is rebuilt.
        """
        for attempt in range(1, ATTEMPTS + 1):
            place = self.directory.location()
            try:
                return action(*place)
            except Exception as error:  # whatever it is: see above
                if attempt < ATTEMPTS and self.directory.location() != place:
                    continue
                self._distrust(place[0], f"{type(error).__name__}: {error}")
                raise IndexUnavailable(str(error)) from error
        raise AssertionError("unreachable")

    def _distrust(self, folder: Path, reason: str) -> None:
        log.error(INDEX_DISTRUSTED, folder=folder.name, reason=reason)
        self._view = None
        with suppress(OSError):  # a full or read-only disk: this process still does not read it
            self.directory.distrust(folder, reason)


def disagreement(session: Session, watermark: Watermark) -> str:
    """Why an index with this watermark is not one of this database; empty when it is."""
    if watermark.schema_version != SCHEMA_VERSION:
        return "the index has another schema version"
    if watermark.epoch != epoch(session):
        return "the index was made from another database"
    newest = pending.newest_change(session)
    if watermark.seq > (newest.seq if newest else 0):
        return "the index is ahead of the database"
    if watermark.seq == 0:
        return "changes were forgotten before the index saw them" if pending.oldest_seq(session) > 1 else ""
    seen = pending.find_change(session, watermark.seq)
    return "" if seen is not None and seen.mark == watermark.mark else "the database has another history"
