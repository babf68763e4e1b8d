"""Energy Rating (Australia and New Zealand): the register of dishwashers.

One submission lists several models of a family, so the number is the submission with the model. The energy stars are a
figure and no water grade. A registration is expired when its day is before that of the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from outreach.core.tables import Heading, Layout, Table, TableRow
from outreach.labels.imports.cells import NUMBER_LENGTH, PRODUCT_NAME_LENGTH, RowCells
from outreach.labels.imports.rows import RefusedRow, RegisterRow, RemarkCode
from outreach.labels.imports.source import RowReader, Source
from outreach.labels.queries.import_facts import Facts

EDITION: Final = "au-energyrating-dishwasher"
#: What stands in the model column where there is no model.
NO_MODELS: Final = frozenset({"none", "no family name", "n/a", "na", "nil", "-"})
#: States by the register's words; anything else is refused. Archived entries are no longer in the current register.
STATUSES: Final = {"approved": "listed", "archived": "delisted"}

LAYOUT: Final = Layout(
    "dishwashers",
    (
        Heading("id", ("Submit_ID",)),
        Heading("brand", ("Brand",)),
        Heading("model", ("Model No",)),
        Heading("status", ("SubmitStatus",)),
        Heading("expires", ("ExpDate",)),
        Heading("granted", ("GrandDate",), is_required=False),
        Heading("family", ("Family Name",), is_required=False),
        Heading("place_settings", ("Cap",)),
        Heading("annual_energy", ("CEC_",)),
        Heading("water_per_cycle", ("Tot Wat Cons",)),
        Heading("energy_stars", ("New Star",)),
        Heading("energy_star_index", ("New SRI",)),
    ),
)
METRICS: Final = ("water_per_cycle", "place_settings", "annual_energy", "energy_stars", "energy_star_index")

_ID = re.compile(r"[0-9]{1,12}")


def layouts(_facts: Facts) -> Sequence[Layout]:
    return (LAYOUT,)


def read(table: Table, _facts: Facts, as_of_on: date) -> RowReader:
    """The reader of one file's rows."""

    def read_row(row: TableRow) -> RegisterRow | RefusedRow:
        cells = RowCells(table, row)
        brand, model = cells.text("brand", is_required=True), cells.text("model", is_required=True)
        number = _number(cells, model)
        family = cells.text("family", limit=PRODUCT_NAME_LENGTH)
        status, status_on = _status(cells, as_of_on)
        granted_on = cells.day("granted")
        values = cells.measured(METRICS)
        if cells.refusals:
            return cells.refused(number)
        return RegisterRow(
            row_number=row.number,
            number=number,
            edition=EDITION,
            maker=brand,
            model=model,
            raw=cells.raw(),
            brand=brand,
            product_name="" if family.casefold() in NO_MODELS or family == model else family,
            announced_on=granted_on,
            status=status,
            status_on=status_on,
            values=values,
            remarks=tuple(cells.remarks),
        )

    return read_row


def _number(cells: RowCells, model: str) -> str:
    """``AU-<submission>-<model>``: the wildcard ``*`` of a model becomes ``_``, anything else a hyphen."""
    identity = cells.text("id", limit=NUMBER_LENGTH)
    if not identity:
        cells.refuse(RemarkCode.NUMBER_MISSING, "id")
        return ""
    if not _ID.fullmatch(identity):
        cells.refuse(RemarkCode.NUMBER_MALFORMED, "id", identity)
    if model.casefold() in NO_MODELS:
        cells.refuse(RemarkCode.MODEL_PLACEHOLDER, "model", model)
    key = re.sub(r"[^A-Z0-9_]+", "-", model.upper().replace("*", "_")).strip("-")
    number = f"AU-{identity}-{key}"
    if len(number) > NUMBER_LENGTH:
        cells.refuse(RemarkCode.TEXT_TOO_LONG, "model", detail=str(NUMBER_LENGTH))
    return number[:NUMBER_LENGTH]


def _status(cells: RowCells, as_of_on: date) -> tuple[str, date | None]:
    """The state on the day of the file, and since when."""
    word = cells.text("status", is_required=True)
    status = STATUSES.get(word.casefold(), "")
    if word and not status:
        cells.refuse(RemarkCode.CODE_UNKNOWN, "status", word)
    expires_on = cells.day("expires")
    if status == "listed" and expires_on and expires_on < as_of_on:
        return "expired", expires_on
    return status, None


SOURCE: Final = Source("au-energyrating", layouts, read)
