"""Answers as browsers send them: a batch of JSON, or the whole paper as a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from outreach.quiz.models import Answer
from outreach.quiz.rules import questions, receipts
from outreach.quiz.rules.receipts import SavedAnswer

#: Answers of one batch, options of one answer, characters of one text.
MOST_ANSWERS: Final = 400
MOST_VALUES: Final = questions.OPTIONS_TO
LONGEST_VALUE: Final = questions.LONGEST_ANSWER


class Malformed(Exception):
    """The batch is none."""


def parse_batch(document: Any) -> tuple[SavedAnswer, ...]:
    """``{"answers": [{"position": 0, "sequence": 3, "value": ["…"]}]}``. Raises ``Malformed``."""
    rows = document.get("answers") if isinstance(document, dict) else None
    if not isinstance(rows, list) or len(rows) > MOST_ANSWERS:
        raise Malformed("answers")
    return tuple(_answer(row) for row in rows)


def _answer(row: Any) -> SavedAnswer:
    if not isinstance(row, dict):
        raise Malformed("answer")
    position, sequence, value = row.get("position"), row.get("sequence"), row.get("value")
    if type(position) is not int or type(sequence) is not int or not isinstance(value, list):
        raise Malformed("types")
    if len(value) > MOST_VALUES or not all(isinstance(one, str) and len(one) <= LONGEST_VALUE for one in value):
        raise Malformed("value")
    if not (0 <= position < MOST_ANSWERS and 1 <= sequence <= receipts.LAST_SEQUENCE):
        raise Malformed("range")
    return SavedAnswer(position, sequence, tuple(value))


def parse_form(
    args: MultiDict[str, str], kinds: Iterable[str], stored: Mapping[int, Answer]
) -> tuple[SavedAnswer, ...]:
    """The answers of a paper's form that differ from what is stored. The server gives them their sequence numbers.

    An empty field takes an answer back only when the page showed one there (field ``had``): a page that was opened
    before another one saved must not erase what it never saw.
    """
    had = {text for text in args.get("had", "")[:2000].split(",") if text}
    last = max((answer.sequence for answer in stored.values()), default=0)
    found = []
    for position, kind in enumerate(kinds):
        value = _typed(args, position, kind)
        before = tuple(stored[position].value) if position in stored else ()
        if value != before and (value or str(position) in had):
            found.append(SavedAnswer(position, min(last + 1, receipts.LAST_SEQUENCE), value))
    return tuple(found)


def _typed(args: MultiDict[str, str], position: int, kind: str) -> tuple[str, ...]:
    values = [text[: LONGEST_VALUE + 1] for text in args.getlist(f"q{position}")[: MOST_VALUES + 1]]
    if kind == questions.FILL_IN:
        return tuple(text.strip() for text in values[:1] if text.strip())
    return tuple(dict.fromkeys(text for text in values if text))
