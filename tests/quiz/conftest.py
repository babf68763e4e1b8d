"""A contest that is open now, people in it, and an empty memory of question versions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.keys import Keys
from outreach.quiz.models import Contest
from outreach.quiz.queries import contents, pools
from tests.conftest import need
from tests.quiz import stage


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """Ids of undone tests come again with other content."""
    contents.forget()
    pools.forget()
    yield
    contents.forget()
    pools.forget()


@pytest.fixture
def keys() -> Keys:
    return stage.KEYS


@pytest.fixture
def contest(session: Session) -> Contest:
    """Ten questions of twelve, two points each, one attempt a day and three in all."""
    return stage.contest(session)


@pytest.fixture(scope="session")
def postgresql_race_url() -> Iterator[str]:
    """A PostgreSQL database in which tests really commit, dropped at the end."""
    with fresh_database(f"outreach_quiz_{os.getpid()}") as url:
        yield url


@contextmanager
def fresh_database(name: str) -> Iterator[str]:
    """A new PostgreSQL database until the block ends."""
    given = os.environ.get("OUTREACH_TEST_DATABASE_URL", "")
    need(given, "OUTREACH_TEST_DATABASE_URL is not set")
    server = sa.make_url(given.replace("postgresql://", "postgresql+psycopg://", 1))
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()
