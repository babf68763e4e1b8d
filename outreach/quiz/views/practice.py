"""Practice with explanations and sources: one question a page, checked by a GET form; boxes stay in the browser."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import abort, json, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.core.db import db
from outreach.core.i18n import pick
from outreach.core.search.text import clean
from outreach.quiz.blueprint import blueprint
from outreach.quiz.queries.practice import PracticeBank, find_question, practice_bank
from outreach.quiz.rules import marking, questions
from outreach.quiz.rules.questions import QuestionContent
from outreach.quiz.views.frame import public
from outreach.quiz.views.paper_questions import option_text
from outreach.quiz.views.results import right_answer
from outreach.quiz.wording_web import DIFFICULTIES, KIND_HINTS, KINDS, topic_name


@dataclass(frozen=True, slots=True)
class Practised:
    """What the address asks: a question, and the answer to be checked."""

    code: str
    topic: str
    chosen: tuple[int, ...]
    text: str
    is_checked: bool


@blueprint.get("/quiz/practice")
@public
def practice() -> ResponseReturnValue:
    """A question; with an answer in the address also whether it is right, and why."""
    bank = practice_bank(db.session)
    asked = _asked(bank)
    if asked.code and asked.code not in bank.versions:
        abort(404)
    codes = bank.codes(asked.topic)
    code = asked.code or (codes[0] if codes else "")
    content = find_question(db.session, bank.versions[code]) if code else None
    return render_template(
        "quiz/practice.html",
        bank=bank,
        asked=asked,
        code=code,
        content=content,
        topics=[(topic, topic_name(topic), len(found)) for topic, found in bank.topics.items()],
        options=_options(content, code) if content else [],
        kind=KINDS[content.kind] if content else "",
        hint=KIND_HINTS[content.kind] if content else "",
        difficulty=DIFFICULTIES[content.difficulty] if content else "",
        topic_of=topic_name(content.topic) if content else "",
        is_right=_is_right(content, asked) if content and asked.is_checked else False,
        right=right_answer(content) if content and asked.is_checked else (),
        next_href=url_for("quiz.practice", topic=asked.topic or None, q=_next(codes, code)) if codes else "",
        number=codes.index(code) + 1 if code in codes else 1,
        total=len(codes),
        pick=pick,
    )


@blueprint.get("/quiz/practice.json")
@public
def practice_codes() -> ResponseReturnValue:
    """The codes of the questions by topic, for the boxes in the browser."""
    bank = practice_bank(db.session)
    return make_response(json.dumps({"topics": bank.topics}), {"Content-Type": "application/json"})


def _asked(bank: PracticeBank) -> Practised:
    topic = request.args.get("topic", "")
    values = [text for text in request.args.getlist("a")[: questions.OPTIONS_TO] if text]
    numbers = tuple(int(text) for text in values if text in _DIGITS)
    return Practised(
        code=clean(request.args.get("q", ""), 64),
        topic=topic if topic in bank.topics else "",
        chosen=tuple(dict.fromkeys(numbers)),
        text=clean(request.args.get("text", ""), questions.LONGEST_ANSWER),
        is_checked=request.args.get("check") == "1",
    )


def _options(content: QuestionContent, code: str) -> list[tuple[int, str]]:
    """Options in an order of their own: always the same for a question, and not the one that tells the key."""
    if content.kind == questions.TRUE_FALSE:
        return [(index, option_text(content, index)) for index in range(2)]

    def place(index: int) -> bytes:
        return hashlib.sha256(f"{code}:{index}".encode()).digest()

    return [(index, option_text(content, index)) for index in sorted(range(len(content.options)), key=place)]


def _is_right(content: QuestionContent, asked: Practised) -> bool:
    if content.kind == questions.FILL_IN:
        return marking.share_of_text(content, asked.text) == marking.WHOLE
    if any(index >= marking.option_count(content) for index in asked.chosen):
        return False
    return marking.share_of_options(content, asked.chosen) == marking.WHOLE


def _next(codes: object, code: str) -> str:
    found = list(codes) if isinstance(codes, (list, tuple)) else []
    return found[(found.index(code) + 1) % len(found)] if code in found else (found[0] if found else "")


_DIGITS = frozenset(str(number) for number in range(questions.OPTIONS_TO))
