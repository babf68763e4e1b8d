"""What an uploaded register would do, found out by doing it and undoing it; and doing it. Nothing here commits."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from outreach.core.audit import Actor, Target, record
from outreach.core.bulk import bulk_insert, reserve_ids
from outreach.core.drafts import DraftState
from outreach.core.files import find_file, open_file
from outreach.core.search.outbox import generation
from outreach.labels.actions.import_locking import ImportBusy, lock_imports
from outreach.labels.actions.import_report import ImportReport, Outcome, RowReport
from outreach.labels.imports.importing import ImportRefused, ImportRequest, ImportResult, run_import
from outreach.labels.imports.remarks import describe
from outreach.labels.imports.sources import SOURCES
from outreach.labels.models_upkeep import ImportDraft, ImportDraftRow

Progress = Callable[[float], None]
#: Columns of a preview's row.
ROW = ("id", "draft_id", "row_number", "number", "outcome", "has_remarks", "remarks", "changes")


@dataclass(frozen=True, slots=True)
class Trial:
    """What an import would do, on the registry of a generation; ``fault``: why the file is not taken."""

    generation: str
    result: ImportResult | None = None
    rows: Sequence[RowReport] = ()
    fault: str = ""


def make_preview(session: Session, draft: ImportDraft, progress: Progress = lambda _share: None) -> None:
    """Try the import out and keep what it said. Raises ``ImportRefused`` when another import is at work; a file that
    is not taken leaves the draft refused, with the reason."""
    keep_preview(session, draft, try_out(session, draft, progress))


def try_out(session: Session, draft: ImportDraft, progress: Progress = lambda _share: None) -> Trial:
    """Import the file inside a savepoint, and take it back. Raises ``ImportRefused`` when another is at work."""
    _busy_is_refused(session)
    before = generation(session, "labels")
    rows: list[RowReport] = []
    point = session.begin_nested()
    try:
        with _as_path(session, draft) as path:
            result = run_import(session, _request(draft, path, is_strict=False), progress, rows.extend)
    except ImportRefused as refusal:
        if not point.is_active:
            raise
        point.rollback()
        return Trial(before, fault=str(refusal))
    point.rollback()
    return Trial(before, result, rows)


def keep_preview(session: Session, draft: ImportDraft, trial: Trial) -> None:
    """Write down what a trial said, in the place of what an earlier one did."""
    session.execute(sa.delete(ImportDraftRow).where(ImportDraftRow.draft_id == draft.id))
    draft.generation, draft.report, draft.fault = trial.generation, None, trial.fault
    if trial.result is None:
        draft.state = DraftState.REFUSED
        return
    _write_rows(session, draft.id, trial.rows)
    draft.state, draft.report = DraftState.READY, sums(trial.result)
    session.flush()


def apply_draft(session: Session, draft: ImportDraft, actor: Actor, progress: Progress = lambda _share: None) -> int:
    """Import for good. Returns the run's id. Raises ``ImportRefused`` when it is not what the preview showed."""
    _busy_is_refused(session)
    session.refresh(draft)
    if draft.state is not DraftState.APPLYING:
        raise ImportRefused(_("这份上传已经处理过了。"))
    if generation(session, "labels") != draft.generation:
        raise ImportRefused(_("预览之后名录有改动，请重新预览后再导入。"))
    with _as_path(session, draft) as path:
        result = run_import(session, _request(draft, path, is_strict=draft.is_strict), progress)
    if result.report.is_unchanged:
        raise ImportRefused(_("这个文件已经导入过，内容没有变化，什么都没有写入。"))
    draft.state, draft.run_id, draft.fault = DraftState.APPLIED, result.report.run_id, ""
    session.execute(sa.delete(ImportDraftRow).where(ImportDraftRow.draft_id == draft.id))
    target = Target("import", str(result.report.run_id), draft.file_name)
    record(session, actor=actor, action="labels.import", target=target, after=sums(result)["counts"])
    return result.report.run_id


def _busy_is_refused(session: Session) -> None:
    try:
        lock_imports(session)
    except ImportBusy as busy:
        raise ImportRefused(_("另一个导入正在进行，请稍后再试。")) from busy


def _request(draft: ImportDraft, path: Path, *, is_strict: bool) -> ImportRequest:
    return ImportRequest(
        path,
        SOURCES[draft.source],
        draft.as_of_on,
        is_partial=draft.is_partial,
        is_strict=is_strict,
        is_forced=draft.is_forced,
        created_by_name=draft.created_by_name,
    )


@contextmanager
def _as_path(session: Session, draft: ImportDraft) -> Iterator[Path]:
    """The uploaded file as a file under its own name, which may hold its day."""
    stored = find_file(session, draft.file_id)
    if stored is None:
        raise ImportRefused(_("上传的文件已过期，请重新上传。"))
    with tempfile.TemporaryDirectory(prefix="outreach-import-") as folder:
        path = Path(folder) / stored.name
        path.write_bytes(open_file(session, stored).getvalue())
        yield path


def sums(result: ImportResult) -> dict[str, Any]:
    """The sums of an import as plain values."""
    report = result.report
    return {
        "counts": counts(report),
        "remarks": {code.value: count for code, count in sorted(report.remarks.items())},
        "notes": [str(note) for note in result.notes],
        "as_of_on": result.file.as_of_on.isoformat() if result.file.as_of_on else None,
        "is_known_file": report.is_known_file,
        "is_unchanged": not report.has_changes,
    }


def counts(report: ImportReport) -> dict[str, int]:
    """How many rows and registrations had each fate."""
    outcomes = {outcome.value: report.outcomes[outcome] for outcome in Outcome if outcome is not Outcome.DELISTED}
    rows = {"total": report.total, "accepted": report.accepted, "remarked": report.remarked}
    return rows | outcomes | {"superseded": report.superseded, "delisted": report.delisted}


def _write_rows(session: Session, draft_id: int, reports: Sequence[RowReport]) -> None:
    """Keep every row but those that are unchanged and unremarked."""
    kept = [one for one in reports if one.remarks or one.outcome is not Outcome.UNCHANGED]
    ids = reserve_ids(session, ImportDraftRow, len(kept))
    records = [
        (key, draft_id, one.row_number, one.number, one.outcome.value, bool(one.remarks), _words(one), one.changes)
        for key, one in zip(ids, kept, strict=True)
    ]
    bulk_insert(session, ImportDraftRow, ROW, records)


def _words(report: RowReport) -> str:
    lines = []
    for remark in report.remarks:
        sentence = describe(remark)
        lines.append(_("%(field)s：%(sentence)s", field=remark.field, sentence=sentence) if remark.field else sentence)
    return "\n".join(lines)
