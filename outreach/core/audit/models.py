"""The audit log: entries that the database itself refuses to change or delete, and the head that counts them.

The triggers are declared with the tables, so that ``create_all`` makes them too; migrations write them out.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.audit.triggers import CLEAN_UP, FIRST_HEAD, POSTGRESQL, SQLITE
from outreach.core.db import Base, Code, LongText, Name


class Outcome(StrEnum):
    """How an action ended."""

    DONE = "done"
    FAILED = "failed"
    DENIED = "denied"


class AuditEntry(Base):
    """One action: who, when, from where, what, before and after, why, with what result. Never changed, never deleted.

    ``hash`` covers every column and the hash of the entry before; ``seal`` is the keyed proof of that hash.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("actor_kind IN ('staff', 'system', 'public')", name="actor_kind"),
        sa.Index("ix_audit_entry_actor_kind_actor_id", "actor_kind", "actor_id"),
        sa.Index("ix_audit_entry_target_kind_target_key", "target_kind", "target_key"),
    )

    #: Without gaps from 1
    number: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    #: By the clock of the database
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    actor_kind: Mapped[str] = mapped_column(sa.String(16))
    #: Person of the staff; no foreign key: the log must not depend on other tables
    actor_id: Mapped[int | None]
    actor_name: Mapped[Name]
    network: Mapped[Code]
    action: Mapped[str] = mapped_column(sa.String(64), index=True)
    target_kind: Mapped[Code]
    target_key: Mapped[str] = mapped_column(sa.String(200))
    target_label: Mapped[Name]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[LongText]
    outcome: Mapped[Outcome]
    #: Joins the entry with the lines of the log
    request_id: Mapped[Code]
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))
    #: Which key the seal was made with
    key_id: Mapped[str] = mapped_column(sa.String(16))
    seal: Mapped[str] = mapped_column(sa.String(64))


class AuditHead(Base):
    """The last entry's number and hash: tells when the end of the log was cut off. One row, only ever counted up."""

    __tablename__ = "audit_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[str] = mapped_column(sa.String(64))


class AuditCheck(Base):
    """One run of the verification over the whole log, with the first faults that it found."""

    __tablename__ = "audit_check"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime]
    #: Number of the last entry that was looked at
    number: Mapped[int] = mapped_column(sa.BigInteger)
    fault_count: Mapped[int]
    faults: Mapped[list[Any]]
    checked_by: Mapped[Name]


def _run(statement: str) -> sa.DDL:
    return sa.DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


def _declare() -> None:
    """Let ``create_all`` make the triggers and the first head, and ``drop_all`` remove what it would leave behind."""
    head = AuditHead.__table__  # the later of the two by name, so both are there
    event.listen(head, "after_create", _run(FIRST_HEAD))
    for statement in SQLITE:
        event.listen(head, "after_create", _run(statement).execute_if(dialect="sqlite"))
    for statement in POSTGRESQL:
        event.listen(head, "after_create", _run(statement).execute_if(dialect="postgresql"))
    for statement in CLEAN_UP:
        event.listen(Base.metadata, "after_drop", _run(statement).execute_if(dialect="postgresql"))


_declare()
