"""What an XLSX archive says about itself, checked before anything in it is parsed: sizes, entries, formulas, reach."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _l

from outreach.core.tables.layout import too_many_columns
from outreach.core.tables.limits import (
    MAX_ENTRIES,
    MAX_RATIO,
    MAX_ROWS,
    MAX_SHEETS,
    MAX_UNPACKED,
    RATIO_FROM,
    TableError,
)

CHUNK = 1024 * 1024
#: A tag longer than this is no sheet.
MAX_TAG = 4 * CHUNK
#: Rows that a sheet may leave out: the reader makes a dense table of everything up to the last cell.
MAX_GAP = 10_000

_FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_CELL = rb"<(?:[\w.-]+:)?c\b[^>]*?\sr\s*=\s*[\"']"
_ROW_OF_CELL = re.compile(_CELL + rb"[A-Z]+([0-9]+)")
#: Columns from CW on, which is more than ``MAX_COLUMNS``.
_FAR_COLUMN = re.compile(_CELL + rb"([A-Z]{3,}|C[W-Z]|[D-Z][A-Z])[0-9]")
_ROW = re.compile(rb"<(?:[\w.-]+:)?row\b")
_REFERENCE = re.compile(_CELL + rb"([A-Z]+[0-9]+)")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_ERROR = re.compile(rb"<(?:[\w.-]+:)?c\b[^>]*?\st\s*=\s*[\"']e[\"']")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: its name, and the archive entry that holds its cells."""

    name: str
    part: str


def check_archive(path: Path) -> zipfile.ZipFile:
    """The opened archive when its directory promises nothing unreasonable, else ``TableError``."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
        raise TableError(_l("文件已损坏，不能作为 XLSX 打开。")) from error
    try:
        _check_directory(archive, path.stat().st_size)
    except BaseException:
        archive.close()
        raise
    return archive


def _check_directory(archive: zipfile.ZipFile, size: int) -> None:
    entries = archive.infolist()
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ENTRIES:
        raise TableError(_l("压缩包内有 %(count)d 个文件，最多 %(limit)d 个。", count=len(entries), limit=MAX_ENTRIES))
    if unpacked > MAX_UNPACKED or packed > size:
        raise TableError(_l("文件解压后太大，已拒绝（可能是压缩炸弹）。"))
    for entry in entries:
        if entry.flag_bits & 1:
            raise TableError(_l("文件有密码保护，请去掉密码后再导入。"))
        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise TableError(_l("文件解压后太大，已拒绝（可能是压缩炸弹）。"))
        if entry.filename.casefold().endswith((".zip", ".xlsx", ".xlsm", ".gz", ".7z", ".rar")):
            raise TableError(_l("文件里套着另一个压缩包，已拒绝。"))
        if entry.filename.casefold().endswith("vbaproject.bin"):
            raise TableError(_l("文件带有宏，请另存为不带宏的 XLSX 后再导入。"))
    if "xl/workbook.xml" not in archive.namelist():
        raise TableError(_l("这个压缩包不是 XLSX 表格。"))


def chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The bytes of an XML part, each piece ending at a tag's end; refused when it is not plain, honest XML."""
    rest = b""
    try:
        with archive.open(part) as stream:
            while data := stream.read(CHUNK):
                if not rest and data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] != b"<":
                    raise TableError(_l("文件已损坏，不能作为 XLSX 打开。"))
                rest += data
                end = rest.rfind(b">") + 1
                if _FORBIDDEN.search(rest):
                    raise TableError(_l("文件里有 XML 实体声明，已拒绝。"))
                if len(rest) - end > MAX_TAG:
                    raise TableError(_l("文件已损坏，不能作为 XLSX 打开。"))
                yield rest[:end]
                rest = rest[end:] or b" "
    except (zipfile.BadZipFile, KeyError, EOFError, OSError, NotImplementedError) as error:
        raise TableError(_l("文件已损坏，不能作为 XLSX 打开。")) from error


def list_sheets(archive: zipfile.ZipFile) -> list[Sheet]:
    """The workbook's worksheets in their order."""
    relations = _tags(archive, "xl/_rels/workbook.xml.rels", "Relationship")
    targets = {tag.get("Id", ""): tag.get("Target", "") for tag in relations}
    sheets = []
    for tag in _tags(archive, "xl/workbook.xml", "sheet"):
        relation = next((value for name, value in tag.items() if name.endswith(":id")), "")
        target = targets.get(relation, "").lstrip("/")
        part = target if target.startswith("xl/") else f"xl/{target}"
        if "worksheets/" in part:
            sheets.append(Sheet(tag.get("name", ""), part))
    if len(sheets) > MAX_SHEETS:
        raise TableError(_l("文件有 %(count)d 张工作表，最多 %(limit)d 张。", count=len(sheets), limit=MAX_SHEETS))
    return sheets


def _tags(archive: zipfile.ZipFile, part: str, name: str) -> list[dict[str, str]]:
    """Attributes of every tag ``name`` in a small part."""
    text = b"".join(chunks(archive, part)).decode("utf-8", "replace")
    found = re.findall(rf"<(?:[\w.-]+:)?{name}\b([^>]*)>", text)
    return [
        {key: html.unescape(one or two) for key, one, two in _ATTRIBUTE.findall(attributes)} for attributes in found
    ]


def check_sheet(archive: zipfile.ZipFile, sheet: Sheet) -> None:
    """Refuse a sheet with formulas, error values, too many columns or cells far away from the others."""
    rows = last = 0
    before = ""
    for chunk in chunks(archive, sheet.part):
        if found := _FORMULA.search(chunk):
            raise _formula(sheet.name, _cell_at(chunk, found.start()) or before)
        if found := _ERROR.search(chunk):
            raise _error_value(sheet.name, _cell_at(chunk, found.end()) or before)
        if far := _FAR_COLUMN.findall(chunk):
            raise too_many_columns(max(_column_number(letters.decode()) for letters in far))
        before = _cell_at(chunk, len(chunk)) or before
        rows += len(_ROW.findall(chunk))
        last = max([last, *map(int, set(_ROW_OF_CELL.findall(chunk)))])
        if last > MAX_ROWS or last > rows + MAX_GAP:
            raise TableError(
                _l("工作表「%(sheet)s」的第 %(row)d 行离其他数据太远，请删除空行。", sheet=sheet.name, row=last)
            )


def _formula(sheet: str, cell: str) -> TableError:
    return TableError(
        _l("工作表「%(sheet)s」的单元格 %(cell)s 是公式。请把公式粘贴为数值后再导入。", sheet=sheet, cell=cell)
    )


def _error_value(sheet: str, cell: str) -> TableError:
    return TableError(_l("工作表「%(sheet)s」的单元格 %(cell)s 是错误值。请更正后再导入。", sheet=sheet, cell=cell))


def _cell_at(chunk: bytes, end: int) -> str:
    """The address of the last cell that begins before ``end``; empty when there is none in this piece."""
    start = chunk.rfind(b"<", 0, max(chunk.rfind(b" r=", 0, end), 0))
    found = _REFERENCE.match(chunk, max(start, 0))
    return found[1].decode() if found else ""


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
