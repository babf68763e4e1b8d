"""Imports of batch lists in the browser: their history, an upload, one import with its rows."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core import files, jobs
from outreach.core.audit import Target, actor_of, record
from outreach.core.clock import now
from outreach.core.db import db
from outreach.core.drafts import DraftState
from outreach.core.exports import Column, Kind, content_disposition, stream_csv
from outreach.core.files import TABLES, FileRefused, StoredFile
from outreach.core.files.storing import LONGEST
from outreach.core.list_queries import parse_page
from outreach.core.permissions import Permission
from outreach.core.staff import require, the_staff
from outreach.counties.actions.import_undoing import find_obstacle, find_undo
from outreach.counties.admin.previewing import make_preview
from outreach.counties.admin.tasks import PREVIEW
from outreach.counties.admin.wording import DRAFT_STATES, REFUSALS, said
from outreach.counties.blueprint import blueprint
from outreach.counties.forms_staff import Fault, Faults
from outreach.counties.imports.importing import ImportRefused
from outreach.counties.imports.remarks import LABELS, OUTCOMES
from outreach.counties.imports.rows import Outcome, RemarkCode
from outreach.counties.models import CountyImportRun
from outreach.counties.models_staff import CountyImportDraft
from outreach.counties.queries.upkeep import find_draft_of, list_drafts, search_runs

#: Files above this size are read by a job: a list of a few hundred counties is a tenth of it.
INLINE_BYTES: Final = 200_000
PURPOSE: Final = "county-import"
Row = dict[str, Any]


@blueprint.get("/admin/counties/imports/")
@require(Permission.COUNTIES_VIEW)
def admin_imports() -> ResponseReturnValue:
    """Uploads that wait, and every import, the newest first."""

    def page_href(number: int) -> str:
        """Address of another page of this list."""
        return url_for("counties.admin_imports", page=number)

    return render_template(
        "counties/admin/imports.html",
        drafts=list_drafts(db.session),
        found=search_runs(db.session, parse_page(request.args)),
        page_href=page_href,
        draft_states=DRAFT_STATES,
        may_import=the_staff().may(Permission.COUNTIES_IMPORT),
    )


@blueprint.route("/admin/counties/imports/new", methods=["GET", "POST"])
@require(Permission.COUNTIES_IMPORT)
def admin_import_new() -> ResponseReturnValue:
    """Take a list in for a look; nothing of it is written before somebody has seen the preview."""
    if request.method != "POST":
        return _upload_page({}, is_strict=False)
    faults: Faults = {}
    is_strict = request.form.get("strict") == "1"
    stored = _store(faults)
    if stored is None:
        db.session.rollback()
        return _upload_page(faults, is_strict=is_strict)
    draft = _draft(stored, is_strict=is_strict)
    read_draft(draft, stored.size)
    target = Target("county-import-draft", str(draft.id), draft.file_name)
    record(db.session, actor=actor_of(the_staff()), action="counties.upload", target=target)
    address = url_for("counties.admin_preview", draft_id=draft.id)
    db.session.commit()
    return redirect(address, code=303)


def _store(faults: Faults) -> StoredFile | None:
    sent = files.uploaded("file")
    if sent is None:
        faults["file"] = Fault.FILE_MISSING
        return None
    who = actor_of(the_staff())
    try:
        return files.store(
            db.session,
            name=sent.filename or "",
            content=sent.stream.read(LONGEST + 1),
            purpose=PURPOSE,
            actor=who,
            allowed=TABLES,
        )
    except FileRefused as refused:
        faults["file"] = REFUSALS[refused.reason]
        return None


def _draft(stored: StoredFile, *, is_strict: bool) -> CountyImportDraft:
    staff = the_staff()
    draft = CountyImportDraft(
        file_id=stored.id,
        file_name=stored.name,
        state=DraftState.READING,
        is_strict=is_strict,
        generation="",
        report={},
        fault="",
        created_by_id=staff.id,
        created_by_name=staff.name,
        created_at=now(),
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def read_draft(draft: CountyImportDraft, size: int) -> None:
    """Make the preview at once, or let a job make that of a long list."""
    draft.state = DraftState.READING
    if size > INLINE_BYTES:
        label = _("预览 %(name)s", name=draft.file_name)
        draft.job_id = jobs.enqueue(db.session, PREVIEW, {"draft_id": draft.id}, actor_of(the_staff()), label).id
        return
    try:
        make_preview(db.session, draft)
    except ImportRefused as refusal:
        draft.state, draft.fault = DraftState.REFUSED, str(refusal)


def _upload_page(faults: Faults, *, is_strict: bool) -> Response:
    page = render_template("counties/admin/import_new.html", faults=said(faults), is_strict=is_strict)
    return make_response(page, 422 if faults else 200)


def run_or_404(run_id: int) -> CountyImportRun:
    return db.session.get(CountyImportRun, run_id) or abort(404)


@blueprint.get("/admin/counties/imports/<int:run_id>")
@require(Permission.COUNTIES_VIEW)
def admin_import(run_id: int) -> ResponseReturnValue:
    """What one import did, row by row."""
    run = run_or_404(run_id)
    outcome = request.args.get("outcome", "")
    rows: list[Row] = run.report.get("rows", [])
    may_import = the_staff().may(Permission.COUNTIES_IMPORT)
    return render_template(
        "counties/admin/import.html",
        run=run,
        draft=find_draft_of(db.session, run.id),
        undone=find_undo(db.session, run),
        may_undo=may_import and find_obstacle(db.session, run) is None,
        totals=run.report.get("totals", []),
        rows=[row for row in rows if outcome not in set(Outcome) or row["outcome"] == outcome],
        outcome=outcome,
        outcome_words=OUTCOMES,
        label_of=_label,
    )


def _label(code: str) -> str:
    return str(LABELS[RemarkCode(code)]) if code in set(RemarkCode) else code


@blueprint.get("/admin/counties/imports/<int:run_id>.csv")
@require(Permission.COUNTIES_VIEW)
def admin_import_csv(run_id: int) -> Response:
    """Every row of one import with its outcome, as CSV."""
    run = run_or_404(run_id)
    columns: list[Column[Row]] = [
        Column("row", _("行号"), lambda row: row["row"], Kind.NUMBER),
        Column("batch", _("批次"), lambda row: row["batch"], Kind.NUMBER),
        Column("name", _("名称"), lambda row: row["name"]),
        Column("outcome", _("结果"), lambda row: str(OUTCOMES[Outcome(row["outcome"])])),
        Column("unit", _("单位"), lambda row: row["unit"]),
        Column("message", _("说明"), lambda row: "; ".join(map(_label, row["remarks"]))),
        Column("candidates", _("候选单位"), lambda row: " ".join(row["candidates"])),
    ]
    answer = Response(b"".join(stream_csv(columns, run.report.get("rows", []))), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition(f"county-import-{run.id}.csv")
    return answer
