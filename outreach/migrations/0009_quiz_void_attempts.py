"""Attempts that were taken out of the count are found without reading all attempts.

Revision 0009; 2026-11-25.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NAME = "ix_quiz_attempt_void_contest_id"
IS_VOID = sa.text("state = 'void'")


def upgrade() -> None:
    op.create_index(NAME, "quiz_attempt", ["contest_id", "state"], sqlite_where=IS_VOID, postgresql_where=IS_VOID)


def downgrade() -> None:
    op.drop_index(NAME, "quiz_attempt")
