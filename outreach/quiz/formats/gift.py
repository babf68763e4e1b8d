"""GIFT, Moodle's text format: single, multiple (weights), true/false, short answer, number, matching as ordering."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from outreach.quiz.formats.extras import extras_json, numeric_of, with_extras
from outreach.quiz.formats.reading import (
    NOT_SUPPORTED,
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
from outreach.quiz.rules import marking, questions
from outreach.quiz.rules.questions import Fault, Option, QuestionContent

_SPECIAL: Final = re.compile(r"([~=#{}:\\])")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_MARKER: Final = re.compile(r"\s*\[(?:html|plain|markdown|moodle)\]\s*")
_WEIGHT: Final = re.compile(r"%(-?\d+(?:\.\d+)?)%")
_CATEGORY: Final = re.compile(r"\$CATEGORY:\s*(.*)")
_EXTRAS: Final = "//outreach "


class _Wrong(Exception):
    """Something in a question; the text is a code of ``reading`` or of ``questions``."""


@dataclass(frozen=True, slots=True)
class _Block:
    row: int
    text: str
    extras: str
    topic: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer of a block: its sign (``=`` or ``~``), weight in per cent, and text without feedback."""

    sign: str
    weight: Decimal | None
    text: str


def write(items: Iterable[Coded]) -> Written:
    """Questions as GIFT. Orders are matchings of 1, 2, 3, … in Moodle's eyes."""
    blocks = [f"{_EXTRAS}{extras_json(content)}\n{_question(code, content)}\n" for code, content in items]
    return Written("\n".join(blocks).encode())


def _question(code: str, content: QuestionContent) -> str:
    feedback = f"\n####{_escape(content.explanation)}" if content.explanation else ""
    body = "\n".join(_answers(content))
    return f"::{_escape(code)}::[plain]{_escape(content.stem)} {{{body}{feedback}}}"


def _answers(content: QuestionContent) -> Iterator[str]:
    if content.kind == questions.TRUE_FALSE:
        yield "T" if content.answer else "F"
    elif content.kind == questions.FILL_IN:
        yield from (f"=%100%{_escape(text)}" for text in content.accepted)
        if not content.accepted and content.numeric is not None:
            yield f"#{content.numeric.value}:{content.numeric.tolerance}"
    elif content.kind == questions.ORDERING:
        yield from (f"={place} -> {_escape(one.text)}" for place, one in enumerate(content.options, start=1))
    elif content.kind == questions.SINGLE:
        yield from (("=%100%" if one.is_right else "~%0%") + _escape(one.text) for one in content.options)
    else:
        share = _percent(100, len(marking.right_indices(content)))
        yield from (f"~%{share if one.is_right else -100}%{_escape(one.text)}" for one in content.options)


def _percent(whole: int, parts: int) -> str:
    return f"{Decimal(whole) / parts:.5f}".rstrip("0").rstrip(".")


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("\n", "\\n")


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match.group(1) == "n" else match.group(1), text).strip()


def read(data: bytes, defaults: Defaults) -> ReadFile:
    """The questions of a GIFT file; what is wrong is named with the line of its question."""
    try:
        text = decoded(data)
    except FileRefused as refusal:
        return ReadFile((), (refusal.row_fault,))
    found: list[ReadQuestion] = []
    faults: list[RowFault] = []
    for block in _blocks(text, defaults.topic):
        try:
            code, content = _parse(block, defaults)
        except _Wrong as wrong:
            faults.append(RowFault(block.row, Fault("question", str(wrong), block.text[:60])))
            continue
        found.append(ReadQuestion(block.row, code, content))
    return ReadFile(tuple(found), tuple(faults))


def _blocks(text: str, topic: str) -> Iterator[_Block]:
    """Questions are separated by blank lines; comments and categories stand on lines of their own."""
    lines: list[str] = []
    row, extras = 0, ""
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        plain = line.strip()
        category = _CATEGORY.match(plain)
        if plain.startswith(_EXTRAS):
            extras = plain[len(_EXTRAS) :]
        elif plain.startswith("//"):
            continue
        elif category is not None:
            topic = category.group(1).rpartition("/")[2].strip()[:64] or topic
        elif plain:
            row = row or number
            lines.append(line)
        elif lines:
            yield _Block(row, "\n".join(lines), extras, topic)
            lines, row, extras = [], 0, ""


def _parse(block: _Block, defaults: Defaults) -> tuple[str, QuestionContent]:
    title, rest = _title(block.text)
    start, end = _find(rest, "{"), _find(rest, "}")
    if start < 0 or end < start:
        raise _Wrong(SYNTAX)
    marker = _MARKER.match(rest)
    before, after = rest[marker.end() if marker else 0 : start], rest[end + 1 :]
    stem = _plain(before) + (f"____{_plain(after)}" if after.strip() else "")
    body, explanation = _split_feedback(rest[start + 1 : end])
    base = QuestionContent("", block.topic or defaults.topic, defaults.difficulty, stem, explanation=explanation)
    content = with_extras(_with_answers(base, body), block.extras)
    return code_of(title, content), content


def _title(text: str) -> tuple[str, str]:
    plain = text.lstrip()
    if not plain.startswith("::"):
        return "", plain
    end = _find(plain, "::", 2)
    if end < 0:
        raise _Wrong(SYNTAX)
    return _plain(plain[2:end]), plain[end + 2 :]


def _find(text: str, sign: str, start: int = 0) -> int:
    """Where ``sign`` stands without a backslash before it; -1 when it does not."""
    position = start
    while position < len(text):
        if text[position] == "\\":
            position += 2
            continue
        if text.startswith(sign, position):
            return position
        position += 1
    return -1


def _split_feedback(body: str) -> tuple[str, str]:
    position = _find(body, "####")
    return (body, "") if position < 0 else (body[:position], _plain(body[position + 4 :]))


def _with_answers(base: QuestionContent, body: str) -> QuestionContent:
    plain = body.strip()
    verdict = _feedback_off(plain).upper()
    if verdict in ("T", "TRUE", "F", "FALSE"):
        return replace(base, kind=questions.TRUE_FALSE, answer=verdict.startswith("T"))
    if plain.startswith("#"):
        value, _colon, tolerance = _feedback_off(plain[1:]).lstrip("=").partition(":")
        numeric = numeric_of(value, tolerance or "0")
        if numeric is None:
            raise _Wrong(NOT_SUPPORTED)
        return replace(base, kind=questions.FILL_IN, numeric=numeric)
    answers = list(_parse_answers(plain))
    if not answers:
        raise _Wrong(NOT_SUPPORTED)
    return _with_listed(base, answers)


def _with_listed(base: QuestionContent, answers: list[_Answer]) -> QuestionContent:
    if all(one.sign == "=" for one in answers):
        if all(" -> " in one.text or "->" in one.text for one in answers):
            return replace(base, kind=questions.ORDERING, options=_ordered(answers))
        return replace(base, kind=questions.FILL_IN, accepted=tuple(_plain(one.text) for one in answers))
    is_weighted = all(one.sign == "~" for one in answers)
    kind = questions.MULTIPLE if is_weighted else questions.SINGLE
    options = tuple(
        Option(_plain(one.text), "", one.sign == "=" or (is_weighted and (one.weight or 0) > 0)) for one in answers
    )
    return replace(base, kind=kind, options=options, credit=questions.SHARE if is_weighted else base.credit)


def _ordered(answers: list[_Answer]) -> tuple[Option, ...]:
    pairs = [one.text.partition("->") for one in answers]
    if [left.strip() for left, _arrow, _right in pairs] != [str(place) for place in range(1, len(pairs) + 1)]:
        raise _Wrong(NOT_SUPPORTED)
    return tuple(Option(_plain(right)) for _left, _arrow, right in pairs)


def _parse_answers(body: str) -> Iterator[_Answer]:
    starts = [position for position in range(len(body)) if body[position] in "=~" and not _is_escaped(body, position)]
    if starts and body[: starts[0]].strip():
        raise _Wrong(SYNTAX)
    for start, end in pairwise([*starts, len(body)]):
        text = _feedback_off(body[start + 1 : end])
        weight = _WEIGHT.match(text)
        rest = text[weight.end() :] if weight else text
        yield _Answer(body[start], Decimal(weight.group(1)) if weight else None, rest)


def _is_escaped(text: str, position: int) -> bool:
    slashes = len(text[:position]) - len(text[:position].rstrip("\\"))
    return slashes % 2 == 1


def _feedback_off(text: str) -> str:
    position = _find(text, "#")
    return (text if position < 0 else text[:position]).strip()
