"""The self-inspection in the back office: every check with its value, its limit and where to mend it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.audit import actor_of
from outreach.core.clock import now
from outreach.core.db import db
from outreach.core.exports import Column, content_disposition, stream_csv
from outreach.core.formats import moment
from outreach.core.jobs import Job, JobState, enqueue
from outreach.core.permissions import Permission
from outreach.core.staff import require, tell, the_staff
from outreach.inspection.blueprint import blueprint
from outreach.inspection.lists import wrong_words
from outreach.inspection.queries.runs import history, list_runs, unread_files
from outreach.inspection.report import CheckResult, Place, make_report
from outreach.inspection.rules.verdicts import Verdict
from outreach.inspection.tasks import JOB
from outreach.inspection.wording import PACES, UNREAD, VERDICTS

#: A walk that is older says little about the site of today.
STALE_AFTER: Final = timedelta(days=7)
#: Walks whose values are drawn.
DRAWN: Final = 30


@blueprint.get("/admin/inspection")
@require(Permission.INSPECTION_VIEW)
def overview() -> ResponseReturnValue:
    """All checks at a glance, the worst first, and the columns with their clocks."""
    report, runs = make_report(db.session), list_runs(db.session, DRAWN)
    return render_template(
        "inspection/overview.html",
        report=report,
        runs=runs,
        histories={check.code: history(runs, check.code) for check in report.checks},
        job=_job_under_way(),
        is_stale=report.run is not None and now() - report.run.finished_at > STALE_AFTER,
        **_words(),
    )


@blueprint.get("/admin/inspection/<code>")
@require(Permission.INSPECTION_VIEW)
def check(code: str) -> ResponseReturnValue:
    """One check with every place that is to be mended, and how it went over the walks."""
    report = make_report(db.session)
    found = next((one for one in report.checks if one.code == code), None) or abort(404)
    return render_template(
        "inspection/check.html",
        check=found,
        run=report.run,
        readings=history(list_runs(db.session, DRAWN), code),
        words=wrong_words() if code == "wrong_words" else (),
        **_words(),
    )


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
        Column("measured_at", _("数值时间"), lambda row: moment(row[0].measured_at)),
    ]


@blueprint.post("/admin/inspection/runs")
@require(Permission.INSPECTION_VIEW)
def start() -> ResponseReturnValue:
    """Begin a new walk in the background; one at a time is enough."""
    if (running := _job_under_way()) is not None:
        tell(_("已有一次全站检查在进行，完成后结果会出现在这里。"), "info")
        db.session.commit()
        return redirect(url_for("admin.job", job_id=running.id), 303)
    job = enqueue(db.session, JOB, {}, actor_of(the_staff()), _("网站自查"))
    tell(_("已开始检查全站，完成后结果会出现在网站自查页面。"))
    db.session.commit()
    return redirect(url_for("admin.job", job_id=job.id), 303)


def _job_under_way() -> Job | None:
    asked = sa.select(Job).where(Job.kind == JOB, Job.state.in_((JobState.WAITING, JobState.RUNNING)))
    return db.session.scalars(asked.order_by(Job.id).limit(1)).one_or_none()


def _words() -> dict[str, Any]:
    return {
        "verdicts": VERDICTS,
        "paces": PACES,
        "Verdict": Verdict,
        "unread_files": unread_files,
        "unread_words": UNREAD,
    }
