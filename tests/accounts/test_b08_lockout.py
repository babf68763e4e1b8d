"""B08: guessing is limited by account and by network, exactly, and nobody can lock out somebody else."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Event

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.accounts.actions.attempts import Subject, claim, forgive
from outreach.accounts.models import AttemptKind, SignInFailure, StaffUser
from outreach.accounts.rules.lockout import ATTACK_FAILURES, NETWORK_TRIES, PAIR_TRIES
from outreach.core.audit import AuditEntry, Outcome
from outreach.core.db import db
from outreach.core.permissions import Role
from tests.staff import PASSWORD, StaffPagesMaker, staff_user

PARALLEL = 50
ATTACKER, VICTIM = "203.0.113.7", "198.51.100.4"


def post(site: Flask, login: str, password: str, network: str = ATTACKER, **headers: str) -> int:
    """One attempt from ``network``; the status of the answer."""
    data = {"login": login, "password": password}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    client = site.test_client()
    answer = client.post("/admin/sign-in", data=data, headers=named, environ_base={"REMOTE_ADDR": network})
    return answer.status_code


def counters(session: Session) -> dict[AttemptKind, list[tuple[int, int]]]:
    session.expire_all()
    found: dict[AttemptKind, list[tuple[int, int]]] = {}
    for row in session.scalars(sa.select(SignInFailure)):
        found.setdefault(row.kind, []).append((row.failures, row.refused))
    return found


def unlock(session: Session) -> None:
    """Let every lock be over, as if its time had passed."""
    rows = session.scalars(sa.select(SignInFailure).where(SignInFailure.locked_until.is_not(None)))
    for row in rows:
        row.locked_until = row.last_at - timedelta(seconds=1)
    session.commit()


@pytest.mark.slow
def test_b08_fifty_attempts_at_once_on_two_machines_are_counted_exactly(machines: tuple[Flask, Flask]) -> None:
    with machines[0].app_context():
        staff_user(db.session, Role.EDITOR, login="victim")
        db.session.commit()
    barrier = Barrier(PARALLEL)

    def attempt(number: int) -> int:
        barrier.wait()
        return post(machines[number % 2], "victim", f"wrong password {number}")

    with ThreadPoolExecutor(PARALLEL) as threads:
        statuses = Counter(threads.map(attempt, range(PARALLEL)))
    assert statuses == {422: PARALLEL}
    with machines[0].app_context():
        assert counters(db.session) == {
            AttemptKind.ACCOUNT: [(PAIR_TRIES, 0)],
            AttemptKind.NETWORK: [(PAIR_TRIES, 0)],
            AttemptKind.PAIR: [(PAIR_TRIES, PARALLEL - PAIR_TRIES)],
        }
        failed = sa.select(sa.func.count()).select_from(AuditEntry).filter_by(outcome=Outcome.FAILED)
        assert db.session.scalar(failed) == PAIR_TRIES, "what was looked at stands in the log, no more and no less"
    assert post(machines[0], "victim", PASSWORD) == 422, "locked from here, even with the right password"
    assert post(machines[1], "victim", PASSWORD, VICTIM) == 303, "and open from where the owner is"


@pytest.mark.slow
def test_b08_the_tries_of_a_network_are_exact_over_many_accounts_at_once(machines: tuple[Flask, Flask]) -> None:
    logins = [f"person{number}" for number in range(NETWORK_TRIES + 20)]
    with ThreadPoolExecutor(16) as threads:
        statuses = Counter(threads.map(lambda login: post(machines[len(login) % 2], login, "wrong wrong"), logins))
    assert statuses == {422: len(logins)}
    with machines[0].app_context():
        found = counters(db.session)
        assert found[AttemptKind.NETWORK][0][0] == NETWORK_TRIES
        assert len(found[AttemptKind.PAIR]) <= NETWORK_TRIES + 16, "no rows for whatever a locked network tries"


@pytest.mark.slow
def test_b08_one_code_used_twenty_times_at_once_opens_one_session(machines: tuple[Flask, Flask]) -> None:
    from outreach.accounts.actions.second_factor import PURPOSE, new_secret
    from outreach.core.encryption import encrypt
    from tests.accounts.conftest import Telephone
    from tests.markup import parse

    telephone = Telephone(new_secret())
    with machines[0].app_context():
        person = staff_user(db.session, Role.EDITOR, login="victim")
        person.totp_secret = encrypt(telephone.secret, PURPOSE)
        db.session.commit()
    browsers = []
    for number in range(5):
        client = machines[number % 2].test_client()
        client.post("/admin/sign-in", data={"login": "victim", "password": PASSWORD})
        root, _errors = parse(client.get("/admin/sign-in/code").get_data(as_text=True))
        browsers.append((client, root.one('main input[name="token"]').get("value")))
    barrier, code = Barrier(len(browsers)), telephone.code()

    def send(browser: tuple[object, str]) -> int:
        client, token = browser
        barrier.wait()
        answer = client.post("/admin/sign-in/code", data={"token": token, "code": code})  # type: ignore[attr-defined]  # a test client
        return int(answer.status_code)

    with ThreadPoolExecutor(len(browsers)) as threads:
        assert Counter(threads.map(send, browsers)) == {303: 1, 422: 4}


@pytest.mark.slow
def test_b08_attempts_in_line_behind_the_right_one_are_counted(machines: tuple[Flask, Flask]) -> None:
    """The right attempt takes the row of its pair away while the others wait for it: theirs is made again."""
    subject = Subject("sign_in", "victim", ATTACKER)
    waiting = Event()

    def attempt() -> bool:
        with machines[1].app_context():
            waiting.set()
            is_admitted = claim(db.session, subject)
            db.session.commit()
            return is_admitted

    with machines[0].app_context(), ThreadPoolExecutor(1) as threads:
        assert claim(db.session, subject)
        db.session.commit()
        db.session.scalars(sa.select(SignInFailure).with_for_update()).all()  # ours now, as they stand
        later = threads.submit(attempt)
        waiting.wait()
        with suppress(TimeoutError):  # it stands in line now, or it never will
            later.result(0.5)
        forgive(db.session, subject)
        db.session.commit()
        assert later.result()
        assert counters(db.session)[AttemptKind.PAIR] == [(1, 0)]


def test_b08_sixty_attempts_on_one_account_look_at_five(session: Session, app: Flask) -> None:
    staff_user(session, Role.EDITOR, login="victim")
    session.commit()
    assert {post(app, "victim", "wrong wrong wrong") for _turn in range(60)} == {422}
    assert counters(session)[AttemptKind.PAIR] == [(PAIR_TRIES, 60 - PAIR_TRIES)]
    assert post(app, "victim", PASSWORD) == 422


@pytest.mark.parametrize(
    "spelling", ["victim", "VICTIM", " victim", "ｖｉｃｔｉｍ", "Victim\u200b", "victim\x00", "vic\u00adtim"]
)
def test_b08_no_spelling_and_no_header_gives_new_tries(session: Session, app: Flask, spelling: str) -> None:
    staff_user(session, Role.EDITOR, login="victim")
    session.commit()
    for number in range(PAIR_TRIES):
        post(app, "victim", f"wrong wrong {number}")
    forged = {"X_Forwarded_For": "192.0.2.1", "X_Real_IP": "192.0.2.1", "Forwarded": "for=192.0.2.1"}
    assert post(app, spelling, PASSWORD, **forged) == 422
    assert len(counters(session)[AttemptKind.PAIR]) == 1


def test_b08_a_whole_network_of_ipv6_is_one(session: Session, app: Flask) -> None:
    staff_user(session, Role.EDITOR, login="victim")
    session.commit()
    for number in range(PAIR_TRIES):
        post(app, "victim", "wrong wrong", f"2001:db8:1:2::{number}")
    assert post(app, "victim", PASSWORD, "2001:db8:1:2:ffff::9") == 422
    assert post(app, "victim", PASSWORD, "2001:db8:1:3::9") == 303


def test_b08_an_attack_from_many_networks_does_not_lock_out_the_owner(session: Session, app: Flask) -> None:
    person = staff_user(session, Role.EDITOR, login="victim")
    session.commit()
    assert post(app, "victim", PASSWORD, VICTIM) == 303
    for number in range(ATTACK_FAILURES + 10):
        post(app, "victim", "wrong wrong", f"203.0.113.{number}")
    assert post(app, "victim", "mistyped", VICTIM) == 422
    assert post(app, "victim", PASSWORD, VICTIM) == 303, "their own network keeps its five tries"
    assert post(app, "victim", PASSWORD, "192.0.2.200") == 303, "and from elsewhere they have one, which is enough"
    assert post(app, "victim", "wrong wrong", "192.0.2.201") == 422
    assert post(app, "victim", PASSWORD, "192.0.2.201") == 422, "a stranger has one try, not five"
    assert person.disabled_at is None


def test_b08_a_stranger_cannot_lock_out_the_staff(session: Session, app: Flask) -> None:
    people = [staff_user(session, Role.EDITOR) for _number in range(12)]
    session.commit()
    for person in people:
        for _turn in range(PAIR_TRIES):
            post(app, person.login, "wrong wrong")
    assert {post(app, person.login, PASSWORD, VICTIM) for person in people} == {303}


def test_b08_locks_end_and_a_right_password_begins_anew(session: Session, app: Flask) -> None:
    staff_user(session, Role.EDITOR, login="victim")
    session.commit()
    for _turn in range(PAIR_TRIES + 1):
        post(app, "victim", "wrong wrong")
    unlock(session)
    assert post(app, "victim", PASSWORD) == 303
    assert AttemptKind.PAIR not in counters(session)
    for _turn in range(PAIR_TRIES - 1):
        assert post(app, "victim", "wrong wrong") == 422
    assert post(app, "victim", PASSWORD) == 303, "five new tries"


def test_b08_a_password_that_is_proved_on_a_page_is_counted_too(session: Session, staff_pages: StaffPagesMaker) -> None:
    pages = staff_pages(Role.EDITOR)
    for _turn in range(PAIR_TRIES):
        pages.post("/admin/confirm", status=422, password="wrong wrong")
    pages.post("/admin/confirm", status=422, password=PASSWORD)


def test_b08_what_is_typed_as_a_login_is_not_kept(session: Session, app: Flask) -> None:
    post(app, "my-secret-passphrase", "x")
    entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert (entry.action, entry.target_key, entry.actor_kind) == ("accounts.sign_in", "unknown", "public")
    rows = session.scalars(sa.select(SignInFailure)).all()
    assert rows
    assert not any("my-secret" in row.key for row in rows)


def test_an_attempt_counts_as_failed_before_anybody_looks_at_it(session: Session) -> None:
    subject = Subject("password", "victim", ATTACKER)
    assert [claim(session, subject) for _turn in range(PAIR_TRIES + 2)] == [True] * PAIR_TRIES + [False] * 2
    assert not session.scalar(sa.select(sa.func.count(StaffUser.id)).where(StaffUser.login == "victim"))
