"""A site of its own that holds the real Chinese filings, asked every judged query; for the tests and the bench."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import MultiDict

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import db
from outreach.labels.forms import parse_catalogue_query
from outreach.labels.queries.results import CataloguePage
from tests.search.judged import JudgedQuery

FILINGS = Path(__file__).parents[3] / "shared" / "data" / "labels" / "cn-waterlabel-dishwashers-2026-05-21.csv"


def ask_everything(folder: Path, judged: Sequence[JudgedQuery], database_url: str = "") -> list[CataloguePage]:
    """Import the filings into an empty database (SQLite in ``folder`` unless another is named) and ask every query."""
    settings = Settings(data_dir=str(folder), database_url=database_url, log_level="WARNING")
    app = create_app(settings.checked())
    for words in (
        ("db", "upgrade"),
        ("labels", "standards"),
        ("labels", "import", str(FILINGS), "--source", "cn-waterlabel"),
        ("search", "rebuild"),
    ):
        _command(app, *words)
    catalogue = app.extensions["catalogue"]
    with app.app_context():
        queries = [parse_catalogue_query(MultiDict({"q": query.query})) for query in judged]
        answers = [catalogue.search(db.session, query) for query in queries]
        db.session.close()
        db.engine.dispose()
    return answers


def _command(app: Flask, *words: str) -> None:
    with app.app_context():
        app.cli.main(args=list(words), prog_name="flask", standalone_mode=False)


@contextmanager
def own_postgresql(server_url: str) -> Iterator[str]:
    """Address of a new database on the server, dropped at the end."""
    server = sa.make_url(server_url.replace("postgresql://", "postgresql+psycopg://", 1))
    name = f"outreach_judged_{os.getpid()}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.dispose()
