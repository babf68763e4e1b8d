"""Fixtures of the tests that import batch lists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import Base, db
from outreach.counties.actions.facts import load_facts
from outreach.counties.models import Batch, CountyImportRun, NameReview, Origin, StageEvent
from tests.sites import close


@pytest.fixture
def registry(session: Session) -> Session:
    """A session in which the facts are loaded."""
    load_facts(session)
    return session


@pytest.fixture(scope="module")
def own_database(backend: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a database that only this module uses; empty for SQLite, which has a file per test."""
    if backend == "sqlite":
        yield ""
        return
    server = sa.make_url(request.getfixturevalue("postgresql_url"))
    name = f"{server.database}_lists"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


@pytest.fixture(scope="module")
def site_settings(own_database: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a site whose commands really commit; the processes of a test share it."""
    url = own_database.replace("postgresql+psycopg://", "postgresql://", 1)
    return Settings(database_url=url, data_dir=str(tmp_path_factory.mktemp("site"))).checked()


@pytest.fixture(scope="module")
def committing_site(site_settings: Settings) -> Iterator[Flask]:
    """The site of a module, for ``site``."""
    app = create_app(site_settings)
    app.config["TESTING"] = True
    yield app
    close(app)


@pytest.fixture
def site(committing_site: Flask) -> Flask:
    """A site with the facts and nothing else in the registry, whose commands really commit."""
    with committing_site.app_context():
        Base.metadata.create_all(db.engine)
        for model in (NameReview, StageEvent, CountyImportRun, Batch):
            kept = model.origin == Origin.FACTS if hasattr(model, "origin") else sa.false()
            db.session.execute(sa.delete(model).where(~kept))
        load_facts(db.session)
        db.session.commit()
        db.session.close()
    return committing_site
