"""What may follow the password: the code, setting up a second factor, a new password. Each gives a new token."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.actions import passwords
from outreach.accounts.actions.auditing import note
from outreach.accounts.blueprint import blueprint
from outreach.accounts.forms import FormFault, parse_code, parse_new_password
from outreach.accounts.models import StaffSession, StaffUser, Stage
from outreach.accounts.queries.known_passwords import known_words
from outreach.accounts.queries.sessions import find_pending
from outreach.accounts.rules.stages import Step, step_after_second_factor
from outreach.accounts.views.enrolment import new_enrolment, sent_enrolment
from outreach.accounts.views.proofs import actor_named, is_right_code, is_right_password
from outreach.accounts.views.request import cookie_digest, pending
from outreach.accounts.views.sign_in import advance, has_expired, home, next_path, private
from outreach.accounts.wording import said
from outreach.core.db import db
from outreach.core.staff import current_staff, form_token, is_form_of

Waiting = tuple[StaffSession, StaffUser]


def _waiting(stage: Stage) -> Waiting | None:
    """The session that waits at this step; a form that was not made for it is refused."""
    waiting = pending(stage)
    if waiting is not None and request.method == "POST" and not is_form_of(waiting[0].id):
        abort(403)
    return waiting


def _elsewhere() -> ResponseReturnValue:
    """Nobody waits at this step: on to the work, or back to the beginning."""
    if current_staff() is not None:
        return redirect(home(next_path()), code=303)
    return redirect(url_for("accounts.sign_in", next=next_path() or None), code=303)


@blueprint.route("/admin/sign-in/code", methods=["GET", "POST"])
def sign_in_code() -> ResponseReturnValue:
    """Ask for the code of the second factor, or a recovery code."""
    waiting = _waiting(Stage.CODE)
    if waiting is None:
        return _elsewhere()
    row_id, person_id, login = waiting[0].id, waiting[1].id, waiting[1].login
    faults = {}
    if request.method == "POST":
        if is_right_code(person_id, login, parse_code(request.form), what="sign_in"):
            found = find_pending(db.session, cookie_digest(), Stage.CODE)
            if found is None:
                return _elsewhere()
            row, person = found
            return advance(row, person, step_after_second_factor(is_expired=has_expired(person)), next_path())
        faults = said({"code": FormFault.CODE_WRONG})
    page = render_template("accounts/sign_in_code.html", token=form_token(row_id), next_path=next_path(), faults=faults)
    return private(page, 422 if faults else 200)


@blueprint.route("/admin/sign-in/enrol", methods=["GET", "POST"])
def sign_in_enrol() -> ResponseReturnValue:
    """Have a second factor set up before anything else; then show the recovery codes, once."""
    waiting = _waiting(Stage.ENROL)
    if waiting is None:
        return _elsewhere()
    row, person = waiting
    faults = {}
    enrolment = sent_enrolment(row.id, person.login) or new_enrolment(row.id, person.login)
    if request.method == "POST":
        if codes := enrolment.set_up(db.session, person, parse_code(request.form)):
            note(db.session, actor_named(person), "set_up_second_factor", person)
            answer = advance(row, person, step_after_second_factor(is_expired=has_expired(person)), next_path())
            page = private(render_template("accounts/recovery_codes.html", codes=codes, onward=answer.location))
            page.headers.extend((name, value) for name, value in answer.headers if name == "Set-Cookie")
            return page
        faults = said({"code": FormFault.CODE_WRONG})
    page_text = render_template(
        "accounts/sign_in_enrol.html",
        token=form_token(row.id),
        next_path=next_path(),
        faults=faults,
        enrolment=enrolment,
    )
    return private(page_text, 422 if faults else 200)


@blueprint.route("/admin/sign-in/password", methods=["GET", "POST"])
def sign_in_renew() -> ResponseReturnValue:
    """Have a password that is too old changed before anything else."""
    waiting = _waiting(Stage.RENEW)
    if waiting is None:
        return _elsewhere()
    row_id, login = waiting[0].id, waiting[1].login
    faults = {}
    if request.method == "POST":
        form = parse_new_password(request.form, login, known_words(), asks_current=True)
        faults = dict(form.faults)
        db.session.rollback()
        if not faults and not is_right_password(login, form.current, what="change_password"):
            faults["current"] = FormFault.PASSWORD_WRONG
        found = find_pending(db.session, cookie_digest(), Stage.RENEW)
        if not faults and found is not None:
            row, person = found
            passwords.change(db.session, actor_named(person), person, form.password, keep_session=row.id)
            return advance(row, person, Step.OPEN, next_path())
    page = render_template(
        "accounts/sign_in_renew.html", token=form_token(row_id), next_path=next_path(), login=login, faults=said(faults)
    )
    return private(page, 422 if faults else 200)
