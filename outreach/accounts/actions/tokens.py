"""Random tokens for cookies and links, and what the tables keep of them."""

from __future__ import annotations

import secrets
from hashlib import sha256

TOKEN_BYTES = 32
#: Longer ones are none of ours.
LONGEST = 100


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """What is stored: enough to recognise the token, useless for making it. A long random value needs no salt."""
    return sha256(token[:LONGEST].encode("utf-8", "replace")).hexdigest()
