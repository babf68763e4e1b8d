"""Taking a whole import back: what would go, why it may not, and doing it."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.audit import Target, actor_of, record
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.staff import require, tell, the_staff
from outreach.counties.actions.batch_lists import ImportBusy
from outreach.counties.actions.import_undoing import CannotUndo, find_obstacle, look_ahead, undo_import
from outreach.counties.admin.imports import run_or_404
from outreach.counties.admin.wording import OBSTACLES, said
from outreach.counties.blueprint import blueprint
from outreach.counties.forms_staff import Faults, parse_reason
from outreach.counties.models import CountyImportRun


@blueprint.route("/admin/counties/imports/<int:run_id>/undo", methods=["GET", "POST"])
@require(Permission.COUNTIES_IMPORT, fresh=True)
def admin_import_undo(run_id: int) -> ResponseReturnValue:
    """Say what taking the import back does; with a reason, do it."""
    run = run_or_404(run_id)
    if request.method != "POST":
        return _page(run, "", {})
    faults: Faults = {}
    reason = parse_reason(request.form, faults)
    if faults:
        return _page(run, reason, faults)
    staff, target = the_staff(), Target("county-import", str(run.id), run.file_name)
    try:
        done = undo_import(db.session, run, by=staff.name, reason=reason)
    except CannotUndo:
        db.session.rollback()
        return _page(run_or_404(run_id), reason, {})
    except ImportBusy:
        db.session.rollback()
        tell(_("另一个导入正在进行，请稍后再试。"), "warning")
    else:
        after = {"events": done.events, "reviews": done.reviews, "batches": done.batches}
        tell(_("导入已撤销：%(events)d 条命名、%(reviews)d 条待核对名称已移除。", **after))
        record(db.session, actor=actor_of(staff), action="counties.undo", target=target, after=after, reason=reason)
    db.session.commit()
    return redirect(url_for("counties.admin_import", run_id=run_id), code=303)


def _page(run: CountyImportRun, reason: str, faults: Faults) -> Response:
    obstacle = find_obstacle(db.session, run)
    page = render_template(
        "counties/admin/import_undo.html",
        run=run,
        obstacle=obstacle,
        obstacle_words=str(OBSTACLES[obstacle.why]) if obstacle else "",
        outlook=look_ahead(db.session, run),
        reason=reason,
        faults=said(faults),
    )
    is_refused = request.method == "POST" and obstacle is not None
    return make_response(page, 409 if is_refused else 422 if faults else 200)
