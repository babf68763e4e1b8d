"""The contest: residents of regions, loaded with source and year, and which of them a ranking used.

Revision 0010; 2026-11-25. The tables are written out as they were on that day: later code must not change what an old
revision does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
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
NEW = [
    sa.Table(
        "quiz_population_edition",
        METADATA,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("is_demo", sa.Boolean, nullable=False),
        sa.Column("county_edges", sa.Text, nullable=False),
        sa.Column("province_edges", sa.Text, nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by", sa.String(300), nullable=False),
    ),
    sa.Table(
        "quiz_population",
        METADATA,
        sa.Column(
            "edition_id",
            sa.Integer,
            sa.ForeignKey("quiz_population_edition.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("code", sa.String(6), primary_key=True),
        sa.Column("residents", sa.Integer, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.CheckConstraint("residents > 0", name="somebody_lives_there"),
        sa.CheckConstraint("year BETWEEN 1949 AND 2200", name="year_sensible"),
        sa.CheckConstraint("source <> ''", name="has_a_source"),
    ),
]


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), tables=NEW, checkfirst=False)
    op.add_column("quiz_ranking_snapshot", sa.Column("population_edition_id", sa.Integer))


def downgrade() -> None:
    op.drop_column("quiz_ranking_snapshot", "population_edition_id")
    METADATA.drop_all(op.get_bind(), tables=NEW, checkfirst=False)
