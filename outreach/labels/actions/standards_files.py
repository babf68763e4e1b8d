"""``content/standards/*.csv`` read into typed rows. Every fault is found at once, with file, line and column."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any

from outreach.labels.models import Better, Certainty, RuleRole

FOLDER = Path(__file__).parents[3] / "content" / "standards"


class FaultKind(StrEnum):
    """What can be wrong with a content file."""

    FILE_MISSING = "file-missing"
    COLUMNS_WRONG = "columns-wrong"
    VALUE_MISSING = "value-missing"
    VALUE_WRONG = "value-wrong"
    KEY_REPEATED = "key-repeated"
    UNKNOWN_REFERENCE = "unknown-reference"
    BAND_EMPTY = "band-empty"
    RANKS_BROKEN = "ranks-broken"
    STILL_USED = "still-used"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``line`` 1 is the header; 0 where no line can be named."""

    file: str
    line: int
    column: str
    kind: FaultKind
    value: str = ""


class StandardsInvalid(Exception):
    """The content files contradict themselves or each other; nothing was written."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{f.file}:{f.line} {f.column} {f.kind} {f.value}".strip() for f in self.faults))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how its text becomes a value, and whether it may be empty."""

    name: str
    parse: Callable[[str], Any] = str
    is_optional: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One content file. ``key``: columns that name a row; ``refers``: columns that name a row of another file."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    refers: tuple[tuple[tuple[str, ...], str], ...] = ()

    @property
    def file(self) -> str:
        return f"{self.name}.csv"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a content file, read: ``values`` by column name."""

    line: int
    key: tuple[Any, ...]
    values: dict[str, Any]


def _code(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", text):
        raise ValueError(text)
    return text


def _yes_no(text: str) -> bool:
    return {"yes": True, "no": False}[text]


def _one_of(kind: type[Enum]) -> Callable[[str], Any]:
    return kind


def _text(name: str, *, is_optional: bool = False) -> Column:
    return Column(name, is_optional=is_optional, default="")


_NAMES = (_text("name"), _text("name_en"))
_PROVENANCE = (Column("certainty", _one_of(Certainty)), _text("source"))
_CODE = Column("code", _code)

FILES: tuple[FileSpec, ...] = (
    FileSpec(
        "schemes",
        (
            _CODE,
            *_NAMES,
            _text("country"),
            _text("authority"),
            _text("authority_en"),
            Column("is_mandatory", _yes_no),
            _text("query_url", is_optional=True),
            _text("note", is_optional=True),
            _text("note_en", is_optional=True),
            *_PROVENANCE,
        ),
        key=("code",),
    ),
    FileSpec("categories", (_CODE, *_NAMES, *_PROVENANCE), key=("code",)),
    FileSpec(
        "subtypes",
        (Column("category", _code), _CODE, *_NAMES, *_PROVENANCE),
        key=("category", "code"),
        refers=((("category",), "categories"),),
    ),
    FileSpec(
        "metrics",
        (
            _CODE,
            *_NAMES,
            _text("unit", is_optional=True),
            _text("unit_en", is_optional=True),
            Column("decimals", int),
            Column("better", _one_of(Better), is_optional=True),
            _text("test_condition", is_optional=True),
            Column("is_water_use", _yes_no),
            *_PROVENANCE,
        ),
        key=("code",),
    ),
    FileSpec(
        "editions",
        (
            _CODE,
            Column("scheme", _code),
            Column("category", _code),
            _text("standard_no"),
            _text("title"),
            _text("title_en"),
            _text("rule_no", is_optional=True),
            Column("filings_from", date.fromisoformat, is_optional=True),
            Column("valid_from", date.fromisoformat, is_optional=True),
            Column("valid_to", date.fromisoformat, is_optional=True),
            Column("is_complete", _yes_no),
            _text("date_note", is_optional=True),
            _text("date_note_en", is_optional=True),
            *_PROVENANCE,
        ),
        key=("code",),
        refers=((("scheme",), "schemes"), (("category",), "categories")),
    ),
    FileSpec(
        "grades",
        (Column("edition", _code), _CODE, *_NAMES, Column("rank", int), *_PROVENANCE),
        key=("edition", "code"),
        refers=((("edition",), "editions"),),
    ),
    FileSpec(
        "grade_rules",
        (
            Column("edition", _code),
            Column("grade", _code),
            Column("subtype", _code, is_optional=True, default=""),
            Column("metric", _code),
            Column("low", float, is_optional=True),
            Column("is_low_inclusive", _yes_no, is_optional=True, default=True),
            Column("high", float, is_optional=True),
            Column("is_high_inclusive", _yes_no, is_optional=True, default=True),
            Column("role", _one_of(RuleRole)),
            *_PROVENANCE,
        ),
        key=("edition", "grade", "subtype", "metric"),
        refers=((("edition", "grade"), "grades"), (("metric",), "metrics")),
    ),
)


def read_files(folder: Path = FOLDER) -> tuple[dict[str, list[Row]], list[Fault]]:
    """All files as typed rows by file name without ending, and the faults of single lines."""
    faults: list[Fault] = []
    tables = {spec.name: list(_read_file(spec, folder, faults)) for spec in FILES}
    return tables, faults


def _read_file(spec: FileSpec, folder: Path, faults: list[Fault]) -> Iterator[Row]:
    path = folder / spec.file
    if not path.exists():
        faults.append(Fault(spec.file, 0, "", FaultKind.FILE_MISSING))
        return
    names = [column.name for column in spec.columns]
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        if next(reader, []) != names:
            faults.append(Fault(spec.file, 1, "", FaultKind.COLUMNS_WRONG, ",".join(names)))
            return
        for cells in reader:
            row = _read_row(spec, reader.line_num, cells, faults)
            if row is not None:
                yield row


def _read_row(spec: FileSpec, line: int, cells: list[str], faults: list[Fault]) -> Row | None:
    if len(cells) != len(spec.columns):
        faults.append(Fault(spec.file, line, "", FaultKind.COLUMNS_WRONG, str(len(cells))))
        return None
    values: dict[str, Any] = {}
    for column, cell in zip(spec.columns, cells, strict=True):
        text = cell.strip()
        if not text:
            values[column.name] = column.default
            if not column.is_optional:
                faults.append(Fault(spec.file, line, column.name, FaultKind.VALUE_MISSING))
            continue
        try:
            values[column.name] = column.parse(text)
        except (ValueError, KeyError):
            faults.append(Fault(spec.file, line, column.name, FaultKind.VALUE_WRONG, text))
    return Row(line, tuple(values.get(name) for name in spec.key), values)
