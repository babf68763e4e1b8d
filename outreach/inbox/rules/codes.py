"""Receipt codes: 80 bits that only the writer has, in signs that are not taken for each other."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

#: Crockford's alphabet: no I, L, O, U.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 16
_GROUP: Final = 4
_ALIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


def make_code(secret: str, *parts: str) -> str:
    """The code of a letter: the same form sent twice has the same one, and without the secret nobody can make it.

    >>> make_code("secret", "form", "text")
    'EGQ8-6C7M-BF01-P60A'
    """
    message = "\0".join(parts).encode("utf-8", "replace")
    number = int.from_bytes(hmac.digest(secret.encode(), b"receipt\0" + message, "sha256")[:10])
    signs = "".join(ALPHABET[(number >> 5 * place) & 31] for place in range(LENGTH))
    return "-".join(signs[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def tidy_code(typed: str) -> str:
    """A code as it was given out, from whatever somebody copied; empty when it cannot be one.

    >>> tidy_code(" egq8 6c7mbfoi—p60a")
    'EGQ8-6C7M-BF01-P60A'
    """
    signs = "".join(sign for sign in typed[:200].upper().translate(_ALIKE) if sign in ALPHABET)
    if len(signs) != LENGTH:
        return ""
    return "-".join(signs[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def digest(code: str) -> str:
    """What is stored of a code."""
    return hashlib.sha256(code.encode()).hexdigest()
