"""Taking a whole import back: what would happen, why, and doing it."""

from __future__ import annotations

from typing import Final

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core import jobs
from outreach.core.audit import actor_of
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.staff import require, tell, the_staff
from outreach.labels.actions.import_locking import ImportBusy
from outreach.labels.actions.import_undoing import CannotUndo
from outreach.labels.admin.imports import run_or_404
from outreach.labels.admin.tasks import UNDO, take_back
from outreach.labels.admin.wording import OBSTACLES, said
from outreach.labels.blueprint import blueprint
from outreach.labels.forms_upkeep import Faults, parse_reason
from outreach.labels.models import ImportRun
from outreach.labels.queries.undoing import Obstacle, find_obstacle, look_ahead

#: Imports of more rows are taken back by a job.
INLINE_ROWS: Final = 5_000


@blueprint.route("/admin/labels/imports/<int:run_id>/undo", methods=["GET", "POST"])
@require(Permission.LABELS_UNDO, fresh=True)
def admin_import_undo(run_id: int) -> ResponseReturnValue:
    """Say what taking the import back does; with a reason, do it."""
    run = run_or_404(run_id)
    if request.method != "POST":
        return _page(run, "", {})
    faults: Faults = {}
    reason = parse_reason(request.form, faults)
    if faults or find_obstacle(db.session, run):
        return _page(run, reason, faults)
    if run.rows_total > INLINE_ROWS:
        return _ask(run, reason)
    try:
        done = take_back(run, actor_of(the_staff()), reason)
    except CannotUndo:
        db.session.rollback()
        return _page(run_or_404(run_id), reason, {})
    except ImportBusy:
        db.session.rollback()
        tell(_("另一个导入正在进行，请稍后再试。"), "warning")
    else:
        counts = {"removed": done.removed, "restored": done.restored}
        tell(_("导入已撤销：%(removed)d 条登记不再展示，%(restored)d 条恢复原内容。", **counts))
    db.session.commit()
    return redirect(url_for("labels.admin_import", run_id=run_id), code=303)


def _ask(run: ImportRun, reason: str) -> Response:
    label = _("撤销导入 %(name)s", name=run.file_name)
    arguments = {"run_id": run.id, "reason": reason}
    job = jobs.enqueue(db.session, UNDO, arguments, actor_of(the_staff()), label)
    address = url_for("admin.job", job_id=job.id)
    db.session.commit()
    return make_response(redirect(address, code=303))


def _page(run: ImportRun, reason: str, faults: Faults) -> Response:
    obstacle: Obstacle | None = find_obstacle(db.session, run)
    page = render_template(
        "labels/admin/import_undo.html",
        run=run,
        obstacle=obstacle,
        obstacle_words=str(OBSTACLES[obstacle.why]) if obstacle else "",
        outlook=look_ahead(db.session, run),
        reason=reason,
        faults=said(faults),
    )
    is_refused = request.method == "POST" and obstacle is not None
    return make_response(page, 409 if is_refused else 422 if faults else 200)
