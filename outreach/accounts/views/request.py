"""The request side of sessions: what ``core.staff`` asks of this slice, and transactions of their own.

Sessions are read, and attempts counted, in transactions of their own: they must stand whatever becomes of the request,
and a page that is only read must not hold SQLite's lock for writing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import Flask, current_app, request
from sqlalchemy.orm import Session

from outreach.accounts.actions import sessions
from outreach.accounts.actions.hashing import unknown
from outreach.accounts.actions.tokens import digest
from outreach.accounts.models import StaffSession, StaffUser, Stage
from outreach.accounts.queries.sessions import find_open, find_pending
from outreach.config import Settings
from outreach.core import staff
from outreach.core.audit import Outcome, Target, actor_of, record_at_once
from outreach.core.db import db, transaction_mode
from outreach.core.permissions import Permission, known_roles
from outreach.core.staff import Message, Staff, cookie_name


@contextmanager
def own_transaction() -> Iterator[Session]:
    """A session that is committed at the end, apart from the request's own."""
    mode = transaction_mode.set("IMMEDIATE")
    try:
        with db.sessionmaker.begin() as session:
            yield session
    finally:
        transaction_mode.reset(mode)


@contextmanager
def own_reading() -> Iterator[Session]:
    """A session that only reads, apart from the request's own."""
    mode = transaction_mode.set("DEFERRED")
    try:
        with db.sessionmaker() as session:
            yield session
    finally:
        transaction_mode.reset(mode)


def cookie_digest() -> str:
    """What the table would keep of the token that the browser sent."""
    return digest(request.cookies.get(cookie_name(), ""))


def load_staff(token: str) -> Staff | None:
    """Who an open session belongs to; notes, at most once a minute, that it is in use."""
    with own_reading() as session:
        found = find_open(session, digest(token))
        if found is None:
            return None
        person = found.person
        loaded = Staff(
            id=person.id,
            name=person.name,
            login=person.login,
            roles=known_roles(item.role for item in person.roles),
            session_id=found.id,
            county_slugs=frozenset(item.county_slug for item in person.counties),
            is_fresh=found.is_fresh,
        )
    if found.needs_touch:
        with own_transaction() as session:
            sessions.touch(session, found.id)
    return loaded


def pending(stage: Stage) -> tuple[StaffSession, StaffUser] | None:
    """The session that waits at ``stage`` for this browser, with its person, in the request's own transaction."""
    return find_pending(db.session, cookie_digest(), stage)


def needs_second_factor() -> bool:
    """Whether nobody may work without one."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.is_production


def agent() -> str:
    """What the browser calls itself."""
    return request.headers.get("User-Agent", "")


def _keep_message(session_id: int, message: Message) -> None:
    sessions.keep_message(db.session, session_id, {"text": str(message.text), "kind": message.kind})


def _take_messages(session_id: int) -> Sequence[Message]:
    with own_reading() as session:
        row = session.get(StaffSession, session_id)
        if row is None or not row.messages:
            return ()
    with own_transaction() as session:
        return [Message(**message) for message in sessions.take_messages(session, session_id)]


def _note_denial(who: Staff, endpoint: str, permissions: frozenset[Permission]) -> None:
    record_at_once(
        actor=actor_of(who),
        action="staff.denied",
        target=Target("endpoint", endpoint),
        after={"method": request.method, "needs": sorted(permissions)},
        outcome=Outcome.DENIED,
    )


def init_app(app: Flask) -> None:
    """Answer ``core.staff`` for this application."""
    staff.register_loader(app, load_staff)
    hooks = app.extensions["staff"]
    hooks.keep_message, hooks.take_messages, hooks.note_denial = _keep_message, _take_messages, _note_denial
    unknown()  # made now, so that the first stranger waits no longer than the second
