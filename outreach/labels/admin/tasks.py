"""Long work on the registry: previews and imports of large uploads, and taking large imports back."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _
from sqlalchemy.orm import object_session

from outreach.core.audit import Actor, Target, record
from outreach.core.db import db
from outreach.core.drafts import DraftState, give_back
from outreach.core.jobs import JobContext, JobFailed
from outreach.core.rehearsal import rehearsal
from outreach.labels.actions.import_locking import ImportBusy
from outreach.labels.actions.import_undoing import CannotUndo, Undone, undo_import
from outreach.labels.admin.previewing import apply_draft, keep_preview, try_out
from outreach.labels.admin.wording import OBSTACLES
from outreach.labels.imports.importing import ImportRefused
from outreach.labels.models import ImportRun
from outreach.labels.models_upkeep import ImportDraft

PREVIEW: Final = "labels.preview"
IMPORT: Final = "labels.import"
UNDO: Final = "labels.undo"


def preview(context: JobContext) -> None:
    """Make the preview of an upload. Nobody waits while the file is read: only the end of it writes."""
    draft_id = int(context.arguments["draft_id"])
    try:
        with rehearsal() as session:
            trial = try_out(session, session.get_one(ImportDraft, draft_id), context.progress)
        with context.finishing() as session:
            draft = session.get_one(ImportDraft, draft_id, with_for_update=True)
            if draft.state is not DraftState.READING:
                raise ImportRefused(_("这份上传已经处理过了。"))
            keep_preview(session, draft, trial)
            context.report["lines"] = []
            context.report["links"] = [[_("查看预览"), f"/admin/labels/imports/previews/{draft_id}"]]
    except ImportRefused as refusal:
        _give_back(draft_id, DraftState.REFUSED, str(refusal))
        raise JobFailed(str(refusal)) from refusal


def import_draft(context: JobContext) -> None:
    """Import an upload for good."""
    draft_id = int(context.arguments["draft_id"])
    try:
        with context.finishing() as session:
            draft = session.get_one(ImportDraft, draft_id)
            run_id = apply_draft(session, draft, context.actor, context.progress)
            context.report["lines"] = [[_("导入编号"), run_id]]
            context.report["links"] = [[_("查看导入报告"), f"/admin/labels/imports/{run_id}"]]
    except ImportRefused as refusal:
        _give_back(draft_id, DraftState.READY, str(refusal))
        raise JobFailed(str(refusal)) from refusal


def _give_back(draft_id: int, state: DraftState, fault: str) -> None:
    with db.sessionmaker.begin() as session:
        give_back(session, ImportDraft, draft_id, state, fault)


def undo(context: JobContext) -> None:
    """Take an import back."""
    run_id, reason = int(context.arguments["run_id"]), str(context.arguments["reason"])
    try:
        with context.finishing() as session:
            done = take_back(session.get_one(ImportRun, run_id), context.actor, reason)
            context.report["lines"] = [[_("不再展示的登记"), done.removed], [_("恢复原内容的登记"), done.restored]]
            context.report["links"] = [[_("查看导入报告"), f"/admin/labels/imports/{run_id}"]]
    except CannotUndo as fault:
        raise JobFailed(str(OBSTACLES[fault.obstacle.why])) from fault
    except ImportBusy as fault:
        raise JobFailed(_("另一个导入正在进行，请稍后再试。")) from fault


def take_back(run: ImportRun, actor: Actor, reason: str) -> Undone:
    """Undo an import with its entry in the log, in the run's own session. Raises ``CannotUndo`` or ``ImportBusy``."""
    session = object_session(run)
    if session is None:
        raise ValueError("a run without a session")
    done = undo_import(session, run, by=actor.name, reason=reason)
    target = Target("import", str(run.id), run.file_name)
    after = {"removed": done.removed, "restored": done.restored, "moved": done.moved}
    record(session, actor=actor, action="labels.undo", target=target, after=after, reason=reason)
    return done
