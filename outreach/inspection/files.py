"""The words of a file that visitors can download, as far as they can be read without running anything."""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from typing import Final

#: Unpacked bytes read of one document; a longer one counts as unread.
READ_BYTES: Final = 64 * 1024 * 1024
_TAGS = re.compile(r"<[^<>]{0,4000}>")
#: Parts of office documents that hold words.
_WORDS = re.compile(r"(?:xl/sharedStrings|xl/worksheets/[^/]+|word/[^/]+|ppt/slides/[^/]+|docProps/[^/]+)\.xml")
_PLAIN: Final = frozenset({"csv", "json", "txt", "xml", "atom", "ics"})
_OFFICE: Final = frozenset({"xlsx", "docx", "pptx"})
#: Kinds that hold words which nothing here can read.
_CLOSED: Final = frozenset({"pdf", "doc", "xls", "ppt", "zip"})
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def holds_words(name: str) -> bool:
    """Whether files with this ending hold words, readable or not."""
    return _ending(name) in _PLAIN | _OFFICE | _CLOSED


def words_of(name: str, content: bytes) -> str | None:
    """The text of a file; None when it cannot be read: an unknown or closed kind, broken, or too long unpacked."""
    ending = _ending(name)
    if ending in _OFFICE:
        return _office(content)
    if ending not in _PLAIN:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def _office(content: bytes) -> str | None:
    found: list[str] = []
    left = READ_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in filter(_WORDS.fullmatch, archive.namelist()):
                with archive.open(name) as part:
                    source = part.read(left + 1)
                left -= len(source)
                if left < 0:
                    return None
                found.append(html.unescape(_TAGS.sub(" ", source.decode("utf-8", "replace"))))
    except _BROKEN:
        return None
    return " ".join(found)
