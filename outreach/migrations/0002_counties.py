"""The county registry: divisions and their changes, batches, dated steps, printed totals, imported lists.

Revision 0002, after 0001; 2026-11-25. The tables are written out as they were on that day.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
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


CERTAINTY = choice("sourced", "single-source", "recalled")
PRECISION = choice("day", "month", "year", "unknown")
ORIGIN = choice("facts", "import", "staff")

sa.Table(
    "county_batch",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, unique=True, nullable=False),
    sa.Column("announced_on", sa.Date),
    sa.Column("precision", PRECISION, nullable=False),
    sa.Column("construction_year", sa.Integer),
    sa.Column("document", sa.String(300), nullable=False),
    sa.Column("announced_count", sa.Integer),
    sa.Column("source_url", sa.String(500), nullable=False),
    sa.Column("source_name", sa.String(300), nullable=False),
    sa.Column("certainty", CERTAINTY, nullable=False),
    sa.Column("origin", ORIGIN, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("note_en", sa.Text, nullable=False),
)
sa.Table(
    "county_import_run",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("file_name", sa.String(300), nullable=False),
    sa.Column("sha256", sa.String(64), index=True, nullable=False),
    sa.Column("imported_at", MOMENT, nullable=False),
    sa.Column("rows_total", sa.Integer, nullable=False),
    sa.Column("rows_accepted", sa.Integer, nullable=False),
    sa.Column("rows_known", sa.Integer, nullable=False),
    sa.Column("rows_review", sa.Integer, nullable=False),
    sa.Column("rows_refused", sa.Integer, nullable=False),
    sa.Column("report", sa.Text, nullable=False),
    sa.Column("is_demo", sa.Boolean, nullable=False),
)
sa.Table(
    "county_province",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(64), unique=True, nullable=False),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("name_en", sa.String(300), nullable=False),
    sa.Column("short_name", sa.String(32), nullable=False),
    sa.Column("region", choice("north", "south"), nullable=False),
    sa.Column("region_certainty", CERTAINTY, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
)
sa.Table(
    "county_prefecture",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(64), unique=True, nullable=False),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("name_en", sa.String(300), nullable=False),
    sa.Column("province_id", sa.Integer, sa.ForeignKey("county_province.id"), index=True, nullable=False),
)
sa.Table(
    "county_published_total",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("scope", sa.String(300), nullable=False),
    sa.Column("scope_en", sa.String(300), nullable=False),
    sa.Column("province_id", sa.Integer, sa.ForeignKey("county_province.id"), index=True),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("as_of_on", sa.Date),
    sa.Column("precision", PRECISION, nullable=False),
    sa.Column("as_of_note", sa.String(300), nullable=False),
    sa.Column("as_of_note_en", sa.String(300), nullable=False),
    sa.Column("share_as_published", sa.String(32), nullable=False),
    sa.Column("source_url", sa.String(500), nullable=False),
    sa.Column("source_name", sa.String(300), nullable=False),
    sa.Column("certainty", CERTAINTY, nullable=False),
)
sa.Table(
    "county_unit",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("slug", sa.String(64), unique=True, nullable=False),
    sa.Column("code", sa.String(6), unique=True),
    sa.Column("kind", choice("county", "other"), nullable=False),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("name_en", sa.String(300), nullable=False),
    sa.Column("pinyin", sa.String(200), nullable=False),
    sa.Column("initials", sa.String(64), nullable=False),
    sa.Column("province_id", sa.Integer, sa.ForeignKey("county_province.id"), index=True, nullable=False),
    sa.Column("prefecture_id", sa.Integer, sa.ForeignKey("county_prefecture.id"), index=True),
    sa.Column("is_current", sa.Boolean, nullable=False),
    sa.Column("certainty", CERTAINTY, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("note_en", sa.Text, nullable=False),
    sa.Column("source_url", sa.String(500), nullable=False),
    sa.Column("source_name", sa.String(300), nullable=False),
    sa.Column("is_demo", sa.Boolean, index=True, nullable=False),
)
sa.Table(
    "county_name_review",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("import_run_id", sa.Integer, sa.ForeignKey("county_import_run.id"), index=True, nullable=False),
    sa.Column("row_number", sa.Integer, nullable=False),
    sa.Column("raw", sa.Text, nullable=False),
    sa.Column("parsed", sa.Text, nullable=False),
    sa.Column("reason", sa.String(64), nullable=False),
    sa.Column("candidates", sa.Text, nullable=False),
    sa.Column("state", choice("open", "assigned", "dismissed"), nullable=False),
    sa.Column("unit_id", sa.Integer, sa.ForeignKey("county_unit.id")),
    sa.Column("decided_at", MOMENT),
    sa.Column("note", sa.Text, nullable=False),
)
sa.Table(
    "county_stage_event",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("unit_id", sa.Integer, sa.ForeignKey("county_unit.id"), index=True, nullable=False),
    sa.Column(
        "stage",
        choice("applied", "prefiled", "reviewed", "designated", "rechecked", "kept", "rectifying", "cancelled"),
        nullable=False,
    ),
    sa.Column("happened_on", sa.Date),
    sa.Column("precision", PRECISION, nullable=False),
    sa.Column("batch_id", sa.Integer, sa.ForeignKey("county_batch.id"), index=True),
    sa.Column("name_as_published", sa.String(300), nullable=False),
    sa.Column("document", sa.String(300), nullable=False),
    sa.Column("source_url", sa.String(500), nullable=False),
    sa.Column("source_name", sa.String(300), nullable=False),
    sa.Column("certainty", CERTAINTY, nullable=False),
    sa.Column("origin", ORIGIN, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("import_run_id", sa.Integer, sa.ForeignKey("county_import_run.id"), index=True),
    sa.Column("recorded_at", MOMENT, nullable=False),
    sa.Column("is_demo", sa.Boolean, index=True, nullable=False),
    sa.CheckConstraint("(stage = 'designated') = (batch_id IS NOT NULL)", name="batch_names"),
    sa.UniqueConstraint("unit_id", "batch_id"),
)
sa.Table(
    "county_unit_change",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("unit_id", sa.Integer, sa.ForeignKey("county_unit.id"), index=True, nullable=False),
    sa.Column("kind", choice("created", "renamed", "converted", "merged", "split", "abolished"), nullable=False),
    sa.Column("former_name", sa.String(300), nullable=False),
    sa.Column("former_code", sa.String(6), index=True),
    sa.Column("happened_on", sa.Date),
    sa.Column("precision", PRECISION, nullable=False),
    sa.Column("document", sa.String(300), nullable=False),
    sa.Column("source_url", sa.String(500), nullable=False),
    sa.Column("source_name", sa.String(300), nullable=False),
    sa.Column("certainty", CERTAINTY, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("note_en", sa.Text, nullable=False),
)


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    METADATA.drop_all(op.get_bind(), checkfirst=False)
