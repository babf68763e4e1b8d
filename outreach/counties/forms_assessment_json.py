"""The answers as JSON (the API's body, the page's own file): unknown keys and wrong types are faults."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from outreach.core.search.text import clean
from outreach.counties.forms_assessment import (
    FIRST_YEAR,
    HUNDRED,
    LARGEST,
    LAST_YEAR,
    LONGEST_NAME,
    SCHEMA,
    Assessment,
    Fault,
    FaultKind,
    ValueRefused,
)
from outreach.counties.rules.assessment import Answer, Answers
from outreach.counties.rules.assessment_table import Indicator, Kind, Table


def parse_json(body: Any, table: Table) -> Assessment:
    """The answers as an API body, strictly: unknown keys and wrong types are faults."""
    reader = _JsonReader(table)
    return reader.read(body)


class _JsonReader:
    """Reads one body and collects its faults, each with its path."""

    KEYS: Final = frozenset({"schema", "county", "year", "region", "answers", "conditions", "bonus"})

    def __init__(self, table: Table) -> None:
        self.table = table
        self.faults: list[Fault] = []

    def read(self, body: Any) -> Assessment:
        if not isinstance(body, dict):
            return Assessment(Answers(), faults=(Fault("", FaultKind.WRONG_TYPE),))
        self.faults += [Fault(str(key)[:LONGEST_NAME], FaultKind.UNKNOWN_KEY) for key in body if key not in self.KEYS]
        if body.get("schema", SCHEMA) != SCHEMA:
            self.faults.append(Fault("schema", FaultKind.WRONG_SCHEMA))
        table = self.table
        answers = Answers(
            self._region(body.get("region")),
            self._section(body, "answers", {one.code: one for one in table.indicators}, self._indicator),
            self._section(body, "conditions", {one.code: one for one in table.conditions}, self._yes_no),
            self._section(body, "bonus", {one.code: one for one in table.bonus}, self._points),
        )
        return Assessment(answers, self._county(body.get("county")), self._year(body.get("year")), tuple(self.faults))

    def _section(self, body: dict[str, Any], name: str, items: dict[str, Any], read: Callable[..., Any]) -> Any:
        section = body.get(name)
        if section is None:
            return {}
        if not isinstance(section, dict):
            self.faults.append(Fault(name, FaultKind.WRONG_TYPE))
            return {}
        found = {}
        for key, value in section.items():
            path = f"{name}.{key[:LONGEST_NAME]}"
            if key not in items:
                self.faults.append(Fault(path, FaultKind.UNKNOWN_KEY))
            elif value is not None:
                try:
                    found[key] = read(items[key], value)
                except ValueRefused as refusal:
                    self.faults.append(Fault(path, refusal.kind, refusal.limit))
        return found

    def _county(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, str) and len(value) <= LONGEST_NAME:
            return clean(value, LONGEST_NAME)
        self.faults.append(Fault("county", FaultKind.WRONG_TYPE))
        return ""

    def _year(self, value: Any) -> int | None:
        if value is None:
            return None
        # In JSON 2025.0 is a whole number too.
        is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if is_whole and not isinstance(value, bool) and FIRST_YEAR <= value <= LAST_YEAR:
            return int(value)
        self.faults.append(Fault("year", FaultKind.NO_YEAR))
        return None

    def _region(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, str) and value in {region.code for region in self.table.regions}:
            return value
        self.faults.append(Fault("region", FaultKind.NO_CHOICE))
        return ""

    def _indicator(self, indicator: Indicator, value: Any) -> Answer:
        if indicator.kind is Kind.YES_NO:
            return self._yes_no(indicator, value)
        if indicator.kind is Kind.CHOICE:
            if not isinstance(value, str) or value not in {level.code for level in indicator.levels}:
                raise ValueRefused(FaultKind.NO_CHOICE)
            return value
        if indicator.kind is Kind.POINTS:
            return self._points(indicator, value)
        return _json_figure(value, HUNDRED if indicator.kind is Kind.SHARE else LARGEST)

    def _yes_no(self, _item: Any, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueRefused(FaultKind.WRONG_TYPE)
        return value

    def _points(self, item: Any, value: Any) -> Decimal:
        return _json_figure(value, item.points)


def _json_figure(value: Any, most: Decimal) -> Decimal:
    """A JSON number as it is written; ``0.1`` is one tenth."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueRefused(FaultKind.WRONG_TYPE, most)
    if not 0 <= value <= most:
        raise ValueRefused(FaultKind.OUT_OF_RANGE, most)
    return Decimal(repr(value))
