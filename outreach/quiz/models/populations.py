"""Residents of regions, as operators load them: whole tables with source and year, never changed afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, IntPk, Name


class PopulationEdition(Base):
    """One loaded table. Rankings say which one they used, so that a later one changes no settled result."""

    __tablename__ = "quiz_population_edition"

    id: Mapped[IntPk]
    #: For demonstration contests only, which use no other.
    is_demo: Mapped[bool] = mapped_column(default=False)
    #: Upper edges of the population classes at the time of loading.
    county_edges: Mapped[list[Any]]
    province_edges: Mapped[list[Any]]
    loaded_at: Mapped[datetime]
    loaded_by: Mapped[Name]


class Population(Base):
    """How many people live in a region (six digits: county, two: province), of which year, and who says so."""

    __tablename__ = "quiz_population"
    __table_args__ = (
        sa.CheckConstraint("residents > 0", name="somebody_lives_there"),
        sa.CheckConstraint("year BETWEEN 1949 AND 2200", name="year_sensible"),
        sa.CheckConstraint("source <> ''", name="has_a_source"),
    )

    edition_id: Mapped[int] = mapped_column(
        sa.ForeignKey("quiz_population_edition.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
    residents: Mapped[int]
    year: Mapped[int]
    source: Mapped[Name]
