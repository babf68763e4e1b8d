"""Plugging the text index into an application."""

from __future__ import annotations

from flask import Flask

from outreach.config import Settings
from outreach.core import health
from outreach.core.search.cli import search
from outreach.core.search.indexer import index_state
from outreach.core.search.keeper import Keeper
from outreach.core.search.maintained import MaintainedIndex, sources
from outreach.core.search.postgresql_index import PostgresqlIndex
from outreach.core.search.whoosh_index import WhooshIndex

#: Folder of the local index below the data folder.
FOLDER = "index"


def init_app(app: Flask) -> None:
    """Choose the implementation by the database, and begin to keep it up with the first request."""
    settings: Settings = app.config["SETTINGS"]
    index: MaintainedIndex
    if settings.is_sqlite:
        index = WhooshIndex(settings.data_path / FOLDER, lambda: sources(app))
    else:
        index = PostgresqlIndex(lambda: sources(app))
    app.extensions["text_index"] = index
    health.add_note(app, "index", lambda: index_state(app).word)
    app.extensions["index_keeper"] = keeper = Keeper(app)
    app.before_request(keeper.before_request)
    app.cli.add_command(search)
