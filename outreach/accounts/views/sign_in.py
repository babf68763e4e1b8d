"""Signing in and out: the password, and what every later step shares."""

from __future__ import annotations

from flask import Response, abort, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.actions import sessions
from outreach.accounts.actions.auditing import note
from outreach.accounts.actions.hashing import hash_password, is_outdated
from outreach.accounts.blueprint import blueprint
from outreach.accounts.forms import parse_next, parse_sign_in
from outreach.accounts.models import StaffSession, StaffUser, Stage
from outreach.accounts.queries.people import find_by_login
from outreach.accounts.rules.stages import Step, is_expired, step_after_password
from outreach.accounts.views.proofs import actor_named, is_right_password
from outreach.accounts.views.request import agent, cookie_digest, needs_second_factor
from outreach.config import Settings
from outreach.core.audit.web import network
from outreach.core.database_clock import read_clock
from outreach.core.db import db
from outreach.core.staff import clear_cookie, current_staff, is_form_of, set_cookie

#: The page of each step of the sign-in.
PAGES = {
    Stage.CODE: "accounts.sign_in_code",
    Stage.ENROL: "accounts.sign_in_enrol",
    Stage.RENEW: "accounts.sign_in_renew",
}


@blueprint.route("/admin/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for login and password. Whoever does not exist, is locked or disabled gets the same answer."""
    form = parse_sign_in(request.form if request.method == "POST" else request.args)
    if request.method == "POST":
        if is_right_password(form.login, form.password, what="sign_in"):
            return _begin(form.login, form.password, form.next_path)
        return private(render_template("accounts/sign_in.html", form=form, is_refused=True), 422)
    if current_staff() is not None:
        return redirect(home(form.next_path), code=303)
    return private(render_template("accounts/sign_in.html", form=form, is_refused=False))


def _begin(login: str, password: str, next_path: str) -> Response:
    """After a right password: a session under a token that nobody knew before, at the next step."""
    person = find_by_login(db.session, login)
    if person is None or person.disabled_at is not None:
        abort(403)  # disabled within the last milliseconds
    if is_outdated(person.password_hash):
        person.password_hash = hash_password(password)
    step = step_after_password(
        has_second_factor=bool(person.totp_secret),
        needs_second_factor=needs_second_factor(),
        is_expired=has_expired(person),
    )
    return begin(person, step, next_path)


def begin(person: StaffUser, step: Step, next_path: str) -> Response:
    """Begin a session at ``step``; whatever session the browser had is over. Commits."""
    sessions.forget_old(db.session)
    sessions.end(db.session, cookie_digest())
    token = sessions.begin(db.session, person.id, Stage(step), network=network(), agent=agent())
    return _go_on(person, Stage(step), token, next_path)


def advance(row: StaffSession, person: StaffUser, step: Step, next_path: str) -> Response:
    """Go on with a session that waited, under a new token. Commits."""
    token = sessions.proved(db.session, row, Stage(step))
    return _go_on(person, Stage(step), token, next_path)


def _go_on(person: StaffUser, stage: Stage, token: str, next_path: str) -> Response:
    if stage is Stage.OPEN:
        note(db.session, actor_named(person), "sign_in", person)
        target = home(next_path)
    else:
        target = url_for(PAGES[stage], next=next_path or None)
    db.session.commit()
    response = make_response(redirect(target, code=303))
    set_cookie(response, token)
    response.cache_control.no_store = True
    return response


@blueprint.post("/admin/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session on the server. Without a session there is nothing to do but to show the sign-in."""
    staff = current_staff()
    if staff is not None:
        if not is_form_of(staff.session_id):
            abort(403)
        person = db.session.get_one(StaffUser, staff.id)
        sessions.end(db.session, staff.session_id)
        note(db.session, actor_named(person), "sign_out", person)
        db.session.commit()
    response = make_response(redirect(url_for("accounts.sign_in"), code=303))
    clear_cookie(response)
    response.cache_control.no_store = True
    return response


def has_expired(person: StaffUser) -> bool:
    """Whether the person must change their password before anything else."""
    settings: Settings = current_app.config["SETTINGS"]
    return is_expired(person.password_set_at, read_clock(db.session), settings.password_days)


def home(next_path: str) -> str:
    """Where an open session begins: where the person wanted to go, else the back office."""
    return next_path or f"{request.script_root}/admin/"


def next_path() -> str:
    """Where the person wanted to go, from the form or the address."""
    return parse_next(request.form) or parse_next(request.args)


def private(page: str, status: int = 200) -> Response:
    """A page that nobody may keep."""
    response = make_response(page, status)
    response.cache_control.no_store = True
    return response
