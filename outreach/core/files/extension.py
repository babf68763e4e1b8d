"""Plugging stored files into an application: those whose time is over go."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from outreach.core.chores import chores
from outreach.core.database_clock import database_now
from outreach.core.db import db
from outreach.core.files.models import StoredFile
from outreach.core.files.storing import sweep
from outreach.core.search.pending import snapshot

SWEEP_SECONDS = 3600.0


def sweep_expired() -> None:
    """Delete expired files, some hundred at a time."""
    while _is_any_expired():
        with db.sessionmaker.begin() as session:
            sweep(session)


def _is_any_expired() -> bool:
    with snapshot() as session:  # looking costs no lock
        expired = sa.select(StoredFile.id).where(StoredFile.expires_at <= database_now()).limit(1)
        return session.scalar(expired) is not None


def init_app(app: Flask) -> None:
    chores(app).add("expired files", sweep_expired, SWEEP_SECONDS)
