"""What a county filled in on the page, read from its address and checked against the table in use.

Faults are typed, and what was typed is kept. A figure may be written ``40``, ``40%`` or ``12/30``, in any width.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from outreach.core.search.text import clean
from outreach.counties.rules.assessment import Answer, Answers
from outreach.counties.rules.assessment_table import Indicator, Kind, Table

#: Schema of the answers as JSON; a file that names another one is refused.
SCHEMA: Final = "outreach-assessment/1"
#: What stands before a code in an address.
INDICATOR, CONDITION, BONUS = "i-", "c-", "b-"
#: One of the counties that an unclear name may mean, chosen from a list; it goes before the name.
CHOSEN_COUNTY: Final = "county_choice"
FIRST_YEAR, LAST_YEAR = 2010, 2100
LONGEST_NAME: Final = 64
LONGEST_FIGURE: Final = 40
LARGEST: Final = Decimal(1_000_000_000)
HUNDRED: Final = Decimal(100)
YES_NO: Final = {"yes": True, "no": False}

_FIGURE = re.compile(r"([0-9]{1,10}(?:\.[0-9]{1,4})?)%?")
_PARTS = re.compile(r"([0-9]{1,10}(?:\.[0-9]{1,4})?)/([0-9]{1,10}(?:\.[0-9]{1,4})?)")
_YEAR = re.compile(r"[0-9]{4}")


class FaultKind(StrEnum):
    """Why a value was refused."""

    NO_FIGURE = "no-figure"
    OUT_OF_RANGE = "out-of-range"
    PART_LARGER = "part-larger"
    NO_CHOICE = "no-choice"
    NO_YEAR = "no-year"
    #: JSON only.
    UNKNOWN_KEY = "unknown-key"
    WRONG_TYPE = "wrong-type"
    WRONG_SCHEMA = "wrong-schema"


@dataclass(frozen=True, slots=True)
class Fault:
    """A refused value: where it stands (field name, or path in JSON), why, and the largest value allowed there."""

    field: str
    kind: FaultKind
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was asked: the answers, whom they are about, the faults, and the texts as typed (by field name)."""

    answers: Answers
    county: str = ""
    year: int | None = None
    faults: tuple[Fault, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)


class ValueRefused(Exception):
    """A value that cannot be taken, and why."""

    def __init__(self, kind: FaultKind, limit: Decimal | None = None) -> None:
        self.kind, self.limit = kind, limit


def field_names(table: Table) -> list[str]:
    """Every field of the form, in the order of the page."""
    return [
        *("county", "year", "region"),
        *(CONDITION + one.code for one in table.conditions),
        *(INDICATOR + one.code for one in table.indicators),
        *(BONUS + one.code for one in table.bonus),
    ]


def parse_address(args: Mapping[str, str], table: Table) -> Assessment:
    """The form as its address says it. Unknown arguments are left alone; empty ones were not answered."""
    typed = {name: clean(args.get(name, ""), LONGEST_NAME) for name in field_names(table)}
    if chosen := clean(args.get(CHOSEN_COUNTY, ""), LONGEST_NAME):
        typed["county"] = chosen
    given = {name: text for name, text in typed.items() if text}
    faults: list[Fault] = []

    def take(items: Iterable[Any], prefix: str, read: Callable[[Any, str], Any]) -> dict[str, Any]:
        found = {}
        for item in items:
            if (text := given.get(prefix + item.code)) is None:
                continue
            try:
                found[item.code] = read(item, text)
            except ValueRefused as refusal:
                faults.append(Fault(prefix + item.code, refusal.kind, refusal.limit))
        return found

    year = _read_year(given.get("year", ""), faults)
    region = _read_region(given.get("region", ""), table, faults)
    answers = Answers(
        region,
        take(table.indicators, INDICATOR, _read_indicator),
        take(table.conditions, CONDITION, lambda _item, text: _read_yes_no(text)),
        take(table.bonus, BONUS, lambda item, text: _read_points(text, item.points)),
    )
    order = field_names(table)
    faults.sort(key=lambda fault: order.index(fault.field))
    return Assessment(answers, given.get("county", ""), year, tuple(faults), typed)


def _read_year(text: str, faults: list[Fault]) -> int | None:
    plain = unicodedata.normalize("NFKC", text)
    if not plain:
        return None
    if _YEAR.fullmatch(plain) and FIRST_YEAR <= int(plain) <= LAST_YEAR:
        return int(plain)
    faults.append(Fault("year", FaultKind.NO_YEAR))
    return None


def _read_region(text: str, table: Table, faults: list[Fault]) -> str:
    if not text or text in {region.code for region in table.regions}:
        return text
    faults.append(Fault("region", FaultKind.NO_CHOICE))
    return ""


def _read_indicator(indicator: Indicator, text: str) -> Answer:
    if indicator.kind is Kind.YES_NO:
        return _read_yes_no(text)
    if indicator.kind is Kind.CHOICE:
        if text not in {level.code for level in indicator.levels}:
            raise ValueRefused(FaultKind.NO_CHOICE)
        return text
    if indicator.kind is Kind.POINTS:
        return _read_points(text, indicator.points)
    is_share = indicator.kind is Kind.SHARE
    return _read_figure(text, is_share=is_share, most=HUNDRED if is_share else LARGEST)


def _read_yes_no(text: str) -> bool:
    if text not in YES_NO:
        raise ValueRefused(FaultKind.NO_CHOICE)
    return YES_NO[text]


def _read_points(text: str, most: Decimal) -> Decimal:
    return _read_figure(text, is_share=False, most=most)


def plain_figure(text: str) -> str:
    """A figure as typed, without width, blanks and thousands marks."""
    plain = unicodedata.normalize("NFKC", text).replace("\u3002", ".").replace("∕", "/")
    return "".join(character for character in plain if character not in " ,_")


def _read_figure(text: str, *, is_share: bool, most: Decimal) -> Decimal:
    plain = plain_figure(text)
    if len(plain) > LONGEST_FIGURE:
        raise ValueRefused(FaultKind.NO_FIGURE, most)
    if is_share and (parts := _PARTS.fullmatch(plain)):
        return _read_parts(Decimal(parts[1]), Decimal(parts[2]))
    match = _FIGURE.fullmatch(plain)
    if match is None or (plain.endswith("%") and not is_share):
        raise ValueRefused(FaultKind.NO_FIGURE, most)
    value = Decimal(match[1])
    if value > most:
        raise ValueRefused(FaultKind.OUT_OF_RANGE, most)
    return value


def _read_parts(part: Decimal, whole: Decimal) -> Decimal:
    """``12/30`` as a percentage, cut (never rounded up) to four decimals: a share must really reach its condition."""
    if not whole:
        raise ValueRefused(FaultKind.NO_FIGURE, HUNDRED)
    if part > whole:
        raise ValueRefused(FaultKind.PART_LARGER)
    return Decimal(int(Fraction(part) / Fraction(whole) * 1_000_000)) / 10_000
