"""Accounts of the staff: people, roles, sessions, recovery codes, invitations, and what is counted.

Revision 0003; 2026-11-25. The tables are written out as they were on that day.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
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


def person(**options: Any) -> sa.Column[int]:
    """Whose row it is."""
    return sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff_user.id"), nullable=False, **options)


sa.Table(
    "staff_user",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("login", sa.String(64), unique=True, nullable=False),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("password_set_at", MOMENT),
    sa.Column("totp_secret", sa.Text, nullable=False),
    sa.Column("totp_last_step", sa.Integer),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("disabled_at", MOMENT),
)
sa.Table(
    "staff_role",
    METADATA,
    person(primary_key=True),
    sa.Column("role", sa.String(32), primary_key=True, nullable=False),
)
sa.Table(
    "staff_county",
    METADATA,
    person(primary_key=True),
    sa.Column("county_slug", sa.String(64), primary_key=True, nullable=False),
)
sa.Table(
    "staff_session",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("token_digest", sa.String(64), unique=True, nullable=False),
    person(index=True),
    sa.Column("stage", choice("code", "enrol", "renew", "open"), nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("seen_at", MOMENT, nullable=False),
    sa.Column("proved_at", MOMENT, nullable=False),
    sa.Column("ended_at", MOMENT),
    sa.Column("network", sa.String(64), nullable=False),
    sa.Column("agent", sa.String(300), nullable=False),
    sa.Column("messages", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
sa.Table(
    "staff_recovery_code",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    person(index=True),
    sa.Column("code_digest", sa.String(64), nullable=False),
    sa.Column("used_at", MOMENT),
)
sa.Table(
    "staff_invitation",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    person(index=True),
    sa.Column("token_digest", sa.String(64), unique=True, nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("expires_at", MOMENT, nullable=False),
    sa.Column("used_at", MOMENT),
)
sa.Table(
    "sign_in_failure",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", choice("account", "network", "pair"), nullable=False),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("refused", sa.Integer, nullable=False),
    sa.Column("since_at", MOMENT, nullable=False),
    sa.Column("last_at", MOMENT, index=True, nullable=False),
    sa.Column("locked_until", MOMENT),
    sa.UniqueConstraint("kind", "key"),
    sa.CheckConstraint("failures >= 0", name="failures_not_negative"),
)


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    METADATA.drop_all(op.get_bind(), checkfirst=False)
