"""The loaded rows: all marked, each with its source, its text and its announcement."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.labels.demo.parts import Parts
from outreach.labels.models import (
    Brand,
    Certificate,
    GradeCheck,
    ImportRun,
    Maker,
    MeasuredValue,
    Registration,
    RegistrationEvent,
    SpotCheck,
)

MARKED = (Registration, Certificate, SpotCheck, Maker, Brand, ImportRun)


def count(session: Session, model: type[Any], *conditions: Any) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def test_every_row_is_marked_as_demo(loaded: Session) -> None:
    for model in MARKED:
        assert count(loaded, model) > 0
        assert count(loaded, model, model.is_demo.is_(False)) == 0


def test_the_import_run_says_where_the_figures_come_from(loaded: Session, parts: Parts) -> None:
    run = loaded.scalars(sa.select(ImportRun)).one()
    assert (run.source, run.as_of_on, run.rows_total, run.registrations_added) == ("demo", parts.as_of_on, 3000, 3000)


def test_measured_values_carry_the_text_they_stand_for(loaded: Session) -> None:
    for value, text in loaded.execute(sa.select(MeasuredValue.value, MeasuredValue.raw_text).limit(2000)):
        assert float(text) == value
    assert count(loaded, MeasuredValue) > 6000


def test_the_water_use_is_the_figure_that_the_category_is_sorted_by(loaded: Session) -> None:
    mismatched = (
        sa.select(sa.func.count())
        .select_from(Registration)
        .join(
            MeasuredValue,
            sa.and_(
                MeasuredValue.registration_id == Registration.id,
                MeasuredValue.metric_id == Registration.water_metric_id,
            ),
        )
        .where(MeasuredValue.value != Registration.water_use)
    )
    assert loaded.scalar(mismatched) == 0
    assert count(loaded, Registration, Registration.water_use.is_not(None)) > 2500


def test_every_registration_begins_with_its_announcement(loaded: Session) -> None:
    announced = sa.select(RegistrationEvent.registration_id, RegistrationEvent.on).where(
        RegistrationEvent.kind == "announced"
    )
    days = loaded.execute(sa.select(Registration.id, Registration.announced_on)).all()
    assert dict(loaded.execute(announced).all()) == dict(days)


def test_some_products_declare_more_than_their_figures_allow(loaded: Session) -> None:
    assert count(loaded, Registration, Registration.grade_check == GradeCheck.DIFFERS) > 20
