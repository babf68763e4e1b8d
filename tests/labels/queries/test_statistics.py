"""Comparable registrations: who is in the group, who is best, and how often the database is asked."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.search.outbox import generation, touch_generation
from outreach.labels.models import Better, MeasuredValue, Registration, RegistrationStatus, Subtype
from outreach.labels.queries.statistics import Comparisons, Sources, Standing
from tests import factories
from tests.labels.statements import counted_statements


def standing(session: Session, registration: Registration, comparisons: Comparisons | None = None) -> Standing:
    """The standing of a registration by its water figure, in the present generation."""
    comparisons = comparisons or Comparisons()
    assert registration.water_metric is not None
    assert registration.water_use is not None
    now = generation(session, "labels")
    return comparisons.standing(session, registration, registration.water_metric, registration.water_use, now)


def test_only_listed_registrations_of_the_same_edition_are_compared(session: Session) -> None:
    mine = factories.registration(session, litres=4.0)
    for litres in (3.0, 5.0):
        factories.registration(session, litres=litres)
    factories.registration(session, litres=1.0, status=RegistrationStatus.SUPERSEDED)
    factories.registration(session, litres=1.0, edition=factories.edition(session, "gb-25502-2024"))
    assert standing(session, mine).total == 3


def test_a_subtype_is_compared_with_its_own_kind_only(session: Session) -> None:
    subtype = Subtype(category_id=factories.category(session).id, code="dual", name="双冲式", name_en="Dual flush")
    session.add(subtype)
    session.flush()
    mine = factories.registration(session, litres=4.0, subtype_id=subtype.id)
    factories.registration(session, litres=3.0, subtype_id=subtype.id)
    factories.registration(session, litres=1.0)
    assert standing(session, mine).total == 2


def test_a_figure_of_another_metric_is_not_compared(session: Session) -> None:
    other = factories.metric(session, "full_flush", is_water_use=False, position=2)
    mine = factories.registration(session, litres=4.0)
    session.add(MeasuredValue(registration_id=mine.id, metric_id=other.id, value=1.0, raw_text="1"))
    session.flush()
    assert standing(session, mine).total == 1


def test_where_more_is_better_the_largest_figures_are_the_best(session: Session) -> None:
    factories.metric(session, better=Better.HIGHER)
    items = [factories.registration(session, litres=litres) for litres in (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)]
    found = standing(session, items[4])
    assert [figure for _id, figure in found.best] == [6.0, 5.0, 4.0, 3.0, 2.0]
    assert found.place is not None
    assert (found.place.worse, found.place.better) == (4, 1)


def test_of_equal_figures_the_newest_registration_comes_first(session: Session) -> None:
    items = [factories.registration(session, litres=3.0) for _number in range(6)]
    newest_first = [item.id for item in reversed(items)][:5]
    assert [number for number, _figure in standing(session, items[0]).best] == newest_first


def test_a_group_is_read_once_in_a_generation(app: Flask, session: Session) -> None:
    mine = factories.registration(session, litres=4.0)
    touch_generation(session, "labels")
    comparisons = Comparisons()
    assert standing(session, mine, comparisons).total == 1
    factories.registration(session, litres=5.0)
    with counted_statements(app) as statements:
        assert standing(session, mine, comparisons).total == 1
    assert not [statement for statement in statements if "measured_value" in statement]
    touch_generation(session, "labels")
    assert standing(session, mine, comparisons).total == 2


def test_data_without_a_generation_is_read_anew(session: Session) -> None:
    mine = factories.registration(session, litres=4.0)
    comparisons = Comparisons()
    assert standing(session, mine, comparisons).total == 1
    factories.registration(session, litres=5.0)
    assert standing(session, mine, comparisons).total == 2


def test_the_newest_file_of_each_source_is_named_the_latest_first(session: Session) -> None:
    factories.import_run(session, "cn-waterlabel")
    factories.import_run(session, "us-energystar")
    factories.import_run(session, "cn-waterlabel").as_of_on = date(2026, 7, 7)
    session.flush()
    found = [(run.source, run.as_of_on) for run in Sources().newest(session, "")]
    assert found == [("cn-waterlabel", date(2026, 7, 7)), ("us-energystar", date(2026, 5, 21))]


def test_the_demo_is_a_source_only_while_it_is_shown(session: Session) -> None:
    factories.import_run(session, "demo", is_demo=True)
    assert [run.source for run in Sources().newest(session, "")] == ["demo"]
    factories.import_run(session, "cn-waterlabel")
    assert [run.source for run in Sources().newest(session, "")] == ["cn-waterlabel"]
