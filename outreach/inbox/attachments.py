"""The one file of a letter: pictures are made anew, everything is typed by content and limited."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core import files
from outreach.core.files import FileRefused, MediaType, Refusal, StoredFile
from outreach.core.files.types import media_type_of
from outreach.core.images import PictureRefused, made_anew
from outreach.inbox.actions.receiving import SOMEBODY
from outreach.inbox.forms import Fault
from outreach.inbox.stamps import FILE_TERM

ALLOWED: Final = frozenset({MediaType.JPEG, MediaType.PNG, MediaType.PDF})
PICTURES: Final = frozenset({MediaType.JPEG, MediaType.PNG})
LONGEST: Final = 4_000_000
#: Bytes of all letters' files together, and of files that wait for a form that was refused.
MOST_KEPT: Final = 2_000_000_000
MOST_WAITING: Final = 40_000_000
LETTER, WAITING = "inbox.letter", "inbox.waiting"
_FAULTS: Final = {
    Refusal.EMPTY: Fault.FILE_TYPE,
    Refusal.WRONG_TYPE: Fault.FILE_TYPE,
    Refusal.TOO_LONG: Fault.FILE_LONG,
    Refusal.QUOTA: Fault.FILE_FULL,
}


class AttachmentRefused(Exception):
    """The file is not taken; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def take_in(session: Session, name: str, content: bytes) -> StoredFile:
    """Keep a file that was sent, for as long as a form may wait; or raise ``AttachmentRefused``."""
    if len(content) > LONGEST:
        raise AttachmentRefused(Fault.FILE_LONG)
    if _held(session, WAITING) > MOST_WAITING or _held(session, LETTER) > MOST_KEPT:
        raise AttachmentRefused(Fault.FILE_FULL)
    try:
        if media_type_of(content) in PICTURES:
            content = made_anew(content)
        return files.store(
            session,
            name=name,
            content=content,
            purpose=WAITING,
            actor=SOMEBODY,
            allowed=ALLOWED,
            longest=max(LONGEST, len(content)),
            expires=FILE_TERM,
        )
    except PictureRefused as error:
        raise AttachmentRefused(Fault.FILE_BROKEN) from error
    except FileRefused as error:
        raise AttachmentRefused(_FAULTS[error.reason]) from error


def find_waiting(session: Session, file_id: int) -> StoredFile | None:
    """A file that waits for its form, unless its time is over."""
    found = files.find_file(session, file_id)
    return found if found is not None and found.purpose == WAITING else None


def attach(session: Session, file: StoredFile) -> None:
    """Let a file stay with its letter."""
    file.purpose = LETTER
    session.flush()
    files.keep(session, [file.id])


def _held(session: Session, purpose: str) -> int:
    return session.scalar(sa.select(sa.func.sum(StoredFile.size)).where(StoredFile.purpose == purpose)) or 0
