"""Figures of the inbox by year, for the yearly report of the site: on a page and as a table to take away."""

from __future__ import annotations

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.clock import today
from outreach.core.db import db
from outreach.core.exports import Column, Kind, content_disposition, stream_csv
from outreach.core.permissions import Permission
from outreach.core.staff import require
from outreach.inbox.blueprint import blueprint
from outreach.inbox.forms import parse_year
from outreach.inbox.kinds import inbox_kinds
from outreach.inbox.queries.yearly import list_handled, list_years
from outreach.inbox.rules.figures import ALL, Figures, figures


@blueprint.get("/admin/inbox/statistics")
@require(Permission.INBOX_VIEW)
def statistics() -> ResponseReturnValue:
    """How many letters came in a year, how many were answered, how fast."""
    year = parse_year(request.args, today().year)
    return render_template(
        "inbox/statistics.html", year=year, years=list_years(db.session), lines=_lines(year), name=_name, today=today()
    )


@blueprint.get("/admin/inbox/statistics.csv")
@require(Permission.INBOX_VIEW)
def statistics_csv() -> Response:
    """The same as a table."""
    year = parse_year(request.args, today().year)
    answer = Response(b"".join(stream_csv(_columns(), _lines(year))), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition(f"letters-{year}.csv")
    return answer


def _lines(year: int) -> list[Figures]:
    return figures(list_handled(db.session, year), list(inbox_kinds()), today())


def _name(code: str) -> str:
    if code == ALL:
        return _("合计")
    kind = inbox_kinds().get(code)
    return str(kind.label) if kind else code


def _columns() -> list[Column[Figures]]:
    return [
        Column("kind", _("类别"), lambda line: _name(line.kind)),
        Column("received", _("收到"), lambda line: line.received, Kind.NUMBER),
        Column("answered", _("已答复"), lambda line: line.answered, Kind.NUMBER),
        Column("in_time", _("按时答复"), lambda line: line.in_time, Kind.NUMBER),
        Column("overdue", _("超期"), lambda line: line.overdue, Kind.NUMBER),
        Column("rejected", _("不予办理"), lambda line: line.rejected, Kind.NUMBER),
        Column("merged", _("并入另一件"), lambda line: line.merged, Kind.NUMBER),
        Column("median_days", _("答复用时中位数（工作日）"), lambda line: line.median_days, Kind.NUMBER),
    ]
