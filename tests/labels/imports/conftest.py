"""Fixtures of the import tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import Base, db
from outreach.labels.actions.standards import load_standards
from outreach.labels.imports.importing import ImportResult
from tests.conftest import run_command
from tests.labels.imports.registers import take_in, write


@pytest.fixture
def registry(session: Session) -> Session:
    """A session in which the standards are loaded."""
    load_standards(session)
    return session


Importer = Callable[..., ImportResult]


@pytest.fixture
def import_rows(registry: Session, tmp_path: Path) -> Importer:
    """Imports rows as a file: ``import_rows([filing(...)], name="a-2026-05-21.csv", source=…)``."""

    def take(rows: list[dict[str, str]], name: str = "a-2026-05-21.csv", **options: object) -> ImportResult:
        return take_in(registry, write(tmp_path / name, rows), **options)

    return take


@pytest.fixture(scope="module")
def own_database(backend: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a database that only this module uses; empty for SQLite, which has a file per test."""
    if backend == "sqlite":
        yield ""
        return
    server = sa.make_url(request.getfixturevalue("postgresql_url"))
    name = f"{server.database}_imports"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


@pytest.fixture
def site_settings(own_database: str, tmp_path: Path) -> Settings:
    """Settings of a site whose commands really commit; the processes of a test share it."""
    url = own_database.replace("postgresql+psycopg://", "postgresql://", 1)
    return Settings(database_url=url, data_dir=str(tmp_path / "data")).checked()


@pytest.fixture
def site(site_settings: Settings) -> Iterator[Flask]:
    """An empty site with the standards loaded, whose commands really commit."""
    app = create_app(site_settings)
    app.config["TESTING"] = True
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
    run_command(app, "labels", "standards")
    yield app
    with app.app_context():
        db.engine.dispose()
