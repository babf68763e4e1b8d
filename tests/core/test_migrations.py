"""The schema: up, down and up again with rows in it, on both databases, and always what the models say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from outreach import create_app
from outreach.config import Settings
from outreach.core import migrations
from outreach.core.db import Base, db
from outreach.core.search.models import SearchEpoch
from tests import factories
from tests.conftest import need


@pytest.fixture
def empty_url(backend: str) -> Iterator[str]:
    """The address of a database without tables; empty for SQLite in the data folder."""
    if backend == "sqlite":
        yield ""
        return
    given = os.environ.get("OUTREACH_TEST_DATABASE_URL", "")
    need(given, "OUTREACH_TEST_DATABASE_URL is not set")
    server = sa.make_url(given.replace("postgresql://", "postgresql+psycopg://", 1))
    name = f"outreach_migrations_{os.getpid()}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


class Site:
    """The site on a database without tables, and its ``flask db``."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.runner = FlaskCliRunner(app)

    def db(self, *words: str, status: int = 0) -> str:
        with self.app.app_context():
            result = self.runner.invoke(args=["db", *words])
        assert result.exit_code == status, (words, result.output, result.exception)
        return result.stdout

    @property
    def tables(self) -> set[str]:
        with self.app.app_context():
            return set(sa.inspect(db.engine).get_table_names())


@pytest.fixture
def empty_site(empty_url: str, tmp_path: Path) -> Iterator[Site]:
    app = create_app(Settings(database_url=empty_url, data_dir=str(tmp_path)).checked())
    yield Site(app)
    with app.app_context():
        db.engine.dispose()


def test_the_models_are_what_the_migrations_make(empty_site: Site) -> None:
    empty_site.db("upgrade")
    assert empty_site.tables == {*Base.metadata.tables, "alembic_version"}
    assert "No changes detected" in empty_site.db("check")


def test_a_column_too_many_is_noticed(empty_site: Site) -> None:
    empty_site.db("upgrade")
    with empty_site.app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE brand ADD COLUMN stray INTEGER")
    empty_site.db("check", status=1)


def test_down_and_up_again_with_rows_in_the_tables(empty_site: Site) -> None:
    empty_site.db("upgrade")
    with empty_site.app.app_context(), Session(db.engine) as session:
        _rows(session)
    first_epoch = _epoch(empty_site)
    everything = empty_site.tables
    empty_site.db("downgrade")
    assert f"{int(migrations.head()) - 1:04d}" in empty_site.db("current"), "one step down takes one revision back"
    assert {"registration"} < empty_site.tables <= everything
    empty_site.db("downgrade", "base")
    assert empty_site.tables == {"alembic_version"}
    assert empty_site.db("current").strip() == ""
    empty_site.db("upgrade")
    assert migrations.head() in empty_site.db("current")
    with empty_site.app.app_context(), Session(db.engine) as session:
        _rows(session)
    assert first_epoch != _epoch(empty_site), "an index of the former life must not be taken for this one's"


def _rows(session: Session) -> None:
    """Something in the tables of every revision."""
    factories.registration(session)
    factories.name_review(session)
    factories.designation(session)
    factories.published_total(session)
    factories.unit_change(session)
    session.commit()


def _epoch(site: Site) -> str:
    with site.app.app_context(), Session(db.engine) as session:
        return session.scalars(sa.select(SearchEpoch)).one().epoch


def test_a_failing_migration_leaves_nothing_behind(empty_site: Site) -> None:
    with empty_site.app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE registration (id INTEGER PRIMARY KEY)")
    empty_site.db("upgrade", status=1)
    assert empty_site.tables <= {"registration", "alembic_version"}


def test_the_revision_of_a_database_is_told_apart(empty_site: Site) -> None:
    with empty_site.app.app_context():
        assert not migrations.is_current(db.engine)
        empty_site.db("upgrade")
        assert migrations.is_current(db.engine)
        with db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        assert not migrations.is_current(db.engine)


def test_revisions_are_numbered_in_one_line(empty_site: Site) -> None:
    with empty_site.app.app_context():
        scripts = list(empty_site.app.extensions["alembic"].script_directory.walk_revisions())
    assert [script.revision for script in reversed(scripts)] == [f"{n:04d}" for n in range(1, len(scripts) + 1)]
    assert migrations.head() == scripts[0].revision
