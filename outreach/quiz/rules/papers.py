"""Drawing a paper: from a seed and a pool always the same questions, orders and option ids.

The generator is SHA-256 in counter mode over the seed and a purpose, so that it does not change with Python's versions,
and a paper can be drawn again years later. Nothing here knows the key: orders are uniform, and option ids are keyed
by the secret seed of the attempt.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from operator import attrgetter
from typing import Any, Final, TypeVar

T = TypeVar("T")
ID_LENGTH: Final = 10


@dataclass(frozen=True, slots=True)
class PoolItem:
    """A question version that may be drawn."""

    version_id: int
    question_id: int
    topic: str
    difficulty: int
    kind: str
    #: How many options are put in order; 0 for fill-ins.
    options: int


@dataclass(frozen=True, slots=True)
class Quota:
    """So many questions of a stratum with so many points each; empty or 0 means any."""

    count: int
    points: int
    topic: str = ""
    difficulty: int = 0
    kind: str = ""

    def takes(self, item: PoolItem) -> bool:
        return (
            self.topic in ("", item.topic) and self.difficulty in (0, item.difficulty) and self.kind in ("", item.kind)
        )

    @property
    def freedom(self) -> int:
        """How little it asks for: strict quotas are served first."""
        return (not self.topic) + (not self.difficulty) + (not self.kind)


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """One question of a paper: the version, its points, and the shown order as indices into the content's options."""

    version_id: int
    points: int
    order: tuple[int, ...]


class QuotaUnmet(Exception):
    """The pool has too few questions for a quota."""

    def __init__(self, quota: Quota, available: int) -> None:
        self.quota = quota
        self.available = available
        super().__init__(f"{quota} finds {available}")


def numbers(seed: str, purpose: str) -> Iterator[int]:
    """An endless row of 64-bit numbers."""
    start = f"{seed}:{purpose}:".encode()
    for counter in count():
        yield from _FOUR_NUMBERS.unpack(hashlib.sha256(start + b"%d" % counter).digest())


_FOUR_NUMBERS: Final = struct.Struct(">4Q")
_SPAN: Final = 1 << 64
#: Smaller numbers are fair for every pool of less than 65,536 questions: no need to work out the limit.
_SURELY_FAIR: Final = _SPAN - (1 << 16)


def shuffled(items: Iterable[T], seed: str, purpose: str) -> list[T]:
    """Fisher and Yates' shuffle; numbers that would favour small places are thrown away."""
    mixed = list(items)
    last = len(mixed) - 1
    if last < 1:
        return mixed
    for number in numbers(seed, purpose):
        size = last + 1
        if number >= _SURELY_FAIR and number >= _SPAN - _SPAN % size:
            continue
        chosen = number % size
        mixed[last], mixed[chosen] = mixed[chosen], mixed[last]
        last -= 1
        if not last:
            break
    return mixed


def draw_paper(
    pool: Sequence[PoolItem], quotas: Sequence[Quota], seed: str, *, seen: Collection[int] = ()
) -> tuple[PaperQuestion, ...]:
    """A paper for ``seed``. Questions in ``seen`` (question ids) come only when the others do not suffice.

    Raises ``QuotaUnmet``. No question comes twice, whichever quotas could take it.
    """
    deck = shuffled(sorted(pool, key=attrgetter("version_id")), seed, "questions")
    if seen:
        deck.sort(key=lambda item: item.question_id in seen)  # stable: unseen ones first, each part as shuffled
    picked = [
        PaperQuestion(item.version_id, quota.points, tuple(shuffled(range(item.options), seed, f"o{item.version_id}")))
        for quota, item in assign(deck, quotas)
    ]
    return tuple(shuffled(picked, seed, "paper"))


def assign(deck: Sequence[PoolItem], quotas: Sequence[Quota]) -> list[tuple[Quota, PoolItem]]:
    """Fill every place of every quota with a different question, earlier ones of the deck first.

    Overlapping quotas can compete for the same questions, so a place that finds nothing left moves another one away
    (augmenting paths): what can be met is met. Raises ``QuotaUnmet``.
    """
    places = [quota for quota in sorted(quotas, key=lambda one: one.freedom) for _place in range(quota.count)]
    owner: dict[int, int] = {}
    held: dict[int, PoolItem] = {}
    for place in range(len(places)):
        if not _seat(place, places, deck, owner, held, set()):
            quota = places[place]
            raise QuotaUnmet(quota, len({item.question_id for item in deck if quota.takes(item)}))
    return [(places[place], held[place]) for place in sorted(held)]


def _seat(
    place: int,
    places: Sequence[Quota],
    deck: Sequence[PoolItem],
    owner: dict[int, int],
    held: dict[int, PoolItem],
    tried: set[int],
) -> bool:
    quota = places[place]
    free = next((item for item in deck if item.question_id not in owner and quota.takes(item)), None)
    if free is not None:
        owner[free.question_id], held[place] = place, free
        return True
    for item in deck:
        if item.question_id in tried or not quota.takes(item):
            continue
        tried.add(item.question_id)
        if _seat(owner[item.question_id], places, deck, owner, held, tried):
            owner[item.question_id], held[place] = place, item
            return True
    return False


def option_id(seed: str, position: int, index: int) -> str:
    """The name of an option in one attempt: random to everybody who has not the seed."""
    return _option_name(bytes.fromhex(seed), position, index)


def _option_name(key: bytes, position: int, index: int) -> str:
    return hmac.digest(key, b"option:%d:%d" % (position, index), "sha256").hex()[:ID_LENGTH]


def option_ids(seed: str, position: int, question: PaperQuestion) -> dict[str, int]:
    """Option ids in the shown order, each with the index that it stands for."""
    key = bytes.fromhex(seed)
    return {_option_name(key, position, index): index for index in question.order}


def find_options(seed: str, position: int, question: PaperQuestion, names: Sequence[str]) -> list[int] | None:
    """The indices that ``names`` stand for; None when one of them names nothing.

    A name costs a hash, and every saved answer is looked up, so the search ends with the last name that is found.
    """
    key, missing = bytes.fromhex(seed), set(names)
    found: dict[str, int] = {}
    for index in question.order:
        if not missing:
            break
        name = _option_name(key, position, index)
        if name in missing:
            found[name] = index
            missing.remove(name)
    return None if missing else [found[name] for name in names]


def as_rows(paper: Sequence[PaperQuestion]) -> list[list[object]]:
    """The paper as it is stored in the attempt."""
    return [[question.version_id, question.points, list(question.order)] for question in paper]


def from_rows(rows: Iterable[Sequence[Any]]) -> tuple[PaperQuestion, ...]:
    """The paper that ``as_rows`` stored."""
    return tuple(PaperQuestion(version_id, points, tuple(order)) for version_id, points, order in rows)
