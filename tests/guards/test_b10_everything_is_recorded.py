"""B10: every staff form that changes anything writes one audit entry for each object, in the same transaction.

Walks all addresses below ``/admin``: one that is in no module of ``tests/audited`` fails here.
"""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry, Outcome, verify
from outreach.core.db import Base
from outreach.core.permissions import Role
from tests.admin.conftest import kind, make_proposal
from tests.audited import Sent, World, exempt, scenarios
from tests.guards.test_rights import staff_rules
from tests.staff import StaffPagesMaker

__all__ = ["kind", "make_proposal"]

#: Tables and columns that every request may touch, whatever becomes of it.
OWN_TRANSACTIONS = {
    "audit_entry": "what is compared with",
    "audit_head": "what is compared with",
    "sign_in_failure": "counts attempts in a transaction of its own, so that a rollback cannot undo them",
}
RESTLESS = {"staff_session": {"seen_at", "messages"}}

FAILING = {
    "sqlite": ["CREATE TRIGGER audit_fails BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'full'); END"],
    "postgresql": [
        "CREATE FUNCTION audit_fails() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END $$",
        "CREATE TRIGGER audit_fails BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_fails()",
    ],
}


@pytest.fixture
def world(session: Session, staff_pages: StaffPagesMaker, make_proposal: Any) -> World:
    return World(session, staff_pages, make_proposal)


def everything(session: Session) -> dict[str, list[str]]:
    """All rows of all tables but those above."""
    session.rollback()
    found = {}
    for name, table in Base.metadata.tables.items():
        if name not in OWN_TRANSACTIONS:
            columns = [column for column in table.columns if column.key not in RESTLESS.get(name, ())]
            found[name] = sorted(map(repr, session.execute(sa.select(*columns)).all()))
    return found


def count(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) or 0


def send(sent: Sent, token: str) -> int:
    return sent.pages.client.post(sent.path, data={"token": token, **sent.data}).status_code


def test_b10_every_form_has_a_scenario(app: Flask) -> None:
    known = {name.partition(":")[0] for name in scenarios()} | set(exempt())
    forms = {rule.endpoint for rule, method in staff_rules(app) if method not in ("GET", "HEAD", "OPTIONS")}
    assert forms - known == set(), "add it to a module of tests/audited"
    assert known - forms == set(), "this address does not exist any more"


@pytest.mark.parametrize("name", sorted(scenarios()))
def test_b10_a_change_is_recorded_once_for_each_object(session: Session, world: World, name: str) -> None:
    sent = scenarios()[name](world)
    token = sent.pages.token
    earlier = count(session)
    status = send(sent, token)
    assert status < 400, f"{sent.path}: {status}"
    entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(sent.entries)).all()
    assert count(session) - earlier == sent.entries
    for entry in entries:
        assert (entry.actor_kind, entry.actor_id) == ("staff", sent.pages.person.id)
        assert entry.outcome is Outcome.DONE
        assert entry.network == "127.0.0.1"
        assert entry.request_id
        assert entry.target_kind
        assert entry.recorded_at.tzinfo is not None
    assert verify(session) == []


@pytest.mark.parametrize("name", sorted(scenarios()))
def test_b10_what_cannot_be_recorded_does_not_happen(session: Session, world: World, backend: str, name: str) -> None:
    sent = scenarios()[name](world)
    token = sent.pages.token
    session.commit()
    for statement in FAILING[backend]:
        session.execute(sa.text(statement))
    session.commit()
    before = everything(session)
    status = send(sent, token)
    assert status >= 500, status
    assert everything(session) == before


def test_b10_a_refused_right_is_recorded(session: Session, staff_pages: StaffPagesMaker) -> None:
    pages = staff_pages(Role.JUROR)
    earlier = count(session)
    assert pages.client.get("/admin/audit").status_code == 403
    assert pages.client.post("/admin/audit/export", data={"token": pages.token}).status_code == 403
    assert count(session) == earlier + 2
    newest = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
    assert (newest.outcome, newest.actor_id) == (Outcome.DENIED, pages.person.id)
