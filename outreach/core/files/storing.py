"""Storing, reading and expiring files, in the caller's transaction. Nothing here commits."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Iterator
from datetime import timedelta
from enum import StrEnum
from typing import BinaryIO, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.audit.recording import Actor
from outreach.core.database_clock import database_now, read_clock
from outreach.core.files.models import StoredFile, StoredFilePiece
from outreach.core.files.names import harmless_name
from outreach.core.files.types import MediaType, media_type_of

#: Longest file, and what one person (or the public together) may keep of files that still expire, in bytes.
LONGEST = 8_000_000
QUOTA = 100 * 1024 * 1024
PIECE = 256 * 1024
#: How long a file is kept that nothing was made of.
EXPIRY = timedelta(days=30)


class Refusal(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    WRONG_TYPE = "wrong_type"
    QUOTA = "quota"


class FileRefused(Exception):
    """The file is not taken; ``reason`` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


class FileDamaged(Exception):
    """The stored content is not what was stored."""


def store(
    session: Session,
    *,
    name: str,
    content: bytes | BinaryIO,
    purpose: str,
    actor: Actor,
    allowed: Collection[MediaType] = tuple(MediaType),
    longest: int = LONGEST,
    expires: timedelta | None = EXPIRY,
) -> StoredFile:
    """Keep an uploaded file, or raise ``FileRefused``. ``expires=None``: until somebody deletes it, without a quota."""
    data = content if isinstance(content, bytes) else content.read(longest + 1)
    media_type = _checked(data, allowed, longest)
    if expires is not None and _held(session, actor) + len(data) > QUOTA:
        raise FileRefused(Refusal.QUOTA)
    moment = read_clock(session)
    kept = StoredFile(
        name=harmless_name(name, media_type),
        media_type=media_type.value,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        purpose=purpose,
        created_by_id=actor.id,
        created_at=moment,
        expires_at=None if expires is None else moment + expires,
    )
    session.add(kept)
    session.flush()
    pieces = [data[start : start + PIECE] for start in range(0, len(data), PIECE)]
    session.execute(
        sa.insert(StoredFilePiece),
        [{"file_id": kept.id, "position": n, "content": piece} for n, piece in enumerate(pieces)],
    )
    return kept


def _checked(data: bytes, allowed: Collection[MediaType], longest: int) -> MediaType:
    if not data:
        raise FileRefused(Refusal.EMPTY)
    if len(data) > longest:
        raise FileRefused(Refusal.TOO_LONG)
    media_type = media_type_of(data)
    if media_type is None or media_type not in allowed:
        raise FileRefused(Refusal.WRONG_TYPE)
    return media_type


def _held(session: Session, actor: Actor) -> int:
    """Bytes of this person's files that still expire."""
    own = sa.select(sa.func.sum(StoredFile.size)).where(
        StoredFile.created_by_id.is_not_distinct_from(actor.id), StoredFile.expires_at.is_not(None)
    )
    return session.scalar(own) or 0


def find_file(session: Session, file_id: int) -> StoredFile | None:
    """The file, unless its time is over."""
    is_kept = StoredFile.expires_at.is_(None) | (StoredFile.expires_at > database_now())
    return session.scalar(sa.select(StoredFile).where(StoredFile.id == file_id, is_kept))


def iter_content(session: Session, file: StoredFile) -> Iterator[bytes]:
    """The content, piece by piece."""
    for position in range(-(-file.size // PIECE)):
        yield session.get_one(StoredFilePiece, (file.id, position)).content


def open_file(session: Session, file: StoredFile) -> io.BytesIO:
    """The whole content as a file to read, compared with its hash: ``FileDamaged`` when it is another."""
    content = b"".join(iter_content(session, file))
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise FileDamaged(file.id)
    return io.BytesIO(content)


def keep(session: Session, file_ids: Collection[int]) -> None:
    """Let files stay that something kept now refers to."""
    session.execute(sa.update(StoredFile).where(StoredFile.id.in_(file_ids)).values(expires_at=None))


def release(session: Session, file_ids: Collection[int], after: timedelta = EXPIRY) -> None:
    """Let files expire that nothing refers to any more."""
    session.execute(sa.update(StoredFile).where(StoredFile.id.in_(file_ids)).values(expires_at=database_now(after)))


def sweep(session: Session) -> int:
    """Delete the files whose time is over; returns how many."""
    outdated = sa.select(StoredFile.id).where(StoredFile.expires_at <= database_now()).limit(500)
    ids = session.scalars(outdated).all()
    session.execute(sa.delete(StoredFilePiece).where(StoredFilePiece.file_id.in_(ids)))
    done = session.execute(sa.delete(StoredFile).where(StoredFile.id.in_(ids)))
    return int(cast("sa.CursorResult[object]", done).rowcount)
