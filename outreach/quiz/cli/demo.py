"""``flask quiz demo``: the demonstration contest."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from outreach.core.db import db
from outreach.quiz.actions.demo import is_any_contest, load_demo, withdraw_demo
from outreach.quiz.cli.finding import site_keys


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing when there is any contest.")
@click.option("--withdraw", "is_withdrawn", is_flag=True, help="Take it off the site instead.")
@with_appcontext
def demo(*, if_empty: bool, is_withdrawn: bool) -> None:
    """Open a contest for a year that shows what the site can do, with fictional participants."""
    if is_withdrawn:
        count = withdraw_demo(db.session)
        db.session.commit()
        click.echo(_("已撤下演示竞赛 %(count)d 个。", count=count))
        return
    if if_empty and is_any_contest(db.session):
        return
    made = load_demo(db.session, site_keys())
    db.session.commit()
    click.echo(_("已开放演示竞赛。") if made else _("演示竞赛已经有了。"))
