"""Reading the official lists of named counties: columns 批次, 公告日期, 省, 名称, 文号, 来源."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from outreach.core.exports import restored
from outreach.core.tables import Heading, Layout, Table, TableRow
from outreach.counties.imports.rows import ListRow, RefusedRow, Remark, RemarkCode
from outreach.counties.rules.dates import DateUnreadable, PrintedDate, first_day, parse_date
from outreach.counties.rules.names import BLANKS, WIDTH, clean_name
from outreach.counties.rules.sources import is_web_address

TEXT_LENGTH: Final = 300
ADDRESS_LENGTH: Final = 500
#: A batch has some hundred counties; a longer file is something else.
MOST_ROWS: Final = 20_000

LAYOUT: Final = Layout(
    "county-batch-list",
    (
        Heading("batch", ("批次", "批号", "第几批")),
        Heading("announced", ("公告日期", "公布日期", "发布日期", "命名日期")),
        Heading("province", ("省", "省份", "省（自治区、直辖市）", "省级行政区", "所在省")),
        Heading("name", ("名称", "县名", "县区名称", "县（区）名称", "县（市、区）名称", "达标县（区）")),
        Heading("document", ("文号", "公告文号"), is_required=False),
        Heading("source", ("来源", "出处", "来源网址"), is_required=False),
    ),
)

RowReader = Callable[[TableRow], ListRow | RefusedRow]

_DIGITS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_BATCH: Final = re.compile(r"第?(?P<number>[0-9]{1,2}|[一二三四五六七八九]?十?[一二三四五六七八九]?)批?")
_UNREADABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def is_unreadable(text: str) -> bool:
    """True for text with characters that no paper prints: controls, halves of characters."""
    return _UNREADABLE.search(text) is not None


def parse_batch(text: str) -> int | None:
    """The number of a batch: ``7``, ``第7批``, ``第七批``, ``十二``; None when it is none."""
    match = _BATCH.fullmatch(clean_name(text).text)
    number = match["number"] if match else ""
    if number.isdigit():
        return int(number) or None
    if not number:
        return None
    tens, has_ten, ones = number.rpartition("十") if "十" in number else ("", "", number)
    ten = (_DIGITS[tens] if tens else 1) * 10 if has_ten else 0
    return (ten + (_DIGITS[ones] if ones else 0)) or None


class _Cells:
    """The cells of one row by column key, with the remarks and refusals that reading them brings up."""

    def __init__(self, table: Table, row: TableRow) -> None:
        self.row_number = row.number
        self.raw = dict(zip(table.headings, row.cells, strict=True))
        self.remarks: list[Remark] = []
        self.refusals: list[Remark] = []
        self._texts = {key: row.cells[position] for key, position in table.positions.items()}
        self._headings = {key: table.headings[position].strip() for key, position in table.positions.items()}
        if row.extra:
            self.refuse(RemarkCode.CELLS_BEYOND, "", "、".join(row.extra))

    def refuse(self, code: RemarkCode, key: str, value: str = "", detail: str = "") -> None:
        self.refusals.append(Remark(code, self._headings.get(key, ""), value, detail))

    def note(self, code: RemarkCode, key: str, value: str = "", detail: str = "") -> None:
        self.remarks.append(Remark(code, self._headings.get(key, ""), value, detail))

    def text(self, key: str, limit: int = TEXT_LENGTH) -> str:
        """The cell with single blanks; empty, with a reason, when it cannot be stored."""
        cell = restored(self._texts.get(key, ""))
        if is_unreadable(cell):
            self.refuse(RemarkCode.TEXT_UNREADABLE, key, cell)
            return ""
        text = " ".join(cell.split())
        if len(text) > limit:
            self.refuse(RemarkCode.TEXT_TOO_LONG, key, text, str(limit))
            return ""
        return text

    def raw_text(self, key: str) -> str:
        return self._texts.get(key, "")

    def refused_for(self, key: str) -> bool:
        return any(remark.field == self._headings.get(key) for remark in self.refusals)


def read(table: Table, find_province: Callable[[str], str | None], today: date) -> RowReader:
    """The reader of one file's rows. ``find_province`` gives a province's code by its name."""

    def read_row(row: TableRow) -> ListRow | RefusedRow:
        cells = _Cells(table, row)
        batch, printed = _batch(cells), _date(cells, today)
        province, name = _province(cells, find_province), _name(cells)
        document, (source_name, source_url) = cells.text("document"), _source(cells)
        if not (document or source_name or source_url or cells.refused_for("source")):
            cells.refuse(RemarkCode.SOURCE_MISSING, "source")
        if batch is None or province is None or cells.refusals:
            return RefusedRow(cells.row_number, batch, name, cells.raw, tuple(cells.refusals))
        given = (batch, printed, province, name, document, source_name, source_url)
        return ListRow(cells.row_number, *given, raw=cells.raw, remarks=tuple(cells.remarks))

    return read_row


def _batch(cells: _Cells) -> int | None:
    text = cells.text("batch")
    batch = parse_batch(text)
    if batch is None and not cells.refused_for("batch"):
        cells.refuse(RemarkCode.BATCH_WRONG if text else RemarkCode.BATCH_MISSING, "batch", text)
    return batch


def _date(cells: _Cells, today: date) -> PrintedDate:
    text = cells.text("announced")
    try:
        printed = parse_date(text)
    except DateUnreadable:
        cells.refuse(RemarkCode.DATE_WRONG, "announced", text)
        return PrintedDate()
    begin = first_day(printed.on, printed.precision)
    if begin is not None and begin > today:
        cells.refuse(RemarkCode.DATE_IN_FUTURE, "announced", text)
    return printed


def _province(cells: _Cells, find_province: Callable[[str], str | None]) -> str | None:
    text = cells.text("province")
    province = find_province(text) if text else None
    if province is None and not cells.refused_for("province"):
        cells.refuse(RemarkCode.PROVINCE_UNKNOWN if text else RemarkCode.PROVINCE_MISSING, "province", text)
    return province


def _name(cells: _Cells) -> str:
    """The name as printed, without blanks; in characters of plain width."""
    text = cells.text("name")
    name = clean_name(text)
    if not name.text and not cells.refused_for("name"):
        cells.refuse(RemarkCode.NAME_MISSING, "name")
    printed = restored(cells.raw_text("name"))
    for done, code in ((BLANKS, RemarkCode.BLANKS_CLEANED), (WIDTH, RemarkCode.WIDTH_CLEANED)):
        if name.text and done in clean_name(printed).done:
            cells.note(code, "name", printed, name.text)
    return name.text


def _source(cells: _Cells) -> tuple[str, str]:
    """What is named as the source, and its address where it is one."""
    text = cells.text("source", ADDRESS_LENGTH)
    if is_web_address(text):
        return "", text
    if len(text) > TEXT_LENGTH:
        cells.refuse(RemarkCode.TEXT_TOO_LONG, "source", text, str(TEXT_LENGTH))
        return "", ""
    return text, ""
