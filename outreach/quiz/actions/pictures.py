"""Taking pictures of questions in: made anew without metadata, kept under the hash of their bytes, never changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from datetime import timedelta
from pathlib import PurePath
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core import files
from outreach.core.audit import Actor
from outreach.core.audit.recording import SYSTEM
from outreach.core.files import MediaType, StoredFile
from outreach.core.files.names import harmless_name
from outreach.core.images import WEBP, PictureRefused, made_anew, size_of
from outreach.quiz.queries.pictures import PURPOSE, find_stored
from outreach.quiz.rules.questions import Image

__all__ = ["PictureRefused", "image_of", "keep", "take_in", "take_in_own"]

#: Most pixels on the longer side: more than a paper shows, and little on the wire.
LONGEST_SIDE: Final = 1600
#: How long a picture waits for its question to be approved.
TERM: Final = timedelta(days=180)
#: Signs of the hash at the end of a name, so that a name tells which picture it is; a name from elsewhere has others.
_TOLD: Final = 8
_TOLD_BEFORE: Final = re.compile(rf"-[0-9a-f]{{{_TOLD}}}$")
_ALLOWED: Final = (MediaType.PNG, MediaType.JPEG)


def take_in(
    session: Session, name: str, content: bytes, *, actor: Actor = SYSTEM, expires: timedelta | None = TERM
) -> Image:
    """A PNG, JPEG or WebP as a picture without words yet; the same bytes again are the picture that is there.

    Raises ``PictureRefused`` (no picture, or too large) and ``files.FileRefused`` (empty, too long, quota).
    """
    if len(content) > files.LONGEST:
        raise files.FileRefused(files.Refusal.TOO_LONG)
    known = find_stored(session, _hash(content))  # ours come back as they went: a JPEG loses nothing on the way
    if known is None:
        content = made_anew(content, longest_side=LONGEST_SIDE, more_formats=(WEBP,))
        known = find_stored(session, _hash(content)) or _store(session, name, content, actor, expires)
    if known.expires_at is not None:
        files.release(session, [known.id], TERM)
    return image_of(session, known)


def take_in_own(session: Session, name: str, content: bytes) -> Image:
    """A picture of the content files, byte for byte, so that no other version of a library makes it another picture."""
    size_of(content)
    return image_of(session, find_stored(session, _hash(content)) or _store(session, name, content, SYSTEM, None))


def image_of(session: Session, stored: StoredFile) -> Image:
    """A stored picture as a question has it, without words yet."""
    width, height = size_of(files.open_file(session, stored).getvalue())
    return Image(stored.name, "", sha256=stored.sha256, width=width, height=height)


def keep(session: Session, hashes: Collection[str]) -> None:
    """Let pictures stay that a version has now."""
    if hashes:
        query = sa.select(StoredFile.id).where(StoredFile.purpose == PURPOSE, StoredFile.sha256.in_(hashes))
        files.keep(session, session.scalars(query).all())


def _store(session: Session, name: str, content: bytes, actor: Actor, expires: timedelta | None) -> StoredFile:
    kind = files.media_type_of(content)
    if kind not in _ALLOWED:
        raise PictureRefused
    plain = PurePath(harmless_name(name, kind))
    told = f"{_TOLD_BEFORE.sub('', plain.stem)}-{_hash(content)[:_TOLD]}{plain.suffix}"
    return files.store(
        session, name=told, content=content, purpose=PURPOSE, actor=actor, allowed=_ALLOWED, expires=expires
    )


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
