"""One's own second factor: a new telephone, new recovery codes. Both ask first who it is."""

from __future__ import annotations

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.actions.auditing import note
from outreach.accounts.actions.second_factor import renew_recovery_codes
from outreach.accounts.actions.sessions import end_all
from outreach.accounts.blueprint import blueprint
from outreach.accounts.forms import FormFault, parse_code
from outreach.accounts.views.enrolment import new_enrolment, sent_enrolment
from outreach.accounts.views.own_account import me, renewed
from outreach.accounts.views.proofs import actor_named
from outreach.accounts.views.sign_in import private
from outreach.accounts.wording import said
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.staff import require, the_staff


@blueprint.route("/admin/account/second-factor", methods=["GET", "POST"])
@require(Permission.STAFF_SELF, fresh=True)
def second_factor() -> ResponseReturnValue:
    """Set up a second factor, or replace it by one on another telephone. Other sessions end."""
    staff, faults = the_staff(), {}
    enrolment = sent_enrolment(staff.session_id, staff.login) or new_enrolment(staff.session_id, staff.login)
    person = me()
    if request.method == "POST":
        if codes := enrolment.set_up(db.session, person, parse_code(request.form)):
            end_all(db.session, person.id, but=staff.session_id)
            note(db.session, actor_named(person), "set_up_second_factor", person)
            return renewed(_codes_page(codes))
        faults = said({"code": FormFault.CODE_WRONG})
    page = render_template("accounts/second_factor.html", person=person, enrolment=enrolment, faults=faults)
    return private(page, 422 if faults else 200)


@blueprint.post("/admin/account/recovery-codes")
@require(Permission.STAFF_SELF, fresh=True)
def recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them, once."""
    person = me()
    codes = renew_recovery_codes(db.session, person)
    note(db.session, actor_named(person), "renew_recovery_codes", person)
    db.session.commit()
    return _codes_page(codes)


def _codes_page(codes: list[str]) -> Response:
    page = render_template("accounts/recovery_codes.html", codes=codes, onward=url_for("accounts.account"))
    return private(page)
