"""B09: the second factor counts once, cannot be skipped, guessed or changed by who has only the open browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.accounts.models import RecoveryCode, StaffSession, StaffUser
from outreach.core.permissions import Role
from tests.accounts.conftest import Past, Telephone
from tests.staff import PASSWORD, StaffPages, StaffPagesMaker, staff_user

TelephoneOf = Callable[[StaffUser], Telephone]


@pytest.fixture
def waiting(session: Session, staff_pages: StaffPagesMaker, telephone_of: TelephoneOf) -> tuple[StaffPages, Telephone]:
    """A browser behind the password and before the code."""
    person = staff_user(session, Role.EDITOR)
    telephone, pages = telephone_of(person), staff_pages()
    answer = pages.sign_in(person, next="/admin/account")
    assert answer.location == "/admin/sign-in/code?next=/admin/account"
    return pages, telephone


def send(pages: StaffPages, code: str, **data: str) -> int:
    """Send a code with the token of the form; the status of the answer."""
    page = pages.get("/admin/sign-in/code")
    token = page.one('main input[name="token"]').get("value")
    return pages.client.post("/admin/sign-in/code", data={"token": token, "code": code, **data}).status_code


def is_in(pages: StaffPages) -> bool:
    return pages.client.get("/admin/account").status_code == 200


def test_b09_the_code_opens_the_session_under_a_new_token(waiting: tuple[StaffPages, Telephone]) -> None:
    pages, telephone = waiting
    before = pages.client.get_cookie("staff").value
    assert not is_in(pages)
    assert send(pages, telephone.code()) == 303
    assert is_in(pages)
    assert pages.client.get_cookie("staff").value != before


def test_b09_a_code_counts_once_whatever_its_spelling(
    session: Session, staff_pages: StaffPagesMaker, waiting: tuple[StaffPages, Telephone]
) -> None:
    pages, telephone = waiting
    code = telephone.code()
    assert send(pages, code) == 303
    for spelling in (code, f"{code[:3]} {code[3:]}", f" {code}", f"{code[:3]}-{code[3:]}"):
        again = staff_pages()
        again.sign_in(pages.person)
        assert send(again, spelling) == 422, spelling
        assert not is_in(again)


def test_b09_codes_two_steps_away_are_wrong(waiting: tuple[StaffPages, Telephone]) -> None:
    pages, telephone = waiting
    near = {telephone.code(steps) for steps in (-1, 0, 1)}
    for steps in (-2, 3):
        if telephone.code(steps) not in near:
            assert send(pages, telephone.code(steps)) == 422


def test_b09_five_tries_and_the_right_code_no_longer_helps(
    session: Session, staff_pages: StaffPagesMaker, waiting: tuple[StaffPages, Telephone]
) -> None:
    pages, telephone = waiting
    for _turn in range(5):
        assert send(pages, telephone.wrong_code()) == 422
    assert send(pages, telephone.code()) == 422
    again = staff_pages()
    again.sign_in(pages.person)
    assert send(again, telephone.code()) == 422, "beginning anew gives no new tries"


def test_b09_the_step_cannot_be_skipped(waiting: tuple[StaffPages, Telephone]) -> None:
    pages, _telephone = waiting
    for path in ("/admin/account", "/admin/accounts", "/admin/account/second-factor", "/admin/confirm"):
        assert pages.client.get(path).status_code == 303
        assert pages.client.post(path, data={"code": "000000"}).status_code in (403, 405)
    for path in ("/admin/sign-in/enrol", "/admin/sign-in/password"):
        assert pages.client.get(path).location == "/admin/sign-in"


def test_b09_the_steps_take_ten_minutes_together(past: Past, waiting: tuple[StaffPages, Telephone]) -> None:
    pages, _telephone = waiting
    past.age_sessions(pages.person, created_at=timedelta(minutes=11))
    assert pages.client.get("/admin/sign-in/code").location == "/admin/sign-in"


def test_b09_a_code_without_the_token_of_its_form_is_refused(waiting: tuple[StaffPages, Telephone]) -> None:
    pages, telephone = waiting
    assert pages.client.post("/admin/sign-in/code", data={"code": telephone.code()}).status_code == 403
    assert not is_in(pages)


def enrol(pages: StaffPages, path: str) -> tuple[Telephone, dict[str, str]]:
    """Read the page that sets up a second factor: the telephone that scanned it, and the form's hidden fields."""
    page = pages.get(path)
    assert page.one("main img").get("src").startswith("data:image/svg+xml")
    secret = page.text("main code").replace(" ", "")
    fields = {name: page.one(f'main input[name="{name}"]').get("value") for name in ("token", "enrolment")}
    return Telephone(secret), fields


def test_b09_where_it_is_required_nobody_works_before_it_is_set_up(
    session: Session, staff_pages: StaffPagesMaker, needs_second_factor: None
) -> None:
    person, pages = staff_user(session, Role.EDITOR), staff_pages()
    assert pages.sign_in(person).location == "/admin/sign-in/enrol"
    assert not is_in(pages)
    telephone, fields = enrol(pages, "/admin/sign-in/enrol")
    wrong = pages.client.post("/admin/sign-in/enrol", data={**fields, "code": telephone.wrong_code()})
    assert wrong.status_code == 422
    assert fields["enrolment"] in wrong.get_data(as_text=True), "the same picture, so that nobody has to scan again"
    answer = pages.client.post("/admin/sign-in/enrol", data={**fields, "code": telephone.code()})
    page = pages.check("/admin/sign-in/enrol", answer)
    codes = page.texts(".recovery-codes code")
    assert len(set(codes)) == 10
    assert is_in(pages)
    later = staff_pages()
    later.sign_in(person)
    assert send(later, codes[0].lower()) == 303
    again = staff_pages()
    again.sign_in(person)
    assert send(again, codes[0]) == 422, "each recovery code counts once"
    assert send(again, codes[1]) == 303


def test_recovery_codes_are_kept_as_digests_and_replaced_as_a_whole(
    session: Session, staff_pages: StaffPagesMaker, telephone_of: TelephoneOf
) -> None:
    pages = staff_pages(Role.EDITOR)
    telephone_of(pages.person)
    first = pages.post("/admin/account/recovery-codes", status=200).texts(".recovery-codes code")
    second = pages.post("/admin/account/recovery-codes", status=200).texts(".recovery-codes code")
    assert len({*first, *second}) == 20
    rows = session.scalars(sa.select(RecoveryCode).filter_by(staff_id=pages.person.id)).all()
    assert len(rows) == 10
    assert not any(code.replace("-", "") in row.code_digest for code in second for row in rows)
    later = staff_pages()
    later.sign_in(pages.person)
    assert send(later, first[0]) == 422


@pytest.mark.parametrize("path", ["/admin/account/second-factor", "/admin/account/recovery-codes"])
def test_b09_a_new_factor_asks_who_it_is(past: Past, staff_pages: StaffPagesMaker, path: str) -> None:
    pages = staff_pages(Role.EDITOR)
    past.age_sessions(pages.person, proved_at=timedelta(minutes=11))
    answer = pages.client.post(path, data={"token": pages.token, "code": "000000"})
    assert answer.status_code == 303
    assert answer.location.startswith("/admin/confirm")
    assert pages.person.totp_secret == ""


def test_b09_a_new_telephone_ends_other_sessions_and_the_old_codes(
    session: Session, staff_pages: StaffPagesMaker, telephone_of: TelephoneOf
) -> None:
    pages = staff_pages(Role.EDITOR)
    other = staff_pages()
    other.sign_in(pages.person)
    old = telephone_of(pages.person)
    new, fields = enrol(pages, "/admin/account/second-factor")
    answer = pages.client.post("/admin/account/second-factor", data={**fields, "code": new.code()})
    assert answer.status_code == 200
    assert is_in(pages)
    assert not is_in(other)
    later = staff_pages()
    later.sign_in(pages.person)
    assert send(later, old.code()) == 422
    assert send(later, new.code(1)) == 303


def test_b09_a_secret_made_for_another_session_is_not_taken(session: Session, staff_pages: StaffPagesMaker) -> None:
    victim, attacker = staff_pages(Role.EDITOR), staff_pages(Role.EDITOR)
    telephone, fields = enrol(attacker, "/admin/account/second-factor")
    data = {"token": victim.token, "enrolment": fields["enrolment"], "code": telephone.code()}
    assert victim.client.post("/admin/account/second-factor", data=data).status_code == 422
    assert victim.person.totp_secret == ""


def test_the_secret_is_encrypted_in_the_table(session: Session, staff_pages: StaffPagesMaker) -> None:
    pages = staff_pages(Role.EDITOR)
    telephone, fields = enrol(pages, "/admin/account/second-factor")
    pages.client.post("/admin/account/second-factor", data={**fields, "code": telephone.code()})
    session.refresh(pages.person)
    assert pages.person.totp_secret
    assert telephone.secret not in pages.person.totp_secret


def test_a_code_proves_who_it_is_as_well_as_the_password(
    past: Past, staff_pages: StaffPagesMaker, telephone_of: TelephoneOf
) -> None:
    pages = staff_pages(Role.EDITOR)
    telephone = telephone_of(pages.person)
    past.age_sessions(pages.person, proved_at=timedelta(minutes=11))
    pages.post("/admin/confirm", status=422, code=telephone.wrong_code())
    pages.post("/admin/confirm", code=telephone.code())
    pages.get("/admin/account/second-factor")


@pytest.mark.parametrize("days", [179, 181])
def test_an_old_password_is_changed_before_anything_else(
    session: Session, staff_pages: StaffPagesMaker, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    from outreach.config import Settings

    monkeypatch.setattr(Settings, "password_days", property(lambda self: 180))
    person, pages = staff_user(session, Role.EDITOR), staff_pages()
    person.password_set_at -= timedelta(days=days)
    session.flush()
    answer = pages.sign_in(person, next="/admin/account")
    if days < 180:
        assert answer.location == "/admin/account"
        return
    assert answer.location == "/admin/sign-in/password?next=/admin/account"
    assert not is_in(pages)
    page = pages.get("/admin/sign-in/password", next="/admin/account")
    fields = {name: page.one(f'main input[name="{name}"]').get("value") for name in ("token", "next")}
    fresh = "three blue cups at the river"

    def change(current: str, password: str, repeated: str) -> int:
        data = {**fields, "current": current, "password": password, "repeated": repeated}
        return pages.client.post("/admin/sign-in/password", data=data).status_code

    assert change(PASSWORD, PASSWORD, PASSWORD) == 422, "the same again is no change"
    assert change("wrong", fresh, fresh) == 422
    assert change(PASSWORD, fresh, fresh + "x") == 422
    assert not is_in(pages)
    assert change(PASSWORD, fresh, fresh) == 303
    assert is_in(pages)
    count = session.scalar(sa.select(sa.func.count(StaffSession.id)).filter_by(staff_id=person.id, ended_at=None))
    assert count == 1
