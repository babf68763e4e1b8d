"""The audit log as the auditor looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.admin.forms import AuditQuery
from outreach.core.audit.models import AuditEntry, Outcome
from outreach.core.clock import CHINA
from outreach.core.database_clock import database_now

PAGE_SIZE: Final = 50
BATCH: Final = 500
#: Entries that one export holds at most; the command writes the whole log.
MOST_EXPORTED: Final = 50_000


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of entries, the newest first."""

    entries: Sequence[AuditEntry]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def search_entries(session: Session, query: AuditQuery) -> AuditPage:
    """The entries that fit, one page of them."""
    fitting = _fitting(query)
    total = session.scalar(sa.select(sa.func.count()).select_from(AuditEntry).where(*fitting)) or 0
    page = min(query.page, max(1, -(-total // PAGE_SIZE)))
    wanted = sa.select(AuditEntry).where(*fitting).order_by(AuditEntry.number.desc())
    entries = session.scalars(wanted.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    return AuditPage(entries, total, page)


def iter_entries(session: Session, query: AuditQuery) -> Iterator[AuditEntry]:
    """All entries that fit, the oldest first, at most ``MOST_EXPORTED``."""
    last = count = 0
    while count < MOST_EXPORTED:
        wanted = sa.select(AuditEntry).where(*_fitting(query), AuditEntry.number > last).order_by(AuditEntry.number)
        entries = session.scalars(wanted.limit(BATCH)).all()
        yield from entries
        count += len(entries)
        if len(entries) < BATCH:
            return
        last = entries[-1].number


def list_actions(session: Session) -> list[str]:
    """Every action that occurs, in order."""
    return list(session.scalars(sa.select(AuditEntry.action).distinct().order_by(AuditEntry.action)))


def list_target_kinds(session: Session) -> list[str]:
    """Every kind of target that occurs, in order."""
    return list(session.scalars(sa.select(AuditEntry.target_kind).distinct().order_by(AuditEntry.target_kind)))


def count_denied(session: Session, days: int = 7) -> int:
    """Refused actions of the last days."""
    recent = AuditEntry.recorded_at > database_now(-timedelta(days=days))
    denied = sa.select(sa.func.count()).select_from(AuditEntry).where(recent, AuditEntry.outcome == Outcome.DENIED)
    return session.scalar(denied) or 0


def list_around(session: Session, entry: AuditEntry, limit: int = 10) -> Sequence[AuditEntry]:
    """Other entries about the same target, the newest first."""
    same = sa.select(AuditEntry).where(
        AuditEntry.target_kind == entry.target_kind,
        AuditEntry.target_key == entry.target_key,
        AuditEntry.number != entry.number,
    )
    return session.scalars(same.order_by(AuditEntry.number.desc()).limit(limit)).all()


def _fitting(query: AuditQuery) -> list[sa.ColumnElement[bool]]:
    fits: list[sa.ColumnElement[bool]] = []
    if query.who:
        fits.append(AuditEntry.actor_name.icontains(query.who, autoescape=True))
    if query.action:
        # ``accounts.`` asks for everything of that part.
        is_part = query.action.endswith(".")
        fits.append(
            AuditEntry.action.startswith(query.action, autoescape=True)
            if is_part
            else AuditEntry.action == query.action
        )
    if query.kind:
        fits.append(AuditEntry.target_kind == query.kind)
    if query.key:
        word = query.key
        fits.append((AuditEntry.target_key == word) | AuditEntry.target_label.icontains(word, autoescape=True))
    if query.outcome:
        fits.append(AuditEntry.outcome == query.outcome)
    if query.since:
        fits.append(AuditEntry.recorded_at >= _begin(query.since))
    if query.until:
        fits.append(AuditEntry.recorded_at < _begin(query.until + timedelta(days=1)))
    return fits


def _begin(day: date) -> datetime:
    """The first moment of a day in China."""
    return datetime.combine(day, time(), CHINA)
