"""Registers for tests: files of every source, made of rows that a test names by their differences."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy.orm import Session

from outreach.labels.imports.importing import ImportRequest, ImportResult, run_import
from outreach.labels.imports.sources import SOURCES
from tests.conftest import SHARED, need

#: A filing that every rule agrees with.
FILING = {
    "Product Type": "洗碗机",
    "Model": "JWB18-X1",
    "Manufacturer": "宁波方太厨具有限公司",
    "Registration No.": "20260501-CWL032020-000001",
    "Water Efficiency Grade": "1",
    "Announcement Date": "2026-05-01",
    "Standard": "GB 38383-2019",
    "WEI": "44.6",
    "EEI": "47.9",
    "Water Consumption (L)": "11.1",
    "Energy Consumption (kWh/cycle)": "0.802",
    "Drying Index PD": "1.25",
    "Cleaning Index PC": "1.14",
    "Capacity (place settings)": "14",
    "Noise dB(A)": "",
}
_serial = count(100_000)


def filing(**changes: str) -> dict[str, str]:
    """A filing with a number of its own; ``changes`` by column, such as ``model`` or ``grade``."""
    names = {
        "type": "Product Type",
        "model": "Model",
        "maker": "Manufacturer",
        "number": "Registration No.",
        "grade": "Water Efficiency Grade",
        "day": "Announcement Date",
        "standard": "Standard",
        "water": "Water Consumption (L)",
        "energy": "Energy Consumption (kWh/cycle)",
        "settings": "Capacity (place settings)",
    }
    given = {names.get(key, key): value for key, value in changes.items()}
    day = given.get("Announcement Date", FILING["Announcement Date"])
    number = f"{day.replace('-', '')[:8]:0<8}-CWL032020-{next(_serial):06}"
    return {**FILING, "Registration No.": number, **given}


def filings(number: int, *, seed: int = 0) -> list[dict[str, str]]:
    """Many different filings, the same for the same ``seed``."""
    first = date(2024, 1, 1)
    return [
        {
            **FILING,
            "Model": f"M{seed}-{i:06}",
            "Manufacturer": f"宁波第{i % 50}厨具有限公司",
            "Registration No.": f"{first + timedelta(days=i % 700):%Y%m%d}-CWL032020-{i:06}",
            "Announcement Date": f"{first + timedelta(days=i % 700)}",
            "WEI": str(40 + i % 50 / 10),
            "Water Consumption (L)": str(9 + i % 30 / 10),
        }
        for i in range(number)
    ]


def as_csv(rows: Iterable[dict[str, str]], **options: Any) -> str:
    listed = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(listed[0]), **options)
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue()


def write(path: Path, rows: Sequence[dict[str, str]], encoding: str = "utf-8") -> Path:
    """A register file with these rows, as CSV or XLSX by the name's ending."""
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
            sheet = book.add_worksheet()
            for line, cells in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
                sheet.write_row(line, 0, cells)
    else:
        path.write_bytes(as_csv(rows).encode(encoding))
    return path


def take_in(session: Session, path: Path, source: str = "cn-waterlabel", **options: Any) -> ImportResult:
    """Import a file in the session's transaction."""
    return run_import(session, ImportRequest(path, SOURCES[source], **options))


def real(name: str) -> Path:
    """One of the real registers; the test is skipped where they are not."""
    path = SHARED / "data" / "labels" / name
    need(path.exists(), "the real registers are not there")
    return path
