"""The self-inspection in the back office: every check with its value, its limit and where to mend it."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.audit import actor_of
from outreach.core.db import db
from outreach.core.exports import Column, Kind, content_disposition, stream_csv
from outreach.core.jobs import enqueue
from outreach.core.permissions import Permission
from outreach.core.staff import require, tell, the_staff
from outreach.inspection.blueprint import blueprint
from outreach.inspection.queries.runs import found_in, list_runs
from outreach.inspection.report import CheckResult, Place, make_report
from outreach.inspection.rules.verdicts import Verdict
from outreach.inspection.wording import PACES, VERDICTS

JOB: Final = "inspection"


@blueprint.get("/admin/inspection")
@require(Permission.INSPECTION_VIEW)
def overview() -> ResponseReturnValue:
    """All checks at a glance, the worst first, and the columns with their clocks."""
    runs = [(run, sum(found.value for found in found_in(run).values())) for run in list_runs(db.session)]
    return render_template("inspection/overview.html", report=make_report(db.session), runs=runs, **_words())


@blueprint.get("/admin/inspection/<code>")
@require(Permission.INSPECTION_VIEW)
def check(code: str) -> ResponseReturnValue:
    """One check with every place that is to be mended."""
    found = make_report(db.session).find(code)
    if found is None:
        abort(404)
    return render_template("inspection/check.html", check=found, **_words())


@blueprint.get("/admin/inspection.csv")
@require(Permission.INSPECTION_VIEW)
def places_csv() -> Response:
    """Every place that is to be mended, of all checks."""
    rows = [(one, place) for one in make_report(db.session).checks for place in one.places]
    answer = Response(b"".join(stream_csv(_columns(), rows)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition("inspection.csv")
    return answer


def _columns() -> list[Column[tuple[CheckResult, Place]]]:
    return [
        Column("check", _("检查项"), lambda row: row[0].title),
        Column("verdict", _("结论"), lambda row: str(VERDICTS[row[0].verdict])),
        Column("place", _("位置"), lambda row: row[1].label),
        Column("detail", _("问题"), lambda row: row[1].detail),
        Column("measured_on", _("检查日期"), lambda row: row[0].measured_at, Kind.TEXT),
    ]


@blueprint.post("/admin/inspection/runs")
@require(Permission.INSPECTION_VIEW)
def start() -> ResponseReturnValue:
    """Begin a new walk in the background."""
    enqueue(db.session, JOB, {}, actor_of(the_staff()), _("网站自查"))
    tell(_("已开始检查全站，完成后这里会更新。"))
    db.session.commit()
    return redirect(url_for("inspection.overview"), 303)


def _words() -> dict[str, Any]:
    return {"verdicts": VERDICTS, "paces": PACES, "Verdict": Verdict}
