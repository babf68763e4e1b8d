"""Hashes and seals of the audit log.

Each entry's hash (SHA-256) covers its columns and the hash before, so anybody with an export can follow the chain.
The seal (HMAC-SHA-256) proves that the site itself wrote the hash: who can write the database but lacks the key
cannot chain the log anew.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from outreach.core.audit.models import AuditEntry

_PURPOSE = b"outreach audit seal 1"
#: Columns that a hash covers: all but the hash itself and what proves it.
COVERED: tuple[str, ...] = tuple(
    column.key for column in AuditEntry.__table__.columns if column.key not in ("hash", "key_id", "seal")
)


def canonical(values: Mapping[str, Any]) -> bytes:
    """``values`` in the one spelling that is hashed: JSON, keys in order, no blanks, UTF-8, moments in UTC."""
    return json.dumps(
        values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_spell, allow_nan=False
    ).encode()


def _spell(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)


def hash_of(entry: AuditEntry) -> str:
    """The hash that the entry must have by what its columns say."""
    return hashlib.sha256(canonical({name: getattr(entry, name) for name in COVERED})).hexdigest()


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys by their ids. The first one seals, the others only verify what was sealed before a change of keys."""

    keys: Mapping[str, bytes]

    @classmethod
    def of(cls, secrets: Sequence[str]) -> Keyring:
        """Keys derived from ``secrets``, the sealing one first; empty ones are left out."""
        derived = [hmac.digest(secret.encode(), _PURPOSE, "sha256") for secret in secrets if secret]
        return cls({hashlib.sha256(key).hexdigest()[:16]: key for key in derived})

    @property
    def sealing_id(self) -> str:
        return next(iter(self.keys))

    def seal(self, digest: str, key_id: str = "") -> str:
        """The seal of ``digest`` under a key of the ring (``KeyError`` for another), by default the sealing one."""
        return hmac.new(self.keys[key_id or self.sealing_id], digest.encode(), "sha256").hexdigest()

    def knows(self, key_id: str) -> bool:
        return key_id in self.keys

    def proves(self, entry: AuditEntry) -> bool:
        """Whether the entry's seal is the one of its hash."""
        return hmac.compare_digest(self.seal(entry.hash, entry.key_id), entry.seal)

    def fingerprint(self, text: str) -> str:
        """Eight digits that are the same for the same text, and tell nothing to those without the key."""
        return hmac.new(self.keys[self.sealing_id], b"value:" + text.encode(), "sha256").hexdigest()[:8]
