"""A table of units read with every fault and its row."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from flask_babel import gettext as _

from outreach.core.audit.values import clean
from outreach.core.exports import restored
from outreach.core.list_queries import whole
from outreach.core.tables import Heading, Layout, Table, TableError, TableRow, open_table
from outreach.quiz.admin.samples import UNIT_HEADINGS

MOST_UNITS: Final = 20_000
_LAYOUT: Final = Layout(
    "units",
    (
        Heading("code", (UNIT_HEADINGS["code"], "code")),
        Heading("name", (UNIT_HEADINGS["name"], "name")),
        Heading("county_code", (UNIT_HEADINGS["county_code"], "county_code"), is_required=False),
        Heading("roll", (UNIT_HEADINGS["roll"], "roll"), is_required=False),
    ),
)
Row = tuple[str, str, str, int | None]


def read_units(data: bytes, is_county: Callable[[str], bool]) -> tuple[list[Row], list[str]]:
    """Rows and faults; there are faults or all of the rows, never some."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "units"
        path.write_bytes(data)
        try:
            with open_table(path, [_LAYOUT]) as table:
                return _read(table, is_county)
        except TableError as error:
            return [], [str(error)]


def _read(table: Table, is_county: Callable[[str], bool]) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    faults: list[str] = []
    seen: set[str] = set()
    for line in table.rows():
        row, fault = _row(table, line, is_county)
        if row[0] in seen:
            fault = fault or _("单位编码“%(code)s”重复", code=row[0])
        seen.add(row[0])
        rows.append(row)
        if fault:
            faults.append(_("第 %(row)s 行：%(fault)s。", row=line.number, fault=fault))
        if len(faults) >= 100 or len(rows) > MOST_UNITS:
            break
    if len(rows) > MOST_UNITS:
        faults.append(_("单位超过 %(n)s 个。", n=MOST_UNITS))
    if not rows:
        faults.append(_("表格里没有单位。"))
    return ([] if faults else rows), faults


def _row(table: Table, line: TableRow, is_county: Callable[[str], bool]) -> tuple[Row, str]:
    def cell(name: str, length: int) -> str:
        """The text of a known column."""
        position = table.positions.get(name)
        return clean(restored(line.cells[position]).strip(), length) if position is not None else ""

    code, name, county, roll = cell("code", 65), cell("name", 300), cell("county_code", 10), cell("roll", 12)
    fault = ""
    if not code or len(code) > 64 or not code.isprintable():
        fault = _("单位编码为空或太长")
    elif not name:
        fault = _("单位名称为空")
    elif county and not is_county(county):
        fault = _("没有县域编码“%(code)s”", code=county)
    elif roll and whole(roll) is None:
        fault = _("人数“%(text)s”不是整数", text=roll)
    return (code, name, county[:6], whole(roll) if roll else None), fault
