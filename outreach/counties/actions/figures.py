"""Yearly figures of a county, as they were approved: one set a year, the newest stands. Nothing here commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.clock import now
from outreach.core.search.outbox import touch_generation
from outreach.counties.actions.facts import GENERATION
from outreach.counties.models import CountyUnit
from outreach.counties.models_staff import YearlyFigure


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with the words that stood beside it when it was handed in."""

    code: str
    kind: str
    name: str
    name_en: str
    value: str
    value_en: str = ""
    unit_word: str = ""
    unit_word_en: str = ""


def replace_figures(session: Session, unit: CountyUnit, year: int, figures: Iterable[Figure], proposal_id: int) -> None:
    """Let these be the unit's figures of the year."""
    moment = now()
    session.execute(sa.delete(YearlyFigure).where(YearlyFigure.unit_id == unit.id, YearlyFigure.year == year))
    session.add_all(
        YearlyFigure(
            unit_id=unit.id,
            year=year,
            code=one.code,
            kind=one.kind,
            name=one.name,
            name_en=one.name_en,
            value=one.value,
            value_en=one.value_en,
            unit_word=one.unit_word,
            unit_word_en=one.unit_word_en,
            position=position,
            proposal_id=proposal_id,
            approved_at=moment,
        )
        for position, one in enumerate(figures)
    )
    touch_generation(session, GENERATION)
    session.flush()
