"""Two servers on each database, for all tests of the folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.conftest import need
from tests.quiz.arena import arena_at
from tests.quiz.conftest import fresh_database
from tests.quiz.servers.pair import Pair


@pytest.fixture(scope="session")
def postgresql_servers_url() -> Iterator[str]:
    """A PostgreSQL database for the servers alone."""
    with fresh_database(f"outreach_servers_{os.getpid()}") as url:
        yield url


@pytest.fixture(scope="session")
def pair(backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two server processes on one database, with Redis beside PostgreSQL as in production."""
    folder = tmp_path_factory.mktemp(f"pair-{backend}")
    settings = {}
    if backend == "postgresql":
        url = request.getfixturevalue("postgresql_servers_url")
        settings["OUTREACH_REDIS_URL"] = os.environ.get("OUTREACH_TEST_REDIS_URL", "")
        need(settings["OUTREACH_REDIS_URL"], "OUTREACH_TEST_REDIS_URL is not set")
    else:
        url = f"sqlite:///{folder / 'site.db'}"
    with arena_at(url, folder) as arena:
        servers = Pair(arena, {"OUTREACH_DATABASE_URL": url, **settings})
        yield servers
        servers.stop()
