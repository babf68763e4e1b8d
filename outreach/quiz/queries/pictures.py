"""Stored pictures of questions by the hash of their bytes. They never change, so what was read is kept in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core import files
from outreach.core.database_clock import database_now
from outreach.core.files import StoredFile

#: What stored files of this kind are for.
PURPOSE: Final = "quiz-picture"
#: Bytes of pictures that a process keeps.
MOST_KEPT: Final = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to send."""

    content: bytes
    media_type: str


_kept: dict[str, Picture] = {}


def find_picture(session: Session, sha256: str) -> Picture | None:
    """The picture with this hash. Who may see it is the caller's question."""
    found = _kept.get(sha256)
    if found is None:
        stored = find_stored(session, sha256)
        if stored is None:
            return None
        found = Picture(files.open_file(session, stored).getvalue(), stored.media_type)
        if sum(len(one.content) for one in list(_kept.values())) + len(found.content) > MOST_KEPT:
            _kept.clear()
        _kept[sha256] = found
    return found


def find_stored(session: Session, sha256: str) -> StoredFile | None:
    """The file with this hash."""
    query = _pictures().where(StoredFile.sha256 == sha256)
    return session.scalar(query.order_by(StoredFile.id).limit(1))


def find_named(session: Session, name: str) -> StoredFile | None:
    """The picture that goes by this name in the files that the bank was written to."""
    return session.scalar(_pictures().where(StoredFile.name == name).order_by(StoredFile.id).limit(1))


def missing(session: Session, hashes: Iterable[str]) -> set[str]:
    """Those of the hashes that no picture is stored for."""
    wanted = set(hashes)
    if not wanted:
        return set()
    query = _pictures().where(StoredFile.sha256.in_(wanted)).with_only_columns(StoredFile.sha256)
    return wanted - set(session.scalars(query))


def _pictures() -> sa.Select[StoredFile]:
    """All whose time is not over: a picture that no version has waits for its question only so long."""
    is_kept = StoredFile.expires_at.is_(None) | (StoredFile.expires_at > database_now())
    return sa.select(StoredFile).where(StoredFile.purpose == PURPOSE, is_kept)
