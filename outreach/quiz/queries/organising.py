"""What organisers see of their contests: lists, the state of a running one, regions and units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import (
    IS_OPEN,
    Attempt,
    Contest,
    ContestStatus,
    ContestUnit,
    CountyStat,
    CurrentSnapshot,
    FoldState,
    KeyCorrection,
    Participant,
    PoolEntry,
    RankingSnapshot,
    RegradeRun,
    ScoreDelta,
    Ticket,
    UnitStat,
)
from outreach.quiz.moments import database_now, millis_between, moment
from outreach.quiz.queries.showing import attempts_of

#: Newest papers that rates are worked out from.
RECENT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Monitor:
    """A running contest at one moment. Counts of results are those of the folder, a second or two behind."""

    at: datetime
    joined: int
    started_last_minute: int
    open_papers: int
    submitted_last_minute: int
    participants: int
    attempts: int
    admitted: int
    unfolded: int
    folded_at: datetime | None
    snapshot_at: datetime | None


def list_contests(session: Session) -> Sequence[tuple[Contest, int]]:
    """Every contest with its participants, the newest first."""
    people = (
        sa.select(CountyStat.contest_id, sa.func.sum(CountyStat.participants).label("people"))
        .group_by(CountyStat.contest_id)
        .subquery()
    )
    query = (
        sa.select(Contest, sa.func.coalesce(people.c.people, 0))
        .outerjoin(people, people.c.contest_id == Contest.id)
        .order_by(Contest.id.desc())
    )
    return [(row[0], int(row[1])) for row in session.execute(query)]


def monitor(session: Session, contest: Contest) -> Monitor:
    """How the contest runs now."""
    here = contest.id
    started, submitted = _rates(session, here)
    people, attempts = _counted(session, here)
    state = session.get(FoldState, 1)
    newest = sa.select(RankingSnapshot.as_of).join(CurrentSnapshot, CurrentSnapshot.newest_id == RankingSnapshot.id)
    return Monitor(
        at=database_now(session),
        joined=_count(session, Participant.contest_id == here),
        started_last_minute=started,
        open_papers=_count(session, Attempt.contest_id == here, IS_OPEN),
        submitted_last_minute=submitted,
        participants=people,
        attempts=attempts,
        admitted=_count(session, Ticket.contest_id == here, Ticket.admitted_at.is_not(None)),
        unfolded=_count(session, ScoreDelta.contest_id == here, ScoreDelta.fold_id.is_(None)),
        folded_at=state.folded_at if state else None,
        snapshot_at=session.scalar(newest.where(CurrentSnapshot.contest_id == here)),
    )


def _count(session: Session, *conditions: sa.ColumnElement[bool]) -> int:
    return session.scalars(sa.select(sa.func.count()).where(*conditions)).one()


def _rates(session: Session, contest_id: int) -> tuple[int, int]:
    """Papers begun and closed within the last minute, among the newest ones."""
    newest = (
        sa.select(Attempt.started_at, Attempt.submitted_at)
        .where(Attempt.contest_id == contest_id)
        .order_by(Attempt.id.desc())
        .limit(RECENT)
        .subquery()
    )
    sums = [
        sa.func.coalesce(sa.func.sum(sa.case((column >= moment(-60), 1), else_=0)), 0)
        for column in (newest.c.started_at, newest.c.submitted_at)
    ]
    row = session.execute(sa.select(*sums)).one()
    return int(row[0]), int(row[1])


def _counted(session: Session, contest_id: int) -> tuple[int, int]:
    columns = (CountyStat.participants, CountyStat.attempts)
    sums = [sa.func.coalesce(sa.func.sum(column), 0) for column in columns]
    row = session.execute(sa.select(*sums).where(CountyStat.contest_id == contest_id)).one()
    return int(row[0]), int(row[1])


def is_anything_unfolded(session: Session) -> bool:
    return session.scalar(sa.select(ScoreDelta.id).where(ScoreDelta.fold_id.is_(None)).limit(1)) is not None


#: Participants, attempts, centipoints, full marks.
Figures = tuple[int, int, int, int]
_NOTHING: Final[Figures] = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One county or unit in the report. ``roll``: how many people it has, where that is known."""

    code: str
    name: str
    participants: int
    attempts: int
    centipoints: int
    full_marks: int
    roll: int | None = None

    @property
    def mean_centipoints(self) -> float | None:
        return self.centipoints / self.participants if self.participants else None

    @property
    def coverage(self) -> float | None:
        """Participants in a hundred of the roll."""
        return 100 * self.participants / self.roll if self.roll else None


def list_county_lines(session: Session, contest_id: int) -> list[GroupLine]:
    """Counties with results, the most participants first. Names are filled in by the caller."""
    return [GroupLine(row[0], "", *map(int, row[1:])) for row in _stats(session, CountyStat, contest_id)]


def list_unit_lines(session: Session, contest_id: int) -> list[GroupLine]:
    """Every unit of the contest, those without participants too."""
    counted: dict[str, Figures] = {
        row[0]: (int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in _stats(session, UnitStat, contest_id)
    }
    units = session.scalars(sa.select(ContestUnit).where(ContestUnit.contest_id == contest_id)).all()
    lines = [GroupLine(one.code, one.name, *counted.get(one.code, _NOTHING), one.roll) for one in units]
    return sorted(lines, key=lambda line: (-line.participants, line.code))


def _stats(session: Session, model: Any, contest_id: int) -> Sequence[Any]:
    code = model.county_code if model is CountyStat else model.unit_code
    query = sa.select(code, model.participants, model.attempts, model.centipoints, model.full_marks)
    return session.execute(query.where(model.contest_id == contest_id).order_by(model.participants.desc(), code)).all()


def list_attempts_of(session: Session, participant_id: int) -> Sequence[Attempt]:
    """A participant's attempts in their order."""
    query = sa.select(Attempt).where(attempts_of(participant_id))
    return session.scalars(query.order_by(Attempt.attempt_no)).all()


def due_snapshots(session: Session) -> Sequence[int]:
    """Published contests that need a snapshot: every so many seconds while they run, then as long as counts change."""
    newest = RankingSnapshot.id == CurrentSnapshot.newest_id
    age = millis_between(moment(), RankingSnapshot.as_of)
    fold_id = sa.select(FoldState.fold_id).where(FoldState.id == 1).scalar_subquery()
    end = sa.func.coalesce(Contest.extended_to, Contest.closes_at)
    is_running = sa.and_(Contest.opens_at <= moment(), end > moment())
    is_behind = RankingSnapshot.fold_id < fold_id
    is_due = sa.and_(age >= 1000 * Contest.snapshot_every_s, sa.or_(is_running, is_behind))
    query = (
        sa.select(Contest.id)
        .outerjoin(CurrentSnapshot, CurrentSnapshot.contest_id == Contest.id)
        .outerjoin(RankingSnapshot, newest)
        .where(Contest.status == ContestStatus.PUBLISHED, Contest.opens_at <= moment())
        .where(sa.or_(RankingSnapshot.id.is_(None), is_due))
    )
    return session.scalars(query.order_by(Contest.id)).all()


def count_regradable(session: Session, run_id: int) -> int:
    """How many attempts a run of marking again goes through."""
    version = (
        sa.select(KeyCorrection.version_id)
        .join(RegradeRun, RegradeRun.correction_id == KeyCorrection.id)
        .where(RegradeRun.id == run_id)
        .scalar_subquery()
    )
    contests = sa.select(PoolEntry.contest_id).where(PoolEntry.version_id == version)
    return session.scalars(sa.select(sa.func.count()).where(Attempt.contest_id.in_(contests))).one()
