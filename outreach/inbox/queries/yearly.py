"""Letters of one year as the figures need them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.clock import CHINA, now
from outreach.inbox.models import Letter
from outreach.inbox.rules.figures import Handled
from outreach.inbox.rules.states import State


def list_handled(session: Session, year: int) -> Sequence[Handled]:
    """Every letter that was received in ``year`` (of China). A reason to refuse a letter is no answer to it."""
    first, last = datetime(year, 1, 1, tzinfo=CHINA), datetime(year + 1, 1, 1, tzinfo=CHINA)
    columns = (Letter.kind, Letter.state, Letter.received_at, Letter.due_on, Letter.answered_at)
    rows = session.execute(sa.select(*columns).where(Letter.received_at >= first, Letter.received_at < last)).all()
    return [
        Handled(
            kind,
            state,
            received_at.astimezone(CHINA).date(),
            due_on,
            answered_at.astimezone(CHINA).date() if answered_at and state != State.REJECTED else None,
        )
        for kind, state, received_at, due_on, answered_at in rows
    ]


def list_years(session: Session) -> list[int]:
    """Years that have letters, this one included, the newest first."""
    this_year = now().astimezone(CHINA).year
    first = session.scalar(sa.select(sa.func.min(Letter.received_at)))
    return list(range(this_year, min(first.astimezone(CHINA).year, this_year) - 1 if first else this_year - 1, -1))
