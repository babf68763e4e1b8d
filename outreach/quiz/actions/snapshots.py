"""Snapshots of the rankings: built beside, then pointed at. Pages read snapshots and never count."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.bulk import bulk_insert
from outreach.core.search.outbox import touch_generation
from outreach.quiz import seams
from outreach.quiz.actions.contests import DATA
from outreach.quiz.actions.folding import BATCH, fold
from outreach.quiz.models import (
    IS_OPEN,
    Attempt,
    Contest,
    ContestStatus,
    CurrentSnapshot,
    FoldState,
    RankingRow,
    RankingSnapshot,
)
from outreach.quiz.moments import database_now, moment
from outreach.quiz.queries import boards
from outreach.quiz.queries.populations import newest_table
from outreach.quiz.queries.recount import Recount, recount
from outreach.quiz.seams import Act, Actor
from outreach.quiz.writing import insert

#: Snapshots of a contest that are kept beside the ones that are shown.
KEPT = 3


class StillOpen(Exception):
    """The contest is not over, or papers are still open: results cannot be final."""


class CountsDiffer(Exception):
    """The recount differs from the counts; nothing was made final."""

    def __init__(self, result: Recount) -> None:
        self.result = result
        super().__init__(f"{len(result.differences)} differences")


def take_snapshot(session: Session, contest: Contest, *, is_final: bool = False) -> RankingSnapshot:
    """A snapshot of what is folded, which becomes the newest; the public sees it unless rankings are frozen."""
    state = session.get(FoldState, 1, populate_existing=True)
    source = boards.counted_source(session, contest.id)
    table = newest_table(session, is_demo=contest.is_demo)
    rows = boards.build_rows(session, contest, source, table)
    snapshot = RankingSnapshot(
        contest_id=contest.id,
        as_of=database_now(session),
        fold_id=state.fold_id if state else 0,
        participants=sum(count.participants for count in source.counties),
        attempts=sum(count.attempts for count in source.counties),
        digest=boards.digest(rows),
        is_final=is_final,
        population_edition_id=table.edition_id,
    )
    session.add(snapshot)
    session.flush()
    names = [column.name for column in RankingRow.__table__.c]
    bulk_insert(
        session,
        RankingRow,
        names,
        [tuple({"snapshot_id": snapshot.id, **row}[name] for name in names) for row in rows],
    )
    _point_at(session, contest, snapshot.id)
    _sweep(session, contest.id)
    return snapshot


def _point_at(session: Session, contest: Contest, snapshot_id: int) -> None:
    """Swap by id. Whether rankings are frozen is decided by the database's clock here and now."""
    is_frozen = sa.exists().where(
        Contest.id == contest.id, Contest.freeze_at <= moment(), Contest.unfrozen_at.is_(None)
    )
    shown = sa.select(sa.case((is_frozen, None), else_=snapshot_id)).scalar_subquery()
    statement = insert(session, CurrentSnapshot).values(contest_id=contest.id, public_id=shown, newest_id=snapshot_id)
    kept = sa.func.coalesce(statement.excluded.public_id, CurrentSnapshot.public_id)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["contest_id"], set_={"public_id": kept, "newest_id": snapshot_id}
        )
    )


def _sweep(session: Session, contest_id: int) -> None:
    """Delete snapshots that nobody is shown and that are not final."""
    shown = sa.select(CurrentSnapshot.public_id).where(
        CurrentSnapshot.contest_id == contest_id, CurrentSnapshot.public_id.is_not(None)
    )
    newest = (
        sa.select(RankingSnapshot.id)
        .where(RankingSnapshot.contest_id == contest_id)
        .order_by(RankingSnapshot.id.desc())
        .limit(KEPT)
    )
    old = session.scalars(
        sa.select(RankingSnapshot.id).where(
            RankingSnapshot.contest_id == contest_id,
            RankingSnapshot.id.not_in(shown),
            RankingSnapshot.id.not_in(newest),
            RankingSnapshot.is_final.is_(False),
        )
    ).all()
    if old:
        session.execute(sa.delete(RankingRow).where(RankingRow.snapshot_id.in_(old)))
        session.execute(sa.delete(RankingSnapshot).where(RankingSnapshot.id.in_(old)))


def finalise(session: Session, contest: Contest, actor: Actor, reason: str = "") -> RankingSnapshot:
    """Make the results final: fold to empty, recount everything, compare, and keep the snapshot with its digest.

    Raises ``StillOpen`` or ``CountsDiffer``.
    """
    is_over = session.scalars(sa.select(sa.literal(contest.ends_at, Contest.closes_at.type) <= moment())).one()
    open_papers = sa.select(Attempt.id).where(Attempt.contest_id == contest.id, IS_OPEN)
    if not is_over or session.scalar(open_papers.limit(1)) is not None:
        raise StillOpen(contest.slug)
    while fold(session).deltas == BATCH:
        pass
    result = recount(session, contest)
    if result.differences:
        raise CountsDiffer(result)
    contest.status = ContestStatus.FINAL
    snapshot = take_snapshot(session, contest, is_final=True)
    touch_generation(session, DATA)
    seams.record(
        session, actor, Act("quiz:final", f"contest:{contest.slug}", reason, after={"digest": snapshot.digest})
    )
    return snapshot
