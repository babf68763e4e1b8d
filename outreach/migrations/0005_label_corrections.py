"""Registry work of the staff: corrections, merged makers, uploads with previews, what was before an import.

Revision 0005; 2026-11-25. Tables are written out as they were on that day: later code must not change what an old
revision does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
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
STATUSES = ("listed", "superseded", "delisted", "expired", "suspended", "withdrawn")


def ordered_text(length: int) -> sa.types.TypeEngine[str]:
    """Text that sorts by code point on every database."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def choice(*values: str) -> sa.Enum:
    """One of a few words."""
    return sa.Enum(*values, native_enum=False, length=32)


#: Tables of earlier revisions that the new ones point at; not made here.
EARLIER = tuple(
    sa.Table(name, METADATA, sa.Column("id", sa.Integer, primary_key=True))
    for name in ("import_run", "maker", "proposal", "registration")
)

sa.Table(
    "import_draft",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("file_id", sa.Integer, index=True, nullable=False),
    sa.Column("file_name", sa.String(300), nullable=False),
    sa.Column("sha256", sa.String(64), index=True, nullable=False),
    sa.Column("as_of_on", sa.Date),
    sa.Column("is_partial", sa.Boolean, nullable=False),
    sa.Column("is_strict", sa.Boolean, nullable=False),
    sa.Column("is_forced", sa.Boolean, nullable=False),
    sa.Column("state", choice("reading", "ready", "refused", "applying", "applied", "discarded"), nullable=False),
    sa.Column("fault", sa.Text, nullable=False),
    sa.Column("generation", sa.String(64), nullable=False),
    sa.Column("report", sa.Text),
    sa.Column("created_by_id", sa.Integer, nullable=False),
    sa.Column("created_by_name", sa.String(300), nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("job_id", sa.Integer),
    sa.Column("run_id", sa.Integer, sa.ForeignKey("import_run.id"), index=True),
    sqlite_autoincrement=True,
)
sa.Table(
    "import_draft_row",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("draft_id", sa.Integer, sa.ForeignKey("import_draft.id", ondelete="CASCADE"), nullable=False),
    sa.Column("row_number", sa.Integer, nullable=False),
    sa.Column("number", sa.String(80), nullable=False),
    sa.Column("outcome", sa.String(64), nullable=False),
    sa.Column("has_remarks", sa.Boolean, nullable=False),
    sa.Column("remarks", sa.Text, nullable=False),
    sa.Column("changes", sa.Text, nullable=False),
    sa.Index("ix_import_draft_row_draft_id_outcome", "draft_id", "outcome", "id"),
)
sa.Table(
    "label_correction",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("registration_id", sa.Integer, sa.ForeignKey("registration.id", ondelete="CASCADE"), nullable=False),
    sa.Column("field", sa.String(64), nullable=False),
    sa.Column("register_value", sa.Text),
    sa.Column("value", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("document", sa.String(300), nullable=False),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("decided_at", MOMENT, nullable=False),
    sa.Column("proposal_id", sa.Integer, sa.ForeignKey("proposal.id"), index=True),
    sa.Column("run_id", sa.Integer, sa.ForeignKey("import_run.id"), index=True),
    sa.Column("ended_at", MOMENT),
    sa.Column("ended_run_id", sa.Integer, sa.ForeignKey("import_run.id"), index=True),
    sa.CheckConstraint("reason <> ''", name="reason"),
    sa.Index("ix_label_correction_registration_id", "registration_id"),
    sa.Index(
        "uq_label_correction_active",
        "registration_id",
        "field",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
)
sa.Table(
    "maker_merge",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("maker_id", sa.Integer, sa.ForeignKey("maker.id"), index=True, nullable=False),
    sa.Column("into_id", sa.Integer, sa.ForeignKey("maker.id"), index=True, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("moved", sa.Text, nullable=False),
    sa.Column("merged_at", MOMENT, nullable=False),
    sa.Column("undone_at", MOMENT),
    sa.Column("proposal_id", sa.Integer, sa.ForeignKey("proposal.id"), index=True),
    sa.CheckConstraint("maker_id <> into_id", name="two_makers"),
)
sa.Table(
    "measured_value_before",
    METADATA,
    sa.Column("run_id", sa.Integer, sa.ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("registration_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("metric_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("value", sa.Double, nullable=False),
    sa.Column("raw_text", sa.String(100), nullable=False),
)
sa.Table(
    "registration_before",
    METADATA,
    sa.Column("run_id", sa.Integer, sa.ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("registration_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("is_changed", sa.Boolean, nullable=False),
    sa.Column("has_values", sa.Boolean, nullable=False),
    sa.Column("earlier_run_id", sa.Integer, index=True, nullable=False),
    sa.Column("row_number", sa.Integer, nullable=False),
    sa.Column("raw", sa.Text),
    sa.Column("edition_id", sa.Integer, nullable=False),
    sa.Column("subtype_id", sa.Integer),
    sa.Column("maker_id", sa.Integer, nullable=False),
    sa.Column("brand_id", sa.Integer),
    sa.Column("product_name_id", sa.Integer),
    sa.Column("model", sa.String(300), nullable=False),
    sa.Column("declared_grade_id", sa.Integer),
    sa.Column("computed_grade_id", sa.Integer),
    sa.Column("grade_check", choice("same", "differs", "not-computable"), nullable=False),
    sa.Column("announced_on", sa.Date),
    sa.Column("scheme_id", sa.Integer, nullable=False),
    sa.Column("category_id", sa.Integer, nullable=False),
    sa.Column("model_key", ordered_text(300), nullable=False),
    sa.Column("status", choice(*STATUSES), nullable=False),
    sa.Column("water_use", sa.Double),
    sa.Column("water_metric_id", sa.Integer),
    sa.Column("updated_at", MOMENT, nullable=False),
)
sa.Table(
    "retired_number",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", ordered_text(80), unique=True, nullable=False),
    sa.Column("number_key", ordered_text(80), index=True, nullable=False),
    sa.Column("model", sa.String(300), nullable=False),
    sa.Column("maker_name", sa.String(300), nullable=False),
    sa.Column("run_id", sa.Integer, sa.ForeignKey("import_run.id"), index=True, nullable=False),
    sa.Column("is_demo", sa.Boolean, nullable=False),
    sa.Column("retired_at", MOMENT, nullable=False),
)
NEW = tuple(table for table in METADATA.sorted_tables if table not in EARLIER)
#: New columns of earlier tables. Texts are empty where nobody said anything.
RUN_COLUMNS = (
    sa.Column("created_by_name", sa.String(300), nullable=False, server_default=""),
    sa.Column("looked_at", MOMENT),
    sa.Column("looked_by_name", sa.String(300), nullable=False, server_default=""),
    sa.Column("undone_at", MOMENT),
    sa.Column("undone_by_name", sa.String(300), nullable=False, server_default=""),
    sa.Column("undo_reason", sa.Text, nullable=False, server_default=""),
)


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), tables=NEW, checkfirst=False)
    for column in RUN_COLUMNS:
        op.add_column("import_run", column._copy())
    op.add_column("maker", sa.Column("merged_into_id", sa.Integer))
    op.create_index("ix_maker_merged_into_id", "maker", ["merged_into_id"])


def downgrade() -> None:
    op.drop_index("ix_maker_merged_into_id", "maker")
    op.drop_column("maker", "merged_into_id")
    for column in RUN_COLUMNS:
        op.drop_column("import_run", column.name)
    METADATA.drop_all(op.get_bind(), tables=NEW, checkfirst=False)
