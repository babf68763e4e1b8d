"""Values that are kept encrypted (AES-256-GCM): personal data, secrets of second factors.

The key is not in the database. Each purpose has one of its own, derived from ``OUTREACH_FIELD_KEY`` (without
one, from the secret key), so a value of one column cannot be moved to another.
"""

from __future__ import annotations

import base64
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from outreach.config import Settings

_VERSION = "1"
_NONCE_BYTES = 12


class NotReadable(ValueError):
    """The value was written under another key or for another purpose, or is damaged."""


@lru_cache(maxsize=64)
def _cipher(secret: str, purpose: str) -> AESGCM:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"outreach field {purpose}".encode())
    return AESGCM(key.derive(secret.encode()))


def _secret() -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.field_key or settings.secret_key


def encrypt(text: str, purpose: str) -> str:
    """``text`` as it may be stored. The same text never looks the same twice."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = _cipher(_secret(), purpose).encrypt(nonce, text.encode(), purpose.encode())
    return f"{_VERSION}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, purpose: str) -> str:
    """The text behind a stored value. Raises ``NotReadable``."""
    version, _colon, packed = stored.partition(":")
    try:
        raw = base64.urlsafe_b64decode(packed.encode())
        if version != _VERSION:
            raise ValueError(version)
        return _cipher(_secret(), purpose).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise NotReadable(purpose) from error
