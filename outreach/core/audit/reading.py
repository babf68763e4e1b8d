"""Reading the log: the head, the newest verification, and the whole log as lines for a second place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.audit.chain import COVERED, canonical
from outreach.core.audit.models import AuditCheck, AuditEntry, AuditHead

BATCH = 1000


def find_head(session: Session) -> AuditHead:
    """The last entry's number and hash."""
    return session.get_one(AuditHead, 1, populate_existing=True)


def newest_check(session: Session) -> AuditCheck | None:
    """The last verification of the whole log."""
    return session.scalar(sa.select(AuditCheck).order_by(AuditCheck.id.desc()).limit(1))


def as_values(entry: AuditEntry) -> dict[str, Any]:
    """Every column of the entry."""
    return {column.key: getattr(entry, column.key) for column in AuditEntry.__table__.columns}


def export_lines(session: Session, after: int = 0) -> Iterator[bytes]:
    """The entries behind number ``after``, one JSON object a line, with hash and seal: the chain can be followed."""
    while True:
        wanted = sa.select(AuditEntry).where(AuditEntry.number > after).order_by(AuditEntry.number).limit(BATCH)
        entries = session.scalars(wanted).all()
        for entry in entries:
            yield canonical(as_values(entry)) + b"\n"
        if len(entries) < BATCH:
            return
        after = entries[-1].number


def chain_of(lines: Iterator[bytes]) -> Iterator[tuple[int, str, bool]]:
    """Number, hash, and whether the line holds what was hashed, for each line of an export; needs no key."""
    previous = None
    for line in lines:
        values = json.loads(line)
        digest = hashlib.sha256(canonical({name: values[name] for name in COVERED})).hexdigest()
        is_whole = digest == values["hash"] and previous in (None, values["previous_hash"])
        previous = values["hash"]
        yield values["number"], values["hash"], is_whole
