"""Long work: what waits and runs, how far it is, what came out; begin anew, cancel."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from outreach.admin import wording
from outreach.admin.blueprint import blueprint
from outreach.admin.forms import parse_job_query
from outreach.admin.queries.jobs import find_job, search_jobs
from outreach.admin.rules import spelled
from outreach.core import jobs
from outreach.core.addresses import is_own_path
from outreach.core.audit.recording import Actor
from outreach.core.audit.web import actor_of
from outreach.core.db import db
from outreach.core.jobs import Job, JobStateWrong
from outreach.core.jobs.models import ENDED, RESTARTABLE
from outreach.core.permissions import Permission
from outreach.core.staff import require, tell, the_staff

#: How often the page asks again by itself, where somebody wants that and no script runs.
REFRESH_SECONDS = 10


@blueprint.get("/jobs", endpoint="jobs")
@require(Permission.STAFF_SELF)
def jobs_page() -> ResponseReturnValue:
    """One's own jobs; all of them for those who manage the system."""
    query = parse_job_query(request.args)
    found = search_jobs(db.session, the_staff(), query)

    def page_href(number: int) -> str:
        """Address of another page of this list."""
        return url_for("admin.jobs", state=query.state, page=number)

    views = [(_("全部"), url_for("admin.jobs"), None, query.state is None)]
    for state, name in wording.JOB_STATES.items():
        views.append((str(name), url_for("admin.jobs", state=state), None, query.state is state))
    return render_template("admin/jobs.html", found=found, page_href=page_href, views=views, wording=wording)


@blueprint.get("/jobs/<int:job_id>")
@require(Permission.STAFF_SELF)
def job(job_id: int) -> ResponseReturnValue:
    """One job. It is asked for again by a link, by a script, or by the header that ``?refresh=1`` adds."""
    found = _job_or_404(job_id)
    is_running = found.state not in ENDED
    is_refreshed = is_running and request.args.get("refresh") == "1"
    report = found.report or {}
    answer = make_response(
        render_template(
            "admin/job.html",
            job=found,
            is_running=is_running,
            is_refreshed=is_refreshed,
            refresh_seconds=REFRESH_SECONDS,
            may_restart=found.state in RESTARTABLE,
            lines=_lines(report),
            links=[(str(label), str(href)) for label, href in report.get("links", ()) if is_own_path(str(href))],
            wording=wording,
        )
    )
    if is_refreshed:
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


def _lines(report: dict[str, object]) -> list[tuple[str, str]]:
    """The report for people: the lines that the kind wrote, else every value by its name."""
    given = report.get("lines")
    if isinstance(given, list):
        return [(str(line[0]), spelled(line[1])) for line in given if isinstance(line, list) and len(line) == 2]
    return [(name, spelled(value)) for name, value in report.items() if name != "links"]


@blueprint.get("/jobs/<int:job_id>.json")
@require(Permission.STAFF_SELF)
def job_json(job_id: int) -> Response:
    """How far a job is, for the script of its page."""
    found = _job_or_404(job_id)
    return jsonify(
        state=found.state,
        words=str(wording.JOB_STATES[found.state]),
        progress=found.progress,
        note=found.note,
        ended=found.state in ENDED,
    )


@blueprint.post("/jobs/<int:job_id>/restart")
@require(Permission.STAFF_SELF)
def job_restart(job_id: int) -> ResponseReturnValue:
    """Put a job that ended badly into the queue again."""
    return _change(job_id, jobs.restart, _("任务已重新排队。"))


@blueprint.post("/jobs/<int:job_id>/cancel")
@require(Permission.STAFF_SELF)
def job_cancel(job_id: int) -> ResponseReturnValue:
    """Take a waiting job out, or ask a running one to stop."""
    return _change(job_id, jobs.cancel, _("已请求取消。进行中的任务在下一个停顿处停止，已写入的内容全部撤销。"))


def _change(job_id: int, action: Callable[[Session, Job, Actor], None], words: str) -> Response:
    found = _job_or_404(job_id)
    try:
        action(db.session, found, actor_of(the_staff()))
    except JobStateWrong as fault:
        db.session.rollback()
        state = wording.JOB_STATES[fault.state]
        tell(_("任务现在的状态是“%(state)s”，不能进行这一步。", state=state), "warning")
    else:
        tell(words)
    db.session.commit()
    return make_response(redirect(url_for("admin.job", job_id=job_id), code=303))


def _job_or_404(job_id: int) -> Job:
    return find_job(db.session, the_staff(), job_id) or abort(404)
