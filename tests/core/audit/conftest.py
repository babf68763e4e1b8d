"""What the tests of the log share: an actor, a target, and editing by hand with the triggers gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.audit import Actor, AuditEntry, Target, record

EDITOR = Actor("staff", 7, "李编辑", "192.0.2.7")
PAGE = Target("page", "plan", "规划")

ByHand = Callable[..., None]


def write(session: Session, count: int = 1, **values: Any) -> list[AuditEntry]:
    """``count`` entries, each of a change of its own."""
    given = {"actor": EDITOR, "action": "page.edit", "target": PAGE, "reason": "改正笔误", **values}
    return [record(session, before={"n": n}, after={"n": n + 1}, **given) for n in range(count)]


def drop_triggers(session: Session) -> None:
    """Do what only the owner of the schema can: nothing keeps the log from being changed any more."""
    if session.get_bind().dialect.name == "sqlite":
        names = session.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for name in [one for one in names if one.startswith("audit_")]:
            session.execute(sa.text(f"DROP TRIGGER {name}"))
    else:
        session.execute(sa.text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        session.execute(sa.text("ALTER TABLE audit_head DISABLE TRIGGER USER"))


@pytest.fixture
def by_hand(session: Session) -> ByHand:
    """Runs SQL on the log without its triggers."""

    def run(*statements: str) -> None:
        session.flush()
        drop_triggers(session)
        for statement in statements:
            session.execute(sa.text(statement))
        session.expire_all()

    return run
