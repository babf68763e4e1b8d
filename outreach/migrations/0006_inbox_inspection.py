"""Letters from the public with what the staff did with them, counts by network, and walks of the self-inspection.

Revision 0006; 2026-11-25. Tables are written out as they were on that day: later code must not change what an old
revision does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
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

sa.Table(
    "letter",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", sa.String(20), unique=True, nullable=False),
    sa.Column("code_digest", sa.String(64), unique=True, nullable=False),
    sa.Column("kind", sa.String(64), index=True, nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("locale", sa.String(8), nullable=False),
    sa.Column("contact", sa.Text, nullable=False),
    sa.Column("consented_at", MOMENT),
    sa.Column("consent_version", sa.String(32), nullable=False),
    sa.Column("forgotten_at", MOMENT),
    sa.Column("attachment_id", sa.Integer),
    sa.Column("received_at", MOMENT, index=True, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("assignee_id", sa.Integer, index=True),
    sa.Column("assignee_name", sa.String(100), nullable=False),
    sa.Column("assigned_at", MOMENT),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("answered_at", MOMENT),
    sa.Column("ended_at", MOMENT, index=True),
    sa.Column("merged_into_id", sa.Integer, sa.ForeignKey("letter.id"), index=True),
    sa.CheckConstraint(
        "state IN ('received', 'assigned', 'answered', 'closed', 'rejected', 'merged')", name="state_known"
    ),
    sa.CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_has_target"),
    sa.CheckConstraint("contact = '' OR consented_at IS NOT NULL", name="contact_has_consent"),
    sa.CheckConstraint("(state IN ('closed', 'rejected', 'merged')) = (ended_at IS NOT NULL)", name="ended_has_time"),
    sa.Index("ix_letter_state_due_on", "state", "due_on"),
    sqlite_autoincrement=True,
)

sa.Table(
    "letter_step",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("letter_id", sa.Integer, sa.ForeignKey("letter.id", ondelete="CASCADE"), index=True, nullable=False),
    sa.Column("step", sa.String(16), nullable=False),
    sa.Column("author_id", sa.Integer),
    sa.Column("author_name", sa.String(100), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("made_at", MOMENT, nullable=False),
    sqlite_autoincrement=True,
)

sa.Table(
    "letter_quota",
    METADATA,
    sa.Column("network", sa.String(64), primary_key=True),
    sa.Column("window", sa.String(40), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("since_at", MOMENT, index=True, nullable=False),
    sa.CheckConstraint("count > 0", name="count_positive"),
)

sa.Table(
    "inspection_run",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("started_at", MOMENT, nullable=False),
    sa.Column("finished_at", MOMENT, index=True, nullable=False),
    sa.Column("pages_checked", sa.Integer, nullable=False),
    sa.Column("files_checked", sa.Integer, nullable=False),
    sa.Column("addresses_asked", sa.Integer, nullable=False),
    sa.Column("addresses_known", sa.Integer, nullable=False),
    sa.Column("is_complete", sa.Boolean, nullable=False),
    sa.Column("unread", sa.Text, nullable=False),
    sa.Column("measured", sa.Text, nullable=False),
    sa.Column("findings", sa.Text, nullable=False),
    sa.Column("requested_by", sa.String(300), nullable=False),
)


def upgrade() -> None:
    METADATA.create_all(op.get_bind())


def downgrade() -> None:
    METADATA.drop_all(op.get_bind())
