"""The staff's page client: signs in for real, keeps the cookie, and checks the promises of staff pages on the way.

``staff_pages(Role.EDITOR)`` answers somebody who is signed in with that role; ``staff_pages()`` nobody yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask_babel import refresh
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from outreach.accounts.actions import hashing
from outreach.accounts.actions.hashing import hash_password
from outreach.accounts.models import StaffCounty, StaffRole, StaffUser
from outreach.core.clock import now
from outreach.core.permissions import Role
from tests.markup import parse
from tests.pages import Page, Pages
from tests.promises import STAFF_PROMISES, broken_promises
from tests.promises.sight import Sight

PASSWORD = "correct horse 电池 staple"
_serial = count(1)
_hashes: dict[str, str] = {}


def staff_user(
    session: Session,
    *roles: Role,
    login: str = "",
    password: str = PASSWORD,
    counties: Iterable[str] = (),
    **values: Any,
) -> StaffUser:
    """An account that can sign in with ``password``."""
    if password and password not in _hashes:
        _hashes[password] = hash_password(password)
    given = {
        "login": login or f"staff{next(_serial)}",
        "name": "王小明",
        "password_hash": _hashes[password] if password else "",
        "password_set_at": now() if password else None,
        "created_at": now(),
        **values,
    }
    person = StaffUser(**given)
    person.roles = [StaffRole(role=role) for role in roles]
    person.counties = [StaffCounty(county_slug=slug) for slug in counties]
    session.add(person)
    session.flush()
    return person


class StaffPages(Pages):
    """A browser of a member of staff. ``person`` is who signed in with it last."""

    person: StaffUser

    def sign_in(self, person: StaffUser, password: str = PASSWORD, **data: str) -> TestResponse:
        """Send login and password as the form does."""
        self.person = person
        return self.client.post(
            "/admin/sign-in", data={"login": person.login, "password": password, **data}, headers=self.headers
        )

    @property
    def token(self) -> str:
        """The token that forms of this session carry, read from a page as a browser has it."""
        response = self.client.get("/admin/account", headers=self.headers)
        assert response.status_code == 200, f"not signed in: {response.status_code} {response.location}"
        root, _errors = parse(response.get_data(as_text=True))
        return root.all('input[name="token"]')[0].get("value")

    def get(self, path: str, *, status: int = 200, **args: object) -> Page:
        """Fetch a page and check the promises of staff pages."""
        address = f"{path}?{urlencode(args, doseq=True)}" if args else path
        refresh()
        return self.check(address, self.client.get(address, headers=self.headers), status)

    def post(self, path: str, *, status: int = 303, **data: object) -> Page | TestResponse:
        """Send a form with its token (``token=…`` sends another). The page when the answer is one."""
        data.setdefault("token", self.token)
        response = self.client.post(path, data=data, headers=self.headers)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            return self.check(f"{path}?{urlencode(data, doseq=True)}", response, status)
        assert response.status_code == status, f"POST {path}: {response.status_code}, expected {status}"
        return response

    def look(self, address: str, response: TestResponse) -> tuple[Page, list[str]]:
        """The page, and the promises of staff pages that it breaks. Error pages are those of the public site."""
        if response.status_code >= 400 and 'class="admin"' not in response.get_data(as_text=True):
            return super().look(address, response)
        root, errors = parse(response.get_data(as_text=True))
        sight = Sight(address, response.status_code, root, errors, self._own_hosts())
        faults = broken_promises(sight, STAFF_PROMISES)
        if "no-store" not in response.headers.get("Cache-Control", ""):
            faults.append("staff pages must not be kept by anybody")
        return Page(response, root), faults


#: Passwords of tests protect nothing, and a real hash takes longer than the rest of a request.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True, scope="session")
def site_hasher() -> Iterator[PasswordHasher]:
    """Hash quickly in this process; the fixture's value is the hasher of the site."""
    real, hashing.HASHER = hashing.HASHER, CHEAP  # type: ignore[misc]  # final for the site, not for its tests
    hashing.unknown.cache_clear()
    yield real
    hashing.HASHER = real  # type: ignore[misc]  # as above
    hashing.unknown.cache_clear()


StaffPagesMaker = Callable[..., StaffPages]


@pytest.fixture
def staff_pages(app: Flask, session: Session) -> StaffPagesMaker:
    """``staff_pages(Role.EDITOR)``: a browser where somebody with these roles has signed in; without roles, nobody."""

    def make(*roles: Role, counties: Iterable[str] = (), **values: Any) -> StaffPages:
        pages = StaffPages(app)
        if roles:
            response = pages.sign_in(staff_user(session, *roles, counties=counties, **values))
            assert response.status_code == 303, response.get_data(as_text=True)[:2000]
        return pages

    return make
