"""One's own account: name, password, sessions, and proving anew who it is."""

from __future__ import annotations

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.actions import passwords, sessions
from outreach.accounts.actions.auditing import note, person_state
from outreach.accounts.actions.second_factor import count_recovery_codes
from outreach.accounts.blueprint import blueprint
from outreach.accounts.forms import Faults, FormFault, parse_code, parse_name, parse_new_password, parse_sign_in
from outreach.accounts.models import StaffSession, StaffUser, Stage
from outreach.accounts.queries.known_passwords import known_words
from outreach.accounts.queries.sessions import list_open
from outreach.accounts.rules.devices import device
from outreach.accounts.views.proofs import actor_named, is_right_code, is_right_password
from outreach.accounts.views.sign_in import home, next_path, private
from outreach.accounts.wording import said
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.staff import require, set_cookie, tell, the_staff


def me() -> StaffUser:
    """The account of who is signed in."""
    return db.session.get_one(StaffUser, the_staff().id)


def to_account() -> Response:
    return make_response(redirect(url_for("accounts.account"), code=303))


def renewed(response: Response) -> Response:
    """Give the session a new token after a proof of who it is, and the browser with it. Commits."""
    row = db.session.get_one(StaffSession, the_staff().session_id)
    token = sessions.proved(db.session, row, Stage.OPEN)
    db.session.commit()
    set_cookie(response, token)
    return response


@blueprint.get("/admin/account")
@require(Permission.STAFF_SELF)
def account() -> ResponseReturnValue:
    """Name, password, second factor and sessions of who is signed in."""
    return _account_page({})


def _account_page(faults: Faults, typed_name: str = "") -> Response:
    person = me()
    page = render_template(
        "accounts/account.html",
        person=person,
        name=typed_name or person.name,
        sessions=list_open(db.session, person.id),
        codes_left=count_recovery_codes(db.session, person),
        device_of=device,
        faults=said(faults),
    )
    return private(page, 422 if faults else 200)


@blueprint.post("/admin/account/name")
@require(Permission.STAFF_SELF)
def change_name() -> ResponseReturnValue:
    """Set how others see the person's name."""
    name, faults = parse_name(request.form)
    if faults:
        return _account_page(faults, name)
    person = me()
    before = person_state(person)
    person.name = name
    note(db.session, actor_named(person), "change_name", person, before=before, after=person_state(person))
    tell(_("姓名已修改。"))
    db.session.commit()
    return to_account()


@blueprint.route("/admin/account/password", methods=["GET", "POST"])
@require(Permission.STAFF_SELF)
def password() -> ResponseReturnValue:
    """Change the password; the present one is asked for, and every other session ends."""
    login, faults = the_staff().login, {}
    if request.method == "POST":
        form = parse_new_password(request.form, login, known_words(), asks_current=True)
        faults = dict(form.faults)
        if not faults and not is_right_password(login, form.current, what="change_password"):
            faults["current"] = FormFault.PASSWORD_WRONG
        if not faults:
            person = me()
            passwords.change(
                db.session, actor_named(person), person, form.password, keep_session=the_staff().session_id
            )
            tell(_("密码已修改，其他设备上的登录已结束。"))
            return renewed(to_account())
    return private(render_template("accounts/password.html", login=login, faults=said(faults)), 422 if faults else 200)


@blueprint.route("/admin/confirm", methods=["GET", "POST"])
@require(Permission.STAFF_SELF)
def confirm() -> ResponseReturnValue:
    """Ask again who it is, before something that only the person themselves should do."""
    faults = {}
    if request.method == "POST":
        if _is_proved():
            return renewed(make_response(redirect(home(next_path()), code=303)))
        faults = said({"password": FormFault.PASSWORD_WRONG})
    page = render_template("accounts/confirm.html", next_path=next_path(), login=the_staff().login, faults=faults)
    return private(page, 422 if faults else 200)


def _is_proved() -> bool:
    """Whether the form holds the person's password, or a code of their second factor."""
    if code := parse_code(request.form):
        return is_right_code(the_staff().id, the_staff().login, code, what="confirm")
    typed = parse_sign_in(request.form).password
    return is_right_password(the_staff().login, typed, what="confirm")


@blueprint.post("/admin/account/sessions/<int:session_id>/end")
@require(Permission.STAFF_SELF)
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of the person's own sessions; those of others do not exist here."""
    person = me()
    if not sessions.end(db.session, session_id, staff_id=person.id):
        abort(404)
    note(db.session, actor_named(person), "end_session", person)
    if session_id != the_staff().session_id:
        tell(_("已结束这个登录。"))
    db.session.commit()
    return to_account()


@blueprint.post("/admin/account/sessions/end-others")
@require(Permission.STAFF_SELF)
def end_other_sessions() -> ResponseReturnValue:
    """End every session of the person but this one."""
    person = me()
    count = sessions.end_all(db.session, person.id, but=the_staff().session_id)
    note(db.session, actor_named(person), "end_other_sessions", person, after={"ended": count})
    tell(_("已结束其他设备上的 %(n)d 个登录。", n=count))
    db.session.commit()
    return to_account()
