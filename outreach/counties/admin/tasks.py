"""Long work on the registry: previews and imports of long lists."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _

from outreach.core.db import db
from outreach.core.drafts import DraftState, give_back
from outreach.core.jobs import JobContext, JobFailed
from outreach.core.rehearsal import rehearsal
from outreach.counties.admin.previewing import Outdated, apply_draft, keep_preview, try_out
from outreach.counties.imports.importing import ImportRefused
from outreach.counties.models_staff import CountyImportDraft

PREVIEW: Final = "counties.preview"
IMPORT: Final = "counties.import"


def preview(context: JobContext) -> None:
    """Make the preview of an upload. Nobody waits while the file is read: only the end of it writes."""
    draft_id = int(context.arguments["draft_id"])
    try:
        with rehearsal() as session:
            trial = try_out(session, session.get_one(CountyImportDraft, draft_id), context.progress)
        with context.finishing() as session:
            draft = session.get_one(CountyImportDraft, draft_id, with_for_update=True)
            if draft.state is not DraftState.READING:
                raise ImportRefused(_("这份上传已经处理过了。"))
            keep_preview(draft, trial)
            context.report["lines"] = []
            context.report["links"] = [[_("查看预览"), f"/admin/counties/imports/previews/{draft_id}"]]
    except ImportRefused as refusal:
        _give_back(draft_id, DraftState.REFUSED, str(refusal))
        raise JobFailed(str(refusal)) from refusal


def import_draft(context: JobContext) -> None:
    """Import an upload for good."""
    draft_id = int(context.arguments["draft_id"])
    try:
        with context.finishing() as session:
            draft = session.get_one(CountyImportDraft, draft_id)
            run_id = apply_draft(session, draft, context.actor, context.progress)
            context.report["lines"] = [[_("导入编号"), run_id]]
            context.report["links"] = [[_("查看导入报告"), f"/admin/counties/imports/{run_id}"]]
    except (ImportRefused, Outdated) as refusal:
        words = str(refusal) or _("预览之后登记有改动，请重新预览后再导入。")
        _give_back(draft_id, DraftState.READY, words)
        raise JobFailed(words) from refusal


def _give_back(draft_id: int, state: DraftState, fault: str) -> None:
    with db.sessionmaker.begin() as session:
        give_back(session, CountyImportDraft, draft_id, state, fault)
