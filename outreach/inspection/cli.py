"""``flask inspect``: walk over the site, print every check, and exit with 1 when one fails."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from outreach.core.db import db
from outreach.inspection.queries.runs import unread_files
from outreach.inspection.report import CheckResult, make_report
from outreach.inspection.rules.verdicts import Verdict
from outreach.inspection.tasks import inspect_site
from outreach.inspection.wording import UNREAD, VERDICTS

#: Places printed of one check.
PRINTED = 10
STEPS = 100


@click.command("inspect")
@click.option("--no-walk", is_flag=True, help="Use what the newest walk found instead of walking again.")
@with_appcontext
def inspect(*, no_walk: bool) -> None:
    """Check the site against the rules for government websites; exit 1 when something fails."""
    if not no_walk:
        with click.progressbar(length=STEPS, label=_("检查"), file=sys.stderr) as bar:
            inspect_site("flask inspect", lambda share: bar.update(max(int(share * STEPS) - bar.pos, 0)))
    report = make_report(db.session)
    for check in report.checks:
        _print(check)
    if report.run is not None and (unread := unread_files(report.run)):
        click.echo(_("未能读取的文件有 %(n)d 个，没有检查：", n=len(unread)))
        for path, reason in unread:
            click.echo(f"    {path}  {UNREAD[reason]}")
    raise SystemExit(1 if report.verdict is Verdict.FAILED else 0)


def _print(check: CheckResult) -> None:
    value = "—" if check.value is None else f"{check.value} {check.unit}"
    limit = _("限值 %(limit)d", limit=check.threshold.fail)
    click.echo(f"{VERDICTS[check.verdict]}  {check.title}: {value} ({limit})")
    for place in check.places[:PRINTED]:
        click.echo(f"    {place.label}  {place.detail}")
    if len(check.places) > PRINTED:
        click.echo("    " + _("另有 %(count)d 处", count=len(check.places) - PRINTED))
