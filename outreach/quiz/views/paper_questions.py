"""A paper's questions as a page shows them: never with anything of the key in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from outreach.core.i18n import pick
from outreach.quiz.models import Answer, Attempt
from outreach.quiz.queries.contents import list_blobs
from outreach.quiz.rules import papers, questions
from outreach.quiz.rules.papers import PaperQuestion
from outreach.quiz.rules.questions import QuestionContent
from outreach.quiz.wording_web import KIND_HINTS, KINDS, TRUE_FALSE_WORDS

_CHINESE: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class ShownOption:
    """An option under its name in this attempt."""

    id: str
    text: str
    is_chosen: bool

    @property
    def is_chinese(self) -> bool:
        return bool(_CHINESE.search(self.text))


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question of a paper with what was answered so far."""

    position: int
    kind: str
    kind_name: str
    hint: str
    stem: str
    points: int
    is_shared: bool
    options: tuple[ShownOption, ...]
    value: tuple[str, ...]
    sequence: int
    unit: str
    image: questions.Image | None

    @property
    def number(self) -> int:
        return self.position + 1


def shown_questions(session: Session, attempt: Attempt, answers: Mapping[int, Answer]) -> Sequence[ShownQuestion]:
    """All questions in the paper's order."""
    paper = papers.from_rows(attempt.paper)
    blobs = list_blobs(session, [question.version_id for question in paper])
    return [
        _shown(question, position, attempt.seed, blobs[question.version_id].content, answers.get(position))
        for position, question in enumerate(paper)
    ]


def _shown(
    question: PaperQuestion, position: int, seed: str, content: QuestionContent, answer: Answer | None
) -> ShownQuestion:
    value = tuple(answer.value) if answer else ()
    return ShownQuestion(
        position=position,
        kind=content.kind,
        kind_name=str(KINDS[content.kind]),
        hint=str(KIND_HINTS[content.kind]),
        stem=pick(content.stem, content.stem_en),
        points=question.points,
        is_shared=content.credit == questions.SHARE,
        options=tuple(
            ShownOption(name, option_text(content, index), name in value)
            for name, index in papers.option_ids(seed, position, question).items()
        ),
        value=value,
        sequence=answer.sequence if answer else 0,
        unit=content.numeric.unit if content.kind == questions.FILL_IN and content.numeric else "",
        image=content.image,
    )


def option_text(content: QuestionContent, index: int) -> str:
    """The words of an option; true and false have their own."""
    if content.kind == questions.TRUE_FALSE:
        return str(TRUE_FALSE_WORDS[index])
    option = content.options[index]
    return pick(option.text, option.text_en)
