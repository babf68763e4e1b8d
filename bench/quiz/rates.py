"""Papers through the actions, and the same papers as bare writes, in alternating rounds on the same database.

Each paper is started, one answer is saved, then the others in one batch, then it is submitted; every step is a session
and a transaction of its own, committed. A round does the same step for ``PAPERS`` papers before it goes on.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.measure import percentile
from bench.quiz.bare import Bare
from bench.quiz.filling import add_participants
from bench.quiz.site import QuizSite
from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.saving import save
from outreach.quiz.actions.starting import start
from outreach.quiz.models import Attempt
from outreach.quiz.rules import papers
from outreach.quiz.rules.receipts import SavedAnswer

T = TypeVar("T")
ROUNDS: Final = 16
PAPERS: Final = 20
STEPS: Final = ("start", "save one", "save the rest", "submit")
OURS, BARE = "ours", "bare"


@dataclass(slots=True)
class Rates:
    """Milliseconds of every call by (attempts stored, side, step)."""

    times: dict[tuple[int, str, str], list[float]] = field(default_factory=dict)

    def take(self, attempts: int, side: str, steps: Iterable[tuple[str, float]]) -> None:
        for step, milliseconds in steps:
            self.times.setdefault((attempts, side, step), []).append(milliseconds)

    def calm(self, attempts: int, side: str, step: str) -> float:
        """The tenth percentile of the calls: what a call takes when other work leaves the machine alone."""
        return percentile(self.times[attempts, side, step], 10)

    def share(self, attempts: int, step: str) -> float:
        """Our rate as a share of the rate of the bare writes."""
        return self.calm(attempts, BARE, step) / self.calm(attempts, OURS, step)

    def paper(self, attempts: int, side: str) -> float:
        """Milliseconds of a whole paper."""
        return sum(self.calm(attempts, side, step) for step in STEPS)


def compare(sites: Sequence[QuizSite]) -> Rates:
    """All rounds on all sites, the first of them not counted; who begins changes from round to round."""
    rates = Rates()
    for turn in range(ROUNDS + 1):
        for site in sites if turn % 2 else reversed(sites):
            sides = [(OURS, _our_papers), (BARE, _bare_papers)]
            for side, work in sides if turn % 2 else reversed(sides):
                site.settle()
                gc.collect()
                steps = list(work(site))
                if turn:
                    rates.take(site.attempts, side, steps)
    return rates


def _people(site: QuizSite) -> Sequence[int]:
    with Session(site.engine) as session:
        people = add_participants(session, site.filled, PAPERS)
        session.commit()
    return people


def _timed(name: str, act: Callable[[T], object], items: Sequence[T]) -> Iterator[tuple[str, float]]:
    for item in items:
        begun = time.perf_counter()
        act(item)
        yield name, (time.perf_counter() - begun) * 1000


def _bare_papers(site: QuizSite) -> Iterator[tuple[str, float]]:
    bare = Bare(site.engine, site.filled)
    made = [bare.paper(person, number) for number, person in enumerate(_people(site))]
    yield from _timed("start", bare.start, made)
    yield from _timed("save one", lambda paper: bare.save(paper, slice(0, 1)), made)
    yield from _timed("save the rest", lambda paper: bare.save(paper, slice(1, None)), made)
    yield from _timed("submit", bare.submit, made)
    bare.close()


def _our_papers(site: QuizSite) -> Iterator[tuple[str, float]]:
    contest, people = site.filled.contest_id, _people(site)

    def committed(act: Callable[..., object], *values: Any) -> None:
        with Session(site.engine) as session:
            act(session, *values)
            session.commit()

    yield from _timed("start", lambda person: committed(start, contest, person), people)
    made = _answered(site, people)
    yield from _timed("save one", lambda one: committed(save, *one[:2], one[2][:1]), made)
    yield from _timed("save the rest", lambda one: committed(save, *one[:2], one[2][1:]), made)
    yield from _timed("submit", lambda one: committed(submit, *one[:2]), made)


def _answered(site: QuizSite, people: Sequence[int]) -> list[tuple[str, int, list[SavedAnswer]]]:
    """What browsers would send: the papers' public ids, whose they are, and an answer to each question."""
    query = sa.select(Attempt.participant_id, Attempt.public_id, Attempt.seed, Attempt.paper)
    with Session(site.engine) as session:
        found = session.execute(
            query.where(Attempt.participant_id.in_(people), Attempt.contest_id == site.filled.contest_id)
        )
        return [
            (public_id, person, [_answer(seed, position, row) for position, row in enumerate(papers.from_rows(paper))])
            for person, public_id, seed, paper in found
        ]


def _answer(seed: str, position: int, question: papers.PaperQuestion) -> SavedAnswer:
    value = papers.option_id(seed, position, question.order[0]) if question.order else "五画"
    return SavedAnswer(position, 1, (value,))
