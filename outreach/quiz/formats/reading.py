"""What every format reads into: questions with the place they stand at, and faults with row, field and code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from outreach.quiz.rules.questions import Fault, QuestionContent

#: Largest file, in bytes.
MOST_BYTES: Final = 8 * 1024 * 1024
MOST_QUESTIONS: Final = 5000


@dataclass(frozen=True, slots=True)
class RowFault:
    """One fault; ``row``: line or row number from 1, 0 for the file as a whole."""

    row: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """One question as a file has it."""

    row: int
    code: str
    content: QuestionContent


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file read whole."""

    questions: tuple[ReadQuestion, ...]
    faults: tuple[RowFault, ...] = ()
    #: Pictures that came in the file itself, by the names that its questions give them.
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a format does not say is taken from here."""

    topic: str = "general"
    difficulty: int = 2


@dataclass(frozen=True, slots=True)
class Written:
    """A file written, and the codes that the format cannot hold."""

    data: bytes
    skipped: tuple[str, ...] = ()


Coded = tuple[str, QuestionContent]
Reader = Callable[[bytes, Defaults], ReadFile]
Writer = Callable[[Iterable[Coded]], Written]
#: Puts pictures into a written file, by the names that its questions give them.
Packer = Callable[[bytes, Mapping[str, bytes]], bytes]

#: Codes of faults of files.
FILE_TOO_LARGE: Final = "file-too-large"
FILE_UNREADABLE: Final = "file-unreadable"
FILE_EMPTY: Final = "file-empty"
SYNTAX: Final = "syntax"
NOT_SUPPORTED: Final = "not-supported"
COLUMNS_WRONG: Final = "columns-wrong"


class FileRefused(Exception):
    """The file cannot be read at all."""

    def __init__(self, code: str, value: str = "", row: int = 0) -> None:
        self.row_fault = RowFault(row, Fault("file", code, value))
        super().__init__(f"{code} {value}")


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8 (with or without mark), UTF-16 or GB18030. Raises ``FileRefused``."""
    if len(data) > MOST_BYTES:
        raise FileRefused(FILE_TOO_LARGE, str(MOST_BYTES))
    if not data.strip():
        raise FileRefused(FILE_EMPTY)
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(FILE_UNREADABLE, "NUL")
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise FileRefused(FILE_UNREADABLE, "encoding")


def code_of(title: str, content: QuestionContent) -> str:
    """The title when it can be a code, else one made of the text, so that reading twice gives the same."""
    plain = title.strip()
    is_code = 0 < len(plain) <= 64 and plain.isascii() and all(c.isalnum() or c in "-_." for c in plain)
    return plain if is_code else f"T-{content.text_hash[:12]}"
