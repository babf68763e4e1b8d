"""Counting everything again from the attempts, and every difference from what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import BestScore, Contest, CurrentSnapshot, HistogramBin, RankingSnapshot, ScoreDelta
from outreach.quiz.queries import boards
from outreach.quiz.queries.counted import best_from_attempts
from outreach.quiz.queries.populations import newest_table, table_of_edition
from outreach.quiz.rules.regions import RegionCount

#: Differences of one kind that are listed.
LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """One count that is not what the attempts say."""

    what: str
    key: str
    stored: str
    recounted: str


@dataclass(frozen=True, slots=True)
class Recount:
    """The result of a recount. ``is_pending``: deltas wait, so counts may lag behind."""

    participants: int
    attempts: int
    digest: str
    is_pending: bool
    differences: tuple[Difference, ...]


def recount(session: Session, contest: Contest) -> Recount:
    """Compare best scores, counts of counties and units, the histogram, and a final snapshot, with the attempts."""
    raw = boards.raw_source(session, contest.id, contest.score_mode)
    counted = boards.counted_source(session, contest.id)
    final = _final_snapshot(session, contest)
    edition = (
        table_of_edition(session, final.population_edition_id)
        if final is not None
        else newest_table(session, is_demo=contest.is_demo)
    )
    rows = boards.build_rows(session, contest, raw, edition)
    found = [
        *_best_differences(session, contest),
        *_count_differences("county", counted.counties, raw.counties),
        *_count_differences("unit", counted.units, raw.units),
        *_bin_differences(session, contest, raw.best),
        *_snapshot_differences(final, boards.digest(rows)),
    ]
    waiting = sa.select(ScoreDelta.id).where(ScoreDelta.contest_id == contest.id, ScoreDelta.fold_id.is_(None))
    return Recount(
        sum(count.participants for count in raw.counties),
        sum(count.attempts for count in raw.counties),
        boards.digest(rows),
        session.scalar(waiting.limit(1)) is not None,
        tuple(found),
    )


def _best_differences(session: Session, contest: Contest) -> Iterator[Difference]:
    """Rows that are in one of the two and not, exactly so, in the other."""
    raw = best_from_attempts(contest.id, contest.score_mode)
    names = [column.name for column in BestScore.__table__.c]
    stored = sa.select(*[BestScore.__table__.c[name] for name in names]).where(BestScore.contest_id == contest.id)
    counted = sa.select(*[raw.c[name] for name in names])
    for what, one, other in (("best-too-many", stored, counted), ("best-missing", counted, stored)):
        for row in session.execute(sa.except_(one, other).limit(LISTED)):
            yield Difference(what, f"participant {row.participant_id}", "", repr(tuple(row)))


def _count_differences(
    what: str, stored: tuple[RegionCount, ...], recounted: tuple[RegionCount, ...]
) -> Iterator[Difference]:
    yield from _compare(what, {one.code: one for one in stored}, {one.code: one for one in recounted})


def _compare(what: str, stored: Mapping[Any, Any], recounted: Mapping[Any, Any]) -> Iterator[Difference]:
    keys = sorted({*stored, *recounted})
    wrong = [key for key in keys if stored.get(key) != recounted.get(key)]
    for key in wrong[:LISTED]:
        yield Difference(what, str(key), str(stored.get(key)), str(recounted.get(key)))


def histogram(session: Session, best: sa.FromClause) -> dict[tuple[str, int, int], int]:
    """How many results are in each bin of (bracket, centipoints, second)."""
    second = sa.cast(sa.func.floor(best.c.rank_ms / 1000), sa.Integer)
    query = sa.select(best.c.bracket, best.c.centipoints, second, sa.func.count())
    grouped = query.group_by(best.c.bracket, best.c.centipoints, second)
    return {(bracket, points, second): count for bracket, points, second, count in session.execute(grouped)}


def _bin_differences(session: Session, contest: Contest, best: sa.FromClause) -> Iterator[Difference]:
    query = sa.select(HistogramBin.bracket, HistogramBin.centipoints, HistogramBin.second, HistogramBin.count)
    rows = session.execute(query.where(HistogramBin.contest_id == contest.id, HistogramBin.count != 0))
    stored = {(bracket, points, second): count for bracket, points, second, count in rows}
    yield from _compare("histogram", stored, histogram(session, best))


def _final_snapshot(session: Session, contest: Contest) -> RankingSnapshot | None:
    return session.scalar(
        sa.select(RankingSnapshot)
        .join(CurrentSnapshot, CurrentSnapshot.newest_id == RankingSnapshot.id)
        .where(CurrentSnapshot.contest_id == contest.id, RankingSnapshot.is_final)
    )


def _snapshot_differences(final: RankingSnapshot | None, digest: str) -> Iterator[Difference]:
    """A final snapshot must be what the attempts still say, with the populations that it was made with."""
    if final is not None and final.digest != digest:
        yield Difference("final-snapshot", str(final.id), final.digest, digest)
