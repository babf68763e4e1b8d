"""Plugging the county registry into an application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.search.pending import snapshot
from outreach.counties import assessment, views
from outreach.counties.queries.registry import CountyRegistry


def init_app(app: Flask) -> None:
    """Give the application its pages and its registry, which reads the database with the first page."""
    views.init_app(app)
    assessment.init_app(app)

    @contextmanager
    def open_session() -> Iterator[Session]:
        with app.app_context(), snapshot() as session:
            yield session

    app.extensions["county_registry"] = CountyRegistry(open_session)
