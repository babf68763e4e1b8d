"""The preview of an upload: every row's fate, filtered and downloadable; then apply, read again, or discard."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core import files, jobs
from outreach.core.audit import Target, actor_of, record
from outreach.core.db import db
from outreach.core.drafts import BUSY, DraftState, is_idle, move
from outreach.core.exports import Column, Kind
from outreach.core.jobs.models import Job
from outreach.core.permissions import Permission
from outreach.core.search.outbox import generation
from outreach.core.staff import require, tell, the_staff
from outreach.labels.admin.imports import csv_answer, read_draft
from outreach.labels.admin.tasks import IMPORT
from outreach.labels.admin.wording import DRAFT_STATES, OUTCOME_NAMES, field_name, value_word
from outreach.labels.blueprint import blueprint
from outreach.labels.forms_upkeep import parse_rows_query
from outreach.labels.imports.remarks import LABELS
from outreach.labels.models_upkeep import ImportDraft, ImportDraftRow
from outreach.labels.queries.drafts import count_draft_rows, iter_draft_rows, search_draft_rows
from outreach.labels.queries.upkeep import metric_names

#: How often the page asks again by itself while a job is at work and somebody wants that, in seconds.
REFRESH_SECONDS = 5


@blueprint.get("/admin/labels/imports/previews/<int:draft_id>")
@require(Permission.LABELS_IMPORT)
def admin_preview(draft_id: int) -> ResponseReturnValue:
    """What the upload would do. While a job is at work it says how far that is, without any script."""
    draft = _draft_or_404(draft_id)
    query = parse_rows_query(request.args, tuple(OUTCOME_NAMES))
    job = db.session.get(Job, draft.job_id) if draft.job_id else None
    is_refreshed = draft.state in BUSY and request.args.get("refresh") == "1"

    def href(**changes: object) -> str:
        """Address of this page with other arguments."""
        return url_for("labels.admin_preview", draft_id=draft.id, **query.as_args(**changes))

    metrics = metric_names(db.session)
    answer = make_response(
        render_template(
            "labels/admin/preview.html",
            draft=draft,
            job=job,
            is_refreshed=is_refreshed,
            refresh_seconds=REFRESH_SECONDS,
            is_outdated=draft.state is DraftState.READY and generation(db.session, "labels") != draft.generation,
            query=query,
            found=search_draft_rows(db.session, draft.id, query),
            counts=count_draft_rows(db.session, draft.id),
            href=href,
            draft_states=DRAFT_STATES,
            outcome_names=OUTCOME_NAMES,
            remark_labels={code.value: label for code, label in LABELS.items()},
            changes_of=lambda row: _changes(row, metrics),
        )
    )
    if is_refreshed:
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


def _changes(row: ImportDraftRow, metrics: Mapping[str, tuple[str, str]]) -> list[tuple[str, str, str]]:
    """What would change: name of the field, before, after."""
    return [
        (field_name(field, metrics), value_word(field, before) or "—", value_word(field, after) or "—")
        for field, (before, after) in row.changes.items()
    ]


@blueprint.get("/admin/labels/imports/previews/<int:draft_id>.csv")
@require(Permission.LABELS_IMPORT)
def admin_preview_csv(draft_id: int) -> Response:
    """The rows of the preview that fit, as CSV."""
    draft = _draft_or_404(draft_id)
    query = parse_rows_query(request.args, tuple(OUTCOME_NAMES))
    return csv_answer(f"preview-{draft.id}.csv", _columns(), list(iter_draft_rows(db.session, draft.id, query)))


def _columns() -> list[Column[ImportDraftRow]]:
    metrics = metric_names(db.session)

    def changes(row: ImportDraftRow) -> str:
        return "; ".join(f"{name}: {before} → {after}" for name, before, after in _changes(row, metrics))

    return [
        Column("row", _("行号"), lambda row: row.row_number or None, Kind.NUMBER),
        Column("number", _("备案号或登记号"), lambda row: row.number),
        Column("outcome", _("结果"), lambda row: str(OUTCOME_NAMES[row.outcome])),
        Column("changes", _("改动"), changes),
        Column("message", _("说明"), lambda row: row.remarks),
    ]


@blueprint.post("/admin/labels/imports/previews/<int:draft_id>/apply")
@require(Permission.LABELS_IMPORT)
def admin_preview_apply(draft_id: int) -> ResponseReturnValue:
    """Import it for good, by a job. Of two people who press at once, one does and the other is told."""
    draft = _draft_or_404(draft_id)
    if draft.is_strict and draft.report and draft.report["counts"]["refused"]:
        return _back(draft, _("有被拒绝的行，按您的选择不能导入。"), "warning")
    if generation(db.session, "labels") != draft.generation and draft.state is DraftState.READY:
        return _back(draft, _("预览之后名录有改动，请重新预览后再导入。"), "warning")
    if not move(db.session, draft, DraftState.READY, DraftState.APPLYING):
        return _back(draft, _("这份上传已由别人处理，现在的状态见下。"), "warning")
    label = _("导入 %(name)s", name=draft.file_name)
    draft.job_id = jobs.enqueue(db.session, IMPORT, {"draft_id": draft.id}, actor_of(the_staff()), label).id
    return _back(draft, _("导入已开始。"))


@blueprint.post("/admin/labels/imports/previews/<int:draft_id>/again")
@require(Permission.LABELS_IMPORT)
def admin_preview_again(draft_id: int) -> ResponseReturnValue:
    """Make the preview once more, on the registry as it is now."""
    draft = _draft_or_404(draft_id)
    stored = files.find_file(db.session, draft.file_id)
    if stored is None or not is_idle(db.session, draft):
        return _back(draft, _("现在不能重新预览。"), "warning")
    read_draft(draft, stored.size)
    if draft.state is not DraftState.READING:
        target = Target("import-draft", str(draft.id), draft.file_name)
        record(db.session, actor=actor_of(the_staff()), action="labels.preview", target=target)
    return _back(draft, _("预览已更新。") if draft.state is DraftState.READY else _("正在重新预览。"))


@blueprint.post("/admin/labels/imports/previews/<int:draft_id>/discard")
@require(Permission.LABELS_IMPORT)
def admin_preview_discard(draft_id: int) -> ResponseReturnValue:
    """Drop the upload; nothing of it was written."""
    draft = _draft_or_404(draft_id)
    before = draft.state
    if not is_idle(db.session, draft) or not move(db.session, draft, before, DraftState.DISCARDED):
        return _back(draft, _("正在处理的上传不能放弃，请先在任务中取消。"), "warning")
    db.session.execute(sa.delete(ImportDraftRow).where(ImportDraftRow.draft_id == draft.id))
    target = Target("import-draft", str(draft.id), draft.file_name)
    record(db.session, actor=actor_of(the_staff()), action="labels.discard", target=target)
    tell(_("上传已放弃，什么都没有写入。"))
    db.session.commit()
    return redirect(url_for("labels.admin_imports"), code=303)


def _back(draft: ImportDraft, words: str, kind: str = "success") -> Response:
    tell(words, kind)
    address = url_for("labels.admin_preview", draft_id=draft.id)
    db.session.commit()
    return make_response(redirect(address, code=303))


def _draft_or_404(draft_id: int) -> ImportDraft:
    return db.session.get(ImportDraft, draft_id) or abort(404)
