"""A folder with a scoring table read into a ``Table``. Every fault is found at once, with file, line and column."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from outreach.counties.imports.assessment_build import build_table
from outreach.counties.imports.assessment_specs import (
    FILES,
    TABLE_KEYS,
    AssessmentTableInvalid,
    FaultKind,
    Field,
    FileSpec,
    TableFault,
)
from outreach.counties.rules.assessment_table import Table

#: The table that comes with the site.
OUR_FOLDER: Final = Path(__file__).parents[3] / "content" / "counties" / "assessment"
TABLE_FILE: Final = "table.toml"
LARGEST_FILE: Final = 1024 * 1024
MOST_ROWS: Final = 400
LONGEST_CELL: Final = 2000

Rows = dict[str, list["Row"]]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file, read: ``values`` by column."""

    line: int
    values: dict[str, Any]


def read_table(folder: Path = OUR_FOLDER) -> Table:
    """The table of ``folder``. Raises ``AssessmentTableInvalid`` with every fault."""
    faults: list[TableFault] = []
    if not folder.is_dir():
        raise AssessmentTableInvalid([TableFault("", 0, "", FaultKind.FOLDER_MISSING, folder.name)])
    head = _read_head(folder, faults)
    rows = {spec.name: list(_read_file(spec, folder, faults)) for spec in FILES}
    _check_keys(rows, faults)
    if not faults:
        table = build_table(head, rows, faults, is_own=folder == OUR_FOLDER)
    if faults:
        raise AssessmentTableInvalid(faults)
    return table


def _text_of(path: Path, faults: list[TableFault]) -> str | None:
    """The text of a file in UTF-8 or GB18030, as spreadsheets write it."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            faults.append(TableFault(path.name, 0, "", FaultKind.TOO_LARGE))
            return None
        data = path.read_bytes()
    except FileNotFoundError:
        faults.append(TableFault(path.name, 0, "", FaultKind.FILE_MISSING))
        return None
    except OSError:
        faults.append(TableFault(path.name, 0, "", FaultKind.UNREADABLE))
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    faults.append(TableFault(path.name, 0, "", FaultKind.UNREADABLE))
    return None


def _read_head(folder: Path, faults: list[TableFault]) -> dict[str, Any]:
    text = _text_of(folder / TABLE_FILE, faults)
    if text is None:
        return {}
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        faults.append(TableFault(TABLE_FILE, 0, "", FaultKind.UNREADABLE))
        return {}
    known = {field.name for field in TABLE_KEYS}
    faults += [TableFault(TABLE_FILE, 0, key, FaultKind.KEY_UNKNOWN) for key in found if key not in known]
    texts = {key: "" if isinstance(value, dict | list) else str(value) for key, value in found.items()}
    return _values(TABLE_KEYS, texts, TABLE_FILE, 0, faults)


def _read_file(spec: FileSpec, folder: Path, faults: list[TableFault]) -> Iterator[Row]:
    text = _text_of(folder / spec.file, faults)
    if text is None:
        return
    names = [field.name for field in spec.fields]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        if [cell.strip() for cell in next(reader, [])] != names:
            faults.append(TableFault(spec.file, 1, "", FaultKind.COLUMNS_WRONG, ",".join(names)))
            return
        for number, cells in enumerate(filter(any, reader)):
            if number >= MOST_ROWS:
                faults.append(TableFault(spec.file, reader.line_num, "", FaultKind.TOO_LARGE))
                return
            if len(cells) != len(names):
                faults.append(TableFault(spec.file, reader.line_num, "", FaultKind.CELLS_WRONG, str(len(names))))
                continue
            texts = dict(zip(names, cells, strict=True))
            yield Row(reader.line_num, _values(spec.fields, texts, spec.file, reader.line_num, faults))
    except csv.Error:
        faults.append(TableFault(spec.file, reader.line_num, "", FaultKind.UNREADABLE))


def _values(
    fields: tuple[Field, ...], texts: Mapping[str, str], file: str, line: int, faults: list[TableFault]
) -> dict[str, Any]:
    """The texts as values; a fault leaves the field's default, so that the checks go on."""
    values: dict[str, Any] = {}
    for field in fields:
        text = texts.get(field.name, "").strip()
        values[field.name] = field.default
        if not text:
            if not field.is_optional:
                faults.append(TableFault(file, line, field.name, FaultKind.VALUE_MISSING))
            continue
        try:
            if len(text) > LONGEST_CELL or not text.replace("\n", "").isprintable():
                raise ValueError(text)
            values[field.name] = field.parse(text)
        except (ValueError, OverflowError):
            faults.append(TableFault(file, line, field.name, FaultKind.VALUE_WRONG, _shown(text)))
    return values


def _shown(text: str) -> str:
    """The beginning of a bad value, fit for a terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text[:40])


def _check_keys(rows: Rows, faults: list[TableFault]) -> None:
    """Each row named once, and every reference to a row that is there."""
    for spec in FILES:
        seen: set[tuple[Any, ...]] = set()
        for row in rows[spec.name]:
            key = tuple(row.values[name] for name in spec.key)
            if key in seen:
                shown = " ".join(str(part) for part in key if part not in ("", None))
                faults.append(TableFault(spec.file, row.line, spec.key[0], FaultKind.KEY_REPEATED, shown))
            seen.add(key)
            for column, target in spec.refers:
                value = row.values[column]
                if value and value not in {other.values["code"] for other in rows[target]}:
                    faults.append(TableFault(spec.file, row.line, column, FaultKind.REFERENCE_UNKNOWN, value))
