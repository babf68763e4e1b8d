"""Imports in the browser: their history, uploading a register, one import with its remarks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core import files, jobs
from outreach.core.audit import Target, actor_of, record
from outreach.core.clock import now, today
from outreach.core.db import db
from outreach.core.drafts import DraftState
from outreach.core.exports import Column, Kind, content_disposition, stream_csv
from outreach.core.files import TABLES, FileRefused, StoredFile
from outreach.core.list_queries import parse_page
from outreach.core.permissions import Permission
from outreach.core.staff import require, tell, the_staff
from outreach.labels.admin.previewing import make_preview
from outreach.labels.admin.tasks import PREVIEW
from outreach.labels.admin.wording import DRAFT_STATES, REFUSALS, said
from outreach.labels.blueprint import blueprint
from outreach.labels.forms_upkeep import OPTIONS, Fault, UploadForm, parse_rows_query, parse_upload
from outreach.labels.imports.importing import ImportRefused
from outreach.labels.imports.sources import SOURCES
from outreach.labels.models import ImportRemark, ImportRun
from outreach.labels.models_upkeep import ImportDraft
from outreach.labels.queries.drafts import (
    find_newest_run,
    find_same_draft,
    iter_remarks,
    list_runs,
    list_waiting_drafts,
    search_remarks,
)
from outreach.labels.queries.undoing import find_obstacle
from outreach.labels.wording import source_name

T = TypeVar("T")

#: Larger files are read by a job: nobody waits for a page that long.
INLINE_BYTES: Final = 200_000
REMARK_KINDS: Final = ("refused", "accepted")


@blueprint.get("/admin/labels/imports/")
@require(Permission.LABELS_VIEW)
def admin_imports() -> ResponseReturnValue:
    """Uploads that wait for somebody, and every import with who did it."""
    found = list_runs(db.session, parse_page(request.args))

    def page_href(number: int) -> str:
        """Address of another page of this list."""
        return url_for("labels.admin_imports", page=number)

    return render_template(
        "labels/admin/imports.html",
        drafts=list_waiting_drafts(db.session),
        found=found,
        page_href=page_href,
        draft_states=DRAFT_STATES,
        may_import=the_staff().may(Permission.LABELS_IMPORT),
    )


@blueprint.route("/admin/labels/imports/new", methods=["GET", "POST"])
@require(Permission.LABELS_IMPORT)
def admin_import_new() -> ResponseReturnValue:
    """Upload a register. Nothing of it is written before somebody has seen the preview."""
    if request.method != "POST":
        return _new_page(UploadForm("", None, "", frozenset()))
    form = parse_upload(request.form, today())
    sent = files.uploaded("file")
    if sent is None:
        form.faults["file"] = Fault.FILE_MISSING
    if sent is None or form.faults:
        return _new_page(form)
    try:
        stored = files.store(
            db.session,
            name=sent.filename or "",
            content=sent.stream,  # type: ignore[arg-type]  # a binary file by its nature
            purpose="labels-import",
            actor=actor_of(the_staff()),
            allowed=TABLES,
        )
    except FileRefused as refusal:
        db.session.rollback()
        form.faults["file"] = REFUSALS[refusal.reason]
        return _new_page(form)
    return _told_before(form, stored) or _begin(form, stored)


def _told_before(form: UploadForm, stored: StoredFile) -> Response | None:
    """Where the same file is already, or was taken in last: nothing new comes of it."""
    digest, name = stored.sha256, stored.name
    same, newest = find_same_draft(db.session, form.source, digest), find_newest_run(db.session, form.source)
    if same is not None:
        words = _("%(who)s已经上传了同一个文件，预览在这里。", who=same.created_by_name)
        address = url_for("labels.admin_preview", draft_id=same.id)
    elif newest is not None and newest.sha256 == digest:
        words = _("“%(name)s”和这个来源最近一次导入的文件完全相同，没有可导入的内容。", name=name)
        address = url_for("labels.admin_import", run_id=newest.id)
    else:
        return None
    db.session.rollback()  # the second copy of the file is not kept
    tell(words, "info")
    db.session.commit()
    return make_response(redirect(address, code=303))


def _begin(form: UploadForm, stored: StoredFile) -> Response:
    """Keep the upload and read it: at once when it is short, else by a job."""
    staff = the_staff()
    draft = ImportDraft(
        source=form.source,
        file_id=stored.id,
        file_name=stored.name,
        sha256=stored.sha256,
        as_of_on=form.as_of_on,
        **{f"is_{name}": name in form.options for name in OPTIONS},
        state=DraftState.READING,
        fault="",
        generation="",
        report=None,
        created_by_id=staff.id,
        created_by_name=staff.name,
        created_at=now(),
        job_id=None,
        run_id=None,
    )
    db.session.add(draft)
    db.session.flush()
    read_draft(draft, stored.size)
    target = Target("import-draft", str(draft.id), draft.file_name)
    after = {"source": draft.source, "sha256": draft.sha256, "size": stored.size}
    record(db.session, actor=actor_of(staff), action="labels.upload", target=target, after=after)
    address = url_for("labels.admin_preview", draft_id=draft.id)
    db.session.commit()
    return make_response(redirect(address, code=303))


def read_draft(draft: ImportDraft, size: int) -> None:
    """Make the preview of an upload: here when it is short, else ask for a job. Does not commit."""
    if size <= INLINE_BYTES:
        try:
            make_preview(db.session, draft)
        except ImportRefused:
            abort(503)
        return
    draft.state = DraftState.READING
    label = _("预览 %(name)s", name=draft.file_name)
    draft.job_id = jobs.enqueue(db.session, PREVIEW, {"draft_id": draft.id}, actor_of(the_staff()), label).id


def _new_page(form: UploadForm) -> Response:
    page = render_template(
        "labels/admin/import_new.html",
        form=form,
        faults=said(form.faults),
        source_options=[(name, source_name(name)) for name in SOURCES],
        option_words=[
            ("partial", _("文件只是一部分"), _("没有列出的登记不算移出名录。")),
            ("strict", _("有一行被拒绝就全部不导入"), _("预览照常显示；有被拒绝的行时不能导入。")),
            ("forced", _("强制导入"), _("文件比已导入的旧，或者名录确实少了一大半。")),
        ],
    )
    return make_response(page, 422 if form.faults else 200)


@blueprint.get("/admin/labels/imports/<int:run_id>")
@require(Permission.LABELS_VIEW)
def admin_import(run_id: int) -> ResponseReturnValue:
    """One import: its sums, its remarks and refused rows, and whether it can be taken back."""
    run = run_or_404(run_id)
    query = parse_rows_query(request.args, REMARK_KINDS)

    def href(**changes: object) -> str:
        """Address of this page with other arguments."""
        return url_for("labels.admin_import", run_id=run.id, **query.as_args(**changes))

    return render_template(
        "labels/admin/import.html",
        run=run,
        query=query,
        found=search_remarks(db.session, run.id, query),
        href=href,
        obstacle=find_obstacle(db.session, run),
        may_undo=the_staff().may(Permission.LABELS_UNDO),
        may_import=the_staff().may(Permission.LABELS_IMPORT),
    )


@blueprint.get("/admin/labels/imports/<int:run_id>.csv")
@require(Permission.LABELS_VIEW)
def admin_import_csv(run_id: int) -> Response:
    """The remarks and refused rows of an import that fit, as CSV."""
    run = run_or_404(run_id)
    rows = iter_remarks(db.session, run.id, parse_rows_query(request.args, REMARK_KINDS))
    return csv_answer(f"import-{run.id}-remarks.csv", _remark_columns(), list(rows))


def _remark_columns() -> list[Column[ImportRemark]]:
    return [
        Column("row", _("行号"), lambda one: one.row_number, Kind.NUMBER),
        Column("number", _("备案号或登记号"), lambda one: one.number),
        Column("outcome", _("结果"), lambda one: _("拒绝") if one.is_refused else _("接受")),
        Column("field", _("列"), lambda one: one.field),
        Column("code", _("原因代码"), lambda one: one.code),
        Column("message", _("说明"), lambda one: one.message),
        Column("raw", _("原始内容"), lambda one: " | ".join(f"{key}={text}" for key, text in one.raw.items())),
    ]


@blueprint.post("/admin/labels/imports/<int:run_id>/looked")
@require(Permission.LABELS_IMPORT)
def admin_import_looked(run_id: int) -> ResponseReturnValue:
    """Say that the remarks and refused rows of an import were looked at."""
    run = run_or_404(run_id)
    if run.looked_at is None:
        staff = the_staff()
        run.looked_at, run.looked_by_name = now(), staff.name
        target = Target("import", str(run.id), run.file_name)
        record(db.session, actor=actor_of(staff), action="labels.looked", target=target)
        tell(_("已记下：备注和被拒绝的行已核对。"))
    db.session.commit()
    return redirect(url_for("labels.admin_import", run_id=run_id), code=303)


def run_or_404(run_id: int) -> ImportRun:
    return db.session.get(ImportRun, run_id) or abort(404)


def csv_answer(name: str, columns: Sequence[Column[T]], rows: Iterable[T]) -> Response:
    """A small table as a file."""
    answer = Response(b"".join(stream_csv(columns, rows)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition(name)
    return answer
