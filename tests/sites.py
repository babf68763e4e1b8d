"""Sites of a test's own: with settings of its own, on a data folder of its own, and closed at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import db

SiteMaker = Callable[..., Flask]


@pytest.fixture
def make_site(tmp_path: Path) -> Iterator[SiteMaker]:
    """``make_site(redis_url=…)``: a site that differs from the defaults by these settings."""
    made: list[Flask] = []

    def make(**settings: str) -> Flask:
        folder = settings.pop("data_dir", str(tmp_path / f"site-{len(made)}"))
        made.append(create_app(Settings(data_dir=folder, **settings).checked()))
        return made[-1]

    yield make
    for site in made:
        close(site)


def close(site: Flask) -> None:
    """End what a site runs in the background, and its connections."""
    site.extensions["index_keeper"].stop()
    with site.app_context():
        db.engine.dispose()
