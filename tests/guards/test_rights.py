"""Who may do what in the back office: ``rights.csv`` is the decision, reviewed as text (B01, B02, B03).

Every address below ``/admin`` names its rights in the code; the table says which roles that must come to. A new page
fails here until it stands in the table.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from outreach.accounts.models import StaffRole
from outreach.core.permissions import (
    DUTIES,
    ROLE_PERMISSIONS,
    Permission,
    Role,
    are_separated,
    known_roles,
    permissions_of,
)
from tests.guards.test_routes import ENTRANCES, reviewed_routes
from tests.staff import StaffPages, StaffPagesMaker, staff_user

TABLE = Path(__file__).parent / "rights.csv"
ANYBODY = " ".join(Role)
#: Rights to look at something. They open no form that writes, or the endpoint stands below with the reason.
LOOKING = frozenset(
    {
        Permission.LABELS_VIEW,
        Permission.COUNTIES_VIEW,
        Permission.INBOX_VIEW,
        Permission.INSPECTION_VIEW,
        Permission.AUDIT_READ,
    }
)
WRITES_BY_LOOKING: dict[str, str] = {
    "admin.audit_export": "writes nothing but that the log was taken away",
    "admin.audit_verify": "asks for a verification, which only reads the log",
}

Key = tuple[str, str]


def reviewed_rights() -> dict[Key, frozenset[Role]]:
    """The table: endpoint and method → roles; ``any`` are all of them."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    named = {(row["endpoint"], row["method"]): row["roles"] for row in rows}
    return {
        key: frozenset(Role(name) for name in (ANYBODY if text == "any" else text).split())
        for key, text in named.items()
    }


def staff_rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every address below ``/admin`` with each of its methods."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin") and rule.endpoint not in ENTRANCES:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def roles_with(permissions: frozenset[Permission]) -> frozenset[Role]:
    return frozenset(role for role in Role if not permissions.isdisjoint(ROLE_PERMISSIONS[role]))


def address(rule: Rule) -> str:
    """Some address of the rule: what it names need not exist."""
    values = {
        name: 1 if "int" in type(converter).__name__.lower() or "Key" in type(converter).__name__ else "x"
        for name, converter in rule._converters.items()
    }
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    return built[1]


@pytest.fixture
def browsers(staff_pages: StaffPagesMaker) -> dict[Role, StaffPages]:
    """Somebody of each role."""
    return {role: staff_pages(role) for role in Role}


def test_b01_every_staff_address_names_its_rights(demo_app: Flask) -> None:
    views = demo_app.view_functions
    assert {
        rule.endpoint for rule, _method in staff_rules(demo_app) if not getattr(views[rule.endpoint], "permissions", ())
    } == set()


def test_b01_the_table_of_addresses_names_the_same_rights(demo_app: Flask) -> None:
    said = {route["endpoint"]: set(route["access"].split()) for route in reviewed_routes()}
    views = demo_app.view_functions
    assert {rule.endpoint: said[rule.endpoint] for rule, _method in staff_rules(demo_app)} == {
        rule.endpoint: set(views[rule.endpoint].permissions)  # type: ignore[attr-defined]  # set by `require`
        for rule, _method in staff_rules(demo_app)
    }


def test_b01_only_the_entrances_are_open_to_who_is_not_signed_in(demo_app: Flask) -> None:
    views = demo_app.view_functions
    assert {name for name in ENTRANCES if getattr(views[name], "permissions", ())} == set()


def test_b02_the_rights_of_every_role_are_the_reviewed_ones(demo_app: Flask) -> None:
    views = demo_app.view_functions
    actual = {
        (rule.endpoint, method): roles_with(views[rule.endpoint].permissions)  # type: ignore[attr-defined]  # set by `require`
        for rule, method in staff_rules(demo_app)
    }
    assert actual == reviewed_rights()


def test_b02_who_lacks_the_right_is_refused_and_who_has_it_is_not(app: Flask, browsers: dict[Role, StaffPages]) -> None:
    reviewed = reviewed_rights()
    tokens = {role: pages.token for role, pages in browsers.items()}
    wrong = []
    for rule, method in staff_rules(app):
        for role, pages in browsers.items():
            may = role in reviewed[rule.endpoint, method]
            if may and method != "GET":
                continue  # what it does is for its own tests
            data = {"token": tokens[role]} if method != "GET" else None
            status = pages.client.open(address(rule), method=method, data=data).status_code
            if (status == 403) is may or status >= 500:
                wrong.append((rule.endpoint, method, role, status))
    assert wrong == []


def test_b02_who_is_not_signed_in_is_led_to_the_sign_in_and_sends_nothing(
    app: Flask, staff_pages: StaffPagesMaker
) -> None:
    stranger = staff_pages().client
    for rule, method in staff_rules(app):
        answer = stranger.open(address(rule), method=method, data={} if method != "GET" else None)
        if method == "GET":
            assert answer.status_code == 303, rule
            assert answer.location == f"/admin/sign-in?next={address(rule)}", rule
        else:
            assert answer.status_code == 403, rule


def test_b02_a_role_that_is_not_known_gives_nothing(session: Session, staff_pages: StaffPagesMaker) -> None:
    person = staff_user(session)
    person.roles = [StaffRole(role="superuser"), StaffRole(role="SECURITY_ADMIN")]
    session.flush()
    pages = staff_pages()
    assert pages.sign_in(person).status_code == 303
    for path in ("/admin/account", "/admin/accounts"):
        assert pages.client.get(path).status_code == 403
    assert known_roles(["superuser", "Editor", "", "editor"]) == {Role.EDITOR}
    assert permissions_of([]) == frozenset()


def test_b03_no_form_that_writes_is_opened_by_a_right_to_look(demo_app: Flask) -> None:
    views = demo_app.view_functions
    weak = {
        rule.endpoint
        for rule, method in staff_rules(demo_app)
        if method != "GET" and LOOKING & views[rule.endpoint].permissions  # type: ignore[attr-defined]  # set by `require`
    }
    assert weak == set(WRITES_BY_LOOKING)


def test_b03_sending_is_never_open_to_more_roles_than_looking(demo_app: Flask) -> None:
    reviewed = reviewed_rights()
    paths: dict[str, dict[str, frozenset[Role]]] = {}
    for rule, method in staff_rules(demo_app):
        paths.setdefault(rule.rule, {})[method] = reviewed[rule.endpoint, method]
    assert [path for path, by in paths.items() if "GET" in by and "POST" in by and by["POST"] - by["GET"]] == []


def test_every_role_has_its_own_account_and_nobody_has_everything() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    for held in ROLE_PERMISSIONS.values():
        assert Permission.STAFF_SELF in held
        assert held != set(Permission)
    assert permissions_of(Role) == set(Permission), "a right that nobody holds"


def test_the_three_duties_share_no_right_that_changes_anything() -> None:
    harmless = LOOKING | {Permission.STAFF_SELF}
    for duty in DUTIES:
        others = permissions_of(role for role in Role if role is not duty)
        assert (ROLE_PERMISSIONS[duty] & others) <= harmless
    assert ROLE_PERMISSIONS[Role.AUDITOR] <= harmless
    assert not ROLE_PERMISSIONS[Role.SYSTEM_ADMIN] & {Permission.ACCOUNTS_MANAGE, Permission.AUDIT_READ}


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_a_duty_stands_alone(duty: Role) -> None:
    assert are_separated([duty])
    assert all(not are_separated([duty, other]) for other in Role if other is not duty)
    assert are_separated(set(Role) - DUTIES)
