"""The rankings as rows, from any source of results: the counted tables for snapshots, the raw attempts for recounts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz import seams
from outreach.quiz.models import (
    Attempt,
    BestScore,
    Contest,
    CountyStat,
    Participant,
    RankingRow,
    ScoreMode,
    UnitStat,
)
from outreach.quiz.queries.counted import COUNTED, best_from_attempts
from outreach.quiz.queries.populations import PopulationTable
from outreach.quiz.rules import regions
from outreach.quiz.rules.regions import RegionCount, RegionPlace

PEOPLE: Final = "people"
PROVINCES: Final = "provinces"
COUNTIES: Final = "counties"
UNITS: Final = "units"
#: Lines of a ranking of people.
TOP: Final = 100
#: Scopes of people's rankings: everybody, a bracket, a province, a county, a unit.
ALL: Final = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where results come from: a subquery with the columns of ``BestScore``, and counts by county and unit."""

    best: sa.FromClause
    counties: tuple[RegionCount, ...]
    units: tuple[RegionCount, ...]


def counted_source(session: Session, contest_id: int) -> Source:
    """What the folder counted."""
    best = sa.select(BestScore).where(BestScore.contest_id == contest_id).subquery()
    return Source(
        best,
        tuple(_stats(session, CountyStat, CountyStat.county_code, contest_id)),
        tuple(_stats(session, UnitStat, UnitStat.unit_code, contest_id)),
    )


def _stats(session: Session, model: Any, code: Any, contest_id: int) -> Iterator[RegionCount]:
    query = sa.select(code, model.participants, model.attempts, model.centipoints, model.full_marks)
    where = (model.contest_id == contest_id, model.attempts > 0)
    for row in session.execute(query.where(*where).order_by(code)):
        yield RegionCount(*row)


def raw_source(session: Session, contest_id: int, mode: ScoreMode) -> Source:
    """The same, counted from the attempts alone."""
    best = best_from_attempts(contest_id, mode)
    return Source(
        best,
        tuple(_raw_counts(session, contest_id, best, "county_code")),
        tuple(_raw_counts(session, contest_id, best, "unit_code")),
    )


def _raw_counts(session: Session, contest_id: int, best: sa.FromClause, name: str) -> Iterator[RegionCount]:
    column = best.c[name]
    sums = sa.select(
        column,
        sa.func.count(),
        sa.cast(sa.func.sum(best.c.centipoints), sa.BigInteger),
        sa.func.sum(sa.case((best.c.is_full, 1), else_=0)),
    )
    people = {
        code: (count, int(total), int(full)) for code, count, total, full in session.execute(sums.group_by(column))
    }
    group = getattr(Participant, name)
    attempts = (
        sa.select(group, sa.func.count())
        .select_from(Attempt)
        .join(Participant, Participant.id == Attempt.participant_id)
        .where(Attempt.contest_id == contest_id, Attempt.state.in_(COUNTED), group != "")
        .group_by(group)
        .order_by(group)
    )
    for code, count in session.execute(attempts):
        participants, total, full = people[code]
        yield RegionCount(code, participants, count, total, full)


def build_rows(session: Session, contest: Contest, source: Source, table: PopulationTable) -> list[dict[str, Any]]:
    """Every line of every ranking, as values of ``RankingRow`` without the snapshot."""
    return [
        *_people(session, source.best, ALL, sa.true()),
        *_grouped_people(session, source.best, "bracket"),
        *_grouped_people(session, source.best, "province"),
        *_regions(session, contest, source, table),
        *_units(contest, source),
    ]


def _people(session: Session, best: sa.FromClause, scope: str, where: Any) -> Iterator[dict[str, Any]]:
    query = _named(best).where(where).order_by(*_order(best)).limit(TOP)
    for place, row in enumerate(session.execute(query), start=1):
        yield _person(row, scope, place)


def _grouped_people(session: Session, best: sa.FromClause, kind: str) -> Iterator[dict[str, Any]]:
    """The first lines of every bracket or province, in one question."""
    group = best.c.bracket if kind == "bracket" else sa.func.substr(best.c.county_code, 1, 2)
    place = sa.func.row_number().over(partition_by=group, order_by=_order(best)).label("place")
    inner = _named(best).add_columns(group.label("scope"), place).where(group != "").subquery()
    query = sa.select(inner).where(inner.c.place <= TOP).order_by(inner.c.scope, inner.c.place)
    for row in session.execute(query):
        yield _person(row, f"{kind}:{row.scope}", row.place)


def _named(best: sa.FromClause) -> sa.Select[Any]:
    columns = (best.c.participant_id, best.c.centipoints, best.c.rank_ms, best.c.county_code, Participant.nickname)
    return sa.select(*columns).join_from(best, Participant, Participant.id == best.c.participant_id)


def _order(best: sa.FromClause) -> Sequence[Any]:
    """The total order; ``rules.order`` says the same."""
    return (best.c.centipoints.desc(), best.c.rank_ms, best.c.submitted_at, best.c.attempt_id)


def _person(row: Any, scope: str, place: int) -> dict[str, Any]:
    values = {"centipoints": row.centipoints, "rank_ms": row.rank_ms, "county_code": row.county_code}
    return _row(PEOPLE, scope, place, str(row.participant_id), label=row.nickname, **values)


def _regions(session: Session, contest: Contest, source: Source, table: PopulationTable) -> Iterator[dict[str, Any]]:
    provinces = regions.sum_by_province(source.counties)
    codes = [count.code for count in (*source.counties, *provinces)]
    known = seams.regions(session, codes)
    for board, counts, edges in (
        (PROVINCES, provinces, table.province_edges),
        (COUNTIES, source.counties, table.county_edges),
    ):
        with_people = [_with_population(count, table) for count in counts]
        for scope, chosen, is_per_head in _region_scopes(with_people, edges):
            ranked = regions.rank_regions(chosen, minimum=contest.minimum_sample, edges=edges, is_per_head=is_per_head)
            yield from _region_rows(board, scope, ranked, known)


def _region_scopes(
    counts: Sequence[RegionCount], edges: tuple[int, ...]
) -> Iterator[tuple[str, Sequence[RegionCount], bool]]:
    """All by participants; those with a population per head, within each class."""
    yield "participants", counts, False
    by_class: dict[int, list[RegionCount]] = {}
    for count in counts:
        kind = regions.class_of(count.population, edges)
        if kind is not None:
            by_class.setdefault(kind, []).append(count)
    for kind, members in sorted(by_class.items()):
        yield f"per-head:{kind}", members, True


def _with_population(count: RegionCount, table: PopulationTable) -> RegionCount:
    figures = (count.participants, count.attempts, count.centipoints, count.full_marks)
    return RegionCount(count.code, *figures, table.residents(count.code))


def _units(contest: Contest, source: Source) -> Iterator[dict[str, Any]]:
    ranked = regions.rank_regions(source.units, minimum=contest.minimum_sample, edges=(), is_per_head=False)
    yield from _region_rows(UNITS, "participants", ranked, {})


def _region_rows(
    board: str, scope: str, ranked: Iterable[RegionPlace], known: Mapping[str, seams.Region]
) -> Iterator[dict[str, Any]]:
    """Lines by their number; equal standings bear the same place in ``place_shown`` terms of the page."""
    for number, one in enumerate(ranked, start=1):
        count, region = one.count, known.get(one.count.code)
        figures = {} if one.is_small else {"centipoints": count.centipoints, "full_marks": count.full_marks}
        if not one.is_small:
            figures |= {"participants": count.participants, "attempts": count.attempts}
        values = {"population": count.population, "participants_per_10m": one.participants_per_10m}
        label = region.name if region else ""
        yield _row(board, scope, number, count.code, label=label, is_small=one.is_small, **figures, **values)


def _row(board: str, scope: str, place: int, key: str, **values: Any) -> dict[str, Any]:
    names = [column.name for column in RankingRow.__table__.c if column.name != "snapshot_id"]
    defaults = {"label": "", "county_code": "", "is_small": False}
    given = {**defaults, "board": board, "scope": scope, "place": place, "key": key, **values}
    return {name: given.get(name) for name in names}


def digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over the rows without names, which people may have deleted."""
    hashed = hashlib.sha256()
    for row in sorted(rows, key=lambda one: (one["board"], one["scope"], one["place"])):
        hashed.update(repr(sorted((name, value) for name, value in row.items() if name != "label")).encode())
    return hashed.hexdigest()
