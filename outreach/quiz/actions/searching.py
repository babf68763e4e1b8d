"""The search for signals: every paper that counts is looked at, in steps of one transaction each.

A search that is begun anew finds the same and adds only what is not in the queue yet, so it may end anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain, groupby
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions.scores import COUNTED
from outreach.quiz.models import Answer, Attempt, IntegritySignal, Participant, SignalState
from outreach.quiz.moments import database_now
from outreach.quiz.rules import grading, papers, signals, tokens
from outreach.quiz.rules.signals import AttemptTrace, Fingerprints, Signal, Wrong
from outreach.quiz.writing import insert

#: Papers of one step.
STEP: Final = 2000


class SignalSearch:
    """One search through a contest; ``last_id``: the newest paper looked at, ``found``: new signals so far."""

    def __init__(self, contest_id: int, *, size: int = STEP) -> None:
        self.contest_id = contest_id
        self.last_id = 0
        self.found = 0
        self.is_done = False
        self._size = size
        self._prints = Fingerprints()
        self._groups: list[list[int]] | None = None

    def step(self, session: Session) -> None:
        """The next papers; after the last of them those that answered alike, and devices that many share.

        The caller commits, and calls until ``is_done``.
        """
        if self._groups is None:
            self._look_at_papers(session)
        elif self._groups:
            self._compare(session, self._next_groups())
        else:
            self._keep(session, _of_devices(session, self.contest_id))
            self.is_done = True

    def _look_at_papers(self, session: Session) -> None:
        query = _papers(self.contest_id).where(Attempt.id > self.last_id).order_by(Attempt.id).limit(self._size)
        traces = _traces(session, query)
        for trace in traces:
            self._prints.add(trace)
        self._keep(session, [signal for trace in traces if (signal := signals.too_fast(trace)) is not None])
        if traces:
            self.last_id = traces[-1].attempt_id
        if len(traces) < self._size:
            self._groups = list(self._prints.groups())

    def _next_groups(self) -> list[list[int]]:
        """Groups of about one step's papers together; a larger one is a step of its own."""
        taken: list[list[int]] = []
        while self._groups and (not taken or sum(map(len, taken)) + len(self._groups[-1]) <= self._size):
            taken.append(self._groups.pop())
        return taken

    def _compare(self, session: Session, groups: Sequence[Sequence[int]]) -> None:
        """Equal fingerprints only say what to look at; what is compared are the answers."""
        ids, query = list(chain.from_iterable(groups)), _papers(self.contest_id)
        parts = [ids[first : first + self._size] for first in range(0, len(ids), self._size)]
        found = [trace for part in parts for trace in _traces(session, query.where(Attempt.id.in_(part)))]
        alike = groupby(sorted(found, key=_order), key=_order)
        self._keep(session, chain.from_iterable(signals.same_answers(list(group)) for _wrong, group in alike))

    def _keep(self, session: Session, found: Iterable[Signal]) -> None:
        now = database_now(session)
        self.found += sum(_is_new(session, self.contest_id, signal, now) for signal in found)


def _order(trace: AttemptTrace) -> list[tuple[int, tuple[str, ...]]]:
    return sorted(trace.wrong)


def _is_new(session: Session, contest_id: int, signal: Signal, now: datetime) -> bool:
    statement = insert(session, IntegritySignal).values(
        contest_id=contest_id,
        attempt_id=signal.attempt_id,
        kind=signal.kind,
        weight=signal.weight,
        details=signal.details,
        state=SignalState.WAITING,
        found_at=now,
        note="",
        decided_by="",
    )
    return session.scalar(statement.on_conflict_do_nothing().returning(IntegritySignal.id)) is not None


def _papers(contest_id: int) -> sa.Select[Any]:
    """Papers that count, with what a trace needs."""
    columns = (Attempt.id, Attempt.participant_id, Attempt.paper, Attempt.seed, Attempt.marks, Attempt.elapsed_ms)
    return (
        sa.select(*columns, Participant.network_hash)
        .join(Participant, Participant.id == Attempt.participant_id)
        .where(Attempt.contest_id == contest_id, Attempt.state.in_(COUNTED))
    )


def _traces(session: Session, query: sa.Select[Any]) -> list[AttemptTrace]:
    rows = session.execute(query).all()
    wrong = _wrong_answers(session, rows)
    return [
        AttemptTrace(
            row.id,
            row.participant_id,
            len(row.paper),
            row.elapsed_ms or 0,
            tokens.neighbourhood_of(row.network_hash),
            wrong.get(row.id, frozenset()),
        )
        for row in rows
    ]


def _wrong_answers(session: Session, rows: Sequence[Any]) -> dict[int, Wrong]:
    """For each attempt its answers that earned nothing, in terms of the content instead of the attempt's own ids."""
    by_id = {row.id: (row, papers.from_rows(row.paper)) for row in rows}
    given: dict[int, set[tuple[int, tuple[str, ...]]]] = {}
    query = sa.select(Answer.attempt_id, Answer.position, Answer.value).where(Answer.attempt_id.in_(by_id))
    for attempt_id, position, value in session.execute(query):
        row, paper = by_id[attempt_id]
        if not value or (row.marks or [])[position]:
            continue
        question = paper[position]
        chosen = grading.chosen_indices(question, position, row.seed, value)
        named = tuple(value) if chosen is None else tuple(str(index) for index in sorted(chosen))
        given.setdefault(attempt_id, set()).add((question.version_id, named))
    return {attempt_id: frozenset(found) for attempt_id, found in given.items()}


def _of_devices(session: Session, contest_id: int) -> list[Signal]:
    """Papers of participants whose device and network many share."""
    device = (Participant.device_hash, Participant.network_hash)
    people = sa.func.count().label("people")
    shared = (
        sa.select(*device, people)
        .where(Participant.contest_id == contest_id, Participant.device_hash != "")
        .group_by(*device)
        .having(people >= signals.SHARED_FROM)
        .subquery()
    )
    query = (
        sa.select(Attempt.id, shared.c.people)
        .join(Participant, Participant.id == Attempt.participant_id)
        .join(
            shared,
            sa.and_(shared.c.device_hash == Participant.device_hash, shared.c.network_hash == Participant.network_hash),
        )
        .where(Attempt.contest_id == contest_id, Participant.contest_id == contest_id, Attempt.state.in_(COUNTED))
        .order_by(Attempt.id)
    )
    found = (signals.shared_device(attempt_id, count) for attempt_id, count in session.execute(query))
    return [signal for signal in found if signal is not None]
