"""Which filings are superseded: a newer one of the same maker and model under the same edition stands.

Model codes are compared without case, width and blanks, but with their punctuation: ``A-1.1`` is not ``A-11``. Filings
of the same day stand side by side, because nothing says which one is newer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.bulk import bulk_update
from outreach.core.search.text import fold
from outreach.labels.actions.import_before import keep_states
from outreach.labels.actions.import_corrections import is_state_decided
from outreach.labels.actions.import_records import write_events
from outreach.labels.models import Registration, RegistrationStatus

STANDING = (RegistrationStatus.LISTED, RegistrationStatus.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Superseding:
    """A filing whose state changes: superseded by the number ``by``, or standing again when that is empty."""

    registration_id: int
    number: str
    row_number: int
    run_id: int
    by: str
    on: date | None


def renew_superseded(
    session: Session, edition_ids: Iterable[int], *, run_id: int | None, day: date
) -> Sequence[Superseding]:
    """Bring the states of all filings under the given editions up to date, with dated events. Returns the changes.

    Filings whose state staff decided on stay as they are.
    """
    changes = [change for group in _groups(session, list(edition_ids)) for change in _changes(group)]
    if run_id is not None:
        keep_states(session, run_id, [one.registration_id for one in changes])
    states = {True: RegistrationStatus.SUPERSEDED, False: RegistrationStatus.LISTED}
    bulk_update(session, Registration, ("status",), [(states[bool(one.by)], one.registration_id) for one in changes])
    write_events(session, [_event(one, run_id, day) for one in changes])
    return changes


def _event(change: Superseding, run_id: int | None, day: date) -> tuple[Any, ...]:
    if change.by:
        status, kind, details = RegistrationStatus.SUPERSEDED, "superseded", {"number": change.by}
    else:
        status, kind, details = RegistrationStatus.LISTED, "relisted", {}
    return (change.registration_id, change.on or day, status, kind, details, run_id)


def _groups(session: Session, edition_ids: Sequence[int]) -> Iterable[list[Any]]:
    """Filings that share maker, edition and model, where there are several or one of them is superseded."""
    table = Registration
    filings = (
        sa.select(
            table.id,
            table.number,
            table.row_number,
            table.run_id,
            table.maker_id,
            table.edition_id,
            table.model,
            table.announced_on,
            table.status,
            sa.func.count().over(partition_by=(table.maker_id, table.model_key, table.edition_id)).label("filings"),
        )
        .where(table.edition_id.in_(edition_ids), table.status.in_(STANDING), ~is_state_decided())
        .subquery()
    )
    is_superseded = filings.c.status == RegistrationStatus.SUPERSEDED
    query = sa.select(filings).where(sa.or_(filings.c.filings > 1, is_superseded))
    groups: defaultdict[tuple[int, int, str], list[Any]] = defaultdict(list)
    for row in session.execute(query):
        groups[row.maker_id, row.edition_id, fold(row.model).replace(" ", "")].append(row)
    return groups.values()


def _changes(group: Sequence[Any]) -> Iterable[Superseding]:
    newest = max(group, key=lambda row: (row.announced_on or date.min, row.number))
    for row in group:
        is_older = bool(row.announced_on and newest.announced_on and row.announced_on < newest.announced_on)
        if is_older is not (row.status is RegistrationStatus.SUPERSEDED):
            by, on = (newest.number, newest.announced_on) if is_older else ("", None)
            yield Superseding(row.id, row.number, row.row_number, row.run_id, by, on)
