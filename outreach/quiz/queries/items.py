"""Item analysis of a contest from the stored answers, attempt by attempt in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import Answer, Attempt, Question, QuestionVersion
from outreach.quiz.queries.contents import marking_keys
from outreach.quiz.queries.counted import COUNTED
from outreach.quiz.rules import grading, items, marking, papers, questions
from outreach.quiz.rules.items import Tally

BATCH: Final = 500


def tally_contest(
    session: Session, contest_id: int, on_batch: Callable[[int], None] = lambda _done: None
) -> dict[int, Tally]:
    """Sums by version id over every attempt that counts."""
    tallies: dict[int, Tally] = {}
    done = 0
    for batch in _batches(session, contest_id):
        given = _answers(session, [row.id for row in batch])
        for row in batch:
            _add(tallies, row, given.get(row.id, {}))
        done += len(batch)
        on_batch(done)
    return tallies


def _batches(session: Session, contest_id: int) -> Iterator[Sequence[Any]]:
    last = 0
    while True:
        query = (
            sa.select(Attempt.id, Attempt.seed, Attempt.paper, Attempt.marks)
            .where(Attempt.contest_id == contest_id, Attempt.id > last, Attempt.state.in_(COUNTED))
            .order_by(Attempt.id)
            .limit(BATCH)
        )
        batch = session.execute(query).all()
        if not batch:
            return
        yield batch
        last = batch[-1].id


def _answers(session: Session, attempt_ids: list[int]) -> dict[int, dict[int, list[str]]]:
    found: dict[int, dict[int, list[str]]] = {}
    query = sa.select(Answer.attempt_id, Answer.position, Answer.value).where(Answer.attempt_id.in_(attempt_ids))
    for attempt_id, position, value in session.execute(query):
        if value:
            found.setdefault(attempt_id, {})[position] = list(value)
    return found


def _add(tallies: dict[int, Tally], row: Any, given: dict[int, list[str]]) -> None:
    paper, marks = papers.from_rows(row.paper), list(row.marks or [])
    points = [question.points for question in paper]
    for position, question in enumerate(paper):
        value = given.get(position)
        chosen = None if value is None else grading.chosen_indices(question, position, row.seed, value) or ()
        share = marks[position] / (100 * question.points)
        rest = items.rest_share(marks, points, position)
        tallies.setdefault(question.version_id, Tally()).add(share, rest, chosen)


def item_rows(session: Session, tallies: dict[int, Tally]) -> list[dict[str, Any]]:
    """Lines of the analysis as JSON knows them, the weakest questions first."""
    keys = marking_keys(session, tallies)
    query = (
        sa.select(QuestionVersion.id, QuestionVersion.number, QuestionVersion.topic, Question.code)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(list(tallies)))
    )
    rows = [_line(row, tallies[row.id], keys[row.id]) for row in session.execute(query)]
    return sorted(rows, key=lambda row: (row["discrimination"] is None, row["discrimination"] or 0.0, row["code"]))


def _line(row: Any, tally: Tally, key: grading.Key) -> dict[str, Any]:
    content = key.content
    count = marking.option_count(content)
    is_choice = content.kind in (questions.SINGLE, questions.MULTIPLE, questions.TRUE_FALSE)
    right = frozenset(marking.right_indices(content)) if is_choice else frozenset()
    power = tally.discrimination
    return {
        "version_id": row.id,
        "code": row.code,
        "number": row.number,
        "topic": row.topic,
        "kind": content.kind,
        "stem": content.stem,
        "count": tally.count,
        "unanswered": tally.unanswered,
        "p_value": None if tally.p_value is None else round(tally.p_value, 4),
        "discrimination": None if power is None else round(power, 4),
        "flags": items.flags(tally, count, right, is_choice=is_choice),
        "options": _option_lines(tally, content, right) if is_choice else [],
    }


def _option_lines(tally: Tally, content: questions.QuestionContent, right: frozenset[int]) -> list[dict[str, Any]]:
    texts = [option.text for option in content.options] or ["√", "×"]
    lines = []
    for index, text in enumerate(texts):
        option = tally.options.get(index, items.OptionTally())
        mean = option.mean_rest
        share = option.count / tally.count if tally.count else 0.0
        figures = {"share": round(share, 4), "mean_rest": None if mean is None else round(mean, 4)}
        lines.append({"text": text, "is_right": index in right, "count": option.count, **figures})
    return lines
