"""Which files a folder with a scoring table holds, their columns, and what can be wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum, StrEnum
from typing import Any, Final

from outreach.counties.models import Certainty
from outreach.counties.rules.assessment_table import Below, Direction, Kind

#: Largest number of points, and largest figure, that a table may name.
MOST_POINTS: Final = Decimal(1000)
MOST_FIGURE: Final = Decimal(1_000_000_000)


class FaultKind(StrEnum):
    """What can be wrong with a scoring table."""

    FOLDER_MISSING = "folder-missing"
    FILE_MISSING = "file-missing"
    UNREADABLE = "unreadable"
    COLUMNS_WRONG = "columns-wrong"
    CELLS_WRONG = "cells-wrong"
    VALUE_MISSING = "value-missing"
    VALUE_WRONG = "value-wrong"
    KEY_UNKNOWN = "key-unknown"
    KEY_REPEATED = "key-repeated"
    REFERENCE_UNKNOWN = "reference-unknown"
    LEVELS_MISSING = "levels-missing"
    LEVELS_UNWANTED = "levels-unwanted"
    LEVELS_DISORDERED = "levels-disordered"
    LEVELS_TOO_MANY = "levels-too-many"
    FULL_MARKS_UNREACHABLE = "full-marks-unreachable"
    REGION_CIRCLE = "region-circle"
    TOTAL_TOO_SMALL = "total-too-small"
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class TableFault:
    """One fault. ``line`` counts the heading as 1; 0 where no line can be named."""

    file: str
    line: int
    column: str
    kind: FaultKind
    value: str = ""


class AssessmentTableInvalid(Exception):
    """A scoring table cannot be used; every fault that was found is listed."""

    def __init__(self, faults: Iterable[TableFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{one.file}:{one.line} {one.column} {one.kind}" for one in self.faults))


@dataclass(frozen=True, slots=True)
class Field:
    """One column, or one key of ``table.toml``: how its text becomes a value, and what stands for an empty one."""

    name: str
    parse: Callable[[str], Any] = str
    is_optional: bool = False
    default: Any = ""


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One CSV file. ``key``: the columns that name a row; ``refers``: a column with the file whose codes it takes."""

    name: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ("code",)
    refers: tuple[tuple[str, str], ...] = ()

    @property
    def file(self) -> str:
        return f"{self.name}.csv"


def code(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9](?:-?[a-z0-9]){0,39}", text):
        raise ValueError(text)
    return text


def _number(text: str, most: Decimal) -> Decimal:
    """A plain number of zero and more with at most four decimals; no exponents, so nothing grows."""
    if not re.fullmatch(r"[0-9]{1,10}(?:\.[0-9]{1,4})?", text):
        raise ValueError(text)
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if value > most:
        raise ValueError(text)
    return value


def figure(text: str) -> Decimal:
    return _number(text, MOST_FIGURE)


def points(text: str) -> Decimal:
    """Points: to hundredths, as everything is rounded to them."""
    value = _number(text, MOST_POINTS)
    if value != value.quantize(Decimal("0.01")):
        raise ValueError(text)
    return value


def some_points(text: str) -> Decimal:
    value = points(text)
    if not value:
        raise ValueError(text)
    return value


def whole(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,2}", text):
        raise ValueError(text)
    return int(text)


def _provinces(text: str) -> frozenset[str]:
    found = frozenset(text.split())
    if any(not re.fullmatch(r"[1-9][0-9]", item) for item in found):
        raise ValueError(text)
    return found


def _one_of(kind: type[Enum]) -> Callable[[str], Any]:
    return kind


def _optional(name: str, parse: Callable[[str], Any] = str, default: Any = "") -> Field:
    return Field(name, parse, is_optional=True, default=default)


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


_CODE = Field("code", code)
_NAMES = (Field("name"), Field("name_en"))
_CERTAINTY = Field("certainty", _one_of(Certainty))
_PROVENANCE = (_CERTAINTY, Field("source"))

#: Keys of ``table.toml``.
TABLE_KEYS: Final[tuple[Field, ...]] = (
    Field("title"),
    Field("title_en"),
    Field("document"),
    Field("full_points", some_points),
    Field("pass_points", some_points),
    Field("bonus_cap", points),
    Field("classes_total", whole),
    Field("indicators_total", whole),
    _optional("note"),
    _optional("note_en"),
    _optional("official_text"),
    _optional("official_text_en"),
    Field("source"),
    _CERTAINTY,
    Field("reviewed_on", _day),
)

FILES: Final[tuple[FileSpec, ...]] = (
    FileSpec(
        "regions",
        (_CODE, *_NAMES, _optional("parent", code), _optional("provinces", _provinces, frozenset()), *_PROVENANCE),
        refers=(("parent", "regions"),),
    ),
    FileSpec("classes", (_CODE, *_NAMES, *_PROVENANCE)),
    FileSpec(
        "indicators",
        (
            _CODE,
            Field("class", code),
            *_NAMES,
            Field("kind", _one_of(Kind)),
            _optional("unit"),
            _optional("unit_en"),
            _optional("direction", _one_of(Direction), Direction.AT_LEAST),
            _optional("below", _one_of(Below), Below.STEPS),
            Field("points", some_points),
            _optional("condition"),
            _optional("condition_en"),
            _optional("note"),
            _optional("note_en"),
            Field("name_certainty", _one_of(Certainty)),
            *_PROVENANCE,
        ),
        refers=(("class", "classes"),),
    ),
    FileSpec(
        "levels",
        (
            Field("indicator", code),
            _optional("region", code),
            _optional("code", code),
            _optional("label"),
            _optional("label_en"),
            _optional("threshold", figure, None),
            Field("points", points),
            *_PROVENANCE,
        ),
        key=("indicator", "region", "code", "threshold"),
        refers=(("indicator", "indicators"), ("region", "regions")),
    ),
    FileSpec("conditions", (_CODE, *_NAMES, *_PROVENANCE)),
    FileSpec("bonus", (_CODE, *_NAMES, _optional("points", some_points, None), *_PROVENANCE)),
    FileSpec(
        "examples",
        (Field("indicator", code), Field("value"), Field("place"), Field("place_en"), *_PROVENANCE),
        key=("indicator", "place"),
        refers=(("indicator", "indicators"),),
    ),
)
