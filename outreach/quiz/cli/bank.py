"""``flask quiz questions|import|export|validate``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from outreach.core.db import db
from outreach.quiz.actions.bank import BankInvalid, BankOutcome, BankReport
from outreach.quiz.actions.bank_files import load_questions
from outreach.quiz.actions.contests import check
from outreach.quiz.cli.finding import at_the_keyboard, contest_named
from outreach.quiz.formats import FORMATS
from outreach.quiz.formats.archives import pictures_in
from outreach.quiz.formats.importing import export_pictures, export_questions, import_questions
from outreach.quiz.formats.reading import Defaults, FileRefused
from outreach.quiz.wording import contest_sentence, placed_sentence, row_sentence

_FORMAT: Final = click.Choice(sorted(FORMATS))
_PATH: Final = click.Path(path_type=Path, dir_okay=False)


@click.command("questions")
@with_appcontext
def questions() -> None:
    """Load the question bank from content/quiz/questions."""
    try:
        report = load_questions(db.session)
    except BankInvalid as invalid:
        db.session.rollback()
        raise click.ClickException("\n".join(map(placed_sentence, invalid.faults))) from invalid
    db.session.commit()
    click.echo(_summary(report))


@click.command("import")
@click.argument("path", type=_PATH, metavar="FILE")
@click.option("--format", "format_code", type=_FORMAT, required=True, help="What kind of file it is.")
@click.option("--topic", default="general", show_default=True, help="For questions that name none.")
@click.option("--difficulty", type=click.IntRange(1, 3), default=2, show_default=True, help="The same.")
@click.option("--pictures", type=_PATH, metavar="ZIP", help="An archive of the pictures that the questions name.")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Report only; write nothing.")
@with_appcontext
def import_(
    path: Path, format_code: str, topic: str, difficulty: int, pictures: Path | None, *, is_dry_run: bool
) -> None:
    """Import questions: all of the file or nothing of it."""
    data, author = _read(path), at_the_keyboard().name
    try:
        beside = pictures_in(_read(pictures)) if pictures else {}
    except FileRefused as refusal:
        raise click.ClickException(row_sentence(refusal.row_fault)) from refusal
    defaults = Defaults(topic, difficulty)
    result = import_questions(db.session, data, format_code, defaults=defaults, author=author, beside=beside)
    if result.report is None:
        db.session.rollback()
        raise click.ClickException("\n".join(map(row_sentence, result.faults)))
    (db.session.rollback if is_dry_run else db.session.commit)()
    click.echo(_summary(result.report))
    if is_dry_run:
        click.echo(_("试运行：什么都没有写入。"))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise click.ClickException(_("文件「%(name)s」打不开。", name=path.name)) from error


@click.command("export")
@click.argument("path", type=_PATH, metavar="FILE")
@click.option("--format", "format_code", type=_FORMAT, required=True, help="What kind of file to write.")
@click.option("--pictures", type=_PATH, metavar="ZIP", help="Write the pictures too, for formats that only name them.")
@with_appcontext
def export(path: Path, format_code: str, pictures: Path | None) -> None:
    """Write the whole question bank to FILE."""
    written = export_questions(db.session, format_code)
    _write(path, written.data)
    if pictures is not None:
        _write(pictures, export_pictures(db.session))
    if written.skipped:
        click.echo(_("这种格式装不下的题目：%(codes)s。", codes="、".join(written.skipped)))


def _write(path: Path, data: bytes) -> None:
    """Beside, then in place."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(_("已写入 %(name)s，%(size)d 字节。", name=path.name, size=len(data)))


@click.command("validate")
@click.argument("slug")
@with_appcontext
def validate(slug: str) -> None:
    """Say why a contest may not open yet, or that it may."""
    faults = check(db.session, contest_named(slug))
    if faults:
        raise click.ClickException("\n".join(map(contest_sentence, faults)))
    click.echo(_("可以开放：题库够抽，每道题都有正确答案。"))


def _summary(report: BankReport) -> str:
    counts = report.outcomes
    return _(
        "题目：新增 %(added)d，新版本 %(edited)d，不变 %(unchanged)d。",
        added=counts[BankOutcome.ADDED],
        edited=counts[BankOutcome.NEW_VERSION],
        unchanged=counts[BankOutcome.UNCHANGED],
    )


COMMANDS: Final = (questions, import_, export, validate)
