"""Our own exchange format (``labels/exports``): what a whole export or a search's download holds, read back.

A file is an extract and no full register, so nothing disappears by not being in it. States are taken as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from outreach.core.exports import restored
from outreach.core.tables import Heading, Layout, Table, TableRow
from outreach.labels.exports import FIELDS, FORMAT, metric_heading
from outreach.labels.imports.cells import NUMBER_LENGTH, PRODUCT_NAME_LENGTH, RowCells
from outreach.labels.imports.rows import RefusedRow, RegisterRow, RemarkCode
from outreach.labels.imports.source import RowReader, Source
from outreach.labels.models import RegistrationStatus
from outreach.labels.queries.import_facts import EditionFacts, Facts

#: Columns that a file must have; the others may be left out by people who write one by hand.
REQUIRED: Final = frozenset({"number", "edition", "maker", "model", "status"})
DEMO_PREFIX: Final = "DEMO-"
STATUSES: Final = frozenset(status.value for status in RegistrationStatus)

#: Numbers are part of addresses and file names.
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")


def layouts(facts: Facts) -> Sequence[Layout]:
    fields = tuple(Heading(key, (name, key), is_required=key in REQUIRED) for key, name, _kind in FIELDS)
    figures = tuple(
        Heading(metric.code, (metric_heading(metric.name, metric.unit), metric.code), is_required=False)
        for metric in facts.metrics.values()
    )
    return (Layout(FORMAT, (*fields, *figures)),)


def read(table: Table, facts: Facts, _as_of_on: date) -> RowReader:
    """The reader of one file's rows. Fictional rows (「演示数据」) stay fictional and are not mixed with real ones."""
    metrics = [code for code in facts.metrics if code in table.positions]
    is_neutralised = table.format == "csv"
    kinds: set[bool] = set()

    def read_row(row: TableRow) -> RegisterRow | RefusedRow:
        cells = RowCells(table, _restored(row) if is_neutralised else row)
        number = cells.text("number", limit=NUMBER_LENGTH)
        edition = _edition(cells, facts)
        found = RegisterRow(
            row_number=row.number,
            number=number,
            edition=edition.code if edition else "",
            maker=cells.text("maker", is_required=True),
            model=cells.text("model", is_required=True),
            raw=cells.raw(),
            brand=cells.text("brand"),
            product_name=cells.text("product_name", limit=PRODUCT_NAME_LENGTH),
            subtype=_known(cells, "subtype", edition.subtypes if edition else ()),
            declared_grade=_known(cells, "declared_grade", edition.grades if edition else ()),
            announced_on=cells.day("announced_on"),
            status=_known(cells, "status", STATUSES, is_required=True),
            status_on=cells.day("status_on"),
            values=cells.measured(metrics),
            is_demo=number.startswith(DEMO_PREFIX),
            remarks=tuple(cells.remarks),
        )
        _check_number(cells, found, kinds)
        return cells.refused(number) if cells.refusals else found

    return read_row


def _restored(row: TableRow) -> TableRow:
    """The row with its texts as they were before the export kept spreadsheets from running them."""
    is_touched = "\n'" in "\n" + "\n".join(row.cells)
    return replace(row, cells=tuple(map(restored, row.cells))) if is_touched else row


def _edition(cells: RowCells, facts: Facts) -> EditionFacts | None:
    code = cells.text("edition", is_required=True)
    edition = facts.editions.get(code)
    if code and edition is None:
        cells.refuse(RemarkCode.STANDARD_UNKNOWN, "edition", code)
    return edition


def _known(cells: RowCells, key: str, codes: Collection[str], *, is_required: bool = False) -> str:
    """The cell when it is one of ``codes``, or empty when it is."""
    code = cells.text(key, is_required=is_required)
    if code and code not in codes:
        cells.refuse(RemarkCode.CODE_UNKNOWN, key, code)
    return code


def _check_number(cells: RowCells, row: RegisterRow, kinds: set[bool]) -> None:
    if not row.number:
        cells.refuse(RemarkCode.NUMBER_MISSING, "number")
    elif not _NUMBER.fullmatch(row.number):
        cells.refuse(RemarkCode.NUMBER_MALFORMED, "number", row.number)
    kinds.add(row.is_demo)
    if len(kinds) > 1:
        kinds.discard(row.is_demo)
        cells.refuse(RemarkCode.DEMO_MIXED, "number", row.number)


SOURCE: Final = Source(FORMAT, layouts, read, is_full_register=False)
