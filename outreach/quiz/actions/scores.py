"""What counts for a participant, and how that changes the counts. The participant's row is locked by the caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import Attempt, AttemptState, BestScore, Contest, ContestRound, Participant, ScoreDelta
from outreach.quiz.moments import moment
from outreach.quiz.rules import order
from outreach.quiz.rules.order import Result
from outreach.quiz.writing import INSERTS, run, stale, table_of

COUNTED = (AttemptState.SUBMITTED, AttemptState.EXPIRED)


@dataclass(frozen=True, slots=True)
class Groups:
    """What a participant is counted in."""

    county_code: str
    unit_code: str
    bracket: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A result with what belongs to it."""

    result: Result
    is_full: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What a participant is counted in, and with which result."""

    groups: Groups
    best: Counted | None


def lock_participant(session: Session, participant_id: int) -> Participant | None:
    """The participant, locked against other changes of their results; papers may still start and be saved."""
    query = sa.select(Participant).where(Participant.id == participant_id)
    return session.scalar(query.with_for_update(key_share=True).execution_options(populate_existing=True))


def add_result(
    session: Session, contest_id: int, participant_id: int, new: Counted, *, mode: str, standing: Standing
) -> bool:
    """Count a freshly closed attempt; True when it changes what counts for the participant.

    ``standing``: of this transaction, read after the participant was locked.
    """
    groups, old = standing.groups, standing.best
    if mode == order.SUM:
        best = _added_up(session, contest_id, participant_id, new)
        is_best = best != old
    else:
        is_best = order.is_replacing(new.result, old.result if old else None, mode)
        best = new if is_best else old
    if is_best and best is not None:
        _write_best(session, contest_id, participant_id, groups, best)
    _append(session, contest_id, groups, old, best, attempts=1)
    return is_best


def settle(session: Session, contest_id: int, participant_id: int, *, attempts_change: int = 0) -> None:
    """Work out from all attempts which one counts, after one was voided, restored or marked again."""
    mode = session.scalars(sa.select(Contest.score_mode).where(Contest.id == contest_id)).one()
    standing = _standing(session, contest_id, participant_id)
    groups, old = standing.groups, standing.best
    if mode == order.SUM:
        new = _added_up(session, contest_id, participant_id)
    else:
        own = [one for _round, one in _own_results(session, contest_id, participant_id)]
        best = order.counting([one.result for one in own], mode)
        new = next((one for one in own if one.result is best), None)
    if new is not None:
        _write_best(session, contest_id, participant_id, groups, new)
    elif old is not None:
        session.execute(
            sa.delete(BestScore).where(BestScore.contest_id == contest_id, BestScore.participant_id == participant_id)
        )
    if new != old or attempts_change:
        _append(session, contest_id, groups, old, new, attempts=attempts_change)


def move(session: Session, participant: Participant, groups: Groups) -> None:
    """Count a participant in other groups from now on: the old ones lose what the new ones win."""
    contest_id, participant_id = participant.contest_id, participant.id
    standing = _standing(session, contest_id, participant_id)
    best = standing.best
    count = len(_own_results(session, contest_id, participant_id))
    participant.county_code, participant.unit_code, participant.bracket = (
        groups.county_code,
        groups.unit_code,
        groups.bracket,
    )
    session.flush()
    if count:
        _append(session, contest_id, standing.groups, best, None, attempts=-count)
        _append(session, contest_id, groups, None, best, attempts=count)
    if best is not None:
        _write_best(session, contest_id, participant_id, groups, best)


def _standing(session: Session, contest_id: int, participant_id: int) -> Standing:
    return standing_from(run(session, standing_query(), {"contest": contest_id, "participant": participant_id}).one())


def standing_from(row: Sequence[Any]) -> Standing:
    """The standing that ``standing_query`` found."""
    best = None if row[3] is None else Counted(Result(row[3], row[4], row[5], row[6]), row[7])
    return Standing(Groups(*row[:3]), best)


@cache
def standing_query() -> sa.Select[Any]:
    """The columns that ``standing_from`` reads, of ``:participant`` in ``:contest``."""
    person, best = table_of(Participant), table_of(BestScore)
    groups = (person.c.county_code, person.c.unit_code, person.c.bracket)
    own = sa.and_(best.c.participant_id == person.c.id, best.c.contest_id == sa.bindparam("contest"))
    return (
        sa.select(*groups, *(best.c[name] for name in ("attempt_id", *_RESULT, "is_full")))
        .select_from(person.outerjoin(best, own))
        .where(person.c.id == sa.bindparam("participant"))
    )


_RESULT = ("centipoints", "rank_ms", "submitted_at")


def _own_results(session: Session, contest_id: int, participant_id: int) -> list[tuple[int, Counted]]:
    """What was handed in and is not void, each with its round."""
    rows = run(session, _own_results_query(), {"contest": contest_id, "participant": participant_id})
    return [(row[0], Counted(Result(*row[2:]), row[1])) for row in rows]


@cache
def _own_results_query() -> sa.Select[Any]:
    table = table_of(Attempt)
    of_contest = table.c.contest_id == sa.bindparam("contest")
    own = (of_contest, table.c.participant_id == sa.bindparam("participant"), table.c.state.in_(COUNTED))
    return sa.select(*(table.c[name] for name in ("round_no", "is_full", "id", *_RESULT))).where(*own)


def _added_up(session: Session, contest_id: int, participant_id: int, new: Counted | None = None) -> Counted | None:
    """The best of each round as one result; ``new``: of an attempt that is being closed, written or not."""
    own = {one.result.attempt_id: (number, one) for number, one in _own_results(session, contest_id, participant_id)}
    if new is not None:
        number = sa.select(Attempt.round_no).where(Attempt.id == new.result.attempt_id)
        own[new.result.attempt_id] = (session.scalars(number).one(), new)
    best = order.best_of_rounds((number, one.result) for number, one in own.values())
    total = order.added_up(best)
    if total is None:
        return None
    rounds = sa.select(sa.func.count()).where(ContestRound.contest_id == contest_id)
    is_whole = len(best) == session.scalars(rounds).one()
    return Counted(total, is_whole and all(own[one.attempt_id][1].is_full for one in best))


def _write_best(session: Session, contest_id: int, participant_id: int, groups: Groups, new: Counted) -> None:
    values = {
        "contest_id": contest_id,
        "participant_id": participant_id,
        "attempt_id": new.result.attempt_id,
        "centipoints": new.result.centipoints,
        "rank_ms": new.result.rank_ms,
        "submitted_at": new.result.submitted_at,
        "is_full": new.is_full,
        "county_code": groups.county_code,
        "unit_code": groups.unit_code,
        "bracket": groups.bracket,
    }
    run(session, _best_upsert, values)
    stale(session, BestScore, (contest_id, participant_id))


@cache
def _best_upsert(dialect: str) -> Any:
    table = table_of(BestScore)
    statement = INSERTS[dialect](table)
    keys = ("contest_id", "participant_id")
    new = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=new)


def _append(
    session: Session, contest_id: int, groups: Groups, old: Counted | None, new: Counted | None, *, attempts: int
) -> None:
    """One delta: the change from ``old`` to ``new``. Bins stay empty when the same result goes on counting."""
    is_moved = old != new
    is_lost, is_won = old is not None and is_moved, new is not None and is_moved
    values = {
        "contest_id": contest_id,
        "county_code": groups.county_code,
        "unit_code": groups.unit_code,
        "bracket": groups.bracket,
        "attempts": attempts,
        "participants": (new is not None) - (old is not None),
        "centipoints": (new.result.centipoints if new else 0) - (old.result.centipoints if old else 0),
        "full_marks": (new is not None and new.is_full) - (old is not None and old.is_full),
        "old_centipoints": old.result.centipoints if old and is_lost else None,
        "old_second": old.result.second if old and is_lost else None,
        "new_centipoints": new.result.centipoints if new and is_won else None,
        "new_second": new.result.second if new and is_won else None,
    }
    run(session, _delta_insert(), values)


@cache
def _delta_insert() -> sa.Insert:
    table = table_of(ScoreDelta)
    names = [column.name for column in table.c if column.name not in ("id", "at", "fold_id")]
    values: dict[str, Any] = {name: sa.bindparam(name, type_=table.c[name].type) for name in names}
    return sa.insert(table).values({**values, "at": moment()}).inline()
