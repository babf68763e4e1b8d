"""``flask counties assessment …``: scoring tables of operators, looked at before they are used."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_babel import gettext as _

from outreach.counties.assessment import folder_of
from outreach.counties.imports.assessment_files import read_table
from outreach.counties.imports.assessment_specs import AssessmentTableInvalid
from outreach.counties.wording_assessment import plain, table_fault_sentence

assessment = AppGroup("assessment", help="Scoring table of the counties' self-assessment.")


@assessment.command("check")
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER", required=False)
@with_appcontext
def check(folder: Path | None) -> None:
    """Read the scoring table in FOLDER and list every fault (without FOLDER: the one that the site would use)."""
    chosen = folder.resolve() if folder is not None else folder_of(current_app.config["SETTINGS"])
    try:
        table = read_table(chosen)
    except AssessmentTableInvalid as invalid:
        raise click.ClickException("\n".join(table_fault_sentence(fault) for fault in invalid.faults)) from invalid
    click.echo(
        _(
            "评分表可以使用：%(classes)d 类、%(count)d / %(total)d 项指标，分值合计 %(sum)s / %(full)s。",
            classes=len(table.classes),
            count=table.indicators_count,
            total=table.indicators_total,
            sum=plain(table.maximum),
            full=plain(table.full_points),
        )
    )
    if not table.is_coherent:
        click.echo(_("指标不全，或分值合计不等于满分：页面只显示得分，不作达标判断。"))
