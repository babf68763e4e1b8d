"""Audit log, review, jobs, stored files, saved views, leave to read personal data.

Revision 0004; 2026-11-25. Tables and triggers are written out as they were on that day: later code must not change
what an old revision does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
MOMENT = sa.DateTime(timezone=True)


def choice(*values: str) -> sa.Enum:
    """One of a few words."""
    return sa.Enum(*values, native_enum=False, length=32)


sa.Table(
    "access_grant",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session_id", sa.Integer, nullable=False),
    sa.Column("staff_id", sa.Integer, nullable=False),
    sa.Column("target_kind", sa.String(64), nullable=False),
    sa.Column("target_key", sa.String(200), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("granted_at", MOMENT, nullable=False),
    sa.Column("expires_at", MOMENT, index=True, nullable=False),
    sa.Index("ix_access_grant_session_id_target_kind_target_key", "session_id", "target_kind", "target_key"),
    sqlite_autoincrement=True,
)
sa.Table(
    "audit_check",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("checked_at", MOMENT, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("fault_count", sa.Integer, nullable=False),
    sa.Column("faults", sa.Text, nullable=False),
    sa.Column("checked_by", sa.String(300), nullable=False),
    sqlite_autoincrement=True,
)
sa.Table(
    "audit_entry",
    METADATA,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("recorded_at", MOMENT, index=True, nullable=False),
    sa.Column("actor_kind", sa.String(16), nullable=False),
    sa.Column("actor_id", sa.Integer),
    sa.Column("actor_name", sa.String(300), nullable=False),
    sa.Column("network", sa.String(64), nullable=False),
    sa.Column("action", sa.String(64), index=True, nullable=False),
    sa.Column("target_kind", sa.String(64), nullable=False),
    sa.Column("target_key", sa.String(200), nullable=False),
    sa.Column("target_label", sa.String(300), nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("outcome", choice("done", "failed", "denied"), nullable=False),
    sa.Column("request_id", sa.String(64), nullable=False),
    sa.Column("previous_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("key_id", sa.String(16), nullable=False),
    sa.Column("seal", sa.String(64), nullable=False),
    sa.CheckConstraint("actor_kind IN ('staff', 'system', 'public')", name="actor_kind"),
    sa.CheckConstraint("number > 0", name="number_positive"),
    sa.Index("ix_audit_entry_actor_kind_actor_id", "actor_kind", "actor_id"),
    sa.Index("ix_audit_entry_target_kind_target_key", "target_kind", "target_key"),
)
sa.Table(
    "audit_head",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.CheckConstraint("id = 1", name="one_row"),
)
sa.Table(
    "job",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("label", sa.String(300), nullable=False),
    sa.Column("arguments", sa.Text, nullable=False),
    sa.Column("state", choice("waiting", "running", "done", "failed", "interrupted", "cancelled"), nullable=False),
    sa.Column("progress", sa.Double, nullable=False),
    sa.Column("note", sa.String(300), nullable=False),
    sa.Column("report", sa.Text),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("is_cancel_wanted", sa.Boolean, nullable=False),
    sa.Column("created_by_id", sa.Integer, index=True),
    sa.Column("created_by_name", sa.String(300), nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("started_at", MOMENT),
    sa.Column("finished_at", MOMENT),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("worker", sa.String(64), nullable=False),
    sa.Column("lease_until", MOMENT),
    sa.CheckConstraint("state <> 'running' OR (worker <> '' AND lease_until IS NOT NULL)", name="leased"),
    sa.CheckConstraint("progress >= 0 AND progress <= 1", name="progress"),
    sa.Index("ix_job_state_id", "state", "id"),
    sqlite_autoincrement=True,
)
sa.Table(
    "proposal",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("target_kind", sa.String(64), nullable=False),
    sa.Column("target_key", sa.String(200), nullable=False),
    sa.Column("target_label", sa.String(300), nullable=False),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("files", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column(
        "state",
        choice("draft", "submitted", "sent_back", "approved", "scheduled", "published", "corrected", "withdrawn"),
        nullable=False,
    ),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("author_id", sa.Integer, index=True, nullable=False),
    sa.Column("author_name", sa.String(300), nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("changed_at", MOMENT, nullable=False),
    sa.Column("submitted_at", MOMENT),
    sa.Column("decided_by_id", sa.Integer),
    sa.Column("decided_by_name", sa.String(300), nullable=False),
    sa.Column("decided_at", MOMENT),
    sa.Column("publish_at", MOMENT),
    sa.Column("published_at", MOMENT),
    sa.Column("attempted_at", MOMENT),
    sa.Column("fault", sa.Text, nullable=False),
    sa.Column("corrects_id", sa.Integer, sa.ForeignKey("proposal.id"), index=True),
    sa.CheckConstraint(
        "state NOT IN ('approved', 'scheduled', 'published', 'corrected') OR decided_by_id IS NOT NULL", name="decided"
    ),
    sa.CheckConstraint("state NOT IN ('published', 'corrected') OR published_at IS NOT NULL", name="published"),
    sa.CheckConstraint("state <> 'scheduled' OR publish_at IS NOT NULL", name="scheduled"),
    sa.CheckConstraint("decided_by_id <> author_id", name="second_person"),
    sa.Index("ix_proposal_state_publish_at", "state", "publish_at"),
    sa.Index("ix_proposal_target_kind_target_key", "target_kind", "target_key"),
    sqlite_autoincrement=True,
)
sa.Table(
    "proposal_comment",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("proposal_id", sa.Integer, sa.ForeignKey("proposal.id"), index=True, nullable=False),
    sa.Column("author_id", sa.Integer),
    sa.Column("author_name", sa.String(300), nullable=False),
    sa.Column(
        "state",
        choice("draft", "submitted", "sent_back", "approved", "scheduled", "published", "corrected", "withdrawn"),
    ),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sqlite_autoincrement=True,
)
sa.Table(
    "saved_filter",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("staff_id", sa.Integer, nullable=False),
    sa.Column("endpoint", sa.String(64), nullable=False),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("query", sa.String(500), nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.UniqueConstraint("staff_id", "endpoint", "name"),
    sqlite_autoincrement=True,
)
sa.Table(
    "stored_file",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), index=True, nullable=False),
    sa.Column("purpose", sa.String(64), index=True, nullable=False),
    sa.Column("created_by_id", sa.Integer, index=True),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("expires_at", MOMENT, index=True),
    sa.CheckConstraint("size > 0", name="size_positive"),
    sqlite_autoincrement=True,
)
sa.Table(
    "stored_file_piece",
    METADATA,
    sa.Column(
        "file_id",
        sa.Integer,
        sa.ForeignKey("stored_file.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

FIRST_HEAD = "INSERT INTO audit_head (id, number, hash) VALUES (1, 0, '')"

SQLITE = (
    """CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END""",
    """CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END""",
    # INSERT OR REPLACE deletes without firing the trigger above.
    """CREATE TRIGGER audit_entry_only_behind BEFORE INSERT ON audit_entry
WHEN NEW.number <= (SELECT coalesce(max(number), 0) FROM audit_entry)
BEGIN SELECT RAISE(ABORT, 'audit entries are only added behind the last'); END""",
    """CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the head of the audit log is never deleted'); END""",
    """CREATE TRIGGER audit_head_one_row BEFORE INSERT ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit log has one head'); END""",
    """CREATE TRIGGER audit_head_counts_up BEFORE UPDATE ON audit_head
WHEN NEW.number < OLD.number OR NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'the head of the audit log only counts up'); END""",
)

POSTGRESQL = (
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is never changed or deleted' USING ERRCODE = 'restrict_violation';
END $$""",
    """CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_head_no_delete BEFORE DELETE OR INSERT ON audit_head
FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_head_counts_up BEFORE UPDATE ON audit_head
FOR EACH ROW WHEN (NEW.number < OLD.number OR NEW.id <> OLD.id) EXECUTE FUNCTION audit_refuse()""",
)

#: What stays in PostgreSQL when the tables are dropped.
CLEAN_UP = ("DROP FUNCTION IF EXISTS audit_refuse()",)


def upgrade() -> None:
    connection = op.get_bind()
    METADATA.create_all(connection, checkfirst=False)
    for statement in (FIRST_HEAD, *(SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL)):
        op.execute(sa.text(statement))


def downgrade() -> None:
    connection = op.get_bind()
    METADATA.drop_all(connection, checkfirst=False)
    if connection.dialect.name == "postgresql":
        for statement in CLEAN_UP:
            op.execute(sa.text(statement))
