"""``flask accounts …``: the first account, and what helps when nobody can sign in. Commits are here."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from werkzeug.datastructures import MultiDict

from outreach.accounts.actions import people
from outreach.accounts.actions.people import LoginTaken, NotSeparated, Rights
from outreach.accounts.counties import check_counties
from outreach.accounts.forms import parse_person
from outreach.accounts.models import StaffUser
from outreach.accounts.queries.people import find_by_login, list_people, state_of
from outreach.accounts.wording import said
from outreach.core.audit.cli import audit_group
from outreach.core.audit.recording import SYSTEM
from outreach.core.db import db
from outreach.core.i18n import absolute_url
from outreach.core.permissions import Role

accounts = AppGroup("accounts", help="Accounts of the staff.")
accounts.add_command(audit_group)


@accounts.command("create")
@click.argument("login")
@click.option("--name", required=True, help="How others see the person.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--county", "counties", multiple=True, help="County of a county officer, by its slug; repeatable.")
def create(login: str, name: str, roles: tuple[str, ...], counties: tuple[str, ...]) -> None:
    """Add an account and print the link by which the person sets the password. No password is typed here."""
    given = [("login", login), ("name", name), ("counties", " ".join(counties)), *(("roles", role) for role in roles)]
    form = parse_person(MultiDict(given), is_new=True)
    check_counties(db.session, form)
    if form.faults:
        raise click.ClickException("\n".join(said(form.faults).values()))
    try:
        rights = Rights(form.roles, form.county_slugs)
        _person, token = people.create(db.session, SYSTEM, login=form.login, name=form.name, rights=rights)
    except (LoginTaken, NotSeparated) as error:
        db.session.rollback()
        raise click.ClickException(f"{login}: there is such an account already") from error
    db.session.commit()
    _print_link(token)


def _print_link(token: str) -> None:
    """The link, made from the public address of the settings, since there is no request."""
    with current_app.test_request_context():
        click.echo(absolute_url(f"/admin/invitations/{token}"))
    click.echo(f"valid for {int(people.INVITATION_LASTS.total_seconds() // 3600)} hours, once", err=True)


@accounts.command("list")
def list_() -> None:
    """List every account with its state and roles."""
    for person in list_people(db.session):
        roles = " ".join(item.role for item in person.roles)
        counties = " ".join(item.county_slug for item in person.counties)
        click.echo(f"{person.login:24} {state_of(person):10} {roles:30} {counties:20} {person.name}".rstrip())


@accounts.command("disable")
@click.argument("login")
@click.option("--reason", default="", help="Goes into the audit log.")
def disable(login: str, reason: str) -> None:
    """Close an account at once: no sign-in, no session, no invitation."""
    people.disable(db.session, SYSTEM, _find(login), reason)
    db.session.commit()


@accounts.command("reset-second-factor")
@click.argument("login")
@click.option("--reason", default="", help="Goes into the audit log.")
def reset_second_factor(login: str, reason: str) -> None:
    """Take the second factor away after a loss; the next sign-in sets up a new one."""
    people.reset_second_factor(db.session, SYSTEM, _find(login), reason)
    db.session.commit()


@accounts.command("link")
@click.argument("login")
def link(login: str) -> None:
    """Print a new link by which a person sets a new password; older links are void."""
    token = people.renew_link(db.session, SYSTEM, _find(login))
    db.session.commit()
    _print_link(token)


def _find(login: str) -> StaffUser:
    person = find_by_login(db.session, login)
    if person is None:
        raise click.ClickException(f"{login}: no such account")
    return person
