"""Plugging the catalogue into an application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.search.pending import snapshot
from outreach.labels import views
from outreach.labels.queries.catalogue import Catalogue


def init_app(app: Flask) -> None:
    """Give the application its pages and its catalogue, which reads the registry with the first search."""
    views.init_app(app)

    @contextmanager
    def open_session() -> Iterator[Session]:
        with app.app_context(), snapshot() as session:
            yield session

    app.extensions["catalogue"] = Catalogue(app.extensions["text_index"], open_session)
