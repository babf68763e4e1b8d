"""Receipts: a hash chain over everything that an attempt was made to save, so that nobody can say it was otherwise."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: Highest sequence number that is taken: what JavaScript counts exactly.
LAST_SEQUENCE: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """One answer as it is stored: the question's position, its sequence number, option ids or one text."""

    position: int
    sequence: int
    value: tuple[str, ...]


def first_link(public_id: str) -> str:
    """What the chain of an attempt hangs on."""
    return hashlib.sha256(f"attempt:{public_id}".encode()).hexdigest()


def next_link(previous: str, batch: Sequence[SavedAnswer]) -> str:
    """The new head after a batch was taken, whatever order its answers came in."""
    rows = [[answer.position, answer.sequence, list(answer.value)] for answer in sorted(batch, key=_place)]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def _place(answer: SavedAnswer) -> tuple[int, int]:
    return (answer.position, answer.sequence)


def newest(batch: Sequence[SavedAnswer]) -> list[SavedAnswer]:
    """One answer a position, the one with the highest sequence number; in the order of positions."""
    kept: dict[int, SavedAnswer] = {}
    for answer in batch:
        if answer.position not in kept or answer.sequence > kept[answer.position].sequence:
            kept[answer.position] = answer
    return [kept[position] for position in sorted(kept)]


def short(link: str) -> str:
    """A receipt that people can read out: 12 characters in three groups."""
    return "-".join(link[start : start + 4].upper() for start in range(0, 12, 4))
