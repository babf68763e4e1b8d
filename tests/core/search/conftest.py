"""Sites whose writes are really committed, because indexers, locks and kills do not live inside one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import Base, db
from outreach.core.search.indexer import text_index
from outreach.core.search.maintained import MaintainedIndex
from outreach.core.search.whoosh_index import WhooshIndex


@pytest.fixture
def index(session: Session) -> MaintainedIndex:
    """The index of the application under test; what the test writes is undone, so it begins without a usable one."""
    return text_index()


@contextmanager
def _site(folder: Path, url: str = "") -> Iterator[Flask]:
    app = create_app(Settings(database_url=url, data_dir=str(folder)).checked())
    app.config["TESTING"] = True
    with app.app_context():
        Base.metadata.create_all(db.engine)
        yield app
        db.session.close()
        db.engine.dispose()
    db._app_state.pop(app)  # the isolation of other tests connects to the databases of all sites it knows


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Flask]:
    """A site of the test's own on SQLite, with its context in place."""
    with _site(tmp_path / "data") as app:
        yield app


@pytest.fixture(scope="module")
def lasting_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site on SQLite for a whole file of tests that each leave database and index in order."""
    with _site(tmp_path_factory.mktemp("lasting") / "data") as app:
        yield app


@pytest.fixture
def whoosh(site: Flask) -> WhooshIndex:
    index = site.extensions["text_index"]
    assert isinstance(index, WhooshIndex)
    return index


@pytest.fixture
def any_site(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A site of the test's own on each database, with its context in place."""
    url = ""
    if backend == "postgresql":
        server = sa.make_url(request.getfixturevalue("postgresql_url"))
        url = server.set(drivername="postgresql", database=f"{server.database}_index").render_as_string(
            hide_password=False
        )
        _in_server(server, f'CREATE DATABASE "{server.database}_index"')
    with _site(tmp_path / "data", url) as app:
        yield app
    if url:
        _in_server(server, f'DROP DATABASE "{server.database}_index" WITH (FORCE)')


def _in_server(server: sa.URL, statement: str) -> None:
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(statement)
    admin.dispose()
