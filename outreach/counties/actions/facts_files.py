"""``content/counties/*.csv`` read into typed rows. Every fault is found at once, with file, line and column."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any, Final

from outreach.counties.models import Certainty, ChangeKind, Region
from outreach.counties.rules.dates import PrintedDate, parse_date

FOLDER: Final = Path(__file__).parents[3] / "content" / "counties"


class FaultKind(StrEnum):
    """What can be wrong with a content file."""

    FILE_MISSING = "file-missing"
    COLUMNS_WRONG = "columns-wrong"
    VALUE_MISSING = "value-missing"
    VALUE_WRONG = "value-wrong"
    KEY_REPEATED = "key-repeated"
    UNKNOWN_REFERENCE = "unknown-reference"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``line`` 1 is the header; 0 where no line can be named."""

    file: str
    line: int
    column: str
    kind: FaultKind
    value: str = ""


class FactsInvalid(Exception):
    """The content files contradict themselves or each other; nothing was written."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{f.file}:{f.line} {f.column} {f.kind} {f.value}".strip() for f in self.faults))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how its text becomes a value; an optional one may be empty."""

    name: str
    parse: Callable[[str], Any] = str
    is_optional: bool = False
    default: Any = ""


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One content file and the columns that name a row."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def file(self) -> str:
        return f"{self.name}.csv"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a content file, read: ``values`` by column name."""

    line: int
    values: dict[str, Any]


def _matching(pattern: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(text)
        return text

    return parse


def _one_of(kind: type[Enum]) -> Callable[[str], Any]:
    return kind


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _optional(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, is_optional=True) for name in names)


_CODE: Final = _matching(r"[1-9][0-9]{5}")
_SLUG: Final = _matching(r"[1-9][0-9]{5}|[a-z][a-z-]{0,63}")
_DATE: Final = Column("announced_on", parse_date, is_optional=True, default=PrintedDate())
_CERTAINTY: Final = Column("certainty", _one_of(Certainty))
_SPELT: Final = _texts("name", "name_en", "pinyin", "initials")
_SHOWN_SOURCE: Final = (*_texts("source_name"), *_optional("source_url"), _CERTAINTY, *_texts("source"))
_CODE_COLUMN: Final = Column("code", _CODE)

FILES: Final[tuple[FileSpec, ...]] = (
    FileSpec(
        "provinces",
        (
            _CODE_COLUMN,
            *_texts("name", "name_en", "short_name"),
            Column("region", _one_of(Region)),
            Column("region_certainty", _one_of(Certainty)),
            _CERTAINTY,
            *_texts("source"),
        ),
        key=("code",),
    ),
    FileSpec(
        "divisions",
        (
            _CODE_COLUMN,
            *_SPELT,
            Column("level", _matching("province|prefecture|county")),
            Column("parent_code", _CODE, is_optional=True),
            _CERTAINTY,
            *_texts("source"),
        ),
        key=("code",),
    ),
    FileSpec(
        "former_units",
        (
            _CODE_COLUMN,
            *_SPELT,
            Column("province", _CODE),
            Column("prefecture", _CODE, is_optional=True),
            _CERTAINTY,
            *_texts("source"),
        ),
        key=("code",),
    ),
    FileSpec(
        "units_without_code",
        (
            Column("slug", _matching(r"[a-z][a-z-]{0,63}")),
            *_SPELT,
            Column("province", _CODE),
            Column("prefecture", _CODE, is_optional=True),
            *_texts("note", "note_en"),
            *_SHOWN_SOURCE,
        ),
        key=("slug",),
    ),
    FileSpec(
        "changes",
        (
            Column("kind", _one_of(ChangeKind)),
            Column("unit", _SLUG),
            *_optional("former_name"),
            Column("former_code", _CODE, is_optional=True, default=None),
            Column("happened_on", parse_date, is_optional=True, default=PrintedDate()),
            *_optional("document", "note", "note_en", "source_url"),
            _CERTAINTY,
            *_texts("source"),
        ),
        key=("unit", "kind", "former_name", "former_code"),
    ),
    FileSpec(
        "batches",
        (
            Column("number", int),
            _DATE,
            Column("construction_year", int, is_optional=True, default=None),
            *_optional("document"),
            Column("announced_count", int),
            *_optional("note", "note_en"),
            *_SHOWN_SOURCE,
        ),
        key=("number",),
    ),
    FileSpec(
        "designations",
        (
            Column("batch", int),
            Column("unit", _SLUG),
            *_texts("province", "name_as_published"),
            _DATE,
            *_SHOWN_SOURCE,
        ),
        key=("unit",),
    ),
    FileSpec(
        "published_totals",
        (
            *_texts("scope", "scope_en"),
            Column("province", _CODE, is_optional=True),
            Column("total", int),
            Column("as_of", parse_date, is_optional=True, default=PrintedDate()),
            *_optional("as_of_note", "as_of_note_en", "share_as_published"),
            *_SHOWN_SOURCE,
        ),
        key=("scope", "total", "as_of", "as_of_note"),
    ),
)


def read_files(folder: Path = FOLDER) -> dict[str, list[Row]]:
    """All files as typed rows by file name without ending. Raises ``FactsInvalid`` with every fault found."""
    faults: list[Fault] = []
    tables = {spec.name: list(_read_file(spec, folder, faults)) for spec in FILES}
    if not faults:
        for spec in FILES:
            faults += _repeated(spec, tables[spec.name])
        faults += _dangling(tables)
    if faults:
        raise FactsInvalid(faults)
    return tables


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
    return Row(line, values)


def _repeated(spec: FileSpec, rows: list[Row]) -> Iterator[Fault]:
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        key = tuple(row.values[name] for name in spec.key)
        if key in seen:
            yield Fault(spec.file, row.line, spec.key[0], FaultKind.KEY_REPEATED, "/".join(map(str, key)))
        seen.add(key)


def _dangling(tables: dict[str, list[Row]]) -> Iterator[Fault]:
    """References that lead nowhere: to provinces, prefectures, units and batches."""
    levels: dict[str, set[Any]] = {"province": set(), "prefecture": set(), "county": set()}
    for row in tables["divisions"]:
        levels[row.values["level"]].add(row.values["code"])
    units = levels["county"] | {row.values["code"] for row in tables["former_units"]}
    units |= {row.values["slug"] for row in tables["units_without_code"]}
    provinces = {row.values["code"] for row in tables["provinces"]}
    names = {row.values["name"] for row in tables["provinces"]}
    known: tuple[tuple[str, str, set[Any]], ...] = (
        ("divisions", "parent_code", {"", *provinces, *levels["prefecture"]}),
        ("former_units", "province", provinces),
        ("former_units", "prefecture", {"", *levels["prefecture"]}),
        ("units_without_code", "province", provinces),
        ("units_without_code", "prefecture", {"", *levels["prefecture"]}),
        ("changes", "unit", units),
        ("designations", "unit", units),
        ("designations", "province", names),
        ("designations", "batch", {row.values["number"] for row in tables["batches"]}),
        ("published_totals", "province", {"", *provinces}),
    )
    for name, column, targets in known:
        for row in tables[name]:
            if row.values[column] not in targets:
                kind = FaultKind.UNKNOWN_REFERENCE
                yield Fault(f"{name}.csv", row.line, column, kind, str(row.values[column]))
