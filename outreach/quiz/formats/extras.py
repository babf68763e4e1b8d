"""What GIFT, Aiken and QTI have no place for travels as JSON in a comment, so that our own files come back whole."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from outreach.quiz.rules import questions
from outreach.quiz.rules.questions import Image, Numeric, QuestionContent, Source

#: Fields that travel so, beside the options' English texts.
_PLAIN: Final = (
    "topic",
    "difficulty",
    "credit",
    "stem_en",
    "explanation",
    "explanation_en",
    "reviewed_on",
    "accepted",
    "accepted_en",
)
#: What of a picture travels: its name and its words.
_IMAGE: Final = ("file", "alt", "alt_en")


def extras_json(content: QuestionContent) -> str:
    """One line of JSON that no comment's end can be in: ASCII only, without ``>``."""
    values: dict[str, Any] = {name: getattr(content, name) for name in _PLAIN if getattr(content, name)}
    if any(option.text_en for option in content.options):
        values["options_en"] = {option.text: option.text_en for option in content.options}
    if content.source != Source():
        values["source"] = asdict(content.source)
    if content.image is not None:
        values["image"] = {name: getattr(content.image, name) for name in _IMAGE}
    if content.numeric is not None:
        numeric = content.numeric
        values["numeric"] = [str(numeric.value), str(numeric.tolerance), numeric.unit]
    text = json.dumps(values, ensure_ascii=True, separators=(",", ":"))
    return text.replace(">", "\\u003e").replace("<", "\\u003c").replace("--", "-\\u002d")


def with_extras(content: QuestionContent, text: str) -> QuestionContent:
    """The question with what ``extras_json`` wrote; anything that is not of its kind is left out."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return content
    if not isinstance(values, dict):
        return content
    given = {name: values[name] for name in _PLAIN if _fits(name, values.get(name))}
    for name in ("accepted", "accepted_en"):
        if name in given:
            given[name] = tuple(given[name])
    english = values.get("options_en")
    if isinstance(english, dict):
        given["options"] = tuple(
            replace(option, text_en=str(english.get(option.text, ""))) for option in content.options
        )
    return replace(content, **given, **_parts(values))


def _fits(name: str, value: object) -> bool:
    if name == "difficulty":
        return isinstance(value, int) and not isinstance(value, bool)
    if name in ("accepted", "accepted_en"):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, str)


def _parts(values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, kind in (("source", Source), ("image", Image)):
        part = values.get(name)
        if kind is Image and isinstance(part, dict):
            part = {key: text for key, text in part.items() if key in _IMAGE}
        if isinstance(part, dict) and all(isinstance(text, str) for text in part.values()):
            try:
                found[name] = kind(**part)
            except TypeError:
                continue
    numeric = values.get("numeric")
    if isinstance(numeric, list) and len(numeric) == 3:
        number = numeric_of(*map(str, numeric))
        if number is not None:
            found["numeric"] = number
    return found


def numeric_of(value: str, tolerance: str = "0", unit: str = "") -> Numeric | None:
    """A number with its tolerance; None when the texts are none."""
    try:
        number, spread = Decimal(value.strip()), Decimal(tolerance.strip() or "0")
    except InvalidOperation:
        return None
    is_sound = number.is_finite() and spread.is_finite() and spread >= 0 and abs(number) < Decimal(10) ** 15
    return Numeric(number, spread, unit.strip()) if is_sound and len(unit) <= questions.LONGEST_ANSWER else None
