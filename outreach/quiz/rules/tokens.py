"""Codes: random ones, signed ones that need no look-up to be refused, and keyed hashes of those that are never kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets
import unicodedata
from typing import Final

#: Crockford's alphabet: nothing that is mistaken for something else.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS: Final = str.maketrans("OIL", "011")
PUBLIC_ID_BYTES: Final = 15
RECOVERY_LENGTH: Final = 16
_SIGNATURE_BYTES: Final = 15
_HALF: Final = 16
#: Bits of an address by its version that say in which neighbourhood it lies: an organisation's usual block.
_NEIGHBOURHOOD: Final = {4: 24, 6: 48}


def new_public_id() -> str:
    """120 random bits in 20 characters that may stand in addresses."""
    return secrets.token_urlsafe(PUBLIC_ID_BYTES)


def new_seed() -> str:
    """256 random bits, hexadecimal."""
    return secrets.token_hex(32)


def signed(key: bytes, kind: str, public_id: str) -> str:
    """``public_id`` with a signature for one use (``kind``); 40 characters."""
    return public_id + _signature(key, kind, public_id)


def read_signed(key: bytes, kind: str, token: str) -> str | None:
    """The public id of a token that we signed for this use; None for everything else."""
    length = len(new_public_id())
    public_id, signature = token[:length], token[length:]
    if len(token) > 2 * length or not token.isascii():
        return None
    return public_id if hmac.compare_digest(signature, _signature(key, kind, public_id)) else None


def _signature(key: bytes, kind: str, public_id: str) -> str:
    digest = hmac.new(key, f"{kind}:{public_id}".encode(), hashlib.sha256).digest()[:_SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(digest).decode()


def new_code(length: int = RECOVERY_LENGTH) -> str:
    """A random code to be written down, in groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _letter in range(length))
    return "-".join(letters[start : start + 4] for start in range(0, length, 4))


def code_key(code: str) -> str:
    """The code however it was typed: case, width, blanks and hyphens do not matter, nor O for 0 and I or L for 1."""
    plain = unicodedata.normalize("NFKC", code).upper().translate(_READ_AS)
    return "".join(letter for letter in plain if letter in ALPHABET)[:64]


def code_hash(key: bytes, kind: str, code: str) -> str:
    """Keyed SHA-256 of a code: what is kept instead of it."""
    return hmac.new(key, f"{kind}:{code_key(code)}".encode(), hashlib.sha256).hexdigest()


def coarse_hash(key: bytes, kind: str, value: str) -> str:
    """Keyed hash of a device's or network's coarse features; empty for nothing."""
    return hmac.new(key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()[:32] if value else ""


def network_hash(key: bytes, network: str) -> str:
    """Keyed hashes of the neighbourhood that a network lies in and, behind it, of the network; empty for nothing.

    ``network``: an address, or the part of an IPv6 address that belongs to one customer.
    """
    try:
        around = ipaddress.ip_network(network, strict=False)
    except ValueError:
        return ""
    wide = around.supernet(new_prefix=min(around.prefixlen, _NEIGHBOURHOOD[around.version]))
    parts = (coarse_hash(key, "neighbourhood", str(wide)), coarse_hash(key, "network", str(around)))
    return "".join(part[:_HALF] for part in parts)


def neighbourhood_of(stored: str) -> str:
    """The first half of ``network_hash``: equal for networks beside each other."""
    return stored[:_HALF]


def same(one: str, other: str) -> bool:
    """Whether two hashes are equal, in a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())
