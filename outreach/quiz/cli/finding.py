"""What every command needs: the contest that was named, the site's keys, and who is at the keyboard."""

from __future__ import annotations

import getpass

import click
from flask import current_app
from flask_babel import gettext as _

from outreach.core.db import db
from outreach.quiz.keys import Keys, keys_from
from outreach.quiz.models import Contest
from outreach.quiz.queries.pools import contest_of
from outreach.quiz.seams import Actor


def contest_named(slug: str) -> Contest:
    """The contest with this slug; without one the command ends."""
    contest = contest_of(db.session, slug)
    if contest is None:
        raise click.ClickException(_("没有大赛「%(slug)s」。", slug=slug))
    return contest


def site_keys() -> Keys:
    return keys_from(current_app.config["SETTINGS"])


def at_the_keyboard(name: str = "") -> Actor:
    """Whoever runs the command, under the given or the system's name."""
    return Actor(name or f"cli:{getpass.getuser()}")
