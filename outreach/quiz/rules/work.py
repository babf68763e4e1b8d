"""Proof of work at joining: a signed question, an answer that costs a moment of computing, each good for one use.

The answer is a number n for which SHA-256 of ``<challenge>:<n>`` begins with so many zero bits. No pictures, no sounds,
nothing to read: a browser does it while the form is filled in.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from enum import StrEnum
from typing import Final

GOOD_FOR_SECONDS: Final = 1800
MOST_BITS: Final = 28
#: How long somebody waits instead, whose browser runs no scripts.
WAITING_SECONDS: Final = 20
LONGEST: Final = 200
LONGEST_ANSWER: Final = 20


class WorkFault(StrEnum):
    """Why a proof is refused."""

    MALFORMED = "malformed"
    FORGED = "forged"
    EXPIRED = "expired"
    WRONG = "wrong"
    SPENT = "spent"
    TOO_EARLY = "too-early"


def new_challenge(key: bytes, purpose: str, bits: int, now_s: int) -> str:
    """``bits.expiry.nonce.signature``; ``now_s``: seconds since 1970."""
    body = f"{bits}.{now_s + GOOD_FOR_SECONDS}.{secrets.token_urlsafe(12)}"
    return f"{body}.{_signature(key, purpose, body)}"


def _signature(key: bytes, purpose: str, body: str) -> str:
    return hmac.new(key, f"work:{purpose}:{body}".encode(), hashlib.sha256).hexdigest()[:32]


def check(key: bytes, purpose: str, challenge: str, answer: str, *, bits: int, now_s: int) -> WorkFault | None:
    """What is wrong with a proof for this purpose at this difficulty; None when only its first use is to be checked."""
    fault = _challenge_fault(key, purpose, challenge, now_s)
    if fault is not None:
        return fault
    if len(answer) > LONGEST_ANSWER or not (answer.isascii() and answer.isdigit()):
        return WorkFault.MALFORMED
    return None if zero_bits(challenge, answer) >= max(bits, int(challenge.split(".")[0])) else WorkFault.WRONG


def check_waiting(key: bytes, purpose: str, challenge: str, *, now_s: int) -> WorkFault | None:
    """The same for somebody who waited instead of computing. Callers limit how often that is done."""
    fault = _challenge_fault(key, purpose, challenge, now_s)
    if fault is not None:
        return fault
    issued_s = expiry_of(challenge) - GOOD_FOR_SECONDS
    return WorkFault.TOO_EARLY if now_s < issued_s + WAITING_SECONDS else None


def _challenge_fault(key: bytes, purpose: str, challenge: str, now_s: int) -> WorkFault | None:
    body, _dot, signature = challenge.rpartition(".")
    parts = body.split(".")
    if len(challenge) > LONGEST or len(parts) != 3 or not challenge.isascii():
        return WorkFault.MALFORMED
    if not hmac.compare_digest(signature, _signature(key, purpose, body)):
        return WorkFault.FORGED
    return WorkFault.EXPIRED if int(parts[1]) < now_s else None


def zero_bits(challenge: str, answer: str) -> int:
    """Leading zero bits of the answer's hash."""
    digest = hashlib.sha256(f"{challenge}:{answer}".encode()).digest()
    return 256 - int.from_bytes(digest, "big").bit_length()


def expiry_of(challenge: str) -> int:
    """When the (checked) challenge ends, in seconds since 1970."""
    return int(challenge.split(".")[1])


def spent_key(challenge: str) -> str:
    """The key under which a used challenge is remembered."""
    return hashlib.sha256(challenge.encode()).hexdigest()


def solve(challenge: str) -> str:
    """The smallest answer, found by trying; for tests and for people without JavaScript (done by the server)."""
    bits = min(int(challenge.split(".")[0]), MOST_BITS)
    number = 0
    while zero_bits(challenge, str(number)) < bits:
        number += 1
    return str(number)
