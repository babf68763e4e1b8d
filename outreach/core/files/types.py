"""What a file is by its content. A small closed table: what is not in it is not taken."""

from __future__ import annotations

import codecs
import csv
import io
import json
import unicodedata
import zipfile
from collections.abc import Callable
from enum import StrEnum
from typing import Final


class MediaType(StrEnum):
    """Kinds of files that the site takes."""

    CSV = "text/csv"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    JSON = "application/json"
    #: Packages of questions (QTI), archives with a manifest of their own; and archives of nothing but pictures.
    PACKAGE = "application/zip"
    TEXT = "text/plain"


ENDINGS: Final[dict[MediaType, tuple[str, ...]]] = {
    MediaType.CSV: (".csv", ".tsv", ".txt"),
    MediaType.XLSX: (".xlsx",),
    MediaType.DOCX: (".docx",),
    MediaType.PDF: (".pdf",),
    MediaType.PNG: (".png",),
    MediaType.JPEG: (".jpg", ".jpeg"),
    MediaType.JSON: (".json",),
    MediaType.PACKAGE: (".zip",),
    MediaType.TEXT: (".txt", ".csv", ".md"),
}
TABLES: Final = frozenset({MediaType.CSV, MediaType.XLSX, MediaType.TEXT})
DOCUMENTS: Final = frozenset({MediaType.PDF, MediaType.DOCX, MediaType.PNG, MediaType.JPEG})

#: Endings of pictures in archives.
PICTURE_ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp")

_PNG = b"\x89PNG\r\n\x1a\n"
#: How much of a text is looked at, in characters.
_SAMPLE = 64 * 1024
_ENCODINGS = ("utf-8-sig", "gb18030")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Unassigned, private and halves of characters.
_NO_TEXT: Final = frozenset({"Cn", "Co", "Cs"})


def media_type_of(content: bytes) -> MediaType | None:
    """What the content is; None for what the site does not take: programs, archives, macros, pages, unknown bytes."""
    for is_it, kind in _BINARY:
        if is_it(content):
            return kind
    if content.startswith(b"PK"):
        return _office(content)
    return _text(content)


def _is_png(content: bytes) -> bool:
    return content.startswith(_PNG) and content[12:16] == b"IHDR"


def _is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and len(content) > 4


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-")


_BINARY: tuple[tuple[Callable[[bytes], bool], MediaType], ...] = (
    (_is_png, MediaType.PNG),
    (_is_jpeg, MediaType.JPEG),
    (_is_pdf, MediaType.PDF),
)


def _office(content: bytes) -> MediaType | None:
    """Workbooks and documents by the parts they must have. Only names are read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError):
        return None
    files = [name for name in names if not name.endswith("/")]
    if any(name.rpartition("/")[2] == "imsmanifest.xml" for name in files) or _are_pictures(files):
        return MediaType.PACKAGE
    if "[content_types].xml" not in names or any(name.endswith("vbaproject.bin") for name in names):
        return None
    if "xl/workbook.xml" in names:
        return MediaType.XLSX
    return MediaType.DOCX if "word/document.xml" in names else None


def _are_pictures(names: list[str]) -> bool:
    """By their names alone: whoever unpacks them looks at what they are."""
    return bool(names) and all(name.endswith(PICTURE_ENDINGS) for name in names)


def _text(content: bytes) -> MediaType | None:
    text = _decoded(content)
    if text is None or not text.strip() or any(ord(sign) < 32 and sign not in "\t\r\n\f" for sign in text):
        return None
    start = text.lstrip()[:200].lower()
    if start.startswith(("<", "#!", "%!")):  # pages, drawings, scripts: nothing of ours, and browsers might run them
        return None
    if start[:1] in "{[" and _is_json(text):
        return MediaType.JSON
    return MediaType.CSV if _is_table(text[:_SAMPLE]) else MediaType.TEXT


def _decoded(content: bytes) -> str | None:
    if content.startswith(_UTF16_MARKS):
        return _decoded_utf16(content)
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _decoded_utf16(content: bytes) -> str | None:
    """What spreadsheets call Unicode text. Nearly any bytes decode as UTF-16, so every character must exist."""
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError:
        return None
    return None if any(unicodedata.category(sign) in _NO_TEXT for sign in set(text)) else text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_table(sample: str) -> bool:
    """Whether the first lines have the same number of cells, at least two, with any usual separator."""
    lines = sample.splitlines()[:20]
    if len(sample) == _SAMPLE:
        lines = lines[:-1]
    return any(_has_columns(lines, separator) for separator in ",\t;，")


def _has_columns(lines: list[str], separator: str) -> bool:
    try:
        widths = {len(row) for row in csv.reader(lines, delimiter=separator) if row}
    except csv.Error:
        return False
    return len(widths) == 1 and widths.pop() >= 2
