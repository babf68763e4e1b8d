"""``flask counties …``: facts, lists in and out, what people decide. Commits are here and nowhere below."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from outreach.config import Settings
from outreach.core.clock import today
from outreach.core.content_files import fault_sentence
from outreach.core.db import checkpoint, db
from outreach.core.exports import stream_csv, stream_json, stream_xlsx
from outreach.counties.actions import decisions
from outreach.counties.actions.facts import load_facts
from outreach.counties.actions.facts_files import FactsInvalid
from outreach.counties.cli_assessment import assessment
from outreach.counties.imports.exchange import COLUMNS, iter_namings
from outreach.counties.imports.facts_lines import facts_lines
from outreach.counties.imports.importing import ImportRefused, ImportRequest, run_import
from outreach.counties.imports.refusals import decision_sentence, review_line
from outreach.counties.imports.reports import summary_lines
from outreach.counties.imports.steps import StepFaulty, parse_step
from outreach.counties.models import CountyUnit, Province, Stage

WRITERS: Final = {".csv": stream_csv, ".xlsx": stream_xlsx, ".json": stream_json}
#: Length of the progress bar.
STEPS: Final = 100

counties = AppGroup("counties", help="Registry of counties that reach the standard.")
event = AppGroup("event", help="Single steps of the procedure.")
counties.add_command(event)
counties.add_command(assessment)


@counties.command("facts")
def facts() -> None:
    """Load divisions, changes, batches, namings and printed totals from content/counties."""
    try:
        report = load_facts(db.session)
    except FactsInvalid as invalid:
        db.session.rollback()
        raise click.ClickException("\n".join(fault_sentence(fault) for fault in invalid.faults)) from invalid
    db.session.commit()
    for line in facts_lines(report):
        click.echo(line)


@counties.command("import")
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Report only; write nothing.")
@click.option("--report", "report_path", type=click.Path(path_type=Path), help="Write each row's outcome as CSV.")
@click.option("--strict", "is_strict", is_flag=True, help="Take in nothing when a row is refused or a total is wrong.")
def import_(path: Path, report_path: Path | None, *, is_dry_run: bool, is_strict: bool) -> None:
    """Import an official list of named counties (CSV or XLSX): all of it or nothing."""
    started = time.monotonic()
    request = ImportRequest(path, report_path, is_dry_run=is_dry_run, is_strict=is_strict)
    try:
        with _progress_bar(_("导入")) as progress:
            report = run_import(db.session, request, progress)
    except ImportRefused as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from refusal
    is_written = not (is_dry_run or report.is_unchanged)
    (db.session.commit if is_written else db.session.rollback)()
    for line in summary_lines(path.name, report, is_dry_run=is_dry_run):
        click.echo(line)
    if is_written:
        settings: Settings = current_app.config["SETTINGS"]
        checkpoint(db.engine, settings.data_path)
    seconds = time.monotonic() - started
    click.echo(_("用时 %(seconds).1f 秒，每秒 %(rate)d 行。", seconds=seconds, rate=len(report.rows) / seconds))


@counties.command("export")
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
def export(path: Path) -> None:
    """Write every recorded naming to FILE (.csv, .xlsx or .json) in the columns of the official lists."""
    writer = WRITERS.get(path.suffix.casefold())
    if writer is None:
        raise click.ClickException(_("文件名要以 .csv、.xlsx 或 .json 结尾。"))
    rows = list(iter_namings(db.session))
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(writer(COLUMNS, rows))
        unfinished.replace(path)
    except OSError as error:
        raise click.ClickException(_("文件「%(name)s」写不进去。", name=path.name)) from error
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(_("已导出 %(count)d 条命名。", count=len(rows)))


@counties.command("reviews")
@click.option("--all", "is_all", is_flag=True, help="Those already decided too.")
def reviews(*, is_all: bool) -> None:
    """List the rows of imported lists that wait for a person, with candidates."""
    found = decisions.list_reviews(db.session, is_open=not is_all)
    provinces = {row.code: row.name for row in db.session.scalars(sa.select(Province))}
    for review in found:
        units = [db.session.get(CountyUnit, key) for key in review.candidates]
        province = provinces.get(review.parsed["province"], "")
        click.echo(review_line(review, province, [unit for unit in units if unit is not None]))
    click.echo(_("共 %(count)d 条。", count=len(found)))


@counties.command("assign")
@click.argument("review_id", type=int)
@click.argument("slug")
def assign(review_id: int, slug: str) -> None:
    """Decide that the row of review REVIEW_ID names the unit SLUG (its code, a former code, or its word)."""
    with _decision():
        unit = decisions.find_unit(db.session, slug)
        naming = decisions.assign_review(db.session, review_id, unit)
        name = naming.name_as_published
    click.echo(_("已认定：「%(name)s」是 %(unit)s（%(slug)s）。", name=name, unit=unit.name, slug=unit.slug))


@counties.command("dismiss")
@click.argument("review_id", type=int)
@click.option("--note", required=True, help="Why no unit is meant.")
def dismiss(review_id: int, note: str) -> None:
    """Decide that the row of review REVIEW_ID names no unit."""
    with _decision():
        decisions.dismiss_review(db.session, review_id, note)
    click.echo(_("已排除核对单 %(id)d。", id=review_id))


@event.command("add")
@click.argument("slug")
@click.option("--stage", type=click.Choice([stage.value for stage in Stage]), required=True, help="Which step.")
@click.option("--on", "printed", default="", help="Its date: a day, a month (2024-03) or a year (2024).")
@click.option("--document", default="", help="The paper that records it.")
@click.option("--source", default="", help="Where the paper was seen: a name or an address.")
@click.option("--batch", type=int, help="The batch of a naming.")
@click.option("--note", default="", help="What else is worth knowing.")
def add_event(slug: str, stage: str, printed: str, document: str, source: str, batch: int | None, note: str) -> None:
    """Record one step of the procedure for the unit SLUG; steps that cannot follow are refused."""
    try:
        step = parse_step(stage, printed, document, source, batch, note, today=today())
    except StepFaulty as faulty:
        raise click.ClickException(str(faulty)) from faulty
    with _decision():
        unit = decisions.find_unit(db.session, slug)
        decisions.add_step(db.session, unit, step)
    click.echo(_("已记录：%(unit)s（%(slug)s）。", unit=unit.name, slug=unit.slug))


@contextmanager
def _decision() -> Iterator[None]:
    """One decision in one transaction; what cannot be is said in a sentence."""
    try:
        yield
    except decisions.REFUSALS as refusal:
        db.session.rollback()
        raise click.ClickException(decision_sentence(refusal)) from refusal
    db.session.commit()


@contextmanager
def _progress_bar(label: str) -> Iterator[Callable[[float], None]]:
    """A bar on a terminal that is told which share is done."""
    with click.progressbar(length=STEPS, label=label, file=sys.stderr) as bar:
        yield lambda share: bar.update(max(int(share * STEPS) - bar.pos, 0))
