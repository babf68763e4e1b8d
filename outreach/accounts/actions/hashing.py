"""Hashes of passwords: Argon2id with the parameters of this one place."""

from __future__ import annotations

from functools import lru_cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

#: 19 MiB, two passes, one lane: what OWASP names for sign-in on shared machines; about 25 ms here.
HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
#: Hashes at a time in one process: they bound the memory that a flood of sign-ins can ask for.
_room = BoundedSemaphore(4)


def hash_password(password: str) -> str:
    with _room:
        return HASHER.hash(password)


def is_password(stored: str, password: str) -> bool:
    """Whether ``password`` is the one. An empty ``stored`` costs the same time, and is never right."""
    with _room:
        try:
            return HASHER.verify(stored or unknown(), password) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)


@lru_cache(maxsize=1)
def unknown() -> str:
    """The hash that stands for people who do not exist."""
    return HASHER.hash("nobody has this password")
