"""What an uploaded list would do, found out by doing it and undoing it; and doing it. Nothing here commits."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from outreach.core.audit import Actor, Target, record
from outreach.core.drafts import DraftState
from outreach.core.files import find_file, open_file
from outreach.core.search.outbox import generation
from outreach.counties.actions.batch_lists import ImportBusy, lock_lists
from outreach.counties.imports.importing import ImportRefused, ImportRequest, run_import
from outreach.counties.imports.rows import ListReport, Outcome, Remark, RemarkCode
from outreach.counties.models import CountyImportRun
from outreach.counties.models_staff import CountyImportDraft
from outreach.counties.queries.loading import DATA

Progress = Callable[[float], None]


class Outdated(Exception):
    """The registry has changed since the preview."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What an import would do, on the registry of a generation; ``fault``: why the list is not taken."""

    generation: str
    report: ListReport | None = None
    fault: str = ""


def make_preview(session: Session, draft: CountyImportDraft, progress: Progress = lambda _share: None) -> None:
    """Try the import out and keep what it said. Raises ``ImportRefused`` when another import is at work; a file that
    is not taken leaves the draft refused, with the reason."""
    keep_preview(draft, try_out(session, draft, progress))
    session.flush()


def try_out(session: Session, draft: CountyImportDraft, progress: Progress = lambda _share: None) -> Trial:
    """Import the list inside a savepoint, and take it back. Raises ``ImportRefused`` when another is at work."""
    _lock(session)
    before = generation(session, DATA)
    point = session.begin_nested()
    try:
        with _as_path(session, draft) as path:
            report = run_import(session, ImportRequest(path), progress)
    except ImportRefused as refusal:
        if not point.is_active:
            raise
        point.rollback()
        return Trial(before, fault=str(refusal))
    point.rollback()
    return Trial(before, report)


def keep_preview(draft: CountyImportDraft, trial: Trial) -> None:
    """Write down what a trial said."""
    draft.generation, draft.fault = trial.generation, trial.fault
    if trial.report is None:
        draft.state, draft.report = DraftState.REFUSED, {}
        return
    draft.state, draft.report = DraftState.READY, as_data(trial.report)


def apply_draft(
    session: Session, draft: CountyImportDraft, actor: Actor, progress: Progress = lambda _share: None
) -> int:
    """Import for good; returns the run's id. Raises ``ImportRefused``, or ``Outdated``: it is not what was shown."""
    _lock(session)
    session.refresh(draft, with_for_update=True)
    if draft.state is not DraftState.APPLYING:
        raise ImportRefused(_("这份上传已经处理过了。"))
    if generation(session, DATA) != draft.generation:
        raise Outdated
    with _as_path(session, draft) as path:
        report = run_import(session, ImportRequest(path, is_strict=draft.is_strict), progress)
    if report.is_unchanged:
        raise ImportRefused(_("这个文件已经导入过，内容没有变化，什么都没有写入。"))
    # The lock is ours until the commit, so the newest run is this one.
    run_id = session.scalars(sa.select(sa.func.max(CountyImportRun.id))).one()
    draft.state, draft.run_id, draft.fault = DraftState.APPLIED, run_id, ""
    target = Target("county-import", str(run_id), draft.file_name)
    record(session, actor=actor, action="counties.import", target=target, after=counts(report))
    return int(run_id)


def _lock(session: Session) -> None:
    try:
        lock_lists(session)
    except ImportBusy as busy:
        raise ImportRefused(_("另一个导入正在进行，请稍后再试。")) from busy


@contextmanager
def _as_path(session: Session, draft: CountyImportDraft) -> Iterator[Path]:
    """The uploaded file as a file under its own name."""
    stored = find_file(session, draft.file_id)
    if stored is None:
        raise ImportRefused(_("上传的文件已过期，请重新上传。"))
    with tempfile.TemporaryDirectory(prefix="outreach-import-") as folder:
        path = Path(folder) / stored.name
        path.write_bytes(open_file(session, stored).getvalue())
        yield path


def counts(report: ListReport) -> dict[str, int]:
    """How many rows had each fate."""
    remarked = sum(bool(row.remarks) and row.outcome in (Outcome.ADDED, Outcome.KNOWN) for row in report.rows)
    outcomes = {outcome.value: report.count(outcome) for outcome in Outcome}
    return {"total": len(report.rows), **outcomes, "remarked": remarked}


def as_data(report: ListReport) -> dict[str, Any]:
    """The report as it is kept with the upload: what is said of it stays data, so that it is read in any language."""
    return {
        "counts": counts(report),
        "is_unchanged": report.is_unchanged,
        "totals": [{"batch": one.batch, "rows": one.rows, "announced": one.announced} for one in report.totals],
        "rows": [
            {
                "row": row.row_number,
                "batch": row.batch,
                "name": row.name,
                "outcome": row.outcome.value,
                "unit": row.unit,
                "candidates": list(row.candidates),
                "remarks": [[one.code.value, one.field, one.value, one.detail] for one in row.remarks],
            }
            for row in report.rows
        ],
    }


def remark_of(values: list[str]) -> Remark:
    """A remark that ``as_data`` wrote."""
    code, *words = values
    return Remark(RemarkCode(code), *words)
