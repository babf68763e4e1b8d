"""Fixtures of accounts: rows moved back in time, and codes as a telephone shows them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.accounts.actions.second_factor import PURPOSE, new_secret
from outreach.accounts.models import StaffSession, StaffUser
from outreach.accounts.rules.second_factor import step_of
from outreach.core.clock import now
from outreach.core.encryption import encrypt

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
def telephone_of(session: Session) -> object:
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
