"""``content/quiz/questions/*.toml`` read into questions. Every fault is found at once, with file and code."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from outreach.quiz.actions import pictures
from outreach.quiz.actions.bank import BankInvalid, BankReport, CodedQuestion, PlacedFault, save_questions
from outreach.quiz.rules import questions
from outreach.quiz.rules.questions import Fault, Image, Numeric, Option, QuestionContent, Source

FOLDER: Final = Path(__file__).parents[3] / "content" / "quiz" / "questions"
#: Beside the folder of the questions: what their ``image.file`` names.
PICTURES: Final = "pictures"
#: What a question of a content file may say.
_TEXTS: Final = ("kind", "topic", "stem", "stem_en", "credit", "explanation", "explanation_en")
_KNOWN: Final = frozenset(
    {*_TEXTS, "code", "difficulty", "options", "answer", "accepted", "accepted_en", "numeric", "source", "reviewed_on"}
    | {"image"}
)


def load_questions(session: Session, folder: Path = FOLDER, *, author: str = "content") -> BankReport:
    """Bring the bank up to the content files; unchanged questions stay as they are. Raises ``BankInvalid``."""
    batch: list[CodedQuestion] = []
    faults: list[PlacedFault] = []
    for path in sorted(folder.glob("*.toml")):
        for item in read_file(path):
            read = _with_picture(session, item, folder) if isinstance(item, CodedQuestion) else item
            (batch if isinstance(read, CodedQuestion) else faults).append(read)  # type: ignore[arg-type]  # by its type
    if faults:
        raise BankInvalid(faults)
    return save_questions(session, batch, author=author)


def _with_picture(session: Session, item: CodedQuestion, folder: Path) -> CodedQuestion | PlacedFault:
    image = item.content.image
    if image is None or not image.file:
        return item
    try:
        content = (folder.parent / PICTURES / Path(image.file).name).read_bytes()
        kept = pictures.take_in_own(session, image.file, content)
    except (OSError, pictures.PictureRefused):
        return PlacedFault(item.place, item.code, Fault("image", questions.NO_PICTURE, image.file))
    return replace(item, content=replace(item.content, image=replace(kept, alt=image.alt, alt_en=image.alt_en)))


def read_file(path: Path) -> Iterator[CodedQuestion | PlacedFault]:
    """The questions of one file; what cannot be read is a fault with its place."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        yield PlacedFault(path.name, "", Fault("file", questions.UNREADABLE, str(error)[:200]))
        return
    rows = document.get("questions") or document.get("question") or []
    for number, values in enumerate(rows, start=1):
        code = str(values.get("code", ""))
        place = f"{path.name}#{number}"
        unknown = sorted(set(values) - _KNOWN)
        yield from (PlacedFault(place, code, Fault(name, questions.UNKNOWN)) for name in unknown)
        try:
            yield CodedQuestion(code, question_from(values), place)
        except (TypeError, ValueError, KeyError, InvalidOperation) as error:
            yield PlacedFault(place, code, Fault("question", questions.UNREADABLE, str(error)[:200]))


def question_from(values: Mapping[str, Any]) -> QuestionContent:
    """A question as content files write it. Raises ``ValueError``, ``TypeError`` or ``KeyError`` for wrong types."""
    texts = {name: _text(values, name) for name in _TEXTS if name in values}
    return QuestionContent(
        **{"credit": questions.ALL_OR_NOTHING, **texts},
        difficulty=int(values["difficulty"]),
        options=tuple(_option(option) for option in values.get("options", ())),
        answer=_answer(values.get("answer")),
        accepted=tuple(str(text) for text in values.get("accepted", ())),
        accepted_en=tuple(str(text) for text in values.get("accepted_en", ())),
        numeric=_numeric(values.get("numeric")),
        source=Source(**{name: str(value) for name, value in values.get("source", {}).items()}),
        image=Image(**values["image"]) if values.get("image") else None,
        reviewed_on=str(values.get("reviewed_on", "")),
    )


def _text(values: Mapping[str, Any], name: str) -> str:
    if not isinstance(values[name], str):
        raise TypeError(f"{name} is no text")
    return str(values[name]).strip()


def _option(values: Mapping[str, Any]) -> Option:
    known = {"text": _text(values, "text"), "text_en": str(values.get("text_en", "")).strip()}
    if set(values) - {"text", "text_en", "right"}:
        raise ValueError(f"option has {sorted(values)}")
    return Option(**known, is_right=values.get("right") is True)


def _answer(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise TypeError("answer is neither true nor false")


def _numeric(values: Mapping[str, Any] | None) -> Numeric | None:
    if not values:
        return None
    value, tolerance = Decimal(str(values["value"])), Decimal(str(values.get("tolerance", 0)))
    if not (value.is_finite() and tolerance.is_finite() and tolerance >= 0):
        raise ValueError("numeric")
    return Numeric(value, tolerance, str(values.get("unit", "")))
