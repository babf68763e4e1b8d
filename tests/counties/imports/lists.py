"""Batch lists for tests: files in the official columns, and taking them in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from outreach.counties.imports.importing import ImportRequest, run_import
from outreach.counties.imports.rows import ListReport
from tests.core.workbooks import write_workbook

HEADINGS = ("批次", "公告日期", "省", "名称", "文号", "来源")
DAY = "2025-11-20"
PAPER = "水利部公告2025年第30号"
#: A row that nothing speaks against; batch 7 is not in the facts.
ROW = ("7", DAY, "河北省", "井陉县", PAPER, "")


def line(
    name: str = "井陉县",
    province: str = "河北省",
    batch: str = "7",
    on: str = DAY,
    document: str = PAPER,
    source: str = "",
) -> tuple[str, ...]:
    """One row, told by its differences."""
    return (batch, on, province, name, document, source)


def as_csv(rows: Iterable[Sequence[str]], headings: Sequence[str] = HEADINGS) -> str:
    file = io.StringIO()
    csv.writer(file).writerows([headings, *rows])
    return file.getvalue()


def write(path: Path, rows: Iterable[Sequence[str]], headings: Sequence[str] = HEADINGS) -> Path:
    """The rows as CSV or XLSX, by the name's ending."""
    if path.suffix == ".xlsx":
        return write_workbook(path, [headings, *rows], strings_to_formulas=False)
    path.write_text(as_csv(rows, headings), encoding="utf-8")
    return path


def take_in(session: Session, path: Path, **options: bool) -> ListReport:
    """Import a file in the session's transaction."""
    return run_import(session, ImportRequest(path, **options))
