"""Dates as papers print them: a day, a month or only a year; kept as the first day it can mean and a precision."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

DAY: Final = "day"
MONTH: Final = "month"
YEAR: Final = "year"
UNKNOWN: Final = "unknown"

#: Years that can be meant; the programme began in 2017, divisions changed before.
FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2100
#: Longer texts are no dates.
LONGEST: Final = 40

_YEAR = r"(?P<year>[0-9]{4})"
_MONTH = r"(?P<month>[0-9]{1,2})"
_DAY = r"(?P<day>[0-9]{1,2})"
#: Midnight, as spreadsheets write it behind a day.
_CLOCK = r"(?:[T ]0{1,2}:00(?::00(?:\.0+)?)?)?"
_SHAPES: Final = tuple(
    re.compile(shape)
    for shape in (
        rf"{_YEAR}-{_MONTH}-{_DAY}{_CLOCK}",
        rf"{_YEAR}/{_MONTH}/{_DAY}{_CLOCK}",
        rf"{_YEAR}\.{_MONTH}\.{_DAY}",
        rf"{_YEAR}年{_MONTH}月{_DAY}[日号]?",
        rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
        rf"{_YEAR}[-/.]{_MONTH}",
        rf"{_YEAR}年{_MONTH}月",
        rf"{_YEAR}年?",
    )
)


class DateUnreadable(ValueError):
    """A text that is no date, or one that cannot be."""


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date with what is known of it. ``on`` is the first day that can be meant; None: not even the year is known."""

    on: date | None = None
    precision: str = UNKNOWN

    @property
    def last(self) -> date | None:
        """The last day that can be meant."""
        return last_day(self.on, self.precision)


def parse_date(text: str) -> PrintedDate:
    """The date in ``text`` (``2019-03-13``, ``2020年12月1日``, ``2020-12``, ``2022``, full-width digits too).

    An empty text is an unknown date. Raises ``DateUnreadable``.
    """
    if len(text) > LONGEST:
        raise DateUnreadable
    compact = " ".join(unicodedata.normalize("NFKC", text).split())
    compact = re.sub(r"(?<=[年月./-]) | (?=[年月日号./-])", "", compact)
    if not compact:
        return PrintedDate()
    for shape in _SHAPES:
        if match := shape.fullmatch(compact):
            return _from_parts(match.groupdict())
    raise DateUnreadable


def _from_parts(parts: dict[str, str | None]) -> PrintedDate:
    year, month, day = (int(parts.get(name) or 0) for name in ("year", "month", "day"))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateUnreadable
    precision = DAY if parts.get("day") else MONTH if parts.get("month") else YEAR
    try:
        return PrintedDate(date(year, month if parts.get("month") else 1, day if parts.get("day") else 1), precision)
    except ValueError as error:
        raise DateUnreadable from error


def last_day(on: date | None, precision: str) -> date | None:
    """The last day that a date of this precision can mean; None when the date is unknown."""
    if on is None or precision == UNKNOWN:
        return None
    if precision == YEAR:
        return date(on.year, 12, 31)
    if precision == MONTH:
        return date(on.year + on.month // 12, on.month % 12 + 1, 1) - timedelta(days=1)
    return on


def first_day(on: date | None, precision: str) -> date | None:
    """The first day that a date of this precision can mean; None when the date is unknown."""
    if on is None or precision == UNKNOWN:
        return None
    if precision == YEAR:
        return date(on.year, 1, 1)
    return on.replace(day=1) if precision == MONTH else on


def format_date(on: date | None, precision: str) -> str:
    """As it goes into files: ``2019-03-13``, ``2020-12``, ``2022``, or nothing. ``parse_date`` reads it back."""
    if on is None or precision == UNKNOWN:
        return ""
    return {YEAR: f"{on:%Y}", MONTH: f"{on:%Y-%m}"}.get(precision, on.isoformat())


def years_later(on: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 1 March where there is none, so the years are full."""
    try:
        return on.replace(year=on.year + years)
    except ValueError:
        return date(on.year + years, 3, 1)
