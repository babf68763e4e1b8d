"""``flask inbox``: what the inbox does without anybody looking."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from outreach.inbox.tasks import sweep_letters


@click.group()
def inbox() -> None:
    """Letters from the public."""


@inbox.command("sweep")
@with_appcontext
def sweep_command() -> None:
    """Delete contacts and attachments of letters that ended a year ago (the site does it by itself every hour)."""
    click.echo(_("已删除 %(n)d 件来件的联系方式和附件", n=sweep_letters()))
