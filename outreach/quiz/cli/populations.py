"""``flask quiz populations``: residents of regions, for rankings per 10,000 of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from outreach.core import clock
from outreach.core.db import db
from outreach.quiz import seams
from outreach.quiz.actions.populations import load_populations
from outreach.quiz.cli.finding import at_the_keyboard
from outreach.quiz.formats.populations import read, write_csv, write_xlsx
from outreach.quiz.queries.populations import newest_table
from outreach.quiz.wording import row_sentence

_PATH: Final = click.Path(path_type=Path, dir_okay=False)


@click.command("populations")
@click.argument("path", type=_PATH, metavar="FILE", required=False)
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Check only; write nothing.")
@click.option("--export", "target", type=_PATH, help="Write the newest table to this file (.csv or .xlsx).")
@with_appcontext
def populations(path: Path | None, target: Path | None, *, is_dry_run: bool) -> None:
    """Load residents of regions from FILE (CSV, XLSX: code, population, year, source), all of it or nothing."""
    if path is None and target is None:
        raise click.UsageError(_("请给出要载入的文件，或用 --export 写出现有的数据。"))
    if path is not None:
        _load(path, is_dry_run=is_dry_run)
    if target is not None:
        _export(target)


def _load(path: Path, *, is_dry_run: bool) -> None:
    found = read(path, lambda code: seams.is_region(db.session, code), clock.today().year)
    if found.faults:
        raise click.ClickException("\n".join(map(row_sentence, found.faults)))
    edition = load_populations(db.session, found.figures, at_the_keyboard())
    (db.session.rollback if is_dry_run else db.session.commit)()
    if edition is None:
        click.echo(_("与现有的人口数据相同，没有改动。"))
    else:
        click.echo(_("人口数据 %(n)d 个地区，下一次更新排行榜时采用。", n=len(found.figures)))
    if is_dry_run:
        click.echo(_("试运行：什么都没有写入。"))


def _export(target: Path) -> None:
    """Beside, then in place."""
    figures = newest_table(db.session, is_demo=False).figures
    if not figures:
        raise click.ClickException(_("还没有载入人口数据。"))
    write = write_xlsx if target.suffix.lower() == ".xlsx" else write_csv
    unfinished = target.with_name(f".{target.name}.part")
    try:
        unfinished.write_bytes(b"".join(write(figures)))
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(_("已写入 %(name)s，%(n)d 个地区。", name=target.name, n=len(figures)))
