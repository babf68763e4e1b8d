"""Fixtures of accounts: rows moved back in time, and codes as a telephone shows them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach import create_app
from outreach.accounts.actions.second_factor import PURPOSE, new_secret
from outreach.accounts.models import StaffSession, StaffUser
from outreach.accounts.rules.second_factor import step_of
from outreach.config import Settings
from outreach.core.clock import now
from outreach.core.db import Base, db
from outreach.core.encryption import encrypt
from tests.conftest import need
from tests.sites import close

TIMES = ("created_at", "seen_at", "proved_at")


class Past:
    """Makes what the database holds older, since its clock cannot be turned."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def age_sessions(self, person: StaffUser, **ages: timedelta) -> None:
        """Move moments of a person's sessions back: ``seen_at=timedelta(minutes=31)``."""
        for row in self.session.scalars(sa.select(StaffSession).filter_by(staff_id=person.id)):
            for name, age in ages.items():
                moment: datetime = getattr(row, name)
                setattr(row, name, moment - age)
        self.session.commit()


@pytest.fixture
def past(session: Session) -> Past:
    return Past(session)


class Telephone:
    """A second factor: the secret, and the codes that it gives."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def code(self, steps: int = 0) -> str:
        """The code of the step that is ``steps`` away from now."""
        return pyotp.TOTP(self.secret).generate_otp(step_of(now()) + steps)

    def wrong_code(self) -> str:
        near = {self.code(steps) for steps in range(-3, 4)}
        return next(code for code in (f"{number:06}" for number in range(20)) if code not in near)


@pytest.fixture
def telephone_of(session: Session) -> Callable[[StaffUser], Telephone]:
    """``telephone_of(person)``: give somebody a second factor."""

    def give(person: StaffUser) -> Telephone:
        secret = new_secret()
        person.totp_secret = encrypt(secret, PURPOSE)
        session.flush()
        return Telephone(secret)

    return give


@pytest.fixture
def needs_second_factor(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production: nobody of the staff works without a second factor."""
    from outreach.accounts.views import invitations, sign_in

    for module in (invitations, sign_in):
        monkeypatch.setattr(module, "needs_second_factor", lambda: True)


@pytest.fixture
def own_url(backend: str) -> Iterator[str]:
    """The address of an empty database of this test's own; empty for SQLite in the data folder."""
    if backend == "sqlite":
        yield ""
        return
    given = os.environ.get("OUTREACH_TEST_DATABASE_URL", "")
    need(given, "OUTREACH_TEST_DATABASE_URL is not set")
    server = sa.make_url(given.replace("postgresql://", "postgresql+psycopg://", 1))
    name = f"outreach_accounts_{os.getpid()}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


@pytest.fixture
def machines(own_url: str, tmp_path: Path) -> Iterator[tuple[Flask, Flask]]:
    """Two sites on one real database: nothing is undone, and every request has connections of its own."""
    settings = Settings(database_url=own_url, data_dir=str(tmp_path), log_level="ERROR").checked()
    sites = (create_app(settings), create_app(settings))
    with sites[0].app_context():
        Base.metadata.create_all(db.engine)
    yield sites
    for site in sites:
        close(site)
