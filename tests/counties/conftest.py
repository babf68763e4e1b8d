"""The whole registry, loaded once: the facts of ``content/counties`` as a site shows them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import Base, db
from outreach.counties.actions.facts import load_facts
from tests.conftest import forget_caches
from tests.pages import Pages
from tests.sites import close, make_site

__all__ = ["county_app", "county_pages", "make_site"]


@pytest.fixture(scope="session")
def county_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site that holds the facts. Tests only read it."""
    app = create_app(Settings(data_dir=str(tmp_path_factory.mktemp("counties"))).checked())
    app.config["TESTING"] = True
    with app.app_context():
        Base.metadata.create_all(db.engine)
        load_facts(db.session)
        db.session.commit()
    yield app
    close(app)


@pytest.fixture
def county_pages(county_app: Flask) -> Pages:
    """A visitor of the site with all facts."""
    if "fresh" not in county_app.config:  # loading the snapshot for every test would take most of the time
        forget_caches(county_app)
        county_app.config["fresh"] = True
    return Pages(county_app)
