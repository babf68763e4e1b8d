"""The registry of labelled products, and what the search needs.

Revision 0001, the first; 2026-11-23. The tables are written out as they were on that day: later code must not change
what an old revision does.
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0001"
down_revision = None
branch_labels = ("default",)
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
VECTOR = sa.Text().with_variant(TSVECTOR(), "postgresql")


def ordered_text(length: int) -> sa.types.TypeEngine[str]:
    """Text that sorts by code point on every database."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def choice(*values: str) -> sa.Enum:
    """One of a few words."""
    return sa.Enum(*values, native_enum=False, length=32)


sa.Table(
    "brand",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("name_key", sa.String(300), unique=True, nullable=False),
    sa.Column("is_demo", sa.Boolean, nullable=False),
)
sa.Table(
    "category",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(64), unique=True, nullable=False),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("name_en", sa.String(300), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
)
sa.Table(
    "data_generation",
    METADATA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("token", sa.String(32), nullable=False),
    sa.Column("changed_at", MOMENT, nullable=False),
)
sa.Table(
    "import_run",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String(64), index=True, nullable=False),
    sa.Column("file_name", sa.String(300), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("as_of_on", sa.Date),
    sa.Column("imported_at", MOMENT, nullable=False),
    sa.Column("rows_total", sa.Integer, nullable=False),
    sa.Column("rows_accepted", sa.Integer, nullable=False),
    sa.Column("rows_remarked", sa.Integer, nullable=False),
    sa.Column("rows_refused", sa.Integer, nullable=False),
    sa.Column("registrations_added", sa.Integer, nullable=False),
    sa.Column("registrations_updated", sa.Integer, nullable=False),
    sa.Column("registrations_unchanged", sa.Integer, nullable=False),
    sa.Column("registrations_delisted", sa.Integer, nullable=False),
    sa.Column("is_demo", sa.Boolean, nullable=False),
)
sa.Table(
    "maker",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("name_key", sa.String(300), unique=True, nullable=False),
    sa.Column("short_name", sa.String(100), index=True, nullable=False),
    sa.Column("is_demo", sa.Boolean, nullable=False),
)
sa.Table(
    "metric",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(64), unique=True, nullable=False),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("name_en", sa.String(300), nullable=False),
    sa.Column("unit", sa.String(32), nullable=False),
    sa.Column("unit_en", sa.String(32), nullable=False),
    sa.Column("decimals", sa.Integer, nullable=False),
    sa.Column("better", choice("lower", "higher")),
    sa.Column("test_condition", sa.String(200), nullable=False),
    sa.Column("is_water_use", sa.Boolean, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
)
sa.Table(
    "product_name",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(500), nullable=False),
    sa.Column("name_key", sa.String(500), unique=True, nullable=False),
)
sa.Table(
    "scheme",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(64), unique=True, nullable=False),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("name_en", sa.String(300), nullable=False),
    sa.Column("country", sa.String(2), nullable=False),
    sa.Column("authority", sa.String(300), nullable=False),
    sa.Column("authority_en", sa.String(300), nullable=False),
    sa.Column("is_mandatory", sa.Boolean, nullable=False),
    sa.Column("query_url", sa.String(500), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("note_en", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
)
sa.Table(
    "search_epoch",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("epoch", sa.String(32), nullable=False),
    sa.CheckConstraint("id = 1", name="one_row"),
)
sa.Table(
    "search_index_state",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("schema_version", sa.Integer, nullable=False),
    sa.Column("documents", sa.Integer, nullable=False),
    sa.Column("token", sa.String(32), nullable=False),
    sa.Column("built_at", MOMENT, nullable=False),
    sa.CheckConstraint("id = 1", name="one_row"),
)
sa.Table(
    "search_outbox",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("object_id", sa.Integer, nullable=False),
    sa.Column("operation", choice("upsert", "delete", "reload"), nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sqlite_autoincrement=True,
)
sa.Table(
    "search_text",
    METADATA,
    sa.Column("kind", sa.String(64), primary_key=True),
    sa.Column("object_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("vector", VECTOR, nullable=False),
    sa.Index("ix_search_text_vector", "vector", postgresql_using="gin").ddl_if(dialect="postgresql"),
)
sa.Table(
    "certificate",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", ordered_text(80), unique=True, nullable=False),
    sa.Column("category_id", sa.Integer, sa.ForeignKey("category.id"), index=True, nullable=False),
    sa.Column("applicant", sa.String(300), nullable=False),
    sa.Column("maker_id", sa.Integer, sa.ForeignKey("maker.id"), index=True, nullable=False),
    sa.Column("factory", sa.String(300), nullable=False),
    sa.Column("product", sa.String(300), nullable=False),
    sa.Column("models", sa.Text, nullable=False),
    sa.Column("standard", sa.String(300), nullable=False),
    sa.Column("mode", sa.String(300), nullable=False),
    sa.Column("body", sa.String(300), nullable=False),
    sa.Column("first_issued_on", sa.Date),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date),
    sa.Column("status", choice("valid", "suspended", "withdrawn", "cancelled", "expired"), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("is_demo", sa.Boolean, nullable=False),
)
sa.Table(
    "edition",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(64), unique=True, nullable=False),
    sa.Column("scheme_id", sa.Integer, sa.ForeignKey("scheme.id"), index=True, nullable=False),
    sa.Column("category_id", sa.Integer, sa.ForeignKey("category.id"), index=True, nullable=False),
    sa.Column("standard_no", sa.String(64), nullable=False),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("title_en", sa.String(300), nullable=False),
    sa.Column("rule_no", sa.String(64), nullable=False),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date),
    sa.Column("filings_from", sa.Date),
    sa.Column("is_complete", sa.Boolean, nullable=False),
    sa.Column("date_note", sa.Text, nullable=False),
    sa.Column("date_note_en", sa.Text, nullable=False),
    sa.Column("certainty", choice("sourced", "data", "data-inferred", "recalled", "disputed"), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
)
sa.Table(
    "import_remark",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run_id", sa.Integer, sa.ForeignKey("import_run.id", ondelete="CASCADE"), nullable=False),
    sa.Column("row_number", sa.Integer, nullable=False),
    sa.Column("is_refused", sa.Boolean, nullable=False),
    sa.Column("number", sa.String(80), index=True, nullable=False),
    sa.Column("field", sa.String(100), nullable=False),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("raw", sa.Text, nullable=False),
    sa.Index("ix_import_remark_run_id_row_number", "run_id", "row_number"),
)
sa.Table(
    "subtype",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("category_id", sa.Integer, sa.ForeignKey("category.id"), nullable=False),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("name_en", sa.String(300), nullable=False),
    sa.UniqueConstraint("category_id", "code"),
)
sa.Table(
    "certificate_model",
    METADATA,
    sa.Column(
        "certificate_id",
        sa.Integer,
        sa.ForeignKey("certificate.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("model_key", ordered_text(300), primary_key=True, index=True),
)
sa.Table(
    "grade",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("edition_id", sa.Integer, sa.ForeignKey("edition.id"), nullable=False),
    sa.Column("code", sa.String(16), nullable=False),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("name_en", sa.String(300), nullable=False),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("certainty", choice("sourced", "data", "data-inferred", "recalled", "disputed"), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.CheckConstraint("rank >= 1", name="rank_from_one"),
    sa.UniqueConstraint("edition_id", "code"),
)
sa.Table(
    "grade_rule",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("grade_id", sa.Integer, sa.ForeignKey("grade.id"), index=True, nullable=False),
    sa.Column("subtype_id", sa.Integer, sa.ForeignKey("subtype.id")),
    sa.Column("metric_id", sa.Integer, sa.ForeignKey("metric.id"), nullable=False),
    sa.Column("low", sa.Double),
    sa.Column("is_low_inclusive", sa.Boolean, nullable=False),
    sa.Column("high", sa.Double),
    sa.Column("is_high_inclusive", sa.Boolean, nullable=False),
    sa.Column("role", choice("grade", "limit", "evaluation"), nullable=False),
    sa.Column("certainty", choice("sourced", "data", "data-inferred", "recalled", "disputed"), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.CheckConstraint("low IS NOT NULL OR high IS NOT NULL", name="has_a_bound"),
)
sa.Table(
    "registration",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", ordered_text(80), unique=True, nullable=False),
    sa.Column("number_key", ordered_text(80), index=True, nullable=False),
    sa.Column("scheme_id", sa.Integer, sa.ForeignKey("scheme.id"), nullable=False),
    sa.Column("edition_id", sa.Integer, sa.ForeignKey("edition.id"), index=True, nullable=False),
    sa.Column("category_id", sa.Integer, sa.ForeignKey("category.id"), index=True, nullable=False),
    sa.Column("subtype_id", sa.Integer, sa.ForeignKey("subtype.id")),
    sa.Column("maker_id", sa.Integer, sa.ForeignKey("maker.id"), nullable=False),
    sa.Column("brand_id", sa.Integer, sa.ForeignKey("brand.id")),
    sa.Column("product_name_id", sa.Integer, sa.ForeignKey("product_name.id")),
    sa.Column("model", sa.String(300), nullable=False),
    sa.Column("model_key", ordered_text(300), index=True, nullable=False),
    sa.Column("declared_grade_id", sa.Integer, sa.ForeignKey("grade.id")),
    sa.Column("computed_grade_id", sa.Integer, sa.ForeignKey("grade.id")),
    sa.Column("grade_check", choice("same", "differs", "not-computable"), nullable=False),
    sa.Column("announced_on", sa.Date),
    sa.Column(
        "status", choice("listed", "superseded", "delisted", "expired", "suspended", "withdrawn"), nullable=False
    ),
    sa.Column("water_use", sa.Double),
    sa.Column("water_metric_id", sa.Integer, sa.ForeignKey("metric.id")),
    sa.Column("raw", sa.Text, nullable=False),
    sa.Column("run_id", sa.Integer, sa.ForeignKey("import_run.id"), index=True, nullable=False),
    sa.Column("row_number", sa.Integer, nullable=False),
    sa.Column("is_demo", sa.Boolean, nullable=False),
    sa.Column("updated_at", MOMENT, nullable=False),
    sa.CheckConstraint("number <> ''", name="number_not_empty"),
    sa.Index("ix_registration_maker_id_model_key", "maker_id", "model_key"),
)
sa.Table(
    "measured_value",
    METADATA,
    sa.Column(
        "registration_id",
        sa.Integer,
        sa.ForeignKey("registration.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("metric_id", sa.Integer, sa.ForeignKey("metric.id"), primary_key=True, autoincrement=False),
    sa.Column("value", sa.Double, nullable=False),
    sa.Column("raw_text", sa.String(100), nullable=False),
)
sa.Table(
    "registration_event",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(
        "registration_id", sa.Integer, sa.ForeignKey("registration.id", ondelete="CASCADE"), index=True, nullable=False
    ),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column(
        "status", choice("listed", "superseded", "delisted", "expired", "suspended", "withdrawn"), nullable=False
    ),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("run_id", sa.Integer, sa.ForeignKey("import_run.id")),
    sa.Index("ix_registration_event_on_id", "on", "id"),
)
sa.Table(
    "spot_check",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(
        "registration_id", sa.Integer, sa.ForeignKey("registration.id", ondelete="CASCADE"), index=True, nullable=False
    ),
    sa.Column("published_on", sa.Date, nullable=False),
    sa.Column("authority", sa.String(300), nullable=False),
    sa.Column("result", choice("passed", "failed"), nullable=False),
    sa.Column("finding", sa.Text, nullable=False),
    sa.Column("document", sa.String(300), nullable=False),
    sa.Column("source_url", sa.String(500), nullable=False),
    sa.Column("is_demo", sa.Boolean, nullable=False),
)


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), checkfirst=False)
    op.bulk_insert(METADATA.tables["search_epoch"], [{"id": 1, "epoch": secrets.token_hex(16)}])


def downgrade() -> None:
    METADATA.drop_all(op.get_bind(), checkfirst=False)
