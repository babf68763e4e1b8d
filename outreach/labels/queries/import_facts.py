"""What an import has to know of the standards: codes and ids of editions, grades, subtypes and metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.search.text import code_key
from outreach.labels.models import Category, Edition, Grade, Metric, Scheme, Subtype


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """One edition. ``grades`` and ``subtypes``: ids by code; ``ranks``: ranks by grade code."""

    id: int
    code: str
    standard_no: str
    rule_no: str
    filings_from: date | None
    scheme_id: int
    scheme: str
    category_id: int
    category: str
    category_name: str
    grades: Mapping[str, int] = field(default_factory=dict)
    ranks: Mapping[str, int] = field(default_factory=dict)
    subtypes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """One metric."""

    id: int
    code: str
    name: str
    unit: str
    is_water_use: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """All editions and metrics by code, metrics in their order."""

    editions: Mapping[str, EditionFacts]
    metrics: Mapping[str, MetricFacts]

    def by_standard(self, scheme: str) -> dict[str, EditionFacts]:
        """The editions of a scheme by their standard's number, blanks and hyphens left out."""
        return {code_key(e.standard_no): e for e in self.editions.values() if e.scheme == scheme}


def load_facts(session: Session) -> Facts:
    """Read the facts; empty when no standards have been loaded."""
    grades: dict[int, dict[str, tuple[int, int]]] = {}
    for edition_id, code, grade_id, rank in session.execute(
        sa.select(Grade.edition_id, Grade.code, Grade.id, Grade.rank)
    ):
        grades.setdefault(edition_id, {})[code] = (grade_id, rank)
    subtypes: dict[int, dict[str, int]] = {}
    for category_id, code, subtype_id in session.execute(sa.select(Subtype.category_id, Subtype.code, Subtype.id)):
        subtypes.setdefault(category_id, {})[code] = subtype_id
    metrics = session.execute(
        sa.select(Metric.id, Metric.code, Metric.name, Metric.unit, Metric.is_water_use).order_by(Metric.position)
    )
    return Facts(
        {edition.code: edition for edition in _editions(session, grades, subtypes)},
        {row.code: MetricFacts(*row) for row in metrics},
    )


def _editions(
    session: Session, grades: Mapping[int, Mapping[str, tuple[int, int]]], subtypes: Mapping[int, Mapping[str, int]]
) -> list[EditionFacts]:
    query = (
        sa.select(
            Edition.id,
            Edition.code,
            Edition.standard_no,
            Edition.rule_no,
            Edition.filings_from,
            Edition.scheme_id,
            Scheme.code.label("scheme"),
            Edition.category_id,
            Category.code.label("category"),
            Category.name.label("category_name"),
        )
        .join(Scheme, Scheme.id == Edition.scheme_id)
        .join(Category, Category.id == Edition.category_id)
        .order_by(Edition.id)
    )
    return [
        EditionFacts(
            **row._mapping,
            grades={code: grade_id for code, (grade_id, _rank) in grades.get(row.id, {}).items()},
            ranks={code: rank for code, (_id, rank) in grades.get(row.id, {}).items()},
            subtypes=subtypes.get(row.category_id, {}),
        )
        for row in session.execute(query)
    ]
