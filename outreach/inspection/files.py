"""The words of a file that visitors can download, as far as they can be read without running anything of it."""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from typing import Final

from outreach.inspection.pdf import pdf_words
from outreach.inspection.rules.reading import Unread

#: Unpacked bytes read of one document.
READ_BYTES: Final = 64 * 1024 * 1024
#: What parts two words of an office document; every other tag may stand in the middle of a number.
_BREAKS = re.compile(r"</(?:w:p|w:tc|a:p|si|c|v|comment)>|<w:(?:tab|br|cr)\b[^<>]*>")
_TAGS = re.compile(r"<[^<>]{0,4000}>")
#: Parts of office documents that hold words.
_WORDS = re.compile(
    r"(?:xl/(?:sharedStrings|comments\d*)|xl/worksheets/[^/]+|word/[^/]+|ppt/(?:slides|notesSlides)/[^/]+|docProps/[^/]+)"
    r"\.xml"
)
_PLAIN: Final = frozenset({"csv", "json", "txt", "xml", "atom", "ics"})
_OFFICE: Final = frozenset({"xlsx", "docx", "pptx"})
_PDF: Final = "pdf"
#: Kinds that hold words which nothing here can read.
_CLOSED: Final = frozenset({"doc", "xls", "ppt", "zip"})
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError)
#: What a document begins with that an office program locked with a password: a container of the older kind.
_LOCKED: Final = bytes.fromhex("d0cf11e0a1b11ae1")


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def holds_words(name: str) -> bool:
    """Whether files with this ending hold words, readable or not."""
    return _ending(name) in _PLAIN | _OFFICE | _CLOSED | {_PDF}


def words_of(name: str, content: bytes) -> str | Unread:
    """The text of a file, or why it cannot be read."""
    ending = _ending(name)
    if ending == _PDF:
        return pdf_words(content)
    if ending in _OFFICE:
        return _office(content)
    if ending not in _PLAIN:
        return Unread.CLOSED
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def _office(content: bytes) -> str | Unread:
    if content.startswith(_LOCKED):
        return Unread.LOCKED
    found: list[str] = []
    left = READ_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in filter(_WORDS.fullmatch, archive.namelist()):
                with archive.open(name) as part:
                    source = part.read(left + 1)
                left -= len(source)
                if left < 0:
                    return Unread.LONG
                found.append(_part_words(name, source.decode("utf-8", "replace")))
    except _BROKEN:
        return Unread.BROKEN
    return " ".join(found)


def _part_words(name: str, source: str) -> str:
    """The words of one part: numbers that formatting cut into runs are whole again."""
    if name.startswith("docProps/"):  # one property a tag
        return html.unescape(_TAGS.sub(" ", source))
    return html.unescape(_TAGS.sub("", _BREAKS.sub(" ", source)))
