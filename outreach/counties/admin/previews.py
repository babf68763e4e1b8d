"""The preview of an upload: every row's fate; then apply or discard."""

from __future__ import annotations

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core import files, jobs
from outreach.core.audit import Target, actor_of, record
from outreach.core.db import db
from outreach.core.drafts import BUSY, DraftState, is_idle, is_stuck, move
from outreach.core.jobs.models import Job
from outreach.core.permissions import Permission
from outreach.core.search.outbox import generation
from outreach.core.staff import require, tell, the_staff
from outreach.counties.admin.imports import INLINE_BYTES, read_draft
from outreach.counties.admin.previewing import Outdated, apply_draft, remark_of
from outreach.counties.admin.tasks import IMPORT
from outreach.counties.admin.wording import DRAFT_STATES
from outreach.counties.blueprint import blueprint
from outreach.counties.imports.importing import ImportRefused
from outreach.counties.imports.remarks import OUTCOMES, describe
from outreach.counties.imports.reports import total_sentence
from outreach.counties.imports.rows import BatchTotal, Outcome
from outreach.counties.models_staff import CountyImportDraft
from outreach.counties.queries.loading import DATA


@blueprint.get("/admin/counties/imports/previews/<int:draft_id>")
@require(Permission.COUNTIES_IMPORT)
def admin_preview(draft_id: int) -> ResponseReturnValue:
    """What the upload would do, row by row."""
    draft = _draft_or_404(draft_id)
    outcome = request.args.get("outcome", "")
    rows = draft.report.get("rows", [])
    wanted = [row for row in rows if outcome not in {*Outcome, "remarked"} or _fits(row, outcome)]
    return render_template(
        "counties/admin/preview.html",
        draft=draft,
        job=db.session.get(Job, draft.job_id) if draft.job_id else None,
        is_busy=draft.state in BUSY and not is_stuck(db.session, draft),
        is_outdated=draft.state is DraftState.READY and generation(db.session, DATA) != draft.generation,
        rows=wanted,
        outcome=outcome,
        totals=[total_sentence(BatchTotal(**one)) for one in draft.report.get("totals", [])],
        draft_states=DRAFT_STATES,
        outcome_words=OUTCOMES,
        sentences=lambda row: [describe(remark_of(one)) for one in row["remarks"]],
    )


def _fits(row: dict[str, object], outcome: str) -> bool:
    if outcome == "remarked":
        return bool(row["remarks"]) and row["outcome"] in (Outcome.ADDED, Outcome.KNOWN)
    return row["outcome"] == outcome


@blueprint.post("/admin/counties/imports/previews/<int:draft_id>/apply")
@require(Permission.COUNTIES_IMPORT)
def admin_preview_apply(draft_id: int) -> ResponseReturnValue:
    """Import it for good. Of two people who press at once, one does and the other is told; when the registry has
    changed since the preview, a new one is shown instead."""
    draft = _draft_or_404(draft_id)
    if draft.state is DraftState.READY and generation(db.session, DATA) != draft.generation:
        return _preview_again(draft)
    if not move(db.session, draft, DraftState.READY, DraftState.APPLYING):
        return _back(draft, _("这份上传已由别人处理，现在的状态见下。"), "warning")
    stored = files.find_file(db.session, draft.file_id)
    if stored is not None and stored.size > INLINE_BYTES:
        label = _("导入 %(name)s", name=draft.file_name)
        draft.job_id = jobs.enqueue(db.session, IMPORT, {"draft_id": draft.id}, actor_of(the_staff()), label).id
        return _back(draft, _("导入已开始。"))
    try:
        run_id = apply_draft(db.session, draft, actor_of(the_staff()))
    except (ImportRefused, Outdated) as refusal:
        db.session.rollback()
        return _refused(_draft_or_404(draft_id), str(refusal))
    tell(_("导入完成。"))
    db.session.commit()
    return redirect(url_for("counties.admin_import", run_id=run_id), code=303)


def _preview_again(draft: CountyImportDraft) -> Response:
    stored = files.find_file(db.session, draft.file_id)
    read_draft(draft, stored.size if stored else 0)
    target = Target("county-import-draft", str(draft.id), draft.file_name)
    record(db.session, actor=actor_of(the_staff()), action="counties.preview", target=target)
    return _back(draft, _("预览之后登记有改动，预览已更新，请核对后再导入。"), "warning")


def _refused(draft: CountyImportDraft, why: str) -> Response:
    words = why or _("预览之后登记有改动，请重新预览后再导入。")
    draft.fault = words
    return _back(draft, words, "warning")


@blueprint.post("/admin/counties/imports/previews/<int:draft_id>/discard")
@require(Permission.COUNTIES_IMPORT)
def admin_preview_discard(draft_id: int) -> ResponseReturnValue:
    """Drop the upload; nothing of it was written."""
    draft = _draft_or_404(draft_id)
    before = draft.state
    if not is_idle(db.session, draft) or not move(db.session, draft, before, DraftState.DISCARDED):
        return _back(draft, _("正在处理的上传不能放弃，请先在任务中取消。"), "warning")
    draft.report = {}
    target = Target("county-import-draft", str(draft.id), draft.file_name)
    record(db.session, actor=actor_of(the_staff()), action="counties.discard", target=target)
    tell(_("上传已放弃，什么都没有写入。"))
    db.session.commit()
    return redirect(url_for("counties.admin_imports"), code=303)


def _back(draft: CountyImportDraft, words: str, kind: str = "success") -> Response:
    tell(words, kind)
    address = url_for("counties.admin_preview", draft_id=draft.id)
    db.session.commit()
    return make_response(redirect(address, code=303))


def _draft_or_404(draft_id: int) -> CountyImportDraft:
    return db.session.get(CountyImportDraft, draft_id) or abort(404)
