"""XLSX files: the one visible sheet that holds the table, its cells as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from outreach.core.numbers import plain_number
from outreach.core.tables.archive import Sheet, check_archive, check_sheet, chunks, list_sheets
from outreach.core.tables.layout import Layout, Match, find_headings, refusal
from outreach.core.tables.limits import HEADING_ROWS, MAX_CELL, TableError

SHARED_STRINGS = "xl/sharedStrings.xml"


class XlsxReader:
    """Rows of one workbook's table. ``notes`` says what of the workbook was left unread."""

    format = "xlsx"

    def __init__(self, path: Path, layouts: Sequence[Layout]) -> None:
        self.notes: list[str | LazyString] = []
        self.done = 0
        workbook, sheets = self._open(path)
        self.name, self.sheet, self.match = self._choose(workbook, sheets, layouts)
        self._check_merged()
        self.height = max(self.sheet.total_height, 1)

    def _open(self, path: Path) -> tuple[CalamineWorkbook, list[Sheet]]:
        """The workbook and its visible sheets, after every part that is going to be parsed was checked."""
        with check_archive(path) as archive:
            sheets = list_sheets(archive)
            if SHARED_STRINGS in archive.namelist():
                for chunk in chunks(archive, SHARED_STRINGS):
                    del chunk
            try:
                workbook = CalamineWorkbook.from_path(str(path))
            except (CalamineError, OSError, ValueError) as error:
                raise TableError(_l("文件已损坏，不能作为 XLSX 打开。")) from error
            visible = self._visible(workbook, sheets)
            for sheet in visible:
                check_sheet(archive, sheet)
        return workbook, visible

    def _visible(self, workbook: CalamineWorkbook, sheets: list[Sheet]) -> list[Sheet]:
        shown = {meta.name for meta in workbook.sheets_metadata if meta.visible == SheetVisibleEnum.Visible}
        for sheet in sheets:
            if sheet.name not in shown:
                self.notes.append(_l("隐藏的工作表「%(sheet)s」没有读取。", sheet=sheet.name))
        return [sheet for sheet in sheets if sheet.name in shown]

    def _choose(
        self, workbook: CalamineWorkbook, sheets: list[Sheet], layouts: Sequence[Layout]
    ) -> tuple[str, CalamineSheet, Match]:
        """The one sheet with the wanted headings. Several are refused: nobody could tell which one is meant."""
        found, tops = [], []
        for sheet in sheets:
            cells = _load(workbook, sheet)
            top = [_texts(row) for row in islice(cells.iter_rows(), HEADING_ROWS)] if cells.height else []
            match = find_headings(top, layouts)
            tops.append(top)
            if match is not None:
                found.append((sheet.name, cells, match))
            else:
                self.notes.append(_l("工作表「%(sheet)s」不含所需的列，没有读取。", sheet=sheet.name))
        if len(found) > 1:
            names = "、".join(f"「{name}」" for name, _cells, _match in found)
            raise TableError(_l("工作表 %(names)s 都含有所需的列，请只留一张。", names=names))
        if not found:
            raise refusal(max(tops, key=len, default=[]), layouts)
        return found[0]

    def _check_merged(self) -> None:
        for (top, left), (bottom, _right) in self.sheet.merged_cell_ranges or ():
            if bottom >= self.match.row:
                cell = f"{_letters(left)}{top + 1}"
                raise TableError(
                    _l(
                        "工作表「%(sheet)s」从 %(cell)s 起有合并单元格，请取消合并后再导入。",
                        sheet=self.name,
                        cell=cell,
                    )
                )

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(spreadsheet row, cells) of every row below the headings."""
        for number, row in enumerate(self.sheet.iter_rows(), start=1):
            self.done = number
            if number > self.match.row + 1:
                yield number, _texts(row)

    @property
    def fraction(self) -> float:
        return min(self.done / self.height, 1.0)

    def close(self) -> None:
        self.done = self.height


def _load(workbook: CalamineWorkbook, sheet: Sheet) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(sheet.name)
    except (CalamineError, ValueError) as error:
        raise TableError(_l("工作表「%(sheet)s」已损坏，无法读取。", sheet=sheet.name)) from error


def _texts(row: Sequence[Any]) -> list[str]:
    return [cell_text(value) for value in row]


def cell_text(value: Any) -> str:
    """A cell as text: numbers without exponent and without a needless ``.0``, dates as YYYY-MM-DD."""
    if isinstance(value, str):
        if len(value) > MAX_CELL:
            raise TableError(_l("有单元格超过 %(limit)d 个字符。", limit=MAX_CELL))
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return plain_number(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ").removesuffix(" 00:00:00")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else ""


def _letters(column: int) -> str:
    """Spreadsheet letters of a column that counts from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
