"""Personal data in a text: mobile numbers, identity numbers, bank cards. What is found is only ever shown masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import cycle
from typing import Final


class PersonalKind(StrEnum):
    """What a number looks like."""

    MOBILE = "mobile"
    IDENTITY = "identity"
    BANK_CARD = "bank-card"


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """One find: its kind, the number with its middle hidden, and as it was found (never to be shown)."""

    kind: PersonalKind
    masked: str
    found: str = field(repr=False)


#: Neither letters nor digits nor what joins the parts of a registration number may touch the number.
_FREE = r"(?<![0-9A-Za-z_/.%-])(?:{})(?![0-9A-Za-z_]|[-/.%][0-9])"
_MOBILE = re.compile(_FREE.format(r"(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}"))
_IDENTITY = re.compile(_FREE.format(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]"))
_BANK_CARD = re.compile(_FREE.format(r"62\d{2}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?"))
#: GB 11643: weights of the first 17 digits, and the check character by the remainder.
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_WIDTH: Final = str.maketrans("０１２３４５６７８９Ｘｘ－", "0123456789Xx-")


def find_numbers(text: str) -> Iterator[FoundNumber]:
    """Every number of ``text`` that identifies a person, in the order of the kinds."""
    plain = text.translate(_WIDTH)
    for match in _IDENTITY.finditer(plain):
        if is_identity_number(match[0]):
            yield FoundNumber(PersonalKind.IDENTITY, masked_number(match[0]), match[0])
    for match in _BANK_CARD.finditer(plain):
        if passes_luhn(re.sub(r"\D", "", match[0])):
            yield FoundNumber(PersonalKind.BANK_CARD, masked_number(match[0]), match[0])
    for match in _MOBILE.finditer(plain):
        yield FoundNumber(PersonalKind.MOBILE, masked_number(match[0]), match[0])


def masked_text(text: str) -> str:
    """``text`` with every such number masked, wherever it is quoted."""
    for number in find_numbers(text):
        text = text.translate(_WIDTH).replace(number.found, number.masked)
    return text


def is_identity_number(text: str) -> bool:
    """Whether 18 characters carry the right check character of GB 11643."""
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == text[17].upper()


def passes_luhn(digits: str) -> bool:
    """Whether a card number carries the right check digit (ISO/IEC 7812)."""
    doubled = (int(digit) * factor for digit, factor in zip(reversed(digits), cycle((1, 2)), strict=False))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def masked_number(text: str) -> str:
    """``138****5678``: the first three and the last four characters of the number."""
    plain = re.sub(r"[ -]", "", text)
    return f"{plain[:3]}{'*' * (len(plain) - 7)}{plain[-4:]}"
