"""Untrusted addresses become typed values here. A senseless filter is dropped, not an error: people share links."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Self

from werkzeug.datastructures import MultiDict

from outreach.core.search.text import clean
from outreach.counties.models import Region
from outreach.counties.rules.states import UnitState

#: ``code`` is the usual order; with words the best matches come first in it.
SORTS: Final = ("code", "name", "date", "batch")
PAGE_SIZES: Final = (20, 50, 100)
USUAL_SIZE: Final = 50
MAX_PAGE: Final = 1_000_000
MAX_VALUES: Final = 50
#: The programme began in 2017; what was before has no state.
FIRST_DAY: Final = date(2017, 1, 1)

#: Why a day that was asked for is not the one that is shown.
FUTURE: Final = "future"
EARLY: Final = "early"
UNREADABLE: Final = "unreadable"

_PROVINCE = re.compile(r"[1-9][0-9]0000")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_BATCH = re.compile(r"[1-9][0-9]{0,2}")
_YEAR = re.compile(r"20[0-9]{2}")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day that a page shows. ``day`` is None for the present, when everything recorded counts as happened.

    ``dropped`` says why another day was asked for and not taken; empty when none was.
    """

    today: date
    day: date | None = None
    dropped: str = ""

    @property
    def shown(self) -> date:
        """The day to print."""
        return self.day or self.today

    def args(self) -> dict[str, str]:
        """The day as address argument; nothing for the present."""
        return {"on": self.day.isoformat()} if self.day else {}


def parse_as_of(args: MultiDict[str, str], today: date) -> AsOf:
    """Read ``on=2021-12-31``. A day that cannot be shown is dropped with the reason."""
    text = args.get("on", "").strip()
    match = _DAY.fullmatch(text)
    if match is None or not match[0].isascii():
        return AsOf(today, dropped=UNREADABLE if text else "")
    try:
        day = date(*(int(part) for part in match.groups()))
    except ValueError:
        return AsOf(today, dropped=UNREADABLE)
    if day > today:
        return AsOf(today, dropped=FUTURE)
    if day < FIRST_DAY:
        return AsOf(today, dropped=EARLY)
    return AsOf(today, day if day != today else None)


@dataclass(frozen=True, slots=True)
class CountyQuery:
    """What the registry page was asked for. Every field has one spelling, so equal questions are equal objects."""

    text: str = ""
    provinces: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    batches: tuple[int, ...] = ()
    states: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    sort: str = SORTS[0]
    page: int = 1
    per_page: int = USUAL_SIZE
    #: The day whose states are meant; None for the present.
    on: date | None = None

    @property
    def has_filters(self) -> bool:
        return any(getattr(self, field) for field, _name in FILTERS)

    def args(self) -> list[tuple[str, str]]:
        """The query as address arguments in one fixed order, defaults left out."""
        pairs = [("q", self.text)] if self.text else []
        for field, name in FILTERS:
            pairs += [(name, str(value)) for value in getattr(self, field)]
        if self.on:
            pairs.append(("on", self.on.isoformat()))
        if self.sort != SORTS[0]:
            pairs.append(("sort", self.sort))
        if self.per_page != USUAL_SIZE:
            pairs.append(("per_page", str(self.per_page)))
        if self.page != 1:
            pairs.append(("page", str(self.page)))
        return pairs

    def with_toggled(self, field: str, value: str | int) -> Self:
        """The same query on page 1 with one filter value added, or taken out when it is there."""
        values: tuple[Any, ...] = getattr(self, field)
        is_there = value in values
        changed = tuple(item for item in values if item != value) if is_there else tuple(sorted((*values, value)))
        fields: dict[str, Any] = {"page": 1, field: changed}
        return replace(self, **fields)


#: Filter fields of ``CountyQuery`` and their names in addresses, in the order of the page.
FILTERS: Final = (
    ("states", "state"),
    ("regions", "region"),
    ("batches", "batch"),
    ("years", "year"),
    ("provinces", "province"),
)


def _known(values: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    names = {str(name) for name in known}
    return tuple(sorted({value for value in values if value in names}))


def _numbers(values: Iterable[str], pattern: re.Pattern[str]) -> tuple[int, ...]:
    return tuple(sorted({int(value) for value in values if pattern.fullmatch(value)})[:MAX_VALUES])


def _provinces(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if _PROVINCE.fullmatch(value)})[:MAX_VALUES])


def parse_county_query(args: MultiDict[str, str], as_of: AsOf) -> CountyQuery:
    """Read the registry's address arguments; anything senseless counts as not given."""
    page, per_page, sort = (args.get(name, "") for name in ("page", "per_page", "sort"))
    return CountyQuery(
        text=clean(args.get("q", "")),
        provinces=_provinces(args.getlist("province")),
        regions=_known(args.getlist("region"), Region),
        batches=_numbers(args.getlist("batch"), _BATCH),
        states=_known(args.getlist("state"), UnitState),
        years=_numbers(args.getlist("year"), _YEAR),
        sort=sort if sort in SORTS else SORTS[0],
        page=min(int(page), MAX_PAGE) if _NUMBER.fullmatch(page) else 1,
        per_page=int(per_page) if per_page in {str(size) for size in PAGE_SIZES} else USUAL_SIZE,
        on=as_of.day,
    )
