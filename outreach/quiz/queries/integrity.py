"""What organisers look at when something about an attempt is unusual, and the counts that are published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import (
    IS_VOID,
    Answer,
    Appeal,
    Attempt,
    AttemptState,
    IntegritySignal,
    Participant,
    RegradeChange,
    SignalState,
)
from outreach.quiz.queries.contents import marking_keys
from outreach.quiz.rules import grading, marking, papers, questions
from outreach.quiz.rules.grading import Key

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class IntegrityCounts:
    """What everybody may know: how many were looked at, confirmed, voided, appealed and granted.

    ``flagged`` and ``decided`` count papers, the first three their signals.
    """

    waiting: int
    cleared: int
    confirmed: int
    voided: int
    appeals: int
    appeals_open: int
    granted: int
    flagged: int
    decided: int


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One question of a paper with what was answered, for staff only."""

    position: int
    version_id: int
    stem: str
    answer: str
    right: str
    centipoints: int
    points: int
    is_saved: bool


def integrity_counts(session: Session, contest_id: int) -> IntegrityCounts:
    """The published counts."""
    by_state = sa.select(IntegritySignal.state, sa.func.count()).where(IntegritySignal.contest_id == contest_id)
    states = {row[0]: row[1] for row in session.execute(by_state.group_by(IntegritySignal.state))}
    appeals = (
        sa.select(sa.func.count(), _times(Appeal.decided_at.is_(None)), _times(Appeal.is_granted.is_(True)))
        .select_from(Appeal)
        .where(_is_appeal_in(contest_id))
    )
    made, waiting, granted = session.execute(appeals).one()
    flagged, decided = session.execute(_papers(contest_id)).one()
    return IntegrityCounts(
        states.get(SignalState.WAITING, 0),
        states.get(SignalState.CLEARED, 0),
        states.get(SignalState.CONFIRMED, 0),
        count_void(session, contest_id),
        made,
        waiting,
        granted,
        flagged,
        decided,
    )


def _is_appeal_in(contest_id: int) -> sa.ColumnElement[bool]:
    """Asked for each appeal: joined by the contest, SQLite would go through all of its papers to find a few appeals."""
    own = sa.select(Attempt.contest_id).where(Attempt.id == Appeal.attempt_id).correlate(Appeal)
    return own.scalar_subquery() == contest_id


def count_void(session: Session, contest_id: int) -> int:
    """How many results were taken out of the count."""
    query = sa.select(sa.func.count()).where(Attempt.contest_id == contest_id, IS_VOID)
    return session.scalars(query).one()


def _papers(contest_id: int) -> sa.Select[int, int]:
    """How many papers have a signal, and how many of them none that waits."""
    waiting = sa.func.sum(sa.case((IntegritySignal.state == SignalState.WAITING, 1), else_=0))
    papers = (
        sa.select(waiting.label("waiting"))
        .where(IntegritySignal.contest_id == contest_id)
        .group_by(IntegritySignal.attempt_id)
        .subquery()
    )
    return sa.select(sa.func.count(), _times(papers.c.waiting == 0)).select_from(papers)


def _times(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def list_signals(
    session: Session, contest_id: int, state: SignalState, *, page: int = 1
) -> Sequence[tuple[IntegritySignal, AttemptState]]:
    """Signals in a state, the heaviest first, each with what became of its attempt."""
    query = (
        sa.select(IntegritySignal, Attempt.state)
        .join(Attempt, Attempt.id == IntegritySignal.attempt_id)
        .where(IntegritySignal.contest_id == contest_id, IntegritySignal.state == state)
        .order_by(IntegritySignal.weight.desc(), IntegritySignal.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def count_waiting(session: Session) -> int:
    """Signals and appeals of all contests that nobody has decided on."""
    signals = sa.select(sa.func.count()).where(IntegritySignal.state == SignalState.WAITING)
    appeals = sa.select(sa.func.count()).where(Appeal.decided_at.is_(None))
    return session.scalars(signals).one() + session.scalars(appeals).one()


def list_appeals(session: Session, contest_id: int) -> Sequence[tuple[Appeal, Attempt]]:
    """Appeals of the contest, the undecided and oldest first."""
    query = (
        sa.select(Appeal, Attempt)
        .join(Attempt, Attempt.id == Appeal.attempt_id)
        .where(_is_appeal_in(contest_id))
        .order_by(Appeal.decided_at.is_not(None), Appeal.id)
        .limit(500)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def find_appeal(session: Session, contest_id: int, appeal_id: int) -> tuple[Appeal, Attempt] | None:
    """One appeal of the contest."""
    query = sa.select(Appeal, Attempt).join(Attempt, Attempt.id == Appeal.attempt_id)
    row = session.execute(query.where(Appeal.id == appeal_id, Attempt.contest_id == contest_id)).one_or_none()
    return (row[0], row[1]) if row else None


def find_attempt(session: Session, contest_id: int, attempt_id: int) -> tuple[Attempt, Participant] | None:
    """One attempt of the contest and whose it is."""
    query = sa.select(Attempt, Participant).join(Participant, Participant.id == Attempt.participant_id)
    row = session.execute(query.where(Attempt.id == attempt_id, Attempt.contest_id == contest_id)).one_or_none()
    return (row[0], row[1]) if row else None


def list_attempt_signals(session: Session, attempt_id: int) -> Sequence[IntegritySignal]:
    query = sa.select(IntegritySignal).where(IntegritySignal.attempt_id == attempt_id)
    return session.scalars(query.order_by(IntegritySignal.weight.desc())).all()


def list_regrades(session: Session, attempt_id: int) -> Sequence[RegradeChange]:
    query = sa.select(RegradeChange).where(RegradeChange.attempt_id == attempt_id)
    return session.scalars(query.order_by(RegradeChange.at)).all()


def answer_lines(session: Session, attempt: Attempt) -> list[AnswerLine]:
    """The paper as it was answered, with the key that counts now."""
    paper = papers.from_rows(attempt.paper)
    keys = marking_keys(session, [question.version_id for question in paper])
    query = sa.select(Answer.position, Answer.value).where(Answer.attempt_id == attempt.id)
    given = {row.position: list(row.value) for row in session.execute(query)}
    marks = list(attempt.marks or [0] * len(paper))
    lines = []
    for position, question in enumerate(paper):
        key, value = keys[question.version_id], given.get(position, [])
        chosen = None if not value else grading.chosen_indices(question, position, attempt.seed, value)
        answer = answer_words(key, chosen) if chosen is not None else "".join(map(str, value))
        figures = (marks[position], question.points, position in given)
        lines.append(AnswerLine(position, question.version_id, key.content.stem, answer, right_words(key), *figures))
    return lines


def answer_words(key: Key, chosen: Sequence[int]) -> str:
    """Chosen options as letters in the content's order; for ordering questions in the order that was given."""
    if key.content.kind == questions.TRUE_FALSE:
        return "／".join("√" if index == marking.TRUE_INDEX else "×" for index in chosen)
    is_sequence = key.content.kind == questions.ORDERING
    return "".join(chr(ord("A") + index) for index in (chosen if is_sequence else sorted(chosen)))


def right_words(key: Key) -> str:
    """The right answer in the same spelling."""
    content = key.content
    if content.kind == questions.FILL_IN:
        return "／".join(content.accepted) or (str(content.numeric.value) if content.numeric else "")
    if content.kind == questions.ORDERING:
        return answer_words(key, range(len(content.options)))
    return answer_words(key, sorted(marking.right_indices(content)))
