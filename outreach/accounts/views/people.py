"""The security administrator's pages: who has an account, with which rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.actions import people
from outreach.accounts.actions.auditing import Actor
from outreach.accounts.actions.people import LoginTaken, OwnAccount, Rights
from outreach.accounts.actions.second_factor import count_recovery_codes
from outreach.accounts.blueprint import blueprint
from outreach.accounts.counties import check_counties
from outreach.accounts.forms import FormFault, PersonForm, parse_people_query, parse_person, parse_reason
from outreach.accounts.models import StaffUser
from outreach.accounts.queries.people import STATES, find_person, invitation_expiry, search_people, state_of
from outreach.accounts.queries.sessions import list_open
from outreach.accounts.rules.devices import device
from outreach.accounts.views.sign_in import private
from outreach.accounts.wording import STATES as STATE_NAMES
from outreach.accounts.wording import said
from outreach.core.admin_menu import ROLE_NAMES
from outreach.core.audit import actor_of
from outreach.core.db import db
from outreach.core.i18n import absolute_url
from outreach.core.permissions import Permission, Role, known_roles
from outreach.core.staff import require, tell, the_staff


@blueprint.get("/admin/accounts")
@require(Permission.ACCOUNTS_MANAGE)
def accounts() -> ResponseReturnValue:
    """Every account, filtered and sorted."""
    query = parse_people_query(request.args)
    found = search_people(db.session, query)

    def href(**changes: Any) -> str:
        """Address of this list with other arguments."""
        sort = f"-{query.sort}" if query.is_descending else query.sort
        given: dict[str, Any] = {
            "q": query.words,
            "role": query.role,
            "state": query.state,
            "sort": sort,
            "page": found.page,
        }
        kept = {name: value for name, value in {**given, **changes}.items() if value not in ("", None, "login", 1)}
        return url_for("accounts.accounts", **kept)

    filters = [(STATE_NAMES[name], href(state=name, page=1), None, query.state == name) for name in STATES]
    page = render_template(
        "accounts/accounts.html",
        query=query,
        found=found,
        href=href,
        state_of=state_of,
        state_filters=filters,
        roles_of=_roles_of,
        **_names(),
    )
    return private(page)


@blueprint.route("/admin/accounts/new", methods=["GET", "POST"])
@require(Permission.ACCOUNTS_MANAGE, fresh=True)
def invite() -> ResponseReturnValue:
    """Add an account, and show the link by which the person sets their password."""
    if request.method != "POST":
        return _invite_page(parse_person(request.args, is_new=True), is_first=True)
    form = parse_person(request.form, is_new=True)
    check_counties(db.session, form)
    if form.faults:
        return _invite_page(form)
    try:
        person, token = people.create(
            db.session, actor(), login=form.login, name=form.name, rights=Rights(form.roles, form.county_slugs)
        )
    except LoginTaken:
        db.session.rollback()
        form.faults["login"] = FormFault.LOGIN_TAKEN
        return _invite_page(form)
    return _link_page(person, token)


def _invite_page(form: PersonForm, *, is_first: bool = False) -> Response:
    faults = {} if is_first else said(form.faults)
    page = render_template("accounts/invite.html", form=form, faults=faults, **_names())
    return private(page, 422 if faults else 200)


def _link_page(person: StaffUser, token: str) -> Response:
    """The one time that the link is seen. Commits."""
    expires_at = invitation_expiry(db.session, person.id)
    db.session.commit()
    link = absolute_url(url_for("accounts.invitation", token=token))
    return private(render_template("accounts/renew_link.html", person=person, link=link, expires_at=expires_at))


@blueprint.get("/admin/accounts/<int:staff_id>")
@require(Permission.ACCOUNTS_MANAGE)
def person(staff_id: int) -> ResponseReturnValue:
    """One account: state, rights, sessions, and what can be done about it."""
    return _person_page(_person_or_404(staff_id))


def _person_page(found: StaffUser, form: PersonForm | None = None) -> Response:
    faults = said(form.faults) if form else {}
    page = render_template(
        "accounts/person.html",
        person=found,
        state=state_of(found),
        is_own=found.id == the_staff().id,
        roles=form.roles if form else known_roles(item.role for item in found.roles),
        counties=form.typed_counties if form else " ".join(item.county_slug for item in found.counties),
        reason=form.reason if form else "",
        sessions=list_open(db.session, found.id),
        codes_left=count_recovery_codes(db.session, found),
        invitation_expires_at=invitation_expiry(db.session, found.id),
        device_of=device,
        faults=faults,
        **_names(),
    )
    return private(page, 422 if faults else 200)


@blueprint.post("/admin/accounts/<int:staff_id>/rights")
@require(Permission.ACCOUNTS_MANAGE, fresh=True)
def set_rights(staff_id: int) -> ResponseReturnValue:
    """Give another person exactly these roles and counties; their sessions end."""
    found = _person_or_404(staff_id)
    form = parse_person(request.form, is_new=False)
    check_counties(db.session, form)
    if form.faults:
        return _person_page(found, form)
    rights = Rights(form.roles, form.county_slugs)
    return _done(found, _("权限已修改。"), lambda: people.set_rights(db.session, actor(), found, rights, form.reason))


@blueprint.post("/admin/accounts/<int:staff_id>/disable")
@require(Permission.ACCOUNTS_MANAGE, fresh=True)
def disable(staff_id: int) -> ResponseReturnValue:
    """Close another person's account at once."""
    return _act(staff_id, people.disable, _("账号已停用。"))


@blueprint.post("/admin/accounts/<int:staff_id>/enable")
@require(Permission.ACCOUNTS_MANAGE, fresh=True)
def enable(staff_id: int) -> ResponseReturnValue:
    """Open another person's account again."""
    return _act(staff_id, people.enable, _("账号已启用。"))


@blueprint.post("/admin/accounts/<int:staff_id>/end-sessions")
@require(Permission.ACCOUNTS_MANAGE, fresh=True)
def end_sessions(staff_id: int) -> ResponseReturnValue:
    """Sign another person out everywhere."""
    return _act(staff_id, people.end_sessions, _("这个账号的登录已全部结束。"))


@blueprint.post("/admin/accounts/<int:staff_id>/reset-second-factor")
@require(Permission.ACCOUNTS_MANAGE, fresh=True)
def reset_second_factor(staff_id: int) -> ResponseReturnValue:
    """Take another person's second factor away after a loss."""
    return _act(staff_id, people.reset_second_factor, _("第二因素已清除，下次登录时重新设置。"))


@blueprint.post("/admin/accounts/<int:staff_id>/link")
@require(Permission.ACCOUNTS_MANAGE, fresh=True)
def renew_link(staff_id: int) -> ResponseReturnValue:
    """Make a link by which another person sets a new password."""
    found = _person_or_404(staff_id)
    if found.disabled_at is not None:
        abort(409)
    try:
        token = people.renew_link(db.session, actor(), found)
    except OwnAccount:
        abort(403)
    return _link_page(found, token)


def _act(staff_id: int, action: Callable[..., None], words: str) -> Response:
    found = _person_or_404(staff_id)
    return _done(found, words, lambda: action(db.session, actor(), found, parse_reason(request.form)))


def _done(found: StaffUser, words: str, act: Callable[[], Any]) -> Response:
    """Act, say so on the person's page, and commit; one's own account is for others to change."""
    try:
        act()
    except OwnAccount:
        abort(403)
    tell(words)
    db.session.commit()
    return make_response(redirect(url_for("accounts.person", staff_id=found.id), code=303))


def actor() -> Actor:
    """Who acts in this request."""
    return actor_of(the_staff())


def _person_or_404(staff_id: int) -> StaffUser:
    return find_person(db.session, staff_id) or abort(404)


def _names() -> dict[str, Any]:
    return {"role_options": [(role, ROLE_NAMES[role]) for role in Role], "state_words": STATE_NAMES}


def _roles_of(found: StaffUser) -> list[str]:
    held = known_roles(item.role for item in found.roles)
    return [str(ROLE_NAMES[role]) for role in Role if role in held]
