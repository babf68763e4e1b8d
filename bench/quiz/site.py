"""Sites of the bench, each on a database of its own with a contest that has so many attempts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bench.measure import stopwatch
from bench.quiz.filling import Filled, fill
from bench.site import command, open_site
from outreach.core.db import checkpoint, db, is_sqlite, statement_seconds


@dataclass(frozen=True, slots=True)
class QuizSite:
    """A site, its engine, its contest, and how many attempts are stored."""

    app: Flask
    engine: Engine
    folder: Path
    filled: Filled
    attempts: int

    def settle(self) -> None:
        """What the site does beside its requests: SQLite's log is folded into the file."""
        checkpoint(self.engine, self.folder)


@contextmanager
def quiz_site(folder: Path, attempts: int, server: str = "") -> Iterator[QuizSite]:
    """A site with that many attempts; on SQLite in ``folder``, or in a new database of the PostgreSQL ``server``."""
    statement_seconds.set(0)  # a page of another site that was asked here has left its limit behind
    with _own_database(server, attempts) as url:
        app = open_site(folder, url)
        command(app, "db", "upgrade")
        command(app, "counties", "facts")
        with app.app_context():
            with stopwatch() as filling:
                with Session(db.engine) as session:
                    filled = fill(session, attempts)
                site = QuizSite(app, db.engine, folder, filled, attempts)
                _after_filling(site)
            print(
                f"  {db.engine.dialect.name}, {attempts:,} attempts: filled in {filling.seconds:.0f} s, {_size(site)}"
            )
            try:
                yield site
            finally:
                app.extensions["index_keeper"].stop()  # began with the first page
                db.engine.dispose()


def _after_filling(site: QuizSite) -> None:
    """What autovacuum would have done on PostgreSQL by the time that a contest has that many attempts."""
    site.settle()
    if not is_sqlite(site.engine):
        with site.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _size(site: QuizSite) -> str:
    pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    whole = "SELECT pg_database_size(current_database())"
    with site.engine.connect() as connection:
        size = connection.exec_driver_sql(pages if is_sqlite(site.engine) else whole).scalar_one()
    return f"{size / 1e6:,.0f} MB"


@contextmanager
def _own_database(server: str, attempts: int) -> Iterator[str]:
    """Address of a new database, dropped at the end; nothing for SQLite, whose file is in the folder."""
    if not server:
        yield ""
        return
    address = sa.make_url(server.replace("postgresql://", "postgresql+psycopg://", 1))
    name = f"outreach_bench_{os.getpid()}_{attempts}"
    admin = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    try:
        yield address.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.dispose()
