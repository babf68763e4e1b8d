"""One row's cells as values. Every repair leaves a remark, every fault a reason; nothing is changed silently."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

from outreach.core.search.text import fold
from outreach.core.tables import Table, TableRow
from outreach.labels.imports.rows import MeasuredText, RefusedRow, Remark, RemarkCode

NAME_LENGTH = 300
PRODUCT_NAME_LENGTH = 500
NUMBER_LENGTH = 80
RAW_VALUE_LENGTH = 100
#: No figure of a register is larger.
MAX_VALUE = 10_000_000
#: What registers print where there is no value.
NO_VALUES = frozenset({"-", "--", "—", "——", "/", "\\", "无", "n/a"})

_NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_SIGNED = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
#: ``0818``: no decimal number begins so; the point was left out.
_LOST_POINT = re.compile(r"0[0-9]{2,3}")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2}))")
_CHINESE_DAY = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_AMERICAN_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_SERIAL = re.compile(r"[0-9]{5}")
#: Days since 1899-12-30 that can be meant by a spreadsheet's serial number: 1990 to 2099.
_SERIALS = range(32_874, 73_051)
_DROPPED = re.compile(r"[\u200b-\u200f\u2060\ufeff]")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def is_clean(text: str) -> bool:
    """True for text that needs no look: printable, single blanks, none at its ends."""
    return text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " "


def clean_text(text: str) -> tuple[str, RemarkCode | None]:
    """``text`` with single blanks and without line breaks, and what had to be done (None: nothing)."""
    cleaned = " ".join(_DROPPED.sub("", text).split())
    if cleaned == text:
        return text, None
    has_break = "\n" in text or "\r" in text
    return cleaned, RemarkCode.LINE_BREAK_CLEANED if has_break else RemarkCode.BLANKS_CLEANED


@lru_cache(maxsize=50_000)
def _folded_length(text: str) -> int:
    """Length of the folded text, which is stored too: one character can become eighteen."""
    return len(fold(text))


class RowCells:
    """The cells of one row by column key, with the remarks and refusals that reading them brings up."""

    def __init__(self, table: Table, row: TableRow) -> None:
        self.row_number = row.number
        self.remarks: list[Remark] = []
        self.refusals: list[Remark] = []
        self._headings = table.headings
        self._positions = table.positions
        self._cells = row.cells
        if row.extra:
            self.refuse(RemarkCode.CELLS_BEYOND, "", "、".join(row.extra))

    def raw(self) -> dict[str, str]:
        """The row as it stands in the file: cells by heading."""
        return dict(zip(self._headings, self._cells, strict=True))

    def heading(self, key: str) -> str:
        """The file's own heading of a column; empty when the file has no such column."""
        position = self._positions.get(key)
        return "" if position is None else self._headings[position].strip()

    def cell(self, key: str) -> str:
        try:
            return self._cells[self._positions[key]]
        except KeyError:
            return ""

    def note(self, code: RemarkCode, key: str, value: str = "", detail: str = "") -> None:
        self.remarks.append(Remark(code, self.heading(key), value, detail))

    def refuse(self, code: RemarkCode, key: str, value: str = "", detail: str = "") -> None:
        self.refusals.append(Remark(code, self.heading(key), value, detail))

    def refused(self, number: str) -> RefusedRow:
        return RefusedRow(self.row_number, number, self.raw(), tuple(self.refusals))

    def text(self, key: str, *, limit: int = NAME_LENGTH, is_required: bool = False) -> str:
        """The cell as clean text."""
        cell = self.cell(key)
        text = cell if is_clean(cell) else self._cleaned(key, cell)
        if text is None:
            return ""
        if not text and is_required:
            self.refuse(RemarkCode.TEXT_MISSING, key)
        if len(text) > limit or (not text.isascii() and len(text) > limit // 18 and _folded_length(text) > limit):
            self.refuse(RemarkCode.TEXT_TOO_LONG, key, detail=str(limit))
            return ""
        return text

    def _cleaned(self, key: str, cell: str) -> str | None:
        """The cell cleaned, with a remark; None, and a reason, where it cannot be read."""
        if _UNREADABLE.search(cell):
            self.refuse(RemarkCode.TEXT_UNREADABLE, key, cell)
            return None
        text, done = clean_text(cell)
        if done is not None and text:
            self.note(done, key, cell, text)
        return text

    def number(self, key: str, *, has_lost_points: bool = False) -> float | None:
        """The cell as a number that is not negative; None where there is none. No exponents, no separators."""
        cell = self.cell(key)
        if _NUMBER.fullmatch(cell):
            return self._in_range(key, cell, float(cell))
        text = self.text(key, limit=RAW_VALUE_LENGTH)
        if not text:
            return None
        if text.casefold() in NO_VALUES:
            self.note(RemarkCode.NO_VALUE, key, text)
            return None
        plain = unicodedata.normalize("NFKC", text)
        if plain != text and _NUMBER.fullmatch(plain):
            self.note(RemarkCode.WIDTH_CLEANED, key, text, plain)
        elif has_lost_points and _LOST_POINT.fullmatch(plain):
            plain = f"0.{plain[1:]}"
            self.note(RemarkCode.POINT_RESTORED, key, text, plain)
        if not _NUMBER.fullmatch(plain):
            wrong = RemarkCode.VALUE_OUT_OF_RANGE if _SIGNED.fullmatch(plain) and plain[0] == "-" else None
            self.refuse(wrong or RemarkCode.VALUE_WRONG, key, cell)
            return None
        return self._in_range(key, cell, float(plain))

    def _in_range(self, key: str, cell: str, value: float) -> float | None:
        if value > MAX_VALUE or len(cell) > RAW_VALUE_LENGTH:
            self.refuse(RemarkCode.VALUE_OUT_OF_RANGE, key, cell)
            return None
        return value

    def measured(self, metrics: Collection[str], *, lost_points: Collection[str] = ()) -> tuple[MeasuredText, ...]:
        """The figures of the columns that are called by metric codes."""
        found = []
        for metric in metrics:
            if self.cell(metric):
                value = self.number(metric, has_lost_points=metric in lost_points)
                if value is not None:
                    found.append(MeasuredText(metric, value, self.cell(metric)))
        return tuple(found)

    def day(self, key: str, *, is_american: bool = False, is_required: bool = False) -> date | None:
        """The cell as a day: YYYY-MM-DD, YYYY/M/D, YYYY.M.D, YYYY年M月D日; MM/DD/YYYY where ``is_american``."""
        text = self.text(key, limit=RAW_VALUE_LENGTH)
        if not text:
            if is_required:
                self.refuse(RemarkCode.TEXT_MISSING, key)
            return None
        found = parse_day(text, is_american=is_american)
        if found is None and _SERIAL.fullmatch(text) and int(text) in _SERIALS:
            found = date(1899, 12, 30) + timedelta(days=int(text))
            self.note(RemarkCode.DATE_FROM_SERIAL, key, text, found.isoformat())
        if found is None:
            self.refuse(RemarkCode.DATE_WRONG, key, text)
        return found


@lru_cache(maxsize=10_000)
def parse_day(text: str, *, is_american: bool = False) -> date | None:
    """The day that ``text`` names, None when it names none."""
    plain = unicodedata.normalize("NFKC", text)
    if is_american and (found := _AMERICAN_DAY.fullmatch(plain)):
        month, day, year = found.groups()
    elif found := _DAY.fullmatch(plain) or _CHINESE_DAY.fullmatch(plain):
        year, month, day = (part for part in found.groups() if part is not None)
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
