"""Which populations a contest's rankings use, and where each figure comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import Population, PopulationEdition


@dataclass(frozen=True, slots=True)
class Figure:
    """Residents of a region with the year that they were counted for, and the source."""

    residents: int
    year: int
    source: str


@dataclass(frozen=True, slots=True)
class PopulationTable:
    """A loaded table; without one (``edition_id`` is None) nothing is compared per head."""

    edition_id: int | None = None
    figures: Mapping[str, Figure] = field(default_factory=dict)
    county_edges: tuple[int, ...] = ()
    province_edges: tuple[int, ...] = ()

    def residents(self, code: str) -> int | None:
        """None where no figure with a source is recorded."""
        figure = self.figures.get(code)
        return figure.residents if figure else None


def newest_table(session: Session, *, is_demo: bool) -> PopulationTable:
    """The table that rankings are made with now: real contests use real figures, demonstrations their own."""
    newest = sa.select(sa.func.max(PopulationEdition.id)).where(PopulationEdition.is_demo.is_(is_demo))
    return table_of_edition(session, session.scalar(newest))


def table_of_edition(session: Session, edition_id: int | None) -> PopulationTable:
    """The table that a snapshot was made with."""
    edition = session.get(PopulationEdition, edition_id) if edition_id is not None else None
    if edition is None:
        return PopulationTable()
    rows = sa.select(Population.code, Population.residents, Population.year, Population.source)
    figures = {
        row.code: Figure(row.residents, row.year, row.source)
        for row in session.execute(rows.where(Population.edition_id == edition.id).order_by(Population.code))
    }
    return PopulationTable(edition.id, figures, tuple(edition.county_edges), tuple(edition.province_edges))
