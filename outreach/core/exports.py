"""Data as CSV, XLSX and JSON: columns are declared as data, rows stream, and no cell can become a formula.

CSV has a byte order mark (so that Excel reads Chinese), CRLF line ends and RFC 4180 quotes. A text that a spreadsheet
would run as a formula gets an apostrophe in front; ``restored`` takes it off again, so nothing is lost on the way back.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import xlsxwriter
from flask_babel.speaklater import LazyString

from outreach.core.numbers import plain_number

Row = TypeVar("Row")

BYTE_ORDER_MARK = "\ufeff"
#: Rows that are written in one piece.
BATCH = 500
PIECE = 64 * 1024
#: What XLSX can hold below the headings, and in one cell.
XLSX_MAX_ROWS = 1_048_575
XLSX_MAX_TEXT = 32_767
#: Workbooks with the same rows are the same bytes, so they bear no moment of their own.
XLSX_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  # the format knows no zones

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_QUOTED = re.compile(r'[",;\t\r\n]')
_NO_TEXT = str.maketrans({"\x00": "\ufffd"})


class Kind(StrEnum):
    """What a column holds; None is an empty cell in all of them."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


class TooManyRows(Exception):
    """More rows than the format can hold."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its key (JSON), its heading (tables), and how to get the value from a row."""

    key: str
    heading: str | LazyString
    value: Callable[[Row], Any]
    kind: Kind = Kind.TEXT


def neutralised(text: str) -> str:
    """``text`` as a CSV cell that no spreadsheet runs."""
    return "'" + text if _FORMULA.match(text) else text


def restored(text: str) -> str:
    """The text that ``neutralised`` was given."""
    return text[1:] if _ESCAPED.match(text) else text


def stream_csv(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> Iterator[bytes]:
    """The table as CSV, piece by piece."""
    yield (BYTE_ORDER_MARK + _line(neutralised(str(column.heading)) for column in columns)).encode()
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        lines = [_line(_csv_cell(column, column.value(row)) for column in columns) for row in batch]
        yield "".join(lines).encode("utf-8", "replace")


def _line(cells: Iterable[str]) -> str:
    return (
        ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' if _QUOTED.search(cell) else cell for cell in cells) + "\r\n"
    )


def _csv_cell(column: Column[Any], value: Any) -> str:
    if value is None or value == "":
        return ""
    if column.kind is Kind.NUMBER:
        return plain_number(value)
    return neutralised(_text(value))


def _text(value: Any) -> str:
    return (value.isoformat() if isinstance(value, date) else str(value)).translate(_NO_TEXT)


def stream_json(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> Iterator[bytes]:
    """The table as a JSON array with one object a row, keys in the order of the columns."""
    yield b"["
    source, separator = iter(rows), "\n"
    while batch := list(islice(source, BATCH)):
        objects = [_object(columns, row) for row in batch]
        yield (separator + ",\n".join(objects)).encode("utf-8", "replace")
        separator = ",\n"
    yield b"\n]\n"


def _object(columns: Sequence[Column[Row]], row: Row) -> str:
    values = {column.key: column.value(row) for column in columns}
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def stream_xlsx(columns: Sequence[Column[Row]], rows: Iterable[Row], *, sheet: str = "data") -> Iterator[bytes]:
    """The table as a workbook with one sheet. Raises ``TooManyRows``. Texts are typed as texts, never as formulas."""
    with tempfile.TemporaryFile() as target:
        _write_workbook(target, columns, rows, sheet)
        target.seek(0)
        while piece := target.read(PIECE):
            yield piece


def _write_workbook(target: Any, columns: Sequence[Column[Row]], rows: Iterable[Row], sheet: str) -> None:
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        book.set_properties({"created": XLSX_CREATED})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet(sheet)
        page.freeze_panes(1, 0)
        for index, column in enumerate(columns):
            page.write_string(0, index, str(column.heading))
        for number, row in enumerate(rows, start=1):
            if number > XLSX_MAX_ROWS:
                raise TooManyRows(f"an XLSX sheet holds {XLSX_MAX_ROWS} rows")
            for index, column in enumerate(columns):
                _write_cell(page, number, index, column, column.value(row), day)


def _write_cell(page: Any, number: int, index: int, column: Column[Any], value: Any, day: Any) -> None:
    if value is None or value == "":
        return
    if column.kind is Kind.NUMBER:
        page.write_number(number, index, value)
    elif column.kind is Kind.DATE and value.year >= 1900:
        page.write_datetime(number, index, value, day)
    else:
        page.write_string(number, index, _text(value)[:XLSX_MAX_TEXT])


def content_disposition(name: str) -> str:
    """The header that makes a browser save an answer as ``name`` (RFC 6266: plain and UTF-8 spelling)."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("_")
    plain = f"download{plain}" if plain[:1] in ("", ".") else plain
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
