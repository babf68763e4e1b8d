"""Fixtures that every test may use: one application per database, each test inside a transaction that is undone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import Base, db, statement_seconds, transaction_mode
from tests.pages import Pages

pytest_plugins = ["tests.servers", "tests.staff", "tests.look.browser"]

# How fast examples are made says something about the machine and nothing about the site.
settings.register_profile("site", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("site")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
IS_CI = os.environ.get("CI") == "true"
BACKENDS = ("sqlite", "postgresql")


def need(condition: object, reason: str) -> None:
    """Skip without ``condition``; under ``CI=true`` nothing may be missing, so fail there."""
    if not condition:
        (pytest.fail if IS_CI else pytest.skip)(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one file that need a server or a browser run in the same process (``--dist loadgroup``).

    Each process starts its server and its browser once; those of ``tests/http`` share theirs by a mark of their own.
    """
    for item in items:
        needs = {"live_server", "chromium"} & set(getattr(item, "fixturenames", ()))
        if needs and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(autouse=True)
def _outside_of_requests() -> None:
    """A test client's request leaves its way with the database behind; every test begins without one."""
    transaction_mode.set("IMMEDIATE")
    statement_seconds.set(0)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A fresh PostgreSQL database of this test run's own, dropped at the end."""
    url = os.environ.get("OUTREACH_TEST_DATABASE_URL", "")
    need(url, "OUTREACH_TEST_DATABASE_URL is not set")
    server = sa.make_url(url.replace("postgresql://", "postgresql+psycopg://", 1))
    name = f"outreach_test_{os.getpid()}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Runs what depends on it once on each database."""
    return str(request.param)


@pytest.fixture(scope="session")
def app(backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site on an empty database with the schema in place."""
    folder = tmp_path_factory.mktemp(backend)
    url = request.getfixturevalue("postgresql_url") if backend == "postgresql" else ""
    app = create_app(Settings(database_url=url, data_dir=str(folder)).checked())
    app.config["TESTING"] = True
    with app.app_context():
        Base.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def isolated(app: Flask) -> Iterator[None]:
    """``db.test_isolation`` for one site: others of this run may have no database, or another test's."""
    with ExitStack() as stack:
        with mock.patch.object(db, "_app_state", {app: db._app_state[app]}):
            stack.enter_context(db.test_isolation())
        yield


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session whose commits are savepoints: everything the test wrote is undone afterwards."""
    forget_caches(app)
    # Sessions of an engine join its open transaction and end it; sessions of a connection make savepoints.
    with (
        app.app_context(),
        isolated(app),
        mock.patch.dict(db.sessionmaker.kw, {"bind": db.engine.connect()}),
    ):
        yield db.session
        db.session.close()
    forget_caches(app)


@pytest.fixture
def pages(app: Flask, session: Session) -> Pages:
    """A visitor who checks every site-wide promise on each page fetched."""
    return Pages(app)


@pytest.fixture(scope="session")
def demo_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site as ``make run`` leaves it: migrated, demonstration catalogue and index in place. Tests only read it."""
    app = create_app(Settings(data_dir=str(tmp_path_factory.mktemp("demo"))).checked())
    app.config["TESTING"] = True
    for words in (("db", "upgrade"), ("counties", "facts"), ("quiz", "questions"), ("demo", "load"), ("quiz", "demo")):
        run_command(app, *words)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def demo_pages(demo_app: Flask) -> Pages:
    """A visitor of the site that shows the demonstration catalogue."""
    forget_caches(demo_app)
    return Pages(demo_app)


def run_command(app: Flask, *words: str) -> str:
    """Run ``flask …`` inside this process and return what it prints; anything but success fails."""
    with app.app_context():
        result = app.test_cli_runner().invoke(args=words)
    assert result.exit_code == 0, f"flask {' '.join(words)}: {result.output} {result.exception!r}"
    return str(result.output)


def forget_caches(app: Flask) -> None:
    """Empty what the process remembers between requests: the test's data is gone, and nothing may be a moment old."""
    if store := app.extensions.get("page_store"):
        store.clear()
    if watch := app.extensions.get("generation_watch"):
        watch.max_age = 0.0
    if badge := app.extensions.get("inspection_badge"):
        badge.forget()
    if catalogue := app.extensions.get("catalogue"):
        catalogue.current.follow_at_once()
    if counties := app.extensions.get("county_registry"):
        counties.current.follow_at_once()
