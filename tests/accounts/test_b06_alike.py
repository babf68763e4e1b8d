"""B06: who does not exist, is disabled, invited, locked or simply wrong gets the same answer for the same work."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from outreach.accounts.actions import hashing
from outreach.accounts.models import SignInFailure
from outreach.core.clock import now
from outreach.core.permissions import Role
from tests.staff import PASSWORD, StaffPagesMaker, staff_user

WRONG = "not the password of anybody"
KINDS = (
    "wrong",
    "unknown",
    "disabled",
    "disabled with the right password",
    "invited",
    "locked with the right password",
)


class Counting:
    """Counts what the hasher does, instead of a stopwatch that lies on a busy machine."""

    def __init__(self) -> None:
        self.verified = 0
        self.hashed = 0


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting, verify, make = Counting(), PasswordHasher.verify, PasswordHasher.hash
    hashing.unknown()

    def counted_verify(self: PasswordHasher, *args: str) -> bool:
        counting.verified += 1
        return verify(self, *args)

    def counted_hash(self: PasswordHasher, *args: str) -> str:
        counting.hashed += 1
        return make(self, *args)

    monkeypatch.setattr(PasswordHasher, "verify", counted_verify)
    monkeypatch.setattr(PasswordHasher, "hash", counted_hash)
    return counting


def attempt(
    session: Session, staff_pages: StaffPagesMaker, kind: str, work: Counting
) -> tuple[int, str, dict[str, str]]:
    """One attempt of this kind: status, page without what was typed, headers."""
    gone = {"disabled_at": now()} if kind.startswith("disabled") else {}
    person = staff_user(session, Role.EDITOR, login="somebody", password="" if kind == "invited" else PASSWORD, **gone)
    if kind == "unknown":
        person.login = "another"
        session.flush()
    pages = staff_pages()
    if kind.startswith("locked"):
        for _turn in range(5):
            pages.client.post("/admin/sign-in", data={"login": "somebody", "password": WRONG})
    work.verified = work.hashed = 0
    typed = PASSWORD if kind.endswith("right password") else WRONG
    answer = pages.client.post("/admin/sign-in", data={"login": "somebody", "password": typed})
    headers = {name: value for name, value in answer.headers if name not in ("X-Request-ID", "Content-Length")}
    # ids of a page are counted in the context of the application, which requests of a test share
    return answer.status_code, re.sub(r"error-summary-\d+", "error-summary", answer.get_data(as_text=True)), headers


@pytest.mark.parametrize("kind", KINDS[1:])
def test_b06_the_answer_and_the_work_are_the_same(
    session: Session, staff_pages: StaffPagesMaker, work: Counting, kind: str
) -> None:
    with session.begin_nested() as savepoint:
        expected = attempt(session, staff_pages, "wrong", work)
        assert (work.verified, work.hashed) == (1, 0)
        savepoint.rollback()
    session.expire_all()
    session.execute(sa.delete(SignInFailure))
    found = attempt(session, staff_pages, kind, work)
    assert (work.verified, work.hashed) == (1, 0), "exactly one hash, whoever it is"
    assert found == expected
    assert found[0] == 422
    assert re.search("多次失败后要等一会儿", found[1])
    assert "Set-Cookie" not in found[2]


def test_b06_a_right_password_costs_one_hash_too(
    session: Session, staff_pages: StaffPagesMaker, work: Counting
) -> None:
    person = staff_user(session, Role.EDITOR)
    assert staff_pages().sign_in(person).status_code == 303
    assert work.verified == 1


def test_a_hash_with_other_parameters_is_made_anew_at_the_sign_in(
    session: Session, staff_pages: StaffPagesMaker
) -> None:
    person = staff_user(session, Role.EDITOR)
    person.password_hash = weak = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    session.flush()
    assert staff_pages().sign_in(person).status_code == 303
    session.refresh(person)
    assert person.password_hash != weak
    assert not hashing.is_outdated(person.password_hash)
    assert staff_pages().sign_in(person).status_code == 303


@pytest.mark.parametrize("token", ["x", "a" * 43, "王", "%00", "../../etc"])
def test_b06_links_that_are_not_valid_look_alike(staff_pages: StaffPagesMaker, token: str) -> None:
    answer = staff_pages().client.get(f"/admin/invitations/{token}")
    assert answer.status_code in (404, 400)


def test_the_hash_of_the_site_costs_what_owasp_asks_for(site_hasher: PasswordHasher) -> None:
    assert site_hasher.memory_cost >= 19 * 1024
    assert site_hasher.time_cost >= 2
    assert site_hasher.hash("x").startswith("$argon2id$")
