"""XML without its dangers: a document type, an entity or a reference to the outside is refused before it is read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree  # nosec B405  # builds the tree; defusedxml parses
from xml.parsers import expat  # nosec B406  # it measures the depth

from defusedxml.ElementTree import DefusedXMLParser

from outreach.quiz.formats.reading import FILE_TOO_LARGE, FILE_UNREADABLE, MOST_BYTES, FileRefused

MOST_ITEMS: Final = 5000
MOST_DEPTH: Final = 60
#: Unpacked bytes of a package, and of one item in it.
MOST_UNPACKED: Final = 64 * 1024 * 1024
MOST_ITEM: Final = 256 * 1024


class _Refusing:
    """Handlers of a first pass that stops at whatever a question never needs."""

    def __init__(self) -> None:
        self.depth = 0
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse
        self.parser.UnparsedEntityDeclHandler = self.refuse
        self.parser.ExternalEntityRefHandler = self.refuse
        self.parser.StartElementHandler = self.enter
        self.parser.EndElementHandler = self.leave

    def refuse(self, *_what: object) -> int:
        raise FileRefused(FILE_UNREADABLE, "DTD")

    def enter(self, *_what: object) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise FileRefused(FILE_UNREADABLE, "depth")

    def leave(self, *_what: object) -> None:
        self.depth -= 1


def parse(data: bytes) -> ElementTree.Element:
    """The root of a document, with comments kept. Raises ``FileRefused``."""
    if len(data) > MOST_BYTES:
        raise FileRefused(FILE_TOO_LARGE, str(MOST_BYTES))
    try:
        _Refusing().parser.Parse(data, True)  # noqa: FBT003  # the last piece of the document
        builder = ElementTree.TreeBuilder(insert_comments=True)
        parser = DefusedXMLParser(target=builder, forbid_dtd=True)
        parser.feed(data)
        root: ElementTree.Element = parser.close()
        return root
    except (expat.ExpatError, ElementTree.ParseError, LookupError, ValueError) as error:
        raise FileRefused(FILE_UNREADABLE, "XML", getattr(error, "lineno", 0) or 0) from error


def items_of(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the XML files of a package, or the one file itself. Raises ``FileRefused``."""
    if not data.startswith(b"PK\x03\x04"):
        yield "item.xml", data
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = [one for one in package.infolist() if one.filename.lower().endswith(".xml")]
            if len(entries) > MOST_ITEMS or sum(one.file_size for one in entries) > MOST_UNPACKED:
                raise FileRefused(FILE_TOO_LARGE, str(MOST_UNPACKED))
            for entry in entries:
                with package.open(entry) as file:
                    content = file.read(MOST_ITEM + 1)
                if len(content) > MOST_ITEM:
                    raise FileRefused(FILE_TOO_LARGE, entry.filename)
                yield entry.filename, content
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise FileRefused(FILE_UNREADABLE, "ZIP") from error
