"""China's water efficiency label: lists of filings (备案) as the query site shows them.

The filing site's own test records are refused: their maker is no company, or they were announced before the day from
which filings under the edition run (``filings_from`` in ``content/standards/editions.csv``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Final

from flask_babel import lazy_gettext as _l

from outreach.core.search.text import code_key
from outreach.core.tables import Heading, Layout, Table, TableRow
from outreach.labels.imports.cells import NUMBER_LENGTH, RowCells
from outreach.labels.imports.rows import RefusedRow, RegisterRow, RemarkCode
from outreach.labels.imports.source import RowReader, Source
from outreach.labels.queries.import_facts import EditionFacts, Facts
from outreach.labels.rules.makers import is_placeholder
from outreach.labels.rules.numbers import FilingNumber, parse_filing_number, same_rule

SCHEME: Final = "cn-waterlabel"

REQUIRED: Final = (
    Heading("type", ("Product Type", "产品类型", "产品类别")),
    Heading("model", ("Model", "规格型号", "产品规格型号", "型号")),
    Heading("maker", ("Manufacturer", "生产者名称", "生产者", "生产企业")),
    Heading("number", ("Registration No.", "备案号", "备案编号")),
    Heading("grade", ("Water Efficiency Grade", "水效等级")),
    Heading("announced", ("Announcement Date", "公告日期", "公告时间")),
    Heading("standard", ("Standard", "依据标准", "标准号")),
)
#: Headings of figures by metric code; names differ between editions and in their brackets.
METRICS: Final[dict[str, tuple[str, ...]]] = {
    "WEI": ("WEI", "水效指数WEI", "水效指数"),
    "EEI": ("EEI", "能效指数EEI", "能效指数"),
    "water_per_cycle": ("Water Consumption (L)", "工作周期用水量（L）", "工作周期用水量", "标准洗涤程序用水量(L)"),
    "energy_per_cycle": (
        "Energy Consumption (kWh/cycle)",
        "工作周期耗电量",
        "工作周期耗电量（kW·h）",
        "标准洗涤程序耗电量(kW·h)",
    ),
    "PD": ("Drying Index PD", "干燥指数PD", "干燥指数"),
    "PC": ("Cleaning Index PC", "清洁指数PC", "清洁指数"),
    "place_settings": ("Capacity (place settings)", "容量（套）", "额定容量（套）"),
    "noise": ("Noise dB(A)", "噪声(dB(A))", "噪声"),
    "average_flush": ("平均用水量", "平均用水量（L）"),
    "full_flush": ("全冲用水量", "全冲用水量（L）"),
    "half_flush": ("半冲用水量", "半冲用水量（L）"),
    "wash_water": ("清洗用水量", "清洗用水量（L）"),
    "flow": ("流量", "流量（L/min）"),
    "net_yield": ("净水产水率", "净水产水率（%）"),
    "rated_total_volume": ("额定总净水量", "额定总净水量（L）"),
}
#: Figures below 10 with three decimals, where ``0818`` can only mean 0.818.
LOST_POINTS: Final = frozenset({"energy_per_cycle"})

_GRADE = re.compile(r"([1-5一二三四五])\s*级?")
_CHINESE_DIGITS = str.maketrans("一二三四五", "12345")


def layouts(_facts: Facts) -> Sequence[Layout]:
    figures = tuple(Heading(metric, names, is_required=False) for metric, names in METRICS.items())
    return (Layout("filings", (*REQUIRED, *figures)),)


def read(table: Table, facts: Facts, _as_of_on: date) -> RowReader:
    """The reader of one file's rows."""
    editions = facts.by_standard(SCHEME)
    metrics = [metric for metric in METRICS if metric in table.positions and metric in facts.metrics]

    def read_row(row: TableRow) -> RegisterRow | RefusedRow:
        cells = RowCells(table, row)
        number = cells.text("number", limit=NUMBER_LENGTH)
        maker, model = cells.text("maker", is_required=True), cells.text("model", is_required=True)
        edition = _edition(cells, editions)
        announced_on = cells.day("announced")
        filing = _filing(cells, number)
        _refuse_tests(cells, maker, edition, announced_on)
        if filing and edition:
            _compare(cells, filing, edition, announced_on)
        grade = _grade(cells, edition)
        values = cells.measured(metrics, lost_points=LOST_POINTS)
        if cells.refusals or edition is None or filing is None:
            return cells.refused(number)
        return RegisterRow(
            row_number=row.number,
            number=number,
            edition=edition.code,
            maker=maker,
            model=model,
            raw=cells.raw(),
            declared_grade=grade,
            announced_on=announced_on or filing.announced_on,
            values=values,
            remarks=tuple(cells.remarks),
        )

    return read_row


def _edition(cells: RowCells, editions: dict[str, EditionFacts]) -> EditionFacts | None:
    standard, kind = cells.text("standard", is_required=True), cells.text("type", is_required=True)
    edition = editions.get(code_key(standard))
    if standard and edition is None:
        cells.refuse(RemarkCode.STANDARD_UNKNOWN, "standard", standard)
    if edition and kind and edition.category_name not in kind:
        cells.note(RemarkCode.CATEGORY_DIFFERS, "type", kind, edition.category_name)
    return edition


def _filing(cells: RowCells, number: str) -> FilingNumber | None:
    filing = parse_filing_number(number)
    if not number:
        cells.refuse(RemarkCode.NUMBER_MISSING, "number")
    elif filing is None:
        cells.refuse(RemarkCode.NUMBER_MALFORMED, "number", number)
    return filing


def _refuse_tests(cells: RowCells, maker: str, edition: EditionFacts | None, announced_on: date | None) -> None:
    """Refuse what the filing site's operators entered to try it out."""
    if maker and is_placeholder(maker):
        reason = _l("生产者「%(maker)s」不是企业名称", maker=maker)
        cells.refuse(RemarkCode.TEST_RECORD, "maker", maker, str(reason))
    elif edition and edition.filings_from and announced_on and announced_on < edition.filings_from:
        reason = _l(
            "%(standard)s 的备案始于 %(first)s", standard=edition.standard_no, first=edition.filings_from.isoformat()
        )
        cells.refuse(RemarkCode.TEST_RECORD, "announced", announced_on.isoformat(), str(reason))


def _compare(cells: RowCells, filing: FilingNumber, edition: EditionFacts, announced_on: date | None) -> None:
    """Remark where the number's parts contradict the row."""
    if announced_on and announced_on != filing.announced_on:
        days = announced_on.isoformat(), filing.announced_on.isoformat()
        cells.note(RemarkCode.NUMBER_DATE_DIFFERS, "announced", *days)
    if edition.rule_no and not same_rule(edition.rule_no, filing.rule_no):
        cells.note(RemarkCode.NUMBER_RULE_DIFFERS, "number", filing.rule_no, edition.rule_no)


def _grade(cells: RowCells, edition: EditionFacts | None) -> str:
    text = cells.text("grade", is_required=True)
    found = _GRADE.fullmatch(unicodedata.normalize("NFKC", text))
    code = found[1].translate(_CHINESE_DIGITS) if found else ""
    if text and edition and code not in edition.grades:
        cells.refuse(RemarkCode.GRADE_UNKNOWN, "grade", text)
    return code


SOURCE: Final = Source(SCHEME, layouts, read, is_refiled=True)
