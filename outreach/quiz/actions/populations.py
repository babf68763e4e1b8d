"""Loading a table of populations: the whole of it becomes the newest edition, and earlier ones stay as they are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from outreach.core.bulk import bulk_insert
from outreach.quiz import seams
from outreach.quiz.models import Population, PopulationEdition
from outreach.quiz.moments import database_now
from outreach.quiz.queries.populations import Figure, newest_table
from outreach.quiz.seams import Act, Actor

CLASSES: Final = Path(__file__).parents[3] / "content" / "quiz" / "population_classes.toml"


def load_populations(
    session: Session, figures: Mapping[str, Figure], actor: Actor, *, is_demo: bool = False
) -> PopulationEdition | None:
    """A new edition of these figures by code; None when the newest one says the same already."""
    county_edges, province_edges = population_classes()
    known = newest_table(session, is_demo=is_demo)
    is_same = known.figures == figures and (known.county_edges, known.province_edges) == (county_edges, province_edges)
    if known.edition_id is not None and is_same:
        return None
    edition = PopulationEdition(
        is_demo=is_demo,
        county_edges=list(county_edges),
        province_edges=list(province_edges),
        loaded_at=database_now(session),
        loaded_by=actor.name,
    )
    session.add(edition)
    session.flush()
    rows = [(edition.id, code, one.residents, one.year, one.source) for code, one in sorted(figures.items())]
    bulk_insert(session, Population, ("edition_id", "code", "residents", "year", "source"), rows)
    counts = {"regions": len(rows), "is_demo": is_demo}
    seams.record(session, actor, Act("quiz:populations-loaded", f"populations:{edition.id}", after=counts))
    return edition


def population_classes(path: Path = CLASSES) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Upper edges of the classes of counties and of provinces, in residents."""
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(values["counties"]), tuple(values["provinces"])
