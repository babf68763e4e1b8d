"""Regular work: what letters hold of persons goes when its term is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from outreach.core.database_clock import database_now
from outreach.core.db import db
from outreach.core.files.extension import sweep_expired
from outreach.core.search.pending import snapshot
from outreach.inbox.actions.forgetting import TERM, holds_personal, sweep, sweep_quotas
from outreach.inbox.models import Letter

SWEEP_SECONDS: Final = 3600.0


def sweep_letters(term: timedelta = TERM) -> int:
    """Delete contacts and attachments whose term is over, and counts of former days; returns how many letters.

    In small transactions, so that it can be ended anywhere and go on the next time.
    """
    total = 0
    while _is_any_outdated(term):
        with db.sessionmaker.begin() as session:
            total += sweep(session, term)
    with db.sessionmaker.begin() as session:
        sweep_quotas(session)
    sweep_expired()
    return total


def _is_any_outdated(term: timedelta) -> bool:
    with snapshot() as session:  # looking costs no lock
        outdated = sa.select(Letter.id).where(holds_personal(), Letter.ended_at <= database_now(-term))
        return session.scalar(outdated.limit(1)) is not None
