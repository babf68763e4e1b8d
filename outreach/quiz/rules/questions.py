"""A question as data: what it must have, and every fault it can have at once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final

from outreach.quiz.rules import wording

SINGLE: Final = "single"
MULTIPLE: Final = "multiple"
TRUE_FALSE: Final = "true_false"
ORDERING: Final = "ordering"
FILL_IN: Final = "fill_in"
KINDS: Final = (SINGLE, MULTIPLE, TRUE_FALSE, ORDERING, FILL_IN)
#: Kinds whose options are chosen or sorted.
WITH_OPTIONS: Final = (SINGLE, MULTIPLE, ORDERING)

ALL_OR_NOTHING: Final = "all_or_nothing"
SHARE: Final = "share"
CREDITS: Final = (ALL_OR_NOTHING, SHARE)

LONGEST_STEM: Final = 2000
LONGEST_OPTION: Final = 500
LONGEST_EXPLANATION: Final = 4000
LONGEST_ANSWER: Final = 200
LONGEST_ALTERNATIVE: Final = 500
OPTIONS_FROM: Final = 2
OPTIONS_TO: Final = 10


@dataclass(frozen=True, slots=True)
class Option:
    """One option. For ordering questions ``is_right`` says nothing: the right order is the order of the options."""

    text: str
    text_en: str = ""
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Numeric:
    """A number that is right when it is within the tolerance (inclusive), with or without the unit behind it."""

    value: Decimal
    tolerance: Decimal = Decimal(0)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the fact stands; ``clause`` is the place in the source."""

    title: str = ""
    title_en: str = ""
    clause: str = ""
    url: str = ""
    read_on: str = ""
    clause_en: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture with what it shows in words. ``sha256`` names the stored bytes; empty: only named so far, in a file."""

    file: str
    alt: str
    alt_en: str = ""
    sha256: str = ""
    #: In pixels.
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class QuestionContent:
    """One question whole. ``answer`` belongs to true/false; ``accepted`` and ``numeric`` to fill-ins."""

    kind: str
    topic: str
    difficulty: int
    stem: str
    stem_en: str = ""
    options: tuple[Option, ...] = ()
    answer: bool | None = None
    accepted: tuple[str, ...] = ()
    accepted_en: tuple[str, ...] = ()
    numeric: Numeric | None = None
    credit: str = ALL_OR_NOTHING
    explanation: str = ""
    explanation_en: str = ""
    source: Source = Source()
    image: Image | None = None
    reviewed_on: str = ""

    @property
    def text_hash(self) -> str:
        return wording.text_hash(self.stem, [option.text for option in self.options])

    @property
    def content_hash(self) -> str:
        text = json.dumps(self.as_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values; ``from_dict`` is the way back."""
        values = asdict(self)
        if self.numeric is not None:
            numeric = self.numeric
            values["numeric"] = {
                "value": str(numeric.value),
                "tolerance": str(numeric.tolerance),
                "unit": numeric.unit,
            }
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def from_dict(values: dict[str, Any]) -> QuestionContent:
    """The question that ``as_dict`` was asked for."""
    numeric, image = values.get("numeric"), values.get("image")
    return QuestionContent(
        **{
            **values,
            "options": tuple(Option(**option) for option in values["options"]),
            "accepted": tuple(values["accepted"]),
            "accepted_en": tuple(values["accepted_en"]),
            "numeric": numeric
            and Numeric(Decimal(numeric["value"]), Decimal(numeric["tolerance"]), str(numeric["unit"])),
            "source": Source(**values["source"]),
            "image": image and Image(**image),
        }
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one part of a question; ``value`` is what was found there."""

    field: str
    code: str
    value: str = ""


#: Codes of faults.
MISSING: Final = "missing"
UNKNOWN: Final = "unknown"
TOO_LONG: Final = "too-long"
UNREADABLE: Final = "unreadable"
NO_KEY: Final = "no-key"
KEY_AMBIGUOUS: Final = "key-ambiguous"
OPTION_REPEATED: Final = "option-repeated"
OPTION_COUNT: Final = "option-count"
NOT_ALLOWED: Final = "not-allowed"
NO_ALTERNATIVE: Final = "no-alternative-text"
NO_PICTURE: Final = "no-picture"
PICTURE_UNREADABLE: Final = "picture-unreadable"


def faults(content: QuestionContent) -> list[Fault]:
    """Everything that is wrong with a question; empty when it may be asked."""
    found: list[Fault] = []
    if content.kind not in KINDS:
        return [Fault("kind", UNKNOWN, content.kind)]
    if content.difficulty not in (1, 2, 3):
        found.append(Fault("difficulty", UNKNOWN, str(content.difficulty)))
    if not content.topic:
        found.append(Fault("topic", MISSING))
    if content.credit not in CREDITS:
        found.append(Fault("credit", UNKNOWN, content.credit))
    return [*found, *_image_faults(content.image), *_text_faults(content), *_key_faults(content)]


def _image_faults(image: Image | None) -> list[Fault]:
    if image is None:
        return []
    if not image.file:
        return [Fault("image", MISSING)]
    if not wording.key(image.alt):
        return [Fault("image", NO_ALTERNATIVE, image.file)]
    texts = (image.alt, image.alt_en)
    if any(len(text) > LONGEST_ALTERNATIVE for text in texts):
        return [Fault("image", TOO_LONG, str(LONGEST_ALTERNATIVE))]
    return [Fault("image", UNREADABLE, text[:60]) for text in texts if wording.unreadable(text)]


def _text_faults(content: QuestionContent) -> list[Fault]:
    found = []
    if not wording.key(content.stem):
        found.append(Fault("stem", MISSING))
    limits = [
        ("stem", content.stem, LONGEST_STEM),
        ("stem_en", content.stem_en, LONGEST_STEM),
        ("explanation", content.explanation, LONGEST_EXPLANATION),
        ("explanation_en", content.explanation_en, LONGEST_EXPLANATION),
        ("topic", content.topic, 64),
        *(("options", text, LONGEST_OPTION) for option in content.options for text in (option.text, option.text_en)),
        *(("accepted", text, LONGEST_ANSWER) for text in (*content.accepted, *content.accepted_en)),
    ]
    for field, text, longest in limits:
        if len(text) > longest:
            found.append(Fault(field, TOO_LONG, str(longest)))
        elif wording.unreadable(text):
            found.append(Fault(field, UNREADABLE, text[:60]))
    return found


def _key_faults(content: QuestionContent) -> list[Fault]:
    if content.kind == TRUE_FALSE:
        extra = [Fault("options", NOT_ALLOWED)] if content.options else []
        return extra + ([Fault("answer", NO_KEY)] if content.answer is None else [])
    if content.kind == FILL_IN:
        extra = [Fault("options", NOT_ALLOWED)] if content.options else []
        has_key = content.numeric is not None or any(wording.key(text) for text in content.accepted)
        return extra + ([] if has_key else [Fault("accepted", NO_KEY)])
    return _option_faults(content)


def _option_faults(content: QuestionContent) -> list[Fault]:
    found = []
    texts = [wording.fold(option.text) for option in content.options]
    if not OPTIONS_FROM <= len(texts) <= OPTIONS_TO:
        found.append(Fault("options", OPTION_COUNT, str(len(texts))))
    if not all(texts):
        found.append(Fault("options", MISSING))
    repeated = next((text for number, text in enumerate(texts) if text in texts[:number]), None)
    if repeated:
        found.append(Fault("options", OPTION_REPEATED, repeated[:60]))
    right = sum(option.is_right for option in content.options)
    if content.kind != ORDERING and right == 0:
        found.append(Fault("options", NO_KEY))
    if content.kind == SINGLE and right > 1:
        found.append(Fault("options", KEY_AMBIGUOUS, str(right)))
    return found
