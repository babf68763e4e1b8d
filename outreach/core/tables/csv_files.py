"""CSV files: which encoding, which separator, and rows of text that are never guessed into wrong characters."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from flask_babel import lazy_gettext as _l

from outreach.core.tables.layout import Layout, Match, find_headings, refusal
from outreach.core.tables.limits import HEADING_ROWS, MAX_CELL, MAX_LINE, TableError

CHUNK = 1024 * 1024
SEPARATORS = (",", ";", "\t")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Damaged UTF-8 still reads as UTF-8 for the most part; another encoding does not.
UTF8_SHARE = 0.5
#: In Chinese text nearly all double bytes are common characters (GB 2312); in misread Latin text few are.
COMMON_SHARE = 0.7


def detect_encoding(path: Path) -> str:
    """Python's name of the encoding. Raises ``TableError`` where the text cannot be read without doubt."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return _decodes(path, name) or _refuse_damaged(path, name)
    if name := _utf16_without_mark(head):
        return _decodes(path, name) or _refuse_damaged(path, name)
    if _decodes(path, "utf-8"):
        return "utf-8"
    if _utf8_share(path) > UTF8_SHARE:
        return _refuse_damaged(path, "utf-8")
    if _decodes(path, "gb18030") and _common_share(path) >= COMMON_SHARE:
        return "gb18030"
    raise TableError(_l("文件的文字编码无法识别。请另存为 UTF-8 或 GB18030（GBK）编码后再导入。"))


def _utf16_without_mark(head: bytes) -> str:
    """UTF-16 of mostly Latin text has a zero in every other byte."""
    if len(head) < 4:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) <= len(head) // 8 or min(even, odd) > max(even, odd) // 4:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _decoded(path: Path, encoding: str, errors: str = "strict") -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)


def _decodes(path: Path, encoding: str) -> str:
    """``encoding`` when the whole file decodes, else empty."""
    try:
        for text in _decoded(path, encoding):
            del text
    except UnicodeError:
        return ""
    return encoding


def _utf8_share(path: Path) -> float:
    """How much of what is not ASCII reads as UTF-8."""
    good = bad = 0
    for text in _decoded(path, "utf-8", "replace"):
        bad += text.count("\ufffd")
        good += sum(not character.isascii() for character in text) - text.count("\ufffd")
    return good / max(good + bad, 1)


def _common_share(path: Path) -> float:
    """How many of the double bytes are GB 2312 characters (both bytes from A1)."""
    common = total = 0
    for text in _decoded(path, "gb18030"):
        for character, count in Counter(text).items():
            if not character.isascii():
                encoded = character.encode("gb18030")
                total += count
                common += count * (len(encoded) == 2 and encoded[1] >= 0xA1 and encoded[0] <= 0xF7)
    return common / max(total, 1)


def _refuse_damaged(path: Path, encoding: str) -> str:
    line = 1
    for text in _decoded(path, encoding, "replace"):
        if "\ufffd" in text:
            line += text[: text.index("\ufffd")].count("\n")
            break
        line += text.count("\n")
    raise TableError(_l("文件第 %(line)d 行有损坏的文字（编码 %(encoding)s）。", line=line, encoding=encoding))


class CsvReader:
    """Rows of one CSV file. ``fraction`` says how much has been read."""

    format = "csv"

    def __init__(self, path: Path, layouts: Sequence[Layout]) -> None:
        self.path = path
        self.size = max(path.stat().st_size, 1)
        self.encoding = detect_encoding(path)
        self.binary: BinaryIO = path.open("rb")
        try:
            self.separator, self.match = self._find_headings(layouts)
        except BaseException:
            self.binary.close()
            raise

    def _find_headings(self, layouts: Sequence[Layout]) -> tuple[str, Match]:
        """The separator with which a heading row is found; the rows are read again from the start afterwards."""
        tops: list[list[list[str]]] = []
        failure: TableError | None = None
        for separator in SEPARATORS:
            try:
                top = list(islice(self.records(separator), HEADING_ROWS))
            except TableError as error:  # a wrong separator breaks quoted cells; another one may read them
                failure = failure or error
                continue
            match = find_headings(top, layouts)
            if match is not None:
                return separator, match
            tops.append(top)
        raise failure or refusal(max(tops, key=lambda top: max(map(len, top), default=0)), layouts)

    def records(self, separator: str) -> Iterator[list[str]]:
        """All records from the top of the file, blank lines too."""
        self.binary.seek(0)
        text = io.TextIOWrapper(self.binary, encoding=self.encoding, newline="")
        reader = csv.reader(_lines(text), delimiter=separator, strict=True)
        try:
            yield from reader
        except csv.Error as error:
            raise TableError(
                _l("文件第 %(line)d 行的引号不成对，或有单元格过长，无法读取。", line=reader.line_num)
            ) from error
        finally:
            text.detach()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(spreadsheet row, cells) of every record below the headings."""
        for number, cells in enumerate(self.records(self.separator), start=1):
            if number > self.match.row + 1:
                yield number, cells

    @property
    def fraction(self) -> float:
        return 1.0 if self.binary.closed else min(self.binary.tell() / self.size, 1.0)

    def close(self) -> None:
        self.binary.close()


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines of bounded length, so that a file without line ends cannot fill the memory."""
    csv.field_size_limit(MAX_CELL)
    while line := text.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            raise TableError(_l("文件里有超过 %(limit)d 个字符的行。", limit=MAX_LINE))
        yield line
