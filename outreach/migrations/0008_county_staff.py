"""County registry for staff: corrections, corrected steps, yearly figures, uploads, imports taken back.

Revision 0008; 2026-11-25. The tables are written out as they were on that day: later code must not change what an old
revision does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
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


#: Tables of revision 0002 that the new ones point at.
OLD = [
    sa.Table(name, METADATA, sa.Column("id", sa.Integer, primary_key=True))
    for name in ("county_unit", "county_batch", "county_import_run")
]
NEW = [
    sa.Table(
        "county_unit_correction",
        METADATA,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("county_unit.id"), index=True, nullable=False),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("proposal_id", sa.Integer, nullable=False),
        sa.Column("corrected_at", MOMENT, nullable=False),
    ),
    sa.Table(
        "county_corrected_step",
        METADATA,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("county_unit.id"), index=True, nullable=False),
        sa.Column("event_id", sa.Integer, index=True, nullable=False),
        sa.Column("is_removed", sa.Boolean, nullable=False),
        sa.Column(
            "stage",
            choice("applied", "prefiled", "reviewed", "designated", "rechecked", "kept", "rectifying", "cancelled"),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date),
        sa.Column("precision", choice("day", "month", "year", "unknown"), nullable=False),
        sa.Column("batch_id", sa.Integer, sa.ForeignKey("county_batch.id"), index=True),
        sa.Column("name_as_published", sa.String(300), nullable=False),
        sa.Column("document", sa.String(300), nullable=False),
        sa.Column("source_url", sa.String(500), nullable=False),
        sa.Column("source_name", sa.String(300), nullable=False),
        sa.Column("certainty", choice("sourced", "single-source", "recalled"), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("import_run_id", sa.Integer, sa.ForeignKey("county_import_run.id"), index=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("proposal_id", sa.Integer, nullable=False),
        sa.Column("corrected_at", MOMENT, nullable=False),
    ),
    sa.Table(
        "county_yearly_figure",
        METADATA,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("county_unit.id"), index=True, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("name_en", sa.String(300), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("value_en", sa.Text, nullable=False),
        sa.Column("unit_word", sa.String(300), nullable=False),
        sa.Column("unit_word_en", sa.String(300), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("proposal_id", sa.Integer, nullable=False),
        sa.Column("approved_at", MOMENT, nullable=False),
        sa.UniqueConstraint("unit_id", "year", "code"),
    ),
    sa.Table(
        "county_import_draft",
        METADATA,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("file_id", sa.Integer, nullable=False),
        sa.Column("file_name", sa.String(300), nullable=False),
        sa.Column(
            "state",
            choice("reading", "ready", "refused", "applying", "applied", "discarded"),
            nullable=False,
        ),
        sa.Column("is_strict", sa.Boolean, nullable=False),
        sa.Column("generation", sa.String(64), nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("fault", sa.Text, nullable=False),
        sa.Column("job_id", sa.Integer),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("county_import_run.id"), index=True),
        sa.Column("created_by_id", sa.Integer, nullable=False),
        sa.Column("created_by_name", sa.String(300), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    ),
    sa.Table(
        "county_import_undo",
        METADATA,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("county_import_run.id"), unique=True, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("reviews", sa.Integer, nullable=False),
        sa.Column("batches", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("undone_by_name", sa.String(300), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=False),
    ),
]


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), tables=NEW, checkfirst=False)


def downgrade() -> None:
    METADATA.drop_all(op.get_bind(), tables=NEW, checkfirst=False)
