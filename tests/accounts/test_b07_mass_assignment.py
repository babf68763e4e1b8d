"""B07: fields that a form does not have are not looked at, whatever is sent."""

from __future__ import annotations

import pytest
from flask import request
from sqlalchemy.orm import Session

from outreach.accounts.forms import Faults
from outreach.accounts.models import StaffUser
from outreach.accounts.views import own_account
from outreach.core.db import db
from outreach.core.permissions import Role
from outreach.core.staff import the_staff
from tests.staff import PASSWORD, StaffPagesMaker, staff_user

EXTRA = {
    "id": "1",
    "staff_id": "1",
    "owner_id": "1",
    "role": "system_admin",
    "roles": "system_admin",
    "is_admin": "1",
    "is_published": "1",
    "score": "100",
    "login": "stolen",
    "password_hash": "x",
    "totp_secret": "x",
    "stage": "open",
    "created_at": "2000-01-01",
    "disabled_at": "2000-01-01",
    "county_slug": "370881",
    "counties": "370881",
}


def state(person: StaffUser) -> dict[str, object]:
    columns = {name: value for name, value in vars(person).items() if not name.startswith("_") and name != "name"}
    columns.pop("roles", None)
    columns.pop("counties", None)
    return {
        **columns,
        "all": sorted(item.role for item in person.roles),
        "slugs": [item.county_slug for item in person.counties],
    }


def test_b07_ones_own_forms_store_what_they_have_and_nothing_else(
    session: Session, staff_pages: StaffPagesMaker
) -> None:
    pages = staff_pages(Role.EDITOR)
    session.refresh(pages.person)
    before = state(pages.person)
    pages.post("/admin/account/name", **{**EXTRA, "name": "新名字"})
    pages.post("/admin/account/sessions/end-others", **EXTRA)
    pages.post("/admin/confirm", **{**EXTRA, "password": PASSWORD})
    session.refresh(pages.person)
    assert pages.person.name == "新名字"
    assert state(pages.person) == before


def test_b07_the_sign_in_gives_no_right(session: Session, staff_pages: StaffPagesMaker) -> None:
    person = staff_user(session, Role.EDITOR)
    session.refresh(person)
    before = state(person)
    pages = staff_pages()
    extra = {name: value for name, value in EXTRA.items() if name not in ("login", "password")}
    assert pages.sign_in(person, **extra).status_code == 303
    session.refresh(person)
    assert state(person) == before
    assert pages.client.get("/admin/accounts").status_code == 403


def test_b07_a_new_account_has_the_login_and_rights_of_the_form_only(
    session: Session, staff_pages: StaffPagesMaker
) -> None:
    admin = staff_pages(Role.SECURITY_ADMIN)
    extra = {name: value for name, value in EXTRA.items() if name not in ("login", "roles", "counties")}
    admin.post("/admin/accounts/new", status=200, login="neu.mann", name="新人", roles=["editor", "superuser"], **extra)
    person = session.query(StaffUser).filter_by(login="neu.mann").one()
    assert state(person)["all"] == ["editor"]
    assert (person.password_hash, person.totp_secret, person.disabled_at) == ("", "", None)
    assert person.id != 1 or admin.person.id == 1


def test_b07_a_form_that_takes_every_field_would_give_the_right(
    session: Session, staff_pages: StaffPagesMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def every_field(_args: object) -> tuple[str, Faults]:
        person = db.session.get_one(StaffUser, the_staff().id)
        for name, value in request.form.items():
            if name in ("login", "password_hash"):
                setattr(person, name, value)
        return request.form["name"], {}

    monkeypatch.setattr(own_account, "parse_name", every_field)
    pages = staff_pages(Role.EDITOR)
    pages.post("/admin/account/name", **{**EXTRA, "name": "新名字"})
    assert pages.person.login == "stolen", "this is the attack that forms with named fields prevent"
