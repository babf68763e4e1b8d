"""Proofs of who it is: password and code, counted before they are looked at, the same for whoever does not exist."""

from __future__ import annotations

from outreach.accounts.actions.attempts import Subject, claim, forgive
from outreach.accounts.actions.auditing import Actor, Outcome, note
from outreach.accounts.actions.hashing import is_password
from outreach.accounts.actions.second_factor import PURPOSE, use_code
from outreach.accounts.models import StaffUser
from outreach.accounts.queries.people import find_by_login
from outreach.accounts.views.request import own_transaction
from outreach.core.audit.web import network
from outreach.core.db import db
from outreach.core.encryption import NotReadable, decrypt
from outreach.core.limits import client_network

PASSWORD = "password"  # noqa: S105  # what is counted, not a password
CODE = "code"


def actor_named(person: StaffUser) -> Actor:
    """The person as who acts, while they are signing in."""
    return Actor("staff", person.id, person.name, network())


def is_right_password(login: str, password: str, *, what: str) -> bool:
    """Whether ``login`` may come in with ``password``. Always costs one hash; ``what`` names a failure in the log.

    Call it before the request's own transaction begins: SQLite has one writer at a time.
    """
    subject = Subject(PASSWORD, login, client_network())
    with own_transaction() as session:
        person = find_by_login(session, login)
        is_usable = person is not None and person.disabled_at is None
        stored = person.password_hash if person is not None else ""
        is_admitted = claim(session, subject)
    is_right = is_password(stored, password) and is_usable and is_admitted
    with own_transaction() as session:
        if is_right:
            forgive(session, subject)
        elif is_admitted:
            known = find_by_login(session, login)
            note(session, Actor("public", None, "", network()), what, known, outcome=Outcome.FAILED)
    return is_right


def is_right_code(person_id: int, login: str, code: str, *, what: str) -> bool:
    """Whether ``code`` is a person's second factor, or one of their recovery codes; a right one is used up.

    Ends the request's transaction first, so nothing may be half written.
    """
    db.session.rollback()
    subject = Subject(CODE, login, client_network())
    with own_transaction() as session:
        is_admitted = claim(session, subject)
    if not is_admitted:
        return False
    with own_transaction() as session:
        found = session.get_one(StaffUser, person_id)
        try:
            is_right = use_code(session, found, code, lambda stored: decrypt(stored, PURPOSE))
        except NotReadable:
            is_right = False
        if is_right:
            forgive(session, subject)
        else:
            note(session, actor_named(found), what, found, outcome=Outcome.FAILED)
    return is_right
