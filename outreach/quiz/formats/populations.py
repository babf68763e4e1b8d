"""Tables of populations (CSV, XLSX): code, residents, year, source. Every fault with its row; all or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from outreach.core.audit.values import clean
from outreach.core.exports import Column, Kind, restored, stream_csv, stream_xlsx
from outreach.core.tables import Heading, Layout, Table, TableError, TableRow, open_table
from outreach.quiz.formats.reading import COLUMNS_WRONG, FileRefused, RowFault
from outreach.quiz.queries.populations import Figure
from outreach.quiz.rules import questions
from outreach.quiz.rules.questions import Fault

NO_ROWS: Final = "no-rows"
REPEATED: Final = "row-repeated"
NO_REGION: Final = "no-region"
NO_NUMBER: Final = "no-whole-number"
NO_YEAR: Final = "no-year"
MOST_ROWS: Final = 10_000
MOST_RESIDENTS: Final = 2_000_000_000
FIRST_YEAR: Final = 1949
LONGEST_SOURCE: Final = 200
CODE, RESIDENTS, YEAR, SOURCE = "编码", "常住人口", "年份", "来源"
Row = tuple[str, Figure]
COLUMNS: Final[tuple[Column[Row], ...]] = (
    Column("code", CODE, lambda row: row[0]),
    Column("population", RESIDENTS, lambda row: row[1].residents, Kind.NUMBER),
    Column("year", YEAR, lambda row: row[1].year, Kind.NUMBER),
    Column("source", SOURCE, lambda row: row[1].source),
)
LAYOUT: Final = Layout("populations", tuple(Heading(one.key, (str(one.heading), one.key)) for one in COLUMNS))
#: Six digits are a county; provinces have two, or six with four zeros.
_CODE: Final = re.compile(r"(\d{2})(?:0000)?|\d{6}", re.ASCII)
#: Whole numbers, with or without separators of thousands.
_WHOLE: Final = re.compile(r"\d{1,10}|\d{1,3}(?:[,，]\d{3}){1,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReadPopulations:
    """Figures by code; none where there are faults."""

    figures: Mapping[str, Figure]
    faults: tuple[RowFault, ...]


def write_csv(figures: Mapping[str, Figure]) -> Iterator[bytes]:
    """The table as it is read, as CSV."""
    return stream_csv(COLUMNS, sorted(figures.items()))


def write_xlsx(figures: Mapping[str, Figure]) -> Iterator[bytes]:
    """The same as a workbook."""
    return stream_xlsx(COLUMNS, sorted(figures.items()))


def read(path: Path, is_region: Callable[[str], bool], last_year: int) -> ReadPopulations:
    """The whole table, or every fault. ``last_year``: no figure can be of a later one."""
    try:
        with open_table(path, (LAYOUT,)) as table:
            return _read(table, is_region, last_year)
    except TableError as error:
        return ReadPopulations({}, (FileRefused(COLUMNS_WRONG, str(error)).row_fault,))


def _read(table: Table, is_region: Callable[[str], bool], last_year: int) -> ReadPopulations:
    figures: dict[str, Figure] = {}
    faults: list[RowFault] = []
    for row in table.rows():
        if row.number > MOST_ROWS:
            faults.append(RowFault(row.number, Fault(CODE, questions.TOO_LONG, str(MOST_ROWS))))
            break
        cells = _cells(table, row)
        code, found = _code(cells["code"]), list(_faults(cells, is_region, last_year))
        if code in figures:
            found.append(Fault(CODE, REPEATED, code))
        faults += [RowFault(row.number, fault) for fault in found]
        if not found:
            figures[code] = Figure(_whole(cells["population"]), _whole(cells["year"]), cells["source"])
    if not figures and not faults:
        faults.append(RowFault(0, Fault("file", NO_ROWS)))
    return ReadPopulations({} if faults else figures, tuple(faults))


def _cells(table: Table, row: TableRow) -> dict[str, str]:
    given = {key: row.cells[position] for key, position in table.positions.items()}
    return {key: clean(restored(text).strip(), LONGEST_SOURCE + 1) for key, text in given.items()}


def _code(text: str) -> str:
    return text[:2] if len(text) == 6 and text.endswith("0000") else text


def _whole(text: str) -> int:
    return int(re.sub(r"[,，]", "", text).removesuffix(".0"))


def _faults(cells: Mapping[str, str], is_region: Callable[[str], bool], last_year: int) -> Iterable[Fault]:
    code, residents, year, source = (cells[name] for name in ("code", "population", "year", "source"))
    if not _CODE.fullmatch(code) or not is_region(_code(code)):
        yield Fault(CODE, NO_REGION, code[:20])
    if not _WHOLE.fullmatch(residents.removesuffix(".0")) or not 0 < _whole(residents) <= MOST_RESIDENTS:
        yield Fault(RESIDENTS, NO_NUMBER, residents[:20])
    if not re.fullmatch(r"\d{4}", year.removesuffix(".0"), re.ASCII) or not FIRST_YEAR <= _whole(year) <= last_year:
        yield Fault(YEAR, NO_YEAR, year[:20])
    if not source:
        yield Fault(SOURCE, questions.MISSING)
    elif len(source) > LONGEST_SOURCE:
        yield Fault(SOURCE, questions.TOO_LONG, str(LONGEST_SOURCE))
