"""The draw that anyone can check.

Before: a secret seed of 32 random bytes is made; ``SHA-256(seed)`` and the hash of the entrant list are published.
Each entrant is a code of its own for this draw (one chance a person). The list is the codes sorted by code point, one
a line with a line feed behind each; its hash is SHA-256 over those bytes.

After: the seed is published. Where a public value was announced before (something that nobody could know then), the key
is ``SHA-256(seed bytes ‖ public value in UTF-8)``, else it is the seed itself.

Winners: numbers come from HMAC-SHA-256 in counter mode, ``HMAC(key, counter)`` for the counter 0, 1, 2, … as 8 bytes,
big end first; the first 8 bytes of each are one 64-bit number. A number at or above the largest multiple of the limit
is thrown away, so that no place is favoured. The sorted list is shuffled from the front by Fisher and Yates:
for i = 0, 1, 2, …: choose j = i + (number below n - i), swap i and j, entry i has won place i + 1. Prizes go in the
order of the plan. ``tools/verify_draw.py`` does the same with nothing but Python's standard library.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

SEED_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Prize:
    """A kind of prize and how many there are."""

    name: str
    count: int
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class DrawPlan:
    """Who has a chance and what there is to win. ``day``: only attempts of that day in China (YYYY-MM-DD)."""

    prizes: tuple[Prize, ...]
    minimum_centipoints: int = 0
    is_full_only: bool = False
    day: str = ""
    claim_days: int = 14
    contact_kept_days: int = 90

    @property
    def places(self) -> int:
        return sum(prize.count for prize in self.prizes)

    def prize_of(self, place: int) -> str:
        """What the given place (from 1) wins."""
        for prize in self.prizes:
            if place <= prize.count:
                return prize.name
            place -= prize.count
        return ""

    def as_dict(self) -> dict[str, Any]:
        prizes = [{"name": prize.name, "name_en": prize.name_en, "count": prize.count} for prize in self.prizes]
        return {
            "prizes": prizes,
            "minimum_centipoints": self.minimum_centipoints,
            "is_full_only": self.is_full_only,
            "day": self.day,
            "claim_days": self.claim_days,
            "contact_kept_days": self.contact_kept_days,
        }


def plan_from(values: Mapping[str, Any]) -> DrawPlan:
    """The plan that ``as_dict`` wrote."""
    prizes = tuple(Prize(one["name"], int(one["count"]), one.get("name_en", "")) for one in values["prizes"])
    rest = {name: value for name, value in values.items() if name != "prizes"}
    return DrawPlan(prizes, **rest)


def entrants_hash(codes: Iterable[str]) -> str:
    """SHA-256 (hexadecimal) of the sorted entrant list."""
    digest = hashlib.sha256()
    for code in sorted(codes):
        digest.update(f"{code}\n".encode())
    return digest.hexdigest()


def seed_hash(seed: str) -> str:
    """SHA-256 (hexadecimal) of the seed's bytes; ``seed`` is hexadecimal."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def draw_key(seed: str, public_value: str = "") -> bytes:
    """The key of the generator."""
    secret = bytes.fromhex(seed)
    return hashlib.sha256(secret + public_value.encode()).digest() if public_value else secret


def numbers(key: bytes) -> Iterator[int]:
    """An endless row of 64-bit numbers."""
    counter = 0
    while True:
        yield int.from_bytes(hmac.new(key, counter.to_bytes(8, "big"), hashlib.sha256).digest()[:8], "big")
        counter += 1


def winners(codes: Iterable[str], seed: str, places: int, public_value: str = "") -> list[str]:
    """The winning codes, the first place first; all of them when there are fewer entrants than places."""
    entrants = sorted(codes)
    source = numbers(draw_key(seed, public_value))
    for place in range(min(places, len(entrants))):
        left = len(entrants) - place
        fair = (1 << 64) - (1 << 64) % left
        chosen = place + next(number for number in source if number < fair) % left
        entrants[place], entrants[chosen] = entrants[chosen], entrants[place]
    return entrants[: min(places, len(entrants))]


def entrant_code(salt: str, public_id: str) -> str:
    """A participant's code in one draw: the person can find it, others learn nothing from it."""
    return hashlib.sha256(f"{salt}:{public_id}".encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Proof:
    """What is published of a draw: enough to draw again."""

    contest: str
    name: str
    turn: int
    entrants: tuple[str, ...]
    entrants_hash: str
    seed_hash: str
    seed: str
    public_source: str
    public_value: str
    prizes: tuple[tuple[str, int], ...]
    winners: tuple[str, ...]


def proof_faults(proof: Proof) -> list[str]:
    """Codes of what does not fit; empty when the published draw is what the seed and the list give."""
    found = []
    if list(proof.entrants) != sorted(set(proof.entrants)):
        found.append("entrants-not-sorted-or-repeated")
    if entrants_hash(proof.entrants) != proof.entrants_hash:
        found.append("entrants-hash-differs")
    if not _is_seed(proof.seed):
        return [*found, "seed-malformed"]
    if seed_hash(proof.seed) != proof.seed_hash:
        found.append("seed-hash-differs")
    places = sum(count for _name, count in proof.prizes)
    if winners(proof.entrants, proof.seed, places, proof.public_value) != list(proof.winners):
        found.append("winners-differ")
    return found


def _is_seed(seed: str) -> bool:
    return len(seed) == 2 * SEED_BYTES and set(seed) <= set("0123456789abcdef")


def chances(entrants: Sequence[str], places: int) -> float:
    """The share of entrants that win something."""
    return min(places, len(entrants)) / len(entrants) if entrants else 0.0
