"""Draw the winners again from what was published of a draw. Nothing but Python's standard library is needed.

Usage: python verify_draw.py FILE. FILE is the JSON of a revealed draw: entrants, entrants_hash, seed, seed_hash,
public_value, prizes (name and count), winners. Exit status 0: everything fits; 1: something differs; 2: no such file.

How winners are drawn: the entrant codes are sorted by code point. The key is the seed's bytes, or SHA-256 over the
seed's bytes and the public value in UTF-8 when there is one. Numbers are the first 8 bytes (big end first) of
HMAC-SHA-256(key, counter as 8 bytes) for the counter 0, 1, 2, ... For place i (from 0): take the next number below the
largest multiple of (n - i), divide by (n - i), and swap entry i with entry i + remainder.
"""

import hashlib
import hmac
import json
import sys
from collections.abc import Iterator
from typing import Any


def numbers(key: bytes) -> Iterator[int]:
    counter = 0
    while True:
        yield int.from_bytes(hmac.new(key, counter.to_bytes(8, "big"), hashlib.sha256).digest()[:8], "big")
        counter += 1


def winners(entrants: list[str], seed: bytes, public_value: str, places: int) -> list[str]:
    codes = sorted(entrants)
    source = numbers(hashlib.sha256(seed + public_value.encode()).digest() if public_value else seed)
    places = min(places, len(codes))
    for place in range(places):
        left = len(codes) - place
        number = next(one for one in source if one < 2**64 - 2**64 % left)
        chosen = place + number % left
        codes[place], codes[chosen] = codes[chosen], codes[place]
    return codes[:places]


def faults(proof: dict[str, Any]) -> Iterator[str]:
    entrants, seed = list(proof["entrants"]), bytes.fromhex(proof["seed"])
    if entrants != sorted(set(entrants)):
        yield "the entrant list is not sorted, or somebody has two chances"
    if hashlib.sha256("".join(f"{code}\n" for code in sorted(entrants)).encode()).hexdigest() != proof["entrants_hash"]:
        yield "the entrant list is not the one that was committed"
    if len(seed) != 32 or hashlib.sha256(seed).hexdigest() != proof["seed_hash"]:
        yield "the seed is not the one that was committed"
    places = sum(count for _name, count in proof["prizes"])
    if winners(entrants, seed, proof["public_value"], places) != list(proof["winners"]):
        yield "the winners are not those that the seed and the list give"


def main(arguments: list[str]) -> int:
    try:
        with open(arguments[0], encoding="utf-8") as file:  # noqa: PTH123  # plain on purpose
            proof = json.load(file)
        found = list(faults(proof))
    except (IndexError, OSError, ValueError, KeyError, TypeError) as error:
        print(f"cannot read the draw: {error!r}")
        return 2
    for fault in found:
        print(f"DIFFERS: {fault}")
    if not found:
        print(f"OK: {len(proof['entrants'])} entrants, {len(proof['winners'])} winners, drawn again and the same")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
