"""Forms of the question bank: filters, a question as typed, files; and the small forms of decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from outreach.core.audit.values import clean
from outreach.core.list_queries import parse_page, whole
from outreach.quiz.forms_admin import Sent
from outreach.quiz.models import QuestionKind
from outreach.quiz.queries.bank import BankQuery
from outreach.quiz.rules import questions
from outreach.quiz.rules.questions import Fault, Image, Numeric, Option, QuestionContent, Source

LONGEST_REASON: Final = 500
OPTION_ROWS: Final = questions.OPTIONS_TO
_SOURCE: Final = ("title", "title_en", "clause", "clause_en", "url", "read_on")


def words(args: Mapping[str, str], name: str, length: int = 100) -> str:
    """One line of text without signs that no database keeps."""
    return " ".join(clean(args.get(name, "")[: 4 * length], length).split())


def parse_reason(args: Mapping[str, str], name: str = "reason") -> str:
    """Why something is done; empty when nothing is said."""
    return clean(args.get(name, "").replace("\r\n", "\n").strip(), LONGEST_REASON)


def parse_bank_query(args: Mapping[str, str]) -> BankQuery:
    """Filters of the list; senseless ones are dropped."""
    kind, difficulty = args.get("kind", ""), whole(args.get("difficulty", "")) or 0
    return BankQuery(
        words=words(args, "words"),
        topic=words(args, "topic", 64),
        kind=QuestionKind(kind) if kind in set(QuestionKind) else None,
        difficulty=difficulty if difficulty in (1, 2, 3) else 0,
        is_retired=args.get("retired", "") == "1",
        page=parse_page(args),
    )


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """A question as typed: its code, the content that it makes, what the author says of it, and its faults."""

    code: str
    content: QuestionContent
    note: str
    faults: tuple[Fault, ...]
    values: Mapping[str, Any]


def parse_question(
    sent: Sent, *, code: str = "", image: Image | None = None, faults: Sequence[Fault] = ()
) -> QuestionForm:
    """Read the form. ``code``: the question's own, which stays; ``image``: its picture, ``faults``: of a sent one."""
    values = _typed(sent) | {"picture_kept": image.sha256 if image else ""}
    found: list[Fault] = list(faults)
    kind = values["kind"]
    has_options = kind in questions.WITH_OPTIONS
    content = QuestionContent(
        kind=kind,
        topic=" ".join(values["topic"].split()),
        difficulty=whole(values["difficulty"]) or 0,
        stem=values["stem"],
        stem_en=values["stem_en"],
        options=_options(values["options"], kind) if has_options else (),
        answer=_answer(values["answer"]) if kind == questions.TRUE_FALSE else None,
        accepted=_lines(values["accepted"]) if kind == questions.FILL_IN else (),
        accepted_en=_lines(values["accepted_en"]) if kind == questions.FILL_IN else (),
        numeric=_numeric(values, found) if kind == questions.FILL_IN else None,
        credit=values["credit"] or questions.ALL_OR_NOTHING,
        explanation=values["explanation"],
        explanation_en=values["explanation_en"],
        source=Source(**{name: values[f"source_{name}"] for name in _SOURCE}),
        image=_image(values, image),
        reviewed_on=values["reviewed_on"],
    )
    found += questions.faults(content)
    typed_code = code or "".join(values["code"].split())
    if not code and not typed_code:
        found.append(Fault("code", questions.MISSING))
    return QuestionForm(typed_code, content, parse_reason(sent, "note"), tuple(found), values)


def _typed(sent: Sent) -> dict[str, Any]:
    lengths = {"stem": 4000, "stem_en": 4000, "explanation": 8000, "explanation_en": 8000, "accepted": 4000}
    short = ("code", "kind", "topic", "difficulty", "credit", "answer", "reviewed_on")
    picture = ("image_alt", "image_alt_en", "picture_removed")
    names = [
        *lengths,
        *short,
        *picture,
        "accepted_en",
        "number",
        "tolerance",
        "unit",
        *(f"source_{name}" for name in _SOURCE),
    ]
    values: dict[str, Any] = {
        name: clean(sent.get(name, "").replace("\r\n", "\n").strip(), lengths.get(name, 1000)) for name in names
    }
    right = set(sent.getlist("right"))
    values["options"] = [
        {
            "text": clean(sent.get(f"option-{number}", "").strip(), 1000),
            "text_en": clean(sent.get(f"option-{number}-en", "").strip(), 1000),
            "is_right": str(number) in right,
        }
        for number in range(OPTION_ROWS)
    ]
    return values


def _options(rows: list[dict[str, Any]], kind: str) -> tuple[Option, ...]:
    filled = [row for row in rows if row["text"] or row["text_en"]]
    is_chosen = kind != questions.ORDERING
    return tuple(Option(row["text"], row["text_en"], is_chosen and row["is_right"]) for row in filled)


def _image(values: Mapping[str, Any], image: Image | None) -> Image | None:
    """The picture with its words; words without a picture are a fault, unless the picture was taken away."""
    words = {"alt": values["image_alt"], "alt_en": values["image_alt_en"]}
    if image is not None:
        return replace(image, **words)
    return Image("", **words) if any(words.values()) and not values["picture_removed"] else None


def _answer(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n") if line.strip())[:50]


def _numeric(values: Mapping[str, Any], found: list[Fault]) -> Numeric | None:
    if not values["number"]:
        return None
    try:
        value, tolerance = Decimal(values["number"]), Decimal(values["tolerance"] or "0")
        if not (value.is_finite() and tolerance.is_finite() and tolerance >= 0):
            raise InvalidOperation
    except InvalidOperation:
        found.append(Fault("number", questions.UNREADABLE, values["number"][:60]))
        return None
    return Numeric(value, tolerance, values["unit"])


def typed_of(code: str, content: QuestionContent) -> dict[str, Any]:
    """The values of the form for a question as it is."""
    numeric, image = content.numeric, content.image
    options = [{"text": one.text, "text_en": one.text_en, "is_right": one.is_right} for one in content.options]
    spare = [{"text": "", "text_en": "", "is_right": False}] * (OPTION_ROWS - len(options))
    return {
        "code": code,
        "kind": content.kind,
        "topic": content.topic,
        "difficulty": str(content.difficulty),
        "stem": content.stem,
        "stem_en": content.stem_en,
        "credit": content.credit,
        "answer": {True: "true", False: "false", None: ""}[content.answer],
        "accepted": "\n".join(content.accepted),
        "accepted_en": "\n".join(content.accepted_en),
        "number": str(numeric.value) if numeric else "",
        "tolerance": str(numeric.tolerance) if numeric else "",
        "unit": numeric.unit if numeric else "",
        "explanation": content.explanation,
        "explanation_en": content.explanation_en,
        "reviewed_on": content.reviewed_on,
        "image_alt": image.alt if image else "",
        "image_alt_en": image.alt_en if image else "",
        "picture_kept": image.sha256 if image else "",
        "picture_removed": "",
        "options": [*options, *spare],
        **{f"source_{name}": getattr(content.source, name) for name in _SOURCE},
    }


def blank_question() -> dict[str, Any]:
    """The values of the form for a new question."""
    return typed_of("", QuestionContent(questions.SINGLE, "", 1, ""))
