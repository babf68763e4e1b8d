"""A site whose writes are really committed, on each database: races, kills and locks do not live in one transaction."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import Base, db

ROOT = Path(__file__).parents[2]


@pytest.fixture
def real_site(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application of the test's own with its context in place; processes of the test may join it."""
    url = ""
    if backend == "postgresql":
        server = sa.make_url(request.getfixturevalue("postgresql_url"))
        name = f"{server.database}_real"
        url = server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
        _in_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        _in_server(server, f'CREATE DATABASE "{name}"')
    app = create_app(Settings(database_url=url, data_dir=str(tmp_path / "data")).checked())
    app.config["TESTING"] = True
    with app.app_context():
        Base.metadata.create_all(db.engine)
        yield app
        db.session.close()
        db.engine.dispose()
    db._app_state.pop(app)  # the isolation of other tests connects to the databases of all sites it knows
    if url:
        _in_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _in_server(server: sa.URL, statement: str) -> None:
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(statement)
    admin.dispose()


def start_process(site: Flask, script: str, *words: str) -> subprocess.Popen[str]:
    """Run a Python file of the tests on the site's database; it gets the settings as its first argument."""
    settings: Settings = site.config["SETTINGS"]
    given = {"database_url": settings.database_url, "data_dir": settings.data_dir, "secret_key": settings.secret_key}
    return subprocess.Popen(
        [sys.executable, str(ROOT / script), json.dumps(given), *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def join_site(given: str) -> Flask:
    """The other side of ``start_process``: the application on the same database."""
    app = create_app(Settings(**json.loads(given)).checked())
    app.config["TESTING"] = True
    return app
