"""Nothing is lost: eight promises about every contest, checked against the raw rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import (
    Answer,
    Attempt,
    AttemptState,
    Contest,
    ContestRound,
    DrawEntrant,
    DrawRecord,
    DrawWinner,
    Participant,
    PoolEntry,
    RegradeChange,
)
from outreach.quiz.moments import millis_between
from outreach.quiz.queries.contents import marking_keys
from outreach.quiz.queries.recount import recount
from outreach.quiz.rules import draw, grading, papers
from outreach.quiz.rules.deadlines import GRACE

#: Breaches of one promise that are listed.
LISTED: Final = 20
#: Attempts marked again in one piece.
PIECE: Final = 1000
GRACE_MS: Final = int(GRACE.total_seconds() * 1000)
#: How far a later restore or a pause may move a moment against the round's end is in ``paused_ms``.
_CLOSED: Final = (AttemptState.SUBMITTED, AttemptState.EXPIRED, AttemptState.VOID)


@dataclass(frozen=True, slots=True)
class Breach:
    """One row that breaks a promise."""

    promise: int
    what: str
    key: str


def verify(session: Session, contest: Contest, acknowledged: Iterable[str] = ()) -> list[Breach]:
    """Every breach. ``acknowledged``: public ids of attempts whose submission was confirmed to somebody."""
    found = list(_acknowledged(session, contest, acknowledged))
    for check in CHECKS:
        found += check(session, contest)
    return found


def _acknowledged(session: Session, contest: Contest, public_ids: Iterable[str]) -> Iterator[Breach]:
    """1: whatever was acknowledged is stored as submitted (or was voided later, or ran out at the same moment)."""
    wanted = sorted(set(public_ids))
    for start in range(0, len(wanted), PIECE):
        piece = wanted[start : start + PIECE]
        query = sa.select(Attempt.public_id).where(
            Attempt.contest_id == contest.id, Attempt.public_id.in_(piece), Attempt.state.in_(_CLOSED)
        )
        stored = set(session.scalars(query))
        yield from (Breach(1, "acknowledged-but-not-stored", one) for one in piece if one not in stored)


def _closed_whole(session: Session, contest: Contest) -> Iterator[Breach]:
    """1: a closed attempt has everything that closing writes, and an open one has none of it."""
    missing = sa.or_(Attempt.submitted_at.is_(None), Attempt.marks.is_(None), Attempt.rank_ms.is_(None))
    half = sa.and_(Attempt.state == AttemptState.OPEN, sa.or_(Attempt.marks.is_not(None), Attempt.is_full))
    condition = sa.or_(sa.and_(Attempt.state.in_(_CLOSED), missing), half)
    yield from _attempts(session, contest, condition, 1, "half-closed")


def _counts(session: Session, contest: Contest) -> Iterator[Breach]:
    """2: counts of counties and units, the histogram and best scores are the recount."""
    result = recount(session, contest)
    if result.is_pending:
        yield Breach(2, "deltas-not-folded", contest.slug)
        return
    for one in result.differences:
        yield Breach(2, f"{one.what}: {one.stored} ≠ {one.recounted}", one.key)


def _limits(session: Session, contest: Contest) -> Iterator[Breach]:
    """3: nobody has more attempts than allowed, in all or on a day, or two open ones."""
    limits = {"total": (Attempt.participant_id,), "day": (Attempt.participant_id, Attempt.day)}
    extra = sa.func.max(Participant.extra_attempts)
    allowed = {"total": contest.attempts_total + extra, "day": contest.attempts_per_day + extra}
    for what, group in limits.items():
        query = (
            sa.select(Attempt.participant_id)
            .join(Participant, Participant.id == Attempt.participant_id)
            .where(Attempt.contest_id == contest.id)
            .group_by(*group)
            .having(sa.func.count() > allowed[what])
        )
        yield from (Breach(3, f"too-many-attempts-{what}", str(one)) for one in session.scalars(query.limit(LISTED)))
    two_open = (
        sa.select(Attempt.participant_id)
        .where(Attempt.contest_id == contest.id, Attempt.state == AttemptState.OPEN)
        .group_by(Attempt.participant_id)
        .having(sa.func.count() > 1)
    )
    yield from (Breach(3, "two-open-papers", str(one)) for one in session.scalars(two_open.limit(LISTED)))


def _marks(session: Session, contest: Contest) -> Iterator[Breach]:
    """3: every score is what the stored answers earn by the key of today."""
    last_id, found = 0, 0
    while rows := _piece(session, contest, last_id):
        last_id = rows[-1].id
        answers: dict[int, dict[int, list[str]]] = {row.id: {} for row in rows}
        query = sa.select(Answer.attempt_id, Answer.position, Answer.value).where(Answer.attempt_id.in_(answers))
        for attempt_id, position, value in session.execute(query):
            answers[attempt_id][position] = value
        keys = marking_keys(session, {int(part[0]) for row in rows for part in row.paper})
        for row in rows:
            marks = grading.mark_paper(papers.from_rows(row.paper), row.seed, keys, answers[row.id])
            if list(marks.marks) != row.marks or marks.total != row.centipoints or marks.is_full != row.is_full:
                found += 1
                yield Breach(3, f"score {row.centipoints} ≠ {marks.total}", str(row.id))
            if found >= LISTED:
                return


def _piece(session: Session, contest: Contest, last_id: int) -> Sequence[Any]:
    columns = (Attempt.id, Attempt.seed, Attempt.paper, Attempt.marks, Attempt.centipoints, Attempt.is_full)
    query = sa.select(*columns).where(
        Attempt.contest_id == contest.id, Attempt.id > last_id, Attempt.state.in_(_CLOSED)
    )
    return session.execute(query.order_by(Attempt.id).limit(PIECE)).all()


def _times(session: Session, contest: Contest) -> Iterator[Breach]:
    """4: elapsed within the limit and the grace, closed not later than the deadline and the grace."""
    allowed = millis_between(Attempt.deadline_at, Attempt.started_at) - Attempt.paused_ms + GRACE_MS + 1
    late = millis_between(Attempt.submitted_at, Attempt.deadline_at) > GRACE_MS + 1
    wrong = sa.or_(Attempt.elapsed_ms < 0, Attempt.elapsed_ms > allowed, late)
    yield from _attempts(session, contest, sa.and_(Attempt.state.in_(_CLOSED), wrong), 4, "time-out-of-range")
    round_end = sa.select(ContestRound.closes_at).where(
        ContestRound.contest_id == Attempt.contest_id, ContestRound.number == Attempt.round_no
    )
    over = millis_between(Attempt.deadline_at, round_end.scalar_subquery()) > Attempt.paused_ms + 1
    yield from _attempts(session, contest, over, 4, "deadline-beyond-the-round")


def _prizes(session: Session, contest: Contest) -> Iterator[Breach]:
    """5: one chance a person, every winner an entrant, no more winners than prizes."""
    draws = sa.select(DrawRecord).where(DrawRecord.contest_id == contest.id)
    for record in session.scalars(draws):
        winners = session.execute(
            sa.select(DrawWinner.code, DrawWinner.participant_id).where(DrawWinner.draw_id == record.id)
        ).all()
        entrants = _entrants(session, record.id)
        people = list(entrants.values())
        if len(people) != len(set(people)):
            yield Breach(5, "two-chances", f"draw {record.id}")
        if len(winners) > draw.plan_from(record.plan).places:
            yield Breach(5, "more-winners-than-prizes", f"draw {record.id}")
        yield from (
            Breach(5, "winner-is-no-entrant", f"draw {record.id} {code}")
            for code, person in winners
            if entrants.get(code) != person
        )


def _entrants(session: Session, draw_id: int) -> dict[str, int]:
    query = sa.select(DrawEntrant.code, DrawEntrant.participant_id).where(DrawEntrant.draw_id == draw_id)
    return {row.code: row.participant_id for row in session.execute(query)}


def _acts(session: Session, contest: Contest) -> Iterator[Breach]:
    """6: who voided, when and why is recorded; the newest regrading of an attempt is its score."""
    unsigned = sa.or_(Attempt.void_reason == "", Attempt.voided_by == "", Attempt.voided_at.is_(None))
    yield from _attempts(session, contest, sa.and_(Attempt.state == AttemptState.VOID, unsigned), 6, "void-unsigned")
    newest = (
        sa.select(RegradeChange.new_centipoints)
        .where(RegradeChange.attempt_id == Attempt.id)
        .order_by(RegradeChange.run_id.desc())
        .limit(1)
    )
    differs = newest.scalar_subquery() != Attempt.centipoints
    yield from _attempts(session, contest, differs, 6, "score-is-not-the-regraded-one")


def _papers(session: Session, contest: Contest) -> Iterator[Breach]:
    """7: every question of every paper is in the contest's pool, and every answer belongs to one of them."""
    pool = set(session.scalars(sa.select(PoolEntry.version_id).where(PoolEntry.contest_id == contest.id)))
    query = sa.select(Attempt.id, Attempt.paper).where(Attempt.contest_id == contest.id)
    for attempt_id, paper in session.execute(query.execution_options(yield_per=PIECE)):
        versions = [row[0] for row in paper]
        if not set(versions) <= pool or len(set(versions)) != len(versions):
            yield Breach(7, "paper-beside-the-pool", str(attempt_id))
    stray = (
        sa.select(Answer.attempt_id)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Attempt.contest_id == contest.id)
        .where(sa.or_(Answer.position < 0, Answer.position >= contest.questions_per_paper))
    )
    yield from (Breach(7, "answer-beside-the-paper", str(one)) for one in session.scalars(stray.limit(LISTED)))


def _lists(session: Session, contest: Contest) -> Iterator[Breach]:
    """8: the hash of every entrant list is the committed one, and a revealed draw is what seed and list give."""
    for record in session.scalars(sa.select(DrawRecord).where(DrawRecord.contest_id == contest.id)):
        entrants = _entrants(session, record.id)
        if draw.entrants_hash(entrants) != record.entrants_hash or len(entrants) != record.entrant_count:
            yield Breach(8, "entrants-hash-differs", f"draw {record.id}")
            continue
        if not record.seed:
            continue
        stored = session.scalars(
            sa.select(DrawWinner.code).where(DrawWinner.draw_id == record.id).order_by(DrawWinner.place)
        ).all()
        places = draw.plan_from(record.plan).places
        expected = draw.winners(entrants, record.seed, places, record.public_value) if stored else []
        if draw.seed_hash(record.seed) != record.seed_hash or expected != list(stored):
            yield Breach(8, "winners-differ", f"draw {record.id}")


def _attempts(
    session: Session, contest: Contest, condition: sa.ColumnElement[bool], promise: int, what: str
) -> Iterator[Breach]:
    query = sa.select(Attempt.id).where(Attempt.contest_id == contest.id, condition).limit(LISTED)
    yield from (Breach(promise, what, str(one)) for one in session.scalars(query))


CHECKS: Final[tuple[Callable[[Session, Contest], Iterable[Breach]], ...]] = (
    _closed_whole,
    _counts,
    _limits,
    _marks,
    _times,
    _prizes,
    _acts,
    _papers,
    _lists,
)
