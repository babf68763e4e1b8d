"""Opening a table file whatever its format, and walking over its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.core.tables.csv_files import CsvReader
from outreach.core.tables.layout import Layout, Match
from outreach.core.tables.limits import MAX_ROWS, TableError
from outreach.core.tables.xlsx_files import XlsxReader

ZIP_MAGIC = b"PK\x03\x04"
#: First bytes of formats that people take for tables, with what to say.
REFUSED_FORMATS = (
    (b"\xd0\xcf\x11\xe0", _l("这是旧版 Excel（.xls）或加密的文件，请另存为不加密的 XLSX 或 CSV。")),
    (b"%PDF", _l("这是 PDF 文件，请提供 CSV 或 XLSX 表格。")),
    (b"\x1f\x8b", _l("这是压缩包，请解压后再导入。")),
    (b"PK\x05\x06", _l("文件是空的，没有任何数据。")),
)


class Reader(Protocol):
    """What the formats have in common."""

    format: str
    match: Match

    def rows(self) -> Iterator[tuple[int, list[str]]]: ...
    @property
    def fraction(self) -> float: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row below the headings. ``number`` as spreadsheets count; ``extra``: cells right of the last heading."""

    number: int
    cells: tuple[str, ...]
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """An open table: its format (``csv`` or ``xlsx``), its layout, its headings, and where the known columns are."""

    format: str
    layout: str
    headings: tuple[str, ...]
    positions: dict[str, int]
    notes: tuple[str | LazyString, ...]
    reader: Reader

    def rows(self) -> Iterator[TableRow]:
        """Every row that is not blank. Missing cells at the end are empty."""
        width = len(self.headings)
        for number, cells in self.reader.rows():
            if number > MAX_ROWS:
                raise TableError(_l("文件超过 %(limit)d 行。", limit=MAX_ROWS))
            extra = tuple(filter(str.strip, cells[width:]))
            kept = tuple(cells[:width]) + ("",) * (width - len(cells))
            if extra or any(map(str.strip, kept)):
                yield TableRow(number, kept, extra)

    @property
    def fraction(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return self.reader.fraction


@contextmanager
def open_table(path: Path, layouts: Sequence[Layout]) -> Iterator[Table]:
    """Open ``path`` and find the heading row of one of ``layouts``. Raises ``TableError`` with the reason."""
    reader = _open(path, layouts)
    match = reader.match
    try:
        notes = tuple(getattr(reader, "notes", ()))
        yield Table(reader.format, match.layout.name, match.cells, match.positions, notes, reader)
    finally:
        reader.close()


def _open(path: Path, layouts: Sequence[Layout]) -> Reader:
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise TableError(_l("文件「%(name)s」打不开。", name=path.name)) from error
    if not head:
        raise TableError(_l("文件是空的，没有任何数据。"))
    for magic, message in REFUSED_FORMATS:
        if head.startswith(magic):
            raise TableError(message)
    return XlsxReader(path, layouts) if head.startswith(ZIP_MAGIC) else CsvReader(path, layouts)


def file_sha256(path: Path) -> str:
    """SHA-256 of the file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
