"""How people are called when they sign in."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 64
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}")


def folded_login(typed: str) -> str:
    """``typed`` in the one spelling that counts: width, case and blanks around it make no other account."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def is_login(login: str) -> bool:
    """Whether a folded login may be given to an account: 3 to 64 letters, digits, dots, lines."""
    return _LOGIN.fullmatch(login) is not None
