"""XLSX files for tests: honest ones by XlsxWriter, hostile ones put together by hand."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
ROOT_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="xl/workbook.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write_workbook(path: Path, rows: Iterable[Sequence[Any]], **options: Any) -> Path:
    """An honest workbook with one sheet; a value that begins with ``=`` becomes a formula."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd", **options}) as book:
        sheet = book.add_worksheet("产品")
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    return path


def inline(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def write_raw(
    path: Path, sheets: Sequence[str], *, before: str = "", parts: dict[str, str | bytes] | None = None
) -> Path:
    """A workbook from the XML of its sheets' rows. ``before``: what stands in front of each sheet's root element."""
    names = range(1, len(sheets) + 1)
    listed = "".join(f'<sheet name="S{i}" sheetId="{i}" r:id="rId{i}"/>' for i in names)
    targets = "".join(
        f'<Relationship Id="rId{i}" Type="{RELATION}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in names
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", ROOT_RELATIONS)
        archive.writestr(
            "xl/workbook.xml", f'<workbook {MAIN} xmlns:r="{RELATION}"><sheets>{listed}</sheets></workbook>'
        )
        relations = "http://schemas.openxmlformats.org/package/2006/relationships"
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{relations}">{targets}</Relationships>')
        for i, rows in zip(names, sheets, strict=True):
            body = f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
            archive.writestr(f"xl/worksheets/sheet{i}.xml", before + body)
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return path


def write_bomb(path: Path, unpacked: int) -> Path:
    """A workbook whose sheet is mostly blanks and unpacks to ``unpacked`` bytes."""
    write_raw(path, [f"<row r='1'>{inline('A1', '型号')}</row>"])
    archive = zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=9)
    with archive, archive.open("xl/worksheets/sheet9.xml", "w") as entry:
        block = b" " * (1024 * 1024)
        for start in range(0, unpacked, len(block)):
            entry.write(block[: unpacked - start])
    return path
