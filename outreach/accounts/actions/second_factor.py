"""Second factors: set up, checked once per code, replaced by recovery codes, taken away."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pyotp
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.accounts.actions.tokens import digest
from outreach.accounts.models import RecoveryCode, StaffUser
from outreach.accounts.rules.second_factor import (
    ALPHABET,
    RECOVERY_CODES,
    is_recovery_code,
    matching_step,
    normal_recovery_code,
    printed,
)
from outreach.core.database_clock import database_now, read_clock

#: Length of a recovery code: 80 random bits.
RECOVERY_LENGTH = 16
#: What the secret is encrypted for.
PURPOSE = "staff_user.totp_secret"

Decrypt = Callable[[str], str]


def new_secret() -> str:
    """A random secret in base 32, 160 bits."""
    return pyotp.random_base32()


def use_code(session: Session, person: StaffUser, code: str, decrypt: Decrypt) -> bool:
    """Whether a normalised code is right: a time-based one, or a recovery code. A right one is used up."""
    if is_recovery_code(code):
        return _use_recovery_code(session, person, code)
    if not person.totp_secret:
        return False
    step = matching_step(decrypt(person.totp_secret), code, read_clock(session), person.totp_last_step)
    return step is not None and _use_step(session, person, step)


def _use_step(session: Session, person: StaffUser, step: int) -> bool:
    """Whether nobody was faster with the same code: the database decides."""
    query = sa.update(StaffUser).where(StaffUser.id == person.id, sa.func.coalesce(StaffUser.totp_last_step, -1) < step)
    return _count(session, query.values(totp_last_step=step)) == 1


def _use_recovery_code(session: Session, person: StaffUser, code: str) -> bool:
    query = sa.update(RecoveryCode).where(
        RecoveryCode.staff_id == person.id,
        RecoveryCode.code_digest == digest(normal_recovery_code(code)),
        RecoveryCode.used_at.is_(None),
    )
    return _count(session, query.values(used_at=database_now())) == 1


def set_up(session: Session, person: StaffUser, secret: str, code: str, encrypted: str) -> list[str]:
    """Take ``secret`` as the second factor when ``code`` proves that the telephone has it.

    Returns the new recovery codes as they are shown, once; nothing when the code is wrong.
    """
    step = matching_step(secret, code, read_clock(session), None)
    if step is None:
        return []
    person.totp_secret, person.totp_last_step = encrypted, step
    return renew_recovery_codes(session, person)


def renew_recovery_codes(session: Session, person: StaffUser) -> list[str]:
    """Make ten new recovery codes, as they are shown; the old ones are void."""
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.staff_id == person.id))
    codes = [_recovery_code() for number in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(staff_id=person.id, code_digest=digest(code)) for code in codes)
    session.flush()
    return [printed(code) for code in codes]


def take_away(session: Session, person: StaffUser) -> None:
    """Leave a person without a second factor, as after the loss of a telephone."""
    person.totp_secret, person.totp_last_step = "", None
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.staff_id == person.id))


def count_recovery_codes(session: Session, person: StaffUser) -> int:
    """How many recovery codes are left."""
    query = sa.select(sa.func.count(RecoveryCode.id))
    return session.scalar(query.where(RecoveryCode.staff_id == person.id, RecoveryCode.used_at.is_(None))) or 0


def _recovery_code() -> str:
    return "".join(secrets.choice(ALPHABET) for place in range(RECOVERY_LENGTH))


def _count(session: Session, statement: Any) -> int:
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]  # an update counts its rows
