"""Reading the whole log and comparing it with its own hashes, its seals, its head, and anchors kept elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from outreach.core.audit.chain import Keyring, hash_of
from outreach.core.audit.models import AuditCheck, AuditEntry, AuditHead
from outreach.core.database_clock import read_clock

#: Entries read at a time, and faults that are kept of a damaged log.
BATCH = 1000
MOST_FAULTS = 100


class FaultKind(StrEnum):
    """What is wrong at one place of the log."""

    #: The columns are not what was hashed.
    EDITED = "edited"
    #: Numbers are missing before this one.
    MISSING = "missing"
    #: The entry does not continue the one before it: re-ordered, replaced or put in.
    BROKEN = "broken"
    #: The hash is sound but was not sealed by the site: chained anew by somebody without the key.
    FORGED = "forged"
    #: Sealed with a key that this site was not given.
    UNKNOWN_KEY = "unknown_key"
    #: The last entry is not the one that the head names: the end was cut off.
    CUT_OFF = "cut_off"
    #: The entry is not what was noted elsewhere.
    ANCHOR = "anchor"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, at the number of an entry (0: the log as a whole)."""

    number: int
    kind: FaultKind
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.number}: {self.kind}{f' ({self.detail})' if self.detail else ''}"


@dataclass(frozen=True, slots=True)
class _Link:
    """The place of an entry in the chain."""

    number: int
    previous_hash: str
    hash: str


def verify(
    session: Session, anchors: Mapping[int, str] | None = None, on_batch: Callable[[int], object] | None = None
) -> list[Fault]:
    """Every fault of the log, at most ``MOST_FAULTS``; an empty list says that it is whole.

    ``anchors``: hashes by number that were noted outside of the database (``flask accounts audit head``, the logs).
    ``on_batch`` hears the number that was reached now and then.
    """
    return list(islice(_faults(session, dict(anchors or {}), on_batch), MOST_FAULTS))


def note_check(session: Session, number: int, faults: Sequence[Fault], checked_by: str) -> AuditCheck:
    """Note that the log was verified up to ``number``, and what was found. The caller commits."""
    noted = AuditCheck(
        checked_at=read_clock(session),
        number=number,
        fault_count=len(faults),
        faults=[str(fault) for fault in faults],
        checked_by=checked_by[:300],
    )
    session.add(noted)
    return noted


def _faults(session: Session, anchors: dict[int, str], on_batch: Callable[[int], object] | None) -> Iterator[Fault]:
    keys: Keyring = current_app.extensions["audit_keys"]
    number, previous = 0, ""
    for link, entry in _entries(session):
        if on_batch and link.number % BATCH == 0:
            on_batch(link.number)
        if link.number != number + 1:
            yield Fault(link.number, FaultKind.MISSING, f"{number + 1}–{link.number - 1}")
        elif link.previous_hash != previous:
            yield Fault(link.number, FaultKind.BROKEN)
        if entry is None:
            yield Fault(link.number, FaultKind.EDITED, "unreadable")
        else:
            yield from _own_faults(entry, keys)
        if anchors.pop(link.number, link.hash) != link.hash:
            yield Fault(link.number, FaultKind.ANCHOR)
        number, previous = link.number, link.hash
    yield from (Fault(one, FaultKind.ANCHOR, "no such entry") for one in sorted(anchors))
    yield from _end(session, number, previous)


def _own_faults(entry: AuditEntry, keys: Keyring) -> Iterator[Fault]:
    if hash_of(entry) != entry.hash:
        yield Fault(entry.number, FaultKind.EDITED)
    if not keys.knows(entry.key_id):
        yield Fault(entry.number, FaultKind.UNKNOWN_KEY, entry.key_id)
    elif not keys.proves(entry):
        yield Fault(entry.number, FaultKind.FORGED)


def _end(session: Session, number: int, last_hash: str) -> Iterator[Fault]:
    """Compare the last entry that was read with the head. Entries added meanwhile moved both together."""
    head = session.get(AuditHead, 1, populate_existing=True)
    if head is None:
        yield Fault(0, FaultKind.CUT_OFF, "no head")
        return
    while number < head.number and (entry := session.get(AuditEntry, number + 1)) and entry.previous_hash == last_hash:
        number, last_hash = entry.number, entry.hash
    if (number, last_hash) != (head.number, head.hash):
        yield Fault(head.number, FaultKind.CUT_OFF, f"last entry {number}")


def _entries(session: Session) -> Iterator[tuple[_Link, AuditEntry | None]]:
    """All entries in order, each with its place in the chain; None for one that holds what no entry can hold."""
    last = 0
    while True:
        links = [
            _Link(*row)
            for row in session.execute(
                sa.select(AuditEntry.number, AuditEntry.previous_hash, AuditEntry.hash)
                .where(AuditEntry.number > last)
                .order_by(AuditEntry.number)
                .limit(BATCH)
            )
        ]
        if not links:
            return
        last = links[-1].number
        found = _read(session, [link.number for link in links])
        for link in links:
            yield link, found.get(link.number)


def _read(session: Session, numbers: list[int]) -> dict[int, AuditEntry]:
    """The entries of these numbers that can be read: what was edited by hand may be no JSON or no moment any more."""
    wanted = sa.select(AuditEntry).where(AuditEntry.number.in_(numbers)).execution_options(populate_existing=True)
    try:
        return {entry.number: entry for entry in session.scalars(wanted)}
    except (ValueError, LookupError, TypeError):
        if len(numbers) == 1:
            return {}
        middle = len(numbers) // 2
        return _read(session, numbers[:middle]) | _read(session, numbers[middle:])
