"""Yearly figures as a county officer types them: what the scoring table asks for, and a remark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from outreach.core.search.text import clean
from outreach.counties.forms_assessment import INDICATOR, parse_address
from outreach.counties.forms_staff import LONGEST_NOTE, Fault, Faults
from outreach.counties.rules.assessment import Answer
from outreach.counties.rules.assessment_table import Indicator, Kind, Table

FIRST_YEAR: Final = 2010
REMARK: Final = "remark"


@dataclass(frozen=True, slots=True)
class FiguresForm:
    """A year's figures by the indicator's code, in one spelling. ``typed`` keeps every text by the field's name."""

    year: int | None
    values: Mapping[str, str]
    typed: Mapping[str, str]
    faults: Faults = field(default_factory=dict)


def asked(table: Table) -> list[Indicator]:
    """The indicators that a county has figures for; points are judged, not measured."""
    return [one for one in table.indicators if one.kind is not Kind.POINTS]


def years(today: date) -> Iterable[int]:
    """Years that are over, the newest first."""
    return range(today.year - 1, FIRST_YEAR - 1, -1)


def parse_year(text: str, today: date) -> int | None:
    """A year that is over."""
    found = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return found if found in years(today) else None


def parse_figures(args: Mapping[str, str], table: Table, today: date) -> FiguresForm:
    """Read the form. Empty fields are not reported."""
    codes = {INDICATOR + one.code: one for one in asked(table)}
    given = parse_address({name: args.get(name, "") for name in codes}, table)
    faults: Faults = {one.field: Fault.NO_FIGURE for one in given.faults if one.field in codes}
    remark = clean(args.get(REMARK, ""), LONGEST_NOTE + 1)
    if len(remark) > LONGEST_NOTE:
        faults[REMARK] = Fault.TOO_LONG
    year = parse_year(args.get("year", ""), today)
    if year is None:
        faults = {"year": Fault.NO_YEAR, **faults}
    values = {code: spelled(value) for code, value in given.answers.values.items()}
    if remark:
        values[REMARK] = remark
    if not faults and not values:
        faults["year"] = Fault.NOTHING_FILLED
    typed = {name: given.typed.get(name, "") for name in codes} | {REMARK: remark, "year": args.get("year", "")[:8]}
    return FiguresForm(year, values, typed, faults)


def spelled(value: Answer) -> str:
    """The one spelling in which a figure is kept."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
