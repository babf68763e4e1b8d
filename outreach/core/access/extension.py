"""Plugging the gate into an application: grants that ended go."""

from __future__ import annotations

from flask import Flask

from outreach.core.access.actions import sweep
from outreach.core.chores import chores
from outreach.core.db import db

SWEEP_SECONDS = 3600.0


def sweep_grants() -> None:
    with db.sessionmaker.begin() as session:
        sweep(session)


def init_app(app: Flask) -> None:
    chores(app).add("ended grants", sweep_grants, SWEEP_SECONDS)
