"""Plugging review into an application: its command, and publishing what is due."""

from __future__ import annotations

from flask import Flask

from outreach.core.chores import chores
from outreach.core.review.cli import review_group
from outreach.core.review.due import run_due

DUE_SECONDS = 15.0


def init_app(app: Flask) -> None:
    app.cli.add_command(review_group)
    chores(app).add("due publications", run_due, DUE_SECONDS)
