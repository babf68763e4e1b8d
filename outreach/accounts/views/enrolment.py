"""Setting up a second factor: a secret that travels in the form, encrypted for this session, until a code proves it."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp
import segno
from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from outreach.accounts.actions.second_factor import PURPOSE, new_secret, set_up
from outreach.accounts.models import StaffUser
from outreach.accounts.rules.second_factor import grouped_secret
from outreach.core.encryption import NotReadable, decrypt, encrypt

FIELD = "enrolment"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A secret on its way to a telephone. ``sealed`` is what the form carries."""

    secret: str
    sealed: str
    login: str

    @property
    def picture(self) -> str:
        """The QR code as an address of its own data, black on white whatever the colours of the page."""
        address = pyotp.TOTP(self.secret).provisioning_uri(name=self.login, issuer_name=_("节水网后台"))
        return str(segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=3, light="#fff"))

    @property
    def key(self) -> str:
        """The secret as people type it."""
        return grouped_secret(self.secret)

    def set_up(self, session: Session, person: StaffUser, code: str) -> list[str]:
        """Keep the secret when ``code`` proves it. Returns the recovery codes, nothing when the code is wrong."""
        return set_up(session, person, self.secret, code, encrypt(self.secret, PURPOSE))


def new_enrolment(session_id: int, login: str) -> Enrolment:
    secret = new_secret()
    return Enrolment(secret, encrypt(secret, _purpose(session_id)), login)


def sent_enrolment(session_id: int, login: str) -> Enrolment | None:
    """The secret that the form brings back; nothing when it was not made for this session."""
    sealed = request.form.get(FIELD, "")
    try:
        return Enrolment(decrypt(sealed, _purpose(session_id)), sealed, login)
    except NotReadable:
        return None


def _purpose(session_id: int) -> str:
    return f"enrolment of session {session_id}"
