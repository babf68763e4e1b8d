"""Time-based codes (RFC 6238) and recovery codes: reading what was typed, and whether it is right."""

from __future__ import annotations

import hmac
import re
import unicodedata
from datetime import datetime
from typing import Final

import pyotp

STEP_SECONDS: Final = 30
#: Clocks may differ by so many steps in either direction.
DRIFT: Final = 1
RECOVERY_CODES: Final = 10
_CODE: Final = re.compile(r"[0-9]{6}")
_BLANKS: Final = re.compile(r"[\s\-‐-―]+")
#: Letters and digits that are not taken for each other (Crockford's base 32).
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RECOVERY: Final = re.compile(f"[{ALPHABET}]{{16}}")
_ALIKE: Final = str.maketrans("OIL", "011")


def typed_code(text: str) -> str:
    """``text`` without blanks and lines, narrow, in capitals: the one spelling in which a code counts as used."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text[:64])).upper()


def step_of(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, now: datetime, last_step: int | None) -> int | None:
    """The time step whose code this is, when it is near enough and newer than the last one used; else nothing."""
    if _CODE.fullmatch(code) is None:
        return None
    found = None
    generator = pyotp.TOTP(secret)
    for step in range(step_of(now) - DRIFT, step_of(now) + DRIFT + 1):
        is_new = last_step is None or step > last_step
        if hmac.compare_digest(generator.generate_otp(step), code) and is_new and found is None:
            found = step
    return found


def is_recovery_code(code: str) -> bool:
    """Whether a normalised code has the form of a recovery code."""
    return _RECOVERY.fullmatch(code.translate(_ALIKE)) is not None


def normal_recovery_code(code: str) -> str:
    """Letters that look like digits, read as those."""
    return code.translate(_ALIKE)


def printed(code: str) -> str:
    """A recovery code as people copy it: four groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def grouped_secret(secret: str) -> str:
    """The key of a second factor as people type it into their telephone."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
