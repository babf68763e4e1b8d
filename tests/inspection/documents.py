"""Documents as visitors download them, made for a test."""

from __future__ import annotations

import io
import zipfile

import xlsxwriter
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject


def workbook(*cells: str | float) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    for row, cell in enumerate(cells):
        sheet.write(row, 0, cell)
    book.close()
    return target.getvalue()


def pdf(*pages: str, password: str | None = None, owner: str | None = None, author: str = "") -> bytes:
    """A PDF with these texts, one a page; an empty text leaves its page blank."""
    writer = PdfWriter()
    font = writer._add_object(
        DictionaryObject(
            {NameObject(f"/{name}"): NameObject(f"/{value}") for name, value in FONT.items()},
        )
    )
    for text in pages:
        page = writer.add_blank_page(595, 842)
        content = StreamObject()
        content.set_data(f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode() if text else b"")
        page[NameObject("/Contents")] = writer._add_object(content.flate_encode())
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if author:
        writer.add_metadata({"/Author": author})
    if password is not None or owner is not None:
        writer.encrypt(password or "", owner, algorithm="AES-256")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


FONT = {"Type": "Font", "Subtype": "Type1", "BaseFont": "Helvetica", "Encoding": "WinAnsiEncoding"}


def document(*runs: str, parts: dict[str, str] | None = None) -> bytes:
    """A Word document of one paragraph whose text formatting cut into runs; ``parts`` are further parts by name."""
    text = "".join(f"<w:r><w:rPr><w:b/></w:rPr><w:t>{run}</w:t></w:r>" for run in runs)
    body = f'<?xml version="1.0"?><w:document xmlns:w="urn:x"><w:body><w:p>{text}</w:p></w:body></w:document>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in {"[Content_Types].xml": "<Types/>", "word/document.xml": body, **(parts or {})}.items():
            archive.writestr(name, source)
    return target.getvalue()
