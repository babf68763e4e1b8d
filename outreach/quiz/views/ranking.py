"""Rankings as pages and files, from the snapshot that everybody may see; nothing here counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Response, json, make_response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.db import db
from outreach.core.exports import Column, Kind, content_disposition, stream_csv
from outreach.core.i18n import pick
from outreach.core.limits import limiter
from outreach.quiz import seams
from outreach.quiz.blueprint import blueprint
from outreach.quiz.models import Contest, RankingRow, RankingSnapshot
from outreach.quiz.queries import boards
from outreach.quiz.queries.populations import PopulationTable, table_of_edition
from outreach.quiz.queries.showing import list_scopes, unit_names
from outreach.quiz.queries.standings import is_frozen, list_rows, public_snapshot
from outreach.quiz.rules import masks
from outreach.quiz.views.frame import public, standing_or_404
from outreach.quiz.wording_web import bracket_names, clock, contest_name, mean_points, per_ten_thousand, points

BOARDS: Final = (boards.PEOPLE, boards.PROVINCES, boards.COUNTIES, boards.UNITS)
#: Boards that are also made per 10,000 residents.
REGIONAL: Final = (boards.PROVINCES, boards.COUNTIES)
PER_PAGE: Final = 100
#: More than there are counties.
MOST_LINES: Final = 5000
RATE: Final = "30 per minute"


@dataclass(frozen=True, slots=True)
class Choice:
    """One ranking among several."""

    label: str
    href: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is shown: people masked, small samples without figures."""

    place: int | None
    key: str
    name: str
    county: str
    score: int | None
    time_ms: int | None
    participants: int | None
    attempts: int | None
    full_marks: int | None
    population: int | None
    population_year: int | None
    population_source: str
    per_10k: str
    is_small: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Which ranking the address asks for; what is unknown becomes the first one."""

    snapshot: RankingSnapshot | None
    board: str
    scope: str
    scopes: Sequence[str]
    populations: PopulationTable

    @property
    def edges(self) -> tuple[int, ...]:
        """Upper edges of the population classes of this board."""
        return self.populations.province_edges if self.board == boards.PROVINCES else self.populations.county_edges


def _asked(contest: Contest) -> Asked:
    snapshot = public_snapshot(db.session, contest.id)
    board = request.args.get("board", "")
    board = board if board in BOARDS else BOARDS[0]
    scopes = list_scopes(db.session, snapshot.id, board) if snapshot else []
    scope = request.args.get("scope", "")
    default = boards.ALL if board == boards.PEOPLE else "participants"
    edition = snapshot.population_edition_id if snapshot and board in REGIONAL else None
    table = table_of_edition(db.session, edition)
    return Asked(snapshot, board, scope if scope in scopes else default, scopes, table)


@blueprint.get("/quiz/<slug>/ranking")
@public
def ranking(slug: str) -> ResponseReturnValue:
    """One ranking of the newest public snapshot."""
    contest = standing_or_404(slug).contest
    asked = _asked(contest)
    address: dict[str, Any] = {"slug": slug, "board": asked.board, "scope": asked.scope or None}
    lines = _lines(contest, asked)
    page = min(_page_asked(), max(1, -(-len(lines) // PER_PAGE)))
    return render_template(
        "quiz/ranking.html",
        contest=contest,
        name=contest_name(contest),
        snapshot=asked.snapshot,
        board=asked.board,
        is_per_head=asked.scope.startswith("per-head"),
        sources=_sources(lines),
        why_not_per_head=_why_not_per_head(asked),
        is_frozen=is_frozen(db.session, contest.id),
        lines=lines[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(lines),
        earlier_href=url_for("quiz.ranking", **address, page=page - 1) if page > 1 else "",
        later_href=url_for("quiz.ranking", **address, page=page + 1) if page * PER_PAGE < len(lines) else "",
        boards=[
            Choice(label, url_for("quiz.ranking", slug=slug, board=board), board == asked.board)
            for board, label in _board_names().items()
        ],
        scopes=_scope_choices(contest, asked),
        json_href=url_for("quiz.ranking_json", **address),
        csv_href=url_for("quiz.ranking_csv", **address),
        points=points,
        mean_points=mean_points,
        clock=clock,
    )


def _sources(lines: Sequence[Line]) -> list[tuple[str, int, int]]:
    """Source and year of the populations shown, with how many lines rest on them."""
    counts = Counter((line.population_source, line.population_year) for line in lines if line.population_year)
    return [(source, year or 0, count) for (source, year), count in sorted(counts.items(), key=str)]


def _why_not_per_head(asked: Asked) -> str:
    """Why a board of regions is not made per 10,000 residents; empty where it is."""
    if asked.board not in REGIONAL or any(scope.startswith("per-head") for scope in asked.scopes):
        return ""
    if asked.populations.edition_id is None:
        return _("没有“每万人参与”榜：还没有载入注明出处和年份的常住人口数，没有出处的数字不用。")
    return _("没有“每万人参与”榜：载入的常住人口数里没有这些地区。")


def _page_asked() -> int:
    text = request.args.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 4 else 1


def _board_names() -> dict[str, str]:
    return {
        boards.PEOPLE: _("个人"),
        boards.PROVINCES: _("省（自治区、直辖市）"),
        boards.COUNTIES: _("县（区）"),
        boards.UNITS: _("单位"),
    }


def _scope_choices(contest: Contest, asked: Asked) -> list[Choice]:
    provinces = [scope.partition(":")[2] for scope in asked.scopes if scope.startswith("province:")]
    names = {code: pick(one.name, one.name_en) for code, one in seams.regions(db.session, provinces).items()}
    brackets = bracket_names(contest)
    return [
        Choice(
            _scope_name(scope, asked.edges, names, brackets),
            url_for("quiz.ranking", slug=contest.slug, board=asked.board, scope=scope or None),
            scope == asked.scope,
        )
        for scope in asked.scopes
    ]


def _scope_name(scope: str, edges: tuple[int, ...], provinces: dict[str, str], brackets: dict[str, str]) -> str:
    kind, _colon, code = scope.partition(":")
    if kind == "bracket":
        return brackets.get(code, code)
    if kind == "province":
        return provinces.get(code, code)
    if kind == "per-head":
        return _("每万人参与（%(edges)s）", edges=_population_class(int(code), edges))
    return _("参与人数") if scope else _("全部")


def _population_class(number: int, edges: tuple[int, ...]) -> str:
    if not edges:
        return _("不分档")
    if number == 0:
        return _("%(n)s 万人以下", n=edges[0] // 10_000)
    if number >= len(edges):
        return _("%(n)s 万人以上", n=edges[-1] // 10_000)
    return _("%(low)s–%(high)s 万人", low=edges[number - 1] // 10_000, high=edges[number] // 10_000)


def _lines(contest: Contest, asked: Asked) -> list[Line]:
    if asked.snapshot is None:
        return []
    rows = list_rows(db.session, asked.snapshot.id, asked.board, asked.scope, size=MOST_LINES)
    codes = {row.county_code or row.key for row in rows if asked.board != boards.UNITS}
    known = seams.regions(db.session, codes)
    names = {code: pick(one.name, one.name_en) for code, one in known.items()}
    if asked.board == boards.UNITS:
        names = dict(unit_names(db.session, contest.id))
    return _placed([_line(row, asked, names) for row in rows], asked.board)


def _line(row: RankingRow, asked: Asked, names: dict[str, str]) -> Line:
    is_person = asked.board == boards.PEOPLE
    figure = asked.populations.figures.get(row.key) if asked.board in REGIONAL else None
    average = row.centipoints // row.participants if row.centipoints is not None and row.participants else None
    return Line(
        place=None if row.is_small else row.place,
        key="" if is_person else row.key,
        name=masks.masked_name(row.label) or "—" if is_person else names.get(row.key, row.key),
        county=names.get(row.county_code, row.county_code) if is_person else "",
        score=row.centipoints if is_person else average,
        time_ms=row.rank_ms,
        participants=row.participants,
        attempts=row.attempts,
        full_marks=row.full_marks,
        population=row.population,
        population_year=figure.year if figure else None,
        population_source=figure.source if figure else "",
        per_10k=per_ten_thousand(row.participants_per_10m, row.participants),
        is_small=row.is_small,
    )


def _placed(lines: list[Line], board: str) -> list[Line]:
    """Regions and units with equal figures share a place; people never do."""
    found: list[Line] = []
    for line in lines:
        last = found[-1] if found and board != boards.PEOPLE else None
        is_same = last is not None and not line.is_small and _figures(last) == _figures(line)
        found.append(replace(line, place=last.place) if last is not None and is_same else line)
    return found


def _figures(line: Line) -> tuple[object, ...]:
    return (line.per_10k, line.participants, line.score)


@blueprint.get("/quiz/<slug>/ranking.json")
@limiter.limit(RATE)
@public
def ranking_json(slug: str) -> ResponseReturnValue:
    """The same ranking for programs, with the snapshot's digest."""
    contest = standing_or_404(slug).contest
    asked = _asked(contest)
    values: dict[str, Any] = {
        "contest": contest.slug,
        "board": asked.board,
        "scope": asked.scope,
        "as_of": asked.snapshot.as_of.isoformat() if asked.snapshot else None,
        "is_frozen": is_frozen(db.session, contest.id),
        "is_demo": contest.is_demo,
        "digest": asked.snapshot.digest if asked.snapshot else None,
        "minimum_sample": contest.minimum_sample,
        "population_class_edges": asked.edges,
        "rows": [{column.key: column.value(line) for column in _columns()} for line in _lines(contest, asked)],
    }
    return make_response(json.dumps(values, ensure_ascii=False), {"Content-Type": "application/json"})


@blueprint.get("/quiz/<slug>/ranking.csv")
@limiter.limit(RATE)
def ranking_csv(slug: str) -> Response:
    """The same ranking as a table."""
    contest = standing_or_404(slug).contest
    asked = _asked(contest)
    answer = Response(
        stream_with_context(stream_csv(_columns(), _lines(contest, asked))), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = content_disposition(f"ranking-{contest.slug}-{asked.board}.csv")
    return answer


def _columns() -> list[Column[Line]]:
    return [
        Column("place", _("名次"), lambda line: line.place, Kind.NUMBER),
        Column("key", _("代码"), lambda line: line.key),
        Column("name", _("名称"), lambda line: line.name),
        Column("county", _("县（区）"), lambda line: line.county),
        Column("score", _("得分"), lambda line: None if line.score is None else line.score / 100, Kind.NUMBER),
        Column("time_ms", _("用时（毫秒）"), lambda line: line.time_ms, Kind.NUMBER),
        Column("participants", _("参与人数"), lambda line: line.participants, Kind.NUMBER),
        Column("attempts", _("答卷数"), lambda line: line.attempts, Kind.NUMBER),
        Column("full_marks", _("满分人数"), lambda line: line.full_marks, Kind.NUMBER),
        Column("population", _("常住人口"), lambda line: line.population, Kind.NUMBER),
        Column("population_year", _("人口数的年份"), lambda line: line.population_year, Kind.NUMBER),
        Column("population_source", _("人口数的来源"), lambda line: line.population_source),
        Column("per_10k", _("每万人参与"), lambda line: line.per_10k or None),
        Column("is_small", _("人数过少"), lambda line: _("是") if line.is_small else ""),
    ]
