"""The one clock. Decisions about time that must hold across machines use the database's clock instead."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

#: China Standard Time; the country has one time zone and no summer time.
CHINA = timezone(timedelta(hours=8), "CST")


def now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in China."""
    return now().astimezone(CHINA).date()
