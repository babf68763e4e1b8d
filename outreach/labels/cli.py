"""``flask labels …``: standards, registers in, registers out. Commits are here and nowhere below."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from outreach.config import Settings
from outreach.core.db import checkpoint, db
from outreach.core.exports import TooManyRows, stream_csv, stream_json, stream_xlsx
from outreach.core.search.index import IndexBusy
from outreach.core.search.indexer import catch_up
from outreach.labels.actions.regrading import regrade
from outreach.labels.actions.standards import load_standards
from outreach.labels.actions.standards_files import StandardsInvalid
from outreach.labels.exports import catalogue_columns, iter_rows, list_ids
from outreach.labels.imports.faults import fault_sentence
from outreach.labels.imports.importing import ImportRefused, ImportRequest, run_import
from outreach.labels.imports.reports import summary_lines
from outreach.labels.imports.sources import SOURCES
from outreach.labels.models import ImportRun

WRITERS: Final = {".csv": stream_csv, ".xlsx": stream_xlsx, ".json": stream_json}
#: Runs that ``labels runs`` lists.
LISTED_RUNS: Final = 20
#: Length of the progress bar.
STEPS: Final = 100

labels = AppGroup("labels", help="Registers of labelled products.")


@labels.command("standards")
def standards() -> None:
    """Load schemes, standards, grades and limits from content/standards."""
    try:
        report = load_standards(db.session)
        regraded = regrade(db.session) if report.has_changes else 0
    except StandardsInvalid as invalid:
        db.session.rollback()
        raise click.ClickException("\n".join(fault_sentence(fault) for fault in invalid.faults)) from invalid
    db.session.commit()
    click.echo(
        _(
            "标准数据：新增 %(added)d，更新 %(updated)d，删除 %(removed)d，不变 %(unchanged)d；"
            "重新核对等级 %(regraded)d 条。",
            added=report.added,
            updated=report.updated,
            removed=report.removed,
            unchanged=report.unchanged,
            regraded=regraded,
        )
    )


@labels.command("import")
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--source", type=click.Choice(sorted(SOURCES)), required=True, help="Whose register it is.")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Report only; write nothing.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day that the file shows, if not in its name.")
@click.option("--report", "report_path", type=click.Path(path_type=Path), help="Write each row's outcome as CSV.")
@click.option("--partial", "is_partial", is_flag=True, help="The file is an extract: nothing has disappeared.")
@click.option("--strict", "is_strict", is_flag=True, help="Take in nothing when any row is refused.")
@click.option("--force", "is_forced", is_flag=True, help="Take an older file, or one that lacks most of the register.")
def import_(path: Path, source: str, as_of: datetime | None, report_path: Path | None, **flags: Any) -> None:
    """Import a register (CSV or XLSX): all of it or nothing."""
    started = time.monotonic()
    request = ImportRequest(path, SOURCES[source], as_of.date() if as_of else None, report_path, **flags)
    try:
        with progress_bar(_("导入")) as progress:
            result = run_import(db.session, request, progress)
    except ImportRefused as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from refusal
    is_written = not (request.is_dry_run or result.report.is_unchanged)
    (db.session.commit if is_written else db.session.rollback)()
    for line in summary_lines(result.file, result.report, result.notes, is_dry_run=request.is_dry_run):
        click.echo(line)
    if is_written:
        _follow_up()
    seconds = time.monotonic() - started
    click.echo(_("用时 %(seconds).1f 秒，每秒 %(rate)d 行。", seconds=seconds, rate=result.report.total / seconds))


@labels.command("export")
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--demo", "is_demo", is_flag=True, help="The fictional registrations instead of the real ones.")
def export(path: Path, *, is_demo: bool) -> None:
    """Write every registration to FILE (.csv, .xlsx or .json) in the exchange format, ordered by number."""
    writer = WRITERS.get(path.suffix.casefold())
    if writer is None:
        raise click.ClickException(_("文件名要以 .csv、.xlsx 或 .json 结尾。"))
    unfinished = path.with_name(f".{path.name}.part")
    ids = list_ids(db.session, is_demo=is_demo)
    try:
        with unfinished.open("wb") as file:
            file.writelines(writer(catalogue_columns(db.session), iter_rows(db.session, ids)))
        unfinished.replace(path)
    except TooManyRows as error:
        raise click.ClickException(_("登记太多，一个 XLSX 工作表装不下，请导出 CSV。")) from error
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(_("已导出 %(count)d 条登记。", count=len(ids)))


@labels.command("runs")
def runs() -> None:
    """List the newest imports."""
    query = sa.select(ImportRun).order_by(ImportRun.id.desc()).limit(LISTED_RUNS)
    for run in db.session.scalars(query):
        counts = f"+{run.registrations_added} ~{run.registrations_updated} ={run.registrations_unchanged}"
        lost = f"-{run.registrations_delisted} !{run.rows_refused}"
        day = run.as_of_on.isoformat() if run.as_of_on else "-"
        moment = f"{run.imported_at:%Y-%m-%d %H:%M}"
        click.echo(f"{run.id:5} {moment} {run.source:16} {day:10} {counts} {lost} {run.file_name}")


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[float], None]]:
    """A bar on a terminal that is told which share is done."""
    with click.progressbar(length=STEPS, label=label, file=sys.stderr) as bar:
        yield lambda share: bar.update(max(int(share * STEPS) - bar.pos, 0))


def _follow_up() -> None:
    """After the commit: bring the text index up to date, and fold the database's log."""
    try:
        catch_up()
    except IndexBusy:
        click.echo(_("搜索索引正由另一个进程更新，稍后会自动跟上。"), err=True)
    settings: Settings = current_app.config["SETTINGS"]
    checkpoint(db.engine, settings.data_path)
