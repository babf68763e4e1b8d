"""From a paper, its seed and the stored answers to the marks of every question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from outreach.quiz.rules import marking, papers, questions
from outreach.quiz.rules.papers import PaperQuestion
from outreach.quiz.rules.questions import QuestionContent


@dataclass(frozen=True, slots=True)
class Key:
    """What a version is marked by: its own content or a corrected one. ``is_for_all``: everybody gets the points."""

    content: QuestionContent
    is_for_all: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """Centipoints of each question in the paper's order."""

    marks: tuple[int, ...]
    is_full: bool

    @property
    def total(self) -> int:
        return marking.total(self.marks)


def mark_paper(
    paper: Sequence[PaperQuestion], seed: str, keys: Mapping[int, Key], answers: Mapping[int, Sequence[str]]
) -> Marks:
    """Mark ``answers`` (values by position; a missing one is unanswered) against ``keys`` (by version id)."""
    marks = tuple(
        marking.centipoints(question.points, share(question, position, seed, keys[question.version_id], answers))
        for position, question in enumerate(paper)
    )
    return Marks(marks, marking.total(marks) == sum(marking.CENTIPOINTS * question.points for question in paper))


def share(
    question: PaperQuestion, position: int, seed: str, key: Key, answers: Mapping[int, Sequence[str]]
) -> Fraction:
    """The share of its points that the answer at ``position`` earns."""
    if key.is_for_all:
        return marking.WHOLE
    value = answers.get(position, ())
    if key.content.kind == questions.FILL_IN:
        return marking.share_of_text(key.content, value[0]) if value else marking.NOTHING
    chosen = chosen_indices(question, position, seed, value)
    return marking.NOTHING if chosen is None else marking.share_of_options(key.content, chosen)


def chosen_indices(question: PaperQuestion, position: int, seed: str, value: Sequence[str]) -> list[int] | None:
    """The options that an answer names, as indices of the content; None when it names one that is not there."""
    return papers.find_options(seed, position, question, value)


def is_wellformed(
    question: PaperQuestion, position: int, seed: str, content: QuestionContent, value: Sequence[str]
) -> bool:
    """Whether a value may be stored as the answer; an empty one takes the answer back."""
    if content.kind == questions.FILL_IN:
        return len(value) <= 1 and all(len(text) <= questions.LONGEST_ANSWER for text in value)
    if content.kind in (questions.SINGLE, questions.TRUE_FALSE) and len(value) > 1:
        return False
    return len(set(value)) == len(value) and chosen_indices(question, position, seed, value) is not None
