"""The words of a file that visitors can download, as far as they can be read without running anything."""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import Final

#: Unpacked bytes read of one document; what lies behind is not looked at.
READ_BYTES: Final = 32 * 1024 * 1024
_TAGS = re.compile(r"<[^>]{0,4000}>")
#: Parts of office documents that hold words.
_WORDS = re.compile(r"(?:xl/sharedStrings|xl/worksheets/[^/]+|word/[^/]+|ppt/slides/[^/]+|docProps/[^/]+)\.xml")
READABLE: Final = (".csv", ".json", ".txt", ".xml", ".atom", ".ics", ".xlsx", ".docx", ".pptx")


def words_of(name: str, content: bytes) -> str:
    """The text of a file by its name's ending; empty for kinds that hold none, or that are broken."""
    ending = name.rpartition(".")[2].lower()
    if ending in ("xlsx", "docx", "pptx"):
        return _office(content)
    return content[:READ_BYTES].decode("utf-8", "replace") if f".{ending}" in READABLE else ""


def _office(content: bytes) -> str:
    found: list[str] = []
    left = READ_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in filter(_WORDS.fullmatch, archive.namelist()):
                with archive.open(name) as part:
                    source = part.read(left)
                left -= len(source)
                found.append(html.unescape(_TAGS.sub(" ", source.decode("utf-8", "replace"))))
                if left <= 0:
                    break
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError):
        return ""
    return " ".join(found)
