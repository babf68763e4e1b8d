"""Where Whoosh indexes lie: ``gen-<id>`` folders beside each other, and one line in ``CURRENT`` that says which serves.

Index files are pickles: who can write here can run code as the site. So the folder belongs to the site's user alone
(0700), is never part of uploads or backups, and nothing is opened that someone else owns or could have written.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from outreach.core.search.index import IndexBusy, IndexUnavailable
from outreach.core.search.whoosh_format import INDEX_NAME
from outreach.core.search.whoosh_storage import sync_folder

WRITING: Final = "writing.lock"
REBUILDING: Final = "rebuilding.lock"
#: How long a replaced folder stays, for readers that are just opening it.
KEEP_SECONDS: Final = 600
_GENERATION = re.compile(r"gen-[0-9a-f]{32}")
_CONTENTS = re.compile(rf"_{INDEX_NAME}_([0-9]+)\.toc")
_LOCK_POLL_SECONDS = 0.05


class IndexDirectory:
    """The folder of all generations of the index."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._current = root / "CURRENT"
        self._distrusted = root / "REBUILD"

    def location(self) -> tuple[Path, int]:
        """The serving folder and the number of its newest commit. Opens no index. Raises IndexUnavailable."""
        folder = self.current()
        name, reason = self.distrusted()
        if name == folder.name:
            raise IndexUnavailable(f"to be rebuilt: {reason}")
        return folder, self.newest(folder)

    @staticmethod
    def newest(folder: Path) -> int:
        """Number of the last commit in ``folder``. Raises IndexUnavailable when there is none."""
        numbers = [int(match[1]) for name in _listed(folder) if (match := _CONTENTS.fullmatch(name))]
        if not numbers:
            raise IndexUnavailable("the index has no table of contents")
        return max(numbers)

    def current(self) -> Path:
        """The folder that ``CURRENT`` names, if it is there and nobody else could have written it."""
        try:
            name = self._current.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise IndexUnavailable("there is no index yet") from None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexUnavailable("CURRENT cannot be read") from error
        if not _GENERATION.fullmatch(name):
            raise IndexUnavailable("CURRENT does not name an index")
        folder = self.root / name
        if not (_is_private(self.root) and _is_private(folder)):
            raise IndexUnavailable("the index is missing, or others than the site's user can write it")
        return folder

    def create(self) -> Path:
        """A new empty folder that nothing refers to yet."""
        self.prepare()
        folder = self.root / f"gen-{secrets.token_hex(16)}"
        folder.mkdir(mode=0o700)
        return folder

    def prepare(self) -> None:
        """Make the root, private."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _is_private(self.root):
            self.root.chmod(0o700)

    def flip(self, folder: Path) -> None:
        """Let ``folder`` serve from now on: readers find either the old line or the new one."""
        fresh = self.root / "CURRENT.new"
        with fresh.open("w", encoding="ascii") as file:
            file.write(f"{folder.name}\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._current)
        sync_folder(self.root)

    def sweep(self, keep_seconds: float = KEEP_SECONDS) -> None:
        """Remove folders that do not serve: replaced ones, and what a killed rebuild left. Not during a rebuild."""
        try:
            serving = self.current().name
        except IndexUnavailable:
            serving = ""
        for name in _listed(self.root):
            folder = self.root / name
            if name == serving or not _GENERATION.fullmatch(name):
                continue
            with suppress(FileNotFoundError):  # another process sweeps too
                if folder.lstat().st_mtime <= time.time() - keep_seconds:
                    shutil.rmtree(folder, ignore_errors=True)

    def distrust(self, folder: Path, reason: str) -> None:
        """Stop every process from reading ``folder``; another folder in ``CURRENT`` ends that."""
        fresh = self.root / f"REBUILD.{os.getpid()}"
        fresh.write_text(f"{folder.name}\n{reason}\n", encoding="utf-8")
        fresh.replace(self._distrusted)

    def distrusted(self) -> tuple[str, str]:
        """Name of the folder that is not to be read, and why not; empty without one."""
        try:
            name, _, reason = self._distrusted.read_text(encoding="utf-8", errors="replace").partition("\n")
        except OSError:
            return "", ""
        return name, reason.strip()

    @contextmanager
    def lock(self, name: str, wait_seconds: float = 0) -> Iterator[None]:
        """Hold one of the two locks. The kernel frees it when its holder dies. Raises IndexBusy."""
        self.prepare()
        with (self.root / name).open("w") as file:
            deadline = time.monotonic() + wait_seconds
            while not _try_lock(file.fileno(), fcntl.LOCK_EX):
                if time.monotonic() >= deadline:
                    raise IndexBusy(name)
                time.sleep(_LOCK_POLL_SECONDS)
            yield

    def is_locked(self, name: str) -> bool:
        """Whether some process holds the lock."""
        try:
            with (self.root / name).open("r") as file:
                return not _try_lock(file.fileno(), fcntl.LOCK_SH)
        except FileNotFoundError:
            return False


def _try_lock(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _listed(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries]
    except FileNotFoundError:
        return []


def _is_private(folder: Path) -> bool:
    """Whether ``folder`` is a real folder of this user that no one else can write or read."""
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not stat.S_IMODE(status.st_mode) & 0o077
