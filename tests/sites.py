"""Sites of a test's own: with settings of its own, on a data folder of its own, and closed at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import Base, db
from tests.servers import free_port

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


@contextmanager
def served(folder: Path, fill: Callable[[Flask], None]) -> Iterator[tuple[Flask, str]]:
    """A site on a real port with its address; ``fill`` puts into it, in its context, what it begins with."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    site = create_app(Settings(data_dir=str(folder), public_url=url).checked())
    with site.app_context():
        Base.metadata.create_all(db.engine)
        fill(site)
    server = make_server("127.0.0.1", port, site, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site, url
    finally:
        server.shutdown()
        server.server_close()
        close(site)
        db._app_state.pop(site)


def close(site: Flask) -> None:
    """End what a site runs in the background, and its connections."""
    site.extensions["index_keeper"].stop()
    with site.app_context():
        db.engine.dispose()
