"""The site as visitors meet it: not in testing mode, so that errors become the pages that visitors see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import Base, db
from outreach.core.limits import limiter
from tests.sites import close, make_site

__all__ = ["make_site"]

KEY = "3f9c1d7be04a52868d7c1b9a0f3e6d24"
PUBLIC_URL = "https://water.example.cn"
#: A port that nothing listens on: the database is down.
NO_DATABASE = "postgresql://127.0.0.1:1/site"


class Visitor(FlaskClient):
    """Asks for the site under its public address unless a test says otherwise."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        options.setdefault("base_url", PUBLIC_URL)
        return super().open(*args, **options)


def production_site(folder: Path, **settings: str) -> Flask:
    """The site with production settings, and three addresses that fail on demand."""
    values = {"env": "production", "secret_key": KEY, "public_url": PUBLIC_URL, "data_dir": str(folder), **settings}
    site = create_app(Settings(**values).checked())
    site.test_client_class = Visitor
    site.add_url_rule("/boom", "boom", lambda: 1 / 0)
    site.add_url_rule("/refuse/<int:status>", "refuse", lambda status: abort(status))
    site.add_url_rule("/boom.json", "boom_json", lambda: 1 / 0)
    site.add_url_rule("/unprocessable.json", "unprocessable", lambda: abort(422, "secret"))
    site.add_url_rule("/limited", "limited", limiter.limit("1/hour")(lambda: "fine"))
    return site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A production site on SQLite with the schema and no data."""
    site = production_site(tmp_path_factory.mktemp("production"))
    with site.app_context():
        Base.metadata.create_all(db.engine)
    yield site
    close(site)


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    """Somebody without cookies."""
    return site.test_client()


@pytest.fixture(scope="session")
def site_without_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    site = production_site(tmp_path_factory.mktemp("down"), database_url=NO_DATABASE)
    yield site
    close(site)
