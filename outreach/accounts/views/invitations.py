"""Accepting an invitation: name and password, then the way of every sign-in."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from outreach.accounts.actions import passwords
from outreach.accounts.actions.auditing import Actor
from outreach.accounts.blueprint import blueprint
from outreach.accounts.forms import Faults, parse_name, parse_new_password
from outreach.accounts.queries.known_passwords import known_words
from outreach.accounts.rules.stages import step_after_password
from outreach.accounts.views.request import needs_second_factor
from outreach.accounts.views.sign_in import begin, private
from outreach.accounts.wording import said
from outreach.core.audit.web import network
from outreach.core.db import db


@blueprint.route("/admin/invitations/<token>", methods=["GET", "POST"])
def invitation(token: str) -> ResponseReturnValue:
    """Set name and password by the one-time link. Links that are unknown, used or too old look alike."""
    person = passwords.find_invited(db.session, token)
    if person is None:
        return private(render_template("accounts/invitation.html", person=None), 404)
    name = person.name
    faults: Faults = {}
    if request.method == "POST":
        name, faults = parse_name(request.form)
        form = parse_new_password(request.form, person.login, known_words(), asks_current=False)
        faults = {**faults, **form.faults}
        if not faults:
            return _accept(token, name, form.password)
    page = render_template("accounts/invitation.html", person=person, link=token, name=name, faults=said(faults))
    return private(page, 422 if faults else 200)


def _accept(token: str, name: str, password: str) -> ResponseReturnValue:
    stranger = Actor("public", None, "", network())
    person = passwords.accept(db.session, stranger, token, name=name, password=password)
    if person is None:
        db.session.rollback()
        return private(render_template("accounts/invitation.html", person=None), 404)
    step = step_after_password(
        has_second_factor=bool(person.totp_secret), needs_second_factor=needs_second_factor(), is_expired=False
    )
    return begin(person, step, "")
