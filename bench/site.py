"""Our site on a database of its own in a folder of the bench: prepared by its real commands, asked as its pages ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from bench.queries import BenchQuery
from outreach import create_app
from outreach.config import Settings
from outreach.core.db import db, transaction_mode
from outreach.labels.forms import CatalogueQuery, parse_catalogue_query
from outreach.labels.queries.results import CataloguePage


def environ(folder: Path) -> dict[str, str]:
    """Settings of the site in ``folder``, for a process of its own."""
    return {"OUTREACH_DATA_DIR": str(folder)}


def open_site(folder: Path, database_url: str = "") -> Flask:
    """The application on ``folder``; SQLite in that folder unless another database is named."""
    settings = Settings(data_dir=str(folder), database_url=database_url, log_level="WARNING")
    return create_app(settings.checked())


def new_site(folder: Path, database_url: str = "") -> Flask:
    """An empty site with the newest schema and the standards."""
    app = open_site(folder, database_url)
    command(app, "db", "upgrade")
    command(app, "labels", "standards")
    return app


def command(app: Flask, *words: str) -> None:
    """Run one of the site's own commands inside this process. Raises ``SystemExit`` when it fails."""
    with app.app_context():
        app.cli.main(args=list(words), prog_name="flask", standalone_mode=False)


def parsed(query: BenchQuery) -> CatalogueQuery:
    """The question as the page's parser reads it from an address."""
    return parse_catalogue_query(MultiDict(query.arguments))


def searcher(app: Flask) -> Callable[[BenchQuery], CataloguePage]:
    """The call a catalogue page makes: parse, search, close the session. Call it inside an application context."""
    catalogue = app.extensions["catalogue"]
    transaction_mode.set("DEFERRED")

    def search(query: BenchQuery) -> CataloguePage:
        with Session(db.engine) as session:
            page: CataloguePage = catalogue.search(session, parsed(query))
            return page

    return search


def answers(app: Flask, texts: Sequence[str]) -> list[CataloguePage]:
    """The first result page of each text."""
    with app.app_context():
        search = searcher(app)
        return [search(BenchQuery("judged", text)) for text in texts]
