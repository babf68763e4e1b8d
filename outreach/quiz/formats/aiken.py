"""Aiken: a line of text, options ``A.`` or ``A)``, and ``ANSWER: A``. Single choices only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from outreach.quiz.formats.reading import (
    SYNTAX,
    Coded,
    Defaults,
    FileRefused,
    ReadFile,
    ReadQuestion,
    RowFault,
    Written,
    code_of,
    decoded,
)
from outreach.quiz.rules import questions
from outreach.quiz.rules.questions import Fault, Option, QuestionContent

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OPTION: Final = re.compile(r"([A-Z])[.)．）、]\s*(\S.*)")
_ANSWER: Final = re.compile(r"(?:ANSWER|答案)\s*[:：]\s*([A-Za-z])\s*", re.IGNORECASE)


def write(items: Iterable[Coded]) -> Written:
    """The single choices without a picture; others are skipped. Line breaks become blanks: the format has none."""
    blocks, skipped = [], []
    for code, content in items:
        if content.kind == questions.SINGLE and content.image is None and len(content.options) <= len(_LETTERS):
            blocks.append("\n".join(_lines(content)))
        else:
            skipped.append(code)
    return Written(("\n\n".join(blocks) + "\n").encode() if blocks else b"", tuple(skipped))


def _lines(content: QuestionContent) -> Iterator[str]:
    yield _one_line(content.stem)
    for letter, option in zip(_LETTERS, content.options, strict=False):
        yield f"{letter}. {_one_line(option.text)}"
    right = next(index for index, option in enumerate(content.options) if option.is_right)
    yield f"ANSWER: {_LETTERS[right]}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def read(data: bytes, defaults: Defaults) -> ReadFile:
    """The questions of an Aiken file; what is wrong is named with its line."""
    try:
        text = decoded(data)
    except FileRefused as refusal:
        return ReadFile((), (refusal.row_fault,))
    found: list[ReadQuestion] = []
    faults: list[RowFault] = []
    for row, stem, options, answer in _blocks(text):
        index = _LETTERS.find(answer) if answer else -1
        if not stem or [letter for letter, _text in options] != list(_LETTERS[: len(options)]):
            faults.append(RowFault(row, Fault("question", SYNTAX, stem[:60])))
        elif not 0 <= index < len(options):
            faults.append(RowFault(row, Fault("answer", questions.NO_KEY, answer)))
        else:
            listed = tuple(Option(text, "", place == index) for place, (_letter, text) in enumerate(options))
            content = QuestionContent(questions.SINGLE, defaults.topic, defaults.difficulty, stem, options=listed)
            found.append(ReadQuestion(row, code_of("", content), content))
    return ReadFile(tuple(found), tuple(faults))


def _blocks(text: str) -> Iterator[tuple[int, str, list[tuple[str, str]], str]]:
    """Row, stem, options and answer of each question; a question ends with its answer or a blank line."""
    row, stem = 0, ""
    options: list[tuple[str, str]] = []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        plain = line.strip()
        answer = _ANSWER.fullmatch(plain) if stem else None
        option = _OPTION.fullmatch(plain) if stem else None
        if answer is not None or (not plain and stem):
            yield row, stem, options, answer.group(1).upper() if answer else ""
            row, stem, options = 0, "", []
        elif option is not None:
            options.append((option.group(1), option.group(2).strip()))
        elif plain and not stem:
            row, stem = number, plain
        elif plain and not options:
            stem = f"{stem} {plain}"
        elif plain:
            options.append(("", plain))
