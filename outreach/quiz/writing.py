"""Insert or update in one statement, on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outreach.core.db import Base, is_sqlite


def insert(session: Session, model: type[Base]) -> Any:
    """The dialect's INSERT, which knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return (sqlite if is_sqlite(session.connection()) else postgresql).insert(model)
