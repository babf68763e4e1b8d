"""CSV files of ``content/`` read into typed rows. Every fault is found at once, with file, line and column.

A slice declares its files as ``FileSpec``; what its rows must not contradict, it checks itself.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


class FaultKind(StrEnum):
    """What can be wrong with any content file."""

    FILE_MISSING = "file-missing"
    COLUMNS_WRONG = "columns-wrong"
    VALUE_MISSING = "value-missing"
    VALUE_WRONG = "value-wrong"
    KEY_REPEATED = "key-repeated"
    UNKNOWN_REFERENCE = "unknown-reference"


_SENTENCES: Final[Mapping[StrEnum, LazyString]] = {
    FaultKind.FILE_MISSING: _l("%(place)s：文件不存在。"),
    FaultKind.COLUMNS_WRONG: _l("%(place)s：列不对，应当是 %(value)s。"),
    FaultKind.VALUE_MISSING: _l("%(place)s：不能为空。"),
    FaultKind.VALUE_WRONG: _l("%(place)s：「%(value)s」不对。"),
    FaultKind.KEY_REPEATED: _l("%(place)s：「%(value)s」重复。"),
    FaultKind.UNKNOWN_REFERENCE: _l("%(place)s：没有「%(value)s」。"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``line`` 1 is the header; 0 where no line can be named. ``kind``: ``FaultKind``, or a slice's own."""

    file: str
    line: int
    column: str
    kind: StrEnum
    value: str = ""


class ContentInvalid(Exception):
    """The content files contradict themselves or each other; nothing was written."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{f.file}:{f.line} {f.column} {f.kind} {f.value}".strip() for f in self.faults))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how its text becomes a value; an optional one may be empty and is ``default`` then."""

    name: str
    parse: Callable[[str], Any] = str
    is_optional: bool = False
    default: Any = ""


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


def matching(pattern: str) -> Callable[[str], str]:
    """A parser of texts that match the whole pattern."""

    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(text)
        return text

    return parse


def read_content(files: Sequence[FileSpec], folder: Path) -> tuple[dict[str, list[Row]], list[Fault]]:
    """All files as typed rows by file name without ending, and the faults of single lines."""
    faults: list[Fault] = []
    return {spec.name: list(_read_file(spec, folder, faults)) for spec in files}, faults


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


def repeated_keys(spec: FileSpec, rows: Iterable[Row], column: str) -> Iterator[Fault]:
    """Rows whose key stood in the file before, told at ``column``."""
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        if row.key in seen:
            yield Fault(spec.file, row.line, column, FaultKind.KEY_REPEATED, "/".join(map(str, row.key)))
        seen.add(row.key)


def fault_sentence(fault: Fault, own: Mapping[StrEnum, LazyString] | None = None) -> str:
    """The fault with file, line and column; ``own``: the sentences of a slice's own kinds."""
    place = fault.file + (f":{fault.line}" if fault.line else "") + (f" {fault.column}" if fault.column else "")
    return str({**_SENTENCES, **(own or {})}[fault.kind]) % {"place": place, "value": fault.value}
