"""The contest's keys, derived from the site's secrets so that no key serves two purposes, and sealing with them."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outreach.config import Settings

_NONCE = 12


class Unsealable(Exception):
    """The text was sealed with another key or for another place, or is damaged."""


@dataclass(frozen=True, slots=True)
class Keys:
    """``signing`` signs tokens and keys hashes; ``field`` encrypts contacts and seeds (AES-256-GCM)."""

    signing: bytes
    field: bytes

    def seal(self, text: str, place: str) -> str:
        """``text`` encrypted; it can be opened only as being of the same ``place``."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self.field).encrypt(nonce, text.encode(), place.encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def unseal(self, sealed: str, place: str) -> str:
        """The text that was sealed for ``place``. Raises ``Unsealable``."""
        try:
            raw = base64.urlsafe_b64decode(sealed.encode())
            return AESGCM(self.field).decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Unsealable(place) from error


def keys_from(settings: Settings) -> Keys:
    """The keys of a site. Without a field key of its own the site's secret key serves, through another derivation."""
    field = settings.field_key or settings.secret_key
    return Keys(_derived(settings.secret_key, b"quiz signing"), _derived(field, b"quiz field encryption"))


def _derived(secret: str, purpose: bytes) -> bytes:
    return hashlib.blake2b(purpose, key=hashlib.sha256(secret.encode()).digest(), digest_size=32).digest()
