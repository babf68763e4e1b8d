"""A contest as people settled it: its settings as plain values, and a hash by which two versions are told apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import Contest, ContestEvent, ContestUnit

#: Columns that events change and people do not settle.
_EVENTFUL: Final = frozenset(
    {"id", "status", "extended_to", "paused_at", "freeze_at", "unfrozen_at", "pool_hash", "published_by", "updated_at"}
)
PREVIEWED: Final = "previewed"


def settings_of(contest: Contest) -> dict[str, Any]:
    """Everything that was settled, as JSON knows it."""
    columns = [column.name for column in Contest.__table__.c if column.name not in _EVENTFUL]
    values = {name: _plain(getattr(contest, name)) for name in columns}
    values["rounds"] = [
        [one.title, one.title_en, _plain(one.opens_at), _plain(one.closes_at)] for one in contest.rounds
    ]
    values["quotas"] = [[q.topic, q.difficulty, q.kind, q.count, q.points] for q in contest.quotas]
    return values


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def fingerprint(session: Session, contest: Contest) -> str:
    """SHA-256 (hexadecimal) over the settings and the units."""
    units = [[one.code, one.name, one.county_code, one.roll] for one in list_units(session, contest.id)]
    text = json.dumps([settings_of(contest), units], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def list_units(session: Session, contest_id: int) -> Sequence[ContestUnit]:
    """Units in the order of their codes."""
    query = sa.select(ContestUnit).where(ContestUnit.contest_id == contest_id)
    return session.scalars(query.order_by(ContestUnit.code)).all()


def list_events(session: Session, contest_id: int) -> Sequence[ContestEvent]:
    """What was done to a contest, the newest first."""
    query = sa.select(ContestEvent).where(ContestEvent.contest_id == contest_id)
    return session.scalars(query.order_by(ContestEvent.id.desc()).limit(200)).all()


def previewers(session: Session, contest: Contest) -> list[str]:
    """Who has looked at a sample paper of the contest as it is now, its author left out."""
    seen = fingerprint(session, contest)
    query = sa.select(ContestEvent).where(ContestEvent.contest_id == contest.id, ContestEvent.kind == PREVIEWED)
    events = session.scalars(query.order_by(ContestEvent.id)).all()
    return [one.actor for one in events if one.details.get("fingerprint") == seen and one.actor != contest.created_by]
