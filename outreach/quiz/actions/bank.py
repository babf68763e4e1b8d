"""The question bank: content becomes versions. Editing makes a new version; nothing that was asked ever changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions import pictures
from outreach.quiz.models import Question, QuestionKind, QuestionVersion
from outreach.quiz.moments import database_now, moment
from outreach.quiz.queries.pictures import missing
from outreach.quiz.rules import questions
from outreach.quiz.rules.questions import Fault, QuestionContent


class BankOutcome(StrEnum):
    """What became of one question."""

    ADDED = "added"
    NEW_VERSION = "new-version"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class CodedQuestion:
    """A question under its code; ``place``: where it stands in its file, for reports."""

    code: str
    content: QuestionContent
    place: str = ""


@dataclass(frozen=True, slots=True)
class PlacedFault:
    """A fault of one question of a batch."""

    place: str
    code: str
    fault: Fault


class BankInvalid(Exception):
    """The batch has faults; nothing was written."""

    def __init__(self, faults: Iterable[PlacedFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{f.place} {f.code} {f.fault.field} {f.fault.code}" for f in self.faults))


@dataclass(frozen=True, slots=True)
class BankReport:
    """How many of each outcome, and what became of each code."""

    outcomes: Counter[BankOutcome] = field(default_factory=Counter)
    by_code: dict[str, BankOutcome] = field(default_factory=dict)

    @property
    def has_changes(self) -> bool:
        return bool(self.outcomes[BankOutcome.ADDED] or self.outcomes[BankOutcome.NEW_VERSION])


#: Codes of faults that only show in company.
CODE_REPEATED = "code-repeated"
CODE_MALFORMED = "code-malformed"
DUPLICATE = "duplicate"


def save_questions(session: Session, batch: Sequence[CodedQuestion], *, author: str = "") -> BankReport:
    """Write a batch: all of it, or nothing and ``BankInvalid`` with every fault of every question."""
    newest = newest_versions(session)
    faults = [*batch_faults(batch, newest), *picture_faults(session, batch)]
    if faults:
        raise BankInvalid(faults)
    report = BankReport()
    for item in batch:
        outcome = _save(session, item, newest.get(item.code), author)
        report.outcomes[outcome] += 1
        report.by_code[item.code] = outcome
    pictures.keep(session, {item.content.image.sha256 for item in batch if item.content.image})
    session.flush()
    return report


def newest_versions(session: Session) -> dict[str, QuestionVersion]:
    """The newest version of every question that is not retired, by code."""
    last = sa.select(sa.func.max(QuestionVersion.id)).group_by(QuestionVersion.question_id)
    query = (
        sa.select(Question.code, QuestionVersion)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(last), Question.retired_at.is_(None))
        .order_by(Question.code)
    )
    return {code: version for code, version in session.execute(query)}  # noqa: C416  # rows are no pairs to mypy


def batch_faults(batch: Sequence[CodedQuestion], newest: dict[str, QuestionVersion]) -> Iterable[PlacedFault]:
    """Faults of the questions themselves, repeated codes, and the same question under two codes."""
    codes = Counter(item.code for item in batch)
    texts = {version.text_hash: code for code, version in newest.items() if code not in codes}
    for item in batch:
        yield from (PlacedFault(item.place, item.code, fault) for fault in questions.faults(item.content))
        if codes[item.code] > 1:
            yield PlacedFault(item.place, item.code, Fault("code", CODE_REPEATED, item.code))
        if (
            not item.code
            or len(item.code) > 64
            or not item.code.isascii()
            or not item.code.isprintable()
            or "/" in item.code
        ):
            yield PlacedFault(item.place, item.code, Fault("code", CODE_MALFORMED, item.code[:60]))
        twin = texts.setdefault(item.content.text_hash, item.code)
        if twin != item.code:
            yield PlacedFault(item.place, item.code, Fault("stem", DUPLICATE, twin))


def picture_faults(session: Session, batch: Sequence[CodedQuestion]) -> Iterable[PlacedFault]:
    """Pictures that are not stored (any more)."""
    images = [(item, item.content.image) for item in batch if item.content.image is not None]
    gone = missing(session, {image.sha256 for _item, image in images})
    for item, image in images:
        if image.sha256 in gone:
            yield PlacedFault(item.place, item.code, Fault("image", questions.NO_PICTURE, image.file))


def _save(session: Session, item: CodedQuestion, newest: QuestionVersion | None, author: str) -> BankOutcome:
    if newest is not None and newest.content_hash == item.content.content_hash:
        return BankOutcome.UNCHANGED
    question_id = newest.question_id if newest is not None else _question_id(session, item.code)
    last = sa.select(sa.func.coalesce(sa.func.max(QuestionVersion.number), 0))
    number = session.scalars(last.where(QuestionVersion.question_id == question_id)).one() + 1
    session.add(
        QuestionVersion(
            question_id=question_id,
            number=number,
            kind=QuestionKind(item.content.kind),
            topic=item.content.topic,
            difficulty=item.content.difficulty,
            content=item.content.as_dict(),
            text_hash=item.content.text_hash,
            content_hash=item.content.content_hash,
            created_at=database_now(session),
            created_by=author,
        )
    )
    return BankOutcome.NEW_VERSION if number > 1 else BankOutcome.ADDED


def _question_id(session: Session, code: str) -> int:
    """The question of this code, brought back when it was retired."""
    question = session.scalar(sa.select(Question).where(Question.code == code))
    if question is None:
        question = Question(code=code)
        session.add(question)
    question.retired_at = None
    session.flush()
    return question.id


def retire(session: Session, code: str) -> bool:
    """Draw a question no more; papers and pools that hold it keep it. False when there is none to retire."""
    statement = sa.update(Question).where(Question.code == code, Question.retired_at.is_(None))
    return session.execute(statement.values(retired_at=moment())).rowcount == 1  # type: ignore[attr-defined,no-any-return]  # an UPDATE's result has it
