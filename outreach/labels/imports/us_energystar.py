"""ENERGY STAR (United States): the open data files of dishwashers and of clothes washers, told apart by their columns.

Gallons become litres and cubic feet litres; the raw text keeps the original figure with its unit. A washer's litres
per cycle are worked out: water factor × volume. Only certified products are listed, so the declared grade is that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from outreach.core.tables import Heading, Layout, Table, TableRow
from outreach.labels.imports.cells import NUMBER_LENGTH, PRODUCT_NAME_LENGTH, RowCells
from outreach.labels.imports.rows import MeasuredText, RefusedRow, RegisterRow, RemarkCode
from outreach.labels.imports.source import RowReader, Source
from outreach.labels.queries.import_facts import Facts

LITRES_PER_GALLON: Final = 3.785411784
LITRES_PER_CUBIC_FOOT: Final = 28.316846592
GRADE: Final = "certified"
#: Decimals that a converted figure keeps; far more than was measured.
DECIMALS: Final = 4

_ID = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a column becomes a metric: factor, and the unit that the raw text gets."""

    metric: str
    factor: float = 1.0
    unit: str = ""


SHARED: Final = (
    Heading("id", ("ENERGY STAR Unique ID",)),
    Heading("brand", ("Brand Name",)),
    Heading("model", ("Model Number",)),
    Heading("certified", ("Date Certified",)),
    Heading("additional", ("Additional Model Information",), is_required=False),
    Heading("energy", ("Annual Energy Use (kWh/yr)",)),
)
DISHWASHERS: Final = Layout(
    "us-energystar-dishwasher",
    (
        *SHARED,
        Heading("water", ("Water Use (gallons/cycle)",)),
        Heading("settings", ("Capacity - Maximum Number of Place Settings",)),
    ),
)
WASHERS: Final = Layout(
    "us-energystar-clothes-washer",
    (
        *SHARED,
        Heading("iwf", ("Integrated Water Factor (IWF)",)),
        Heading("imef", ("Integrated Modified Energy Factor (IMEF)",)),
        Heading("annual", ("Annual Water Use (gallons/yr)",)),
        Heading("volume", ("Volume (cu. ft.)",)),
    ),
)
CONVERSIONS: Final[dict[str, Conversion]] = {
    "energy": Conversion("annual_energy"),
    "water": Conversion("water_per_cycle", LITRES_PER_GALLON, "gal"),
    "settings": Conversion("place_settings"),
    "iwf": Conversion("IWF"),
    "imef": Conversion("IMEF"),
    "annual": Conversion("annual_water", LITRES_PER_GALLON, "gal"),
    "volume": Conversion("drum_volume", LITRES_PER_CUBIC_FOOT, "ft³"),
}


def layouts(_facts: Facts) -> Sequence[Layout]:
    return (DISHWASHERS, WASHERS)


def read(table: Table, facts: Facts, _as_of_on: date) -> RowReader:
    """The reader of one file's rows."""
    edition = facts.editions[table.layout]
    derive: Callable[[RowCells, dict[str, float]], list[MeasuredText]] = (
        _litres_per_cycle if table.layout == WASHERS.name else _nothing
    )

    def read_row(row: TableRow) -> RegisterRow | RefusedRow:
        cells = RowCells(table, row)
        identity = cells.text("id", limit=NUMBER_LENGTH)
        brand, model = cells.text("brand", is_required=True), cells.text("model", is_required=True)
        if not identity:
            cells.refuse(RemarkCode.NUMBER_MISSING, "id")
        elif not _ID.fullmatch(identity):
            cells.refuse(RemarkCode.NUMBER_MALFORMED, "id", identity)
        certified_on = cells.day("certified", is_american=True)
        figures = {key: value for key in CONVERSIONS if (value := cells.number(key)) is not None}
        number = f"US-{identity}" if identity else ""
        name = _additional_models(cells)
        if cells.refusals:
            return cells.refused(number)
        return RegisterRow(
            row_number=row.number,
            number=number,
            edition=edition.code,
            maker=brand,
            model=model,
            raw=cells.raw(),
            brand=brand,
            product_name=name,
            declared_grade=GRADE,
            announced_on=certified_on,
            values=(*(_converted(cells, key, value) for key, value in figures.items()), *derive(cells, figures)),
            remarks=tuple(cells.remarks),
        )

    return read_row


def _converted(cells: RowCells, key: str, value: float) -> MeasuredText:
    conversion = CONVERSIONS[key]
    text = f"{cells.cell(key).strip()} {conversion.unit}".rstrip()
    return MeasuredText(conversion.metric, round(value * conversion.factor, DECIMALS), text)


def _litres_per_cycle(cells: RowCells, figures: dict[str, float]) -> list[MeasuredText]:
    """Litres of one cycle: water factor (gallons per cycle and cubic foot) × volume."""
    if "iwf" not in figures or "volume" not in figures:
        return []
    litres = round(figures["iwf"] * figures["volume"] * LITRES_PER_GALLON, DECIMALS)
    text = f"{cells.cell('iwf').strip()} gal/(cycle·ft³) × {cells.cell('volume').strip()} ft³"
    return [MeasuredText("water_per_cycle", litres, text)]


def _nothing(_cells: RowCells, _figures: dict[str, float]) -> list[MeasuredText]:
    return []


def _additional_models(cells: RowCells) -> str:
    """The further model numbers of a family: ``,SPE53C52UC,; ,SPE53C55UC,`` becomes ``SPE53C52UC; SPE53C55UC``."""
    text = cells.text("additional", limit=PRODUCT_NAME_LENGTH)
    entries = [" ".join(part for part in entry.replace(",", " ").split()) for entry in text.split(";")]
    return "; ".join(entry for entry in entries if entry)


SOURCE: Final = Source("us-energystar", layouts, read)
