"""Marking: what share of its points an answer earns. Answers name options by their index in the question's content.

* single, true/false: right or nothing.
* multiple: everything right, or (``share``) the part of the right options that was chosen, as long as none is wrong:
  「少选按比例得分，错选不得分」.
* ordering: the whole order, or (``share``) the part of the items that stand in their place.
* fill-in: one of the accepted answers after folding, or a number within the tolerance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Final

from outreach.quiz.rules import questions, wording
from outreach.quiz.rules.questions import Numeric, QuestionContent

CENTIPOINTS: Final = 100
NOTHING: Final = Fraction(0)
WHOLE: Final = Fraction(1)
#: What the two options of a true/false question are called in answers.
TRUE_INDEX: Final = 0
FALSE_INDEX: Final = 1

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+")
#: Every way to write the units of the field that people use, folded.
_UNITS: Final = {
    "立方米": "m3",
    "方": "m3",
    "m³": "m3",
    "升": "l",
    "公升": "l",
    "毫升": "ml",
    "亿立方米": "亿m3",
    "亿方": "亿m3",
    "亿m³": "亿m3",
    "百分之": "%",
    "个百分点": "%",
}


def option_count(content: QuestionContent) -> int:
    """How many options an answer may name."""
    return 2 if content.kind == questions.TRUE_FALSE else len(content.options)


def share_of_options(content: QuestionContent, chosen: Sequence[int]) -> Fraction:
    """The share that the chosen options earn, in the order in which they were named."""
    if len(set(chosen)) != len(chosen):
        return NOTHING
    if content.kind == questions.ORDERING:
        return _share_of_order(content, chosen)
    right = right_indices(content)
    picked = set(chosen)
    if picked == right:
        return WHOLE
    if content.kind == questions.MULTIPLE and content.credit == questions.SHARE and picked < right:
        return Fraction(len(picked), len(right))
    return NOTHING


def right_indices(content: QuestionContent) -> set[int]:
    """The options that are right (all of them for an ordering question)."""
    if content.kind == questions.TRUE_FALSE:
        return {TRUE_INDEX if content.answer else FALSE_INDEX}
    if content.kind == questions.ORDERING:
        return set(range(len(content.options)))
    return {index for index, option in enumerate(content.options) if option.is_right}


def _share_of_order(content: QuestionContent, chosen: Sequence[int]) -> Fraction:
    size = len(content.options)
    if len(chosen) != size:
        return NOTHING
    in_place = sum(index == place for place, index in enumerate(chosen))
    if in_place == size:
        return WHOLE
    return Fraction(in_place, size) if content.credit == questions.SHARE else NOTHING


def share_of_text(content: QuestionContent, text: str) -> Fraction:
    """The share that a typed answer earns."""
    if content.numeric is not None and _is_number(content.numeric, text):
        return WHOLE
    typed = wording.key(text)
    return WHOLE if typed and typed in _accepted_keys(content.accepted, content.accepted_en) else NOTHING


@lru_cache(maxsize=4096)
def _accepted_keys(accepted: tuple[str, ...], accepted_en: tuple[str, ...]) -> frozenset[str]:
    """The accepted answers as they are compared; kept, because every paper with the question is marked by them."""
    return frozenset(map(wording.key, (*accepted, *accepted_en)))


def _tight(text: str) -> str:
    return wording.fold(text).replace(" ", "")


def _is_number(wanted: Numeric, text: str) -> bool:
    plain = _tight(text)
    match = _NUMBER.match(plain)
    if match is None or len(plain) > questions.LONGEST_ANSWER:
        return False
    rest = plain[match.end() :]
    if rest and _unit(rest) != _unit(_tight(wanted.unit)):
        return False
    try:
        found = Decimal(match.group().replace(",", ""))
    except InvalidOperation:
        return False
    return abs(found - wanted.value) <= wanted.tolerance


def _unit(text: str) -> str:
    return _UNITS.get(text, text)


def centipoints(points: int, share: Fraction) -> int:
    """Points times share in hundredths of a point, rounded half up."""
    doubled = 2 * points * CENTIPOINTS * share.numerator
    return (doubled + share.denominator) // (2 * share.denominator)


def total(marks: Iterable[int]) -> int:
    """The score of a paper."""
    return sum(marks)
