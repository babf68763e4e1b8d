"""Files that question banks travel in: our template (CSV, XLSX), GIFT, Aiken and QTI 2.1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from outreach.quiz.formats import aiken, archives, gift, qti, tables
from outreach.quiz.formats.reading import Packer, Reader, Writer


@dataclass(frozen=True, slots=True)
class Format:
    """A format: how it is read and written, the ending of its files, and how pictures get in where they can."""

    code: str
    ending: str
    read: Reader
    write: Writer
    add_pictures: Packer | None = None


FORMATS: Final[Mapping[str, Format]] = {
    one.code: one
    for one in (
        Format("csv", ".csv", tables.read, tables.write_csv),
        Format("xlsx", ".xlsx", tables.read, tables.write_xlsx),
        Format("gift", ".gift.txt", gift.read, gift.write),
        Format("aiken", ".aiken.txt", aiken.read, aiken.write),
        Format("qti", ".qti.zip", qti.read, qti.write, archives.in_package),
    )
}
