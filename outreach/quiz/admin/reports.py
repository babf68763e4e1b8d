"""The organisers' report: participants, accuracy, coverage by county and unit, topics, and the item analysis."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa
from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach.core import jobs
from outreach.core.audit.web import actor_of
from outreach.core.db import db
from outreach.core.exports import Column, Kind, content_disposition, stream_csv, stream_xlsx
from outreach.core.files import StoredFile, open_file
from outreach.core.permissions import Permission
from outreach.core.staff import require, the_staff
from outreach.quiz import seams
from outreach.quiz.admin import wording
from outreach.quiz.admin.blueprint import blueprint
from outreach.quiz.admin.shared import LOOKERS, contest_or_404, go_on, page, points, who
from outreach.quiz.models import Contest
from outreach.quiz.queries.organising import GroupLine, list_county_lines, list_unit_lines
from outreach.quiz.seams import Act

#: The jobs that work out the item analysis and the recount.
ITEMS: Final = "quiz.items"
RECOUNT: Final = "quiz.recount"
#: Lines of a table on the page; the files hold all.
SHOWN: Final = 100

GROUP_COLUMNS: Final[tuple[Column[GroupLine], ...]] = (
    Column("code", _l("编码"), lambda line: line.code),
    Column("name", _l("名称"), lambda line: line.name),
    Column("participants", _l("参与人数"), lambda line: line.participants, Kind.NUMBER),
    Column("roll", _l("应参与人数"), lambda line: line.roll, Kind.NUMBER),
    Column("coverage", _l("参与率（%）"), lambda line: _rounded(line.coverage), Kind.NUMBER),
    Column("attempts", _l("答卷份数"), lambda line: line.attempts, Kind.NUMBER),
    Column("mean", _l("平均分"), lambda line: _mean(line), Kind.NUMBER),
    Column("full_marks", _l("满分人数"), lambda line: line.full_marks, Kind.NUMBER),
)
ITEM_COLUMNS: Final[tuple[Column[dict[str, Any]], ...]] = (
    Column("code", _l("编号"), lambda row: row["code"]),
    Column("version", _l("版本"), lambda row: row["number"], Kind.NUMBER),
    Column("topic", _l("主题"), lambda row: row["topic"]),
    Column("kind", _l("题型"), lambda row: str(wording.KINDS[row["kind"]])),
    Column("stem", _l("题干"), lambda row: row["stem"]),
    Column("count", _l("作答份数"), lambda row: row["count"], Kind.NUMBER),
    Column("unanswered", _l("未答"), lambda row: row["unanswered"], Kind.NUMBER),
    Column("p_value", _l("得分率"), lambda row: row["p_value"], Kind.NUMBER),
    Column("discrimination", _l("区分度"), lambda row: row["discrimination"], Kind.NUMBER),
    Column("flags", _l("提示"), lambda row: "；".join(str(wording.ITEM_FLAGS[one]) for one in row["flags"])),
    Column("options", _l("选项"), lambda row: _option_words(row["options"])),
)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _mean(line: GroupLine) -> float | None:
    return None if line.mean_centipoints is None else round(line.mean_centipoints / 100, 2)


def _option_words(options: Sequence[dict[str, Any]]) -> str:
    return "；".join(f"{'✓' if one['is_right'] else ''}{one['text']} {one['count']}" for one in options)


def items_purpose(contest_id: int) -> str:
    """Under which the newest item analysis of a contest is kept."""
    return f"quiz-items:{contest_id}"


@blueprint.get("/contests/<slug>/reports")
@require(*LOOKERS)
def reports(slug: str) -> ResponseReturnValue:
    """The report on one page; whole tables as files."""
    found = contest_or_404(slug)
    counties, units, items = _counties(found), list_unit_lines(db.session, found.id), _items(found)
    people, total = sum(line.participants for line in counties), sum(line.centipoints for line in counties)
    return page(
        "quiz_admin/reports.html",
        contest=found,
        counties=counties,
        units=units,
        people=people,
        attempts=sum(line.attempts for line in counties),
        full_marks=sum(line.full_marks for line in counties),
        accuracy=100 * total / (people * found.full_centipoints) if people and found.full_centipoints else None,
        units_active=sum(line.participants > 0 for line in units),
        items=items,
        shown=SHOWN,
        points=points,
        may_manage=the_staff().may(Permission.QUIZ_MANAGE),
    )


def _counties(contest: Contest) -> list[GroupLine]:
    lines = list_county_lines(db.session, contest.id)
    names = seams.regions(db.session, [line.code for line in lines])
    return [replace(line, name=names[line.code].name) for line in lines]


def _items(contest: Contest) -> dict[str, Any] | None:
    """The newest item analysis that is still kept."""
    query = sa.select(StoredFile).where(StoredFile.purpose == items_purpose(contest.id))
    kept = db.session.scalar(query.order_by(StoredFile.id.desc()).limit(1))
    if kept is None:
        return None
    found: dict[str, Any] = json.loads(open_file(db.session, kept).read())
    return found


@blueprint.post("/contests/<slug>/reports/<name>")
@require(Permission.QUIZ_MANAGE)
def report_job(slug: str, name: str) -> ResponseReturnValue:
    """Work out the item analysis, or count everything again, beside the pages."""
    found = contest_or_404(slug)
    labels = {
        "items": _("“%(title)s”的题目分析", title=found.title),
        "recount": _("“%(title)s”重新计票", title=found.title),
    }
    if name not in labels:
        abort(404)
    kind = ITEMS if name == "items" else RECOUNT
    job = jobs.enqueue(db.session, kind, {"slug": slug}, actor_of(the_staff()), labels[name])
    return go_on(url_for("admin.job", job_id=job.id), _("任务已排队。"))


@blueprint.post("/contests/<slug>/reports/export")
@require(Permission.QUIZ_MANAGE)
def report_export(slug: str) -> ResponseReturnValue:
    """One table of the report as a file; that it was taken is on record."""
    found = contest_or_404(slug)
    table, ending = request.form.get("table", ""), request.form.get("format", "")
    if ending not in ("csv", "xlsx"):
        abort(400)
    columns, rows = _table(found, table)
    act = Act("quiz:report-exported", f"contest:{slug}", after={"table": table, "format": ending, "rows": len(rows)})
    seams.record(db.session, who(), act)
    db.session.commit()
    stream = stream_csv if ending == "csv" else stream_xlsx
    types = {
        "csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    answer = Response(b"".join(_written(stream, columns, rows)), content_type=types[ending])
    answer.headers["Content-Disposition"] = content_disposition(f"{slug}-{table}.{ending}")
    return answer


def _table(contest: Contest, table: str) -> tuple[Any, Sequence[Any]]:
    if table == "counties":
        return GROUP_COLUMNS, _counties(contest)
    if table == "units":
        return GROUP_COLUMNS, list_unit_lines(db.session, contest.id)
    if table != "items":
        abort(400)
    return ITEM_COLUMNS, (_items(contest) or {"rows": []})["rows"]


def _written(stream: Any, columns: Any, rows: Sequence[Any]) -> Iterator[bytes]:
    yield from stream(columns, rows)
