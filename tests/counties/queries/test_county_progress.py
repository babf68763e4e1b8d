"""Shares come from printed totals alone; the trend is the sum of the announced numbers."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.db import db
from outreach.counties.models import DatePrecision
from outreach.counties.queries.days import DayView
from outreach.counties.queries.progress import find_share, list_shares, list_trend, national
from outreach.counties.queries.registry import CountyRegistry
from outreach.counties.queries.targets import list_targets, newest_target
from outreach.counties.queries.totals import list_totals
from tests import factories


def view_of(app: Flask, session: Session, day: date | None = None) -> DayView:
    registry: CountyRegistry = app.extensions["county_registry"]
    return registry.read(session).view(day)


def test_a_share_needs_a_printed_total_and_recorded_rows_give_none(app: Flask, session: Session) -> None:
    unit = factories.unit(session)
    factories.designation(session, unit=unit)
    share = list_shares(view_of(app, session))[0]
    assert (share.recorded, share.total, share.percent, share.is_reached) == (1, None, None, False)


@pytest.mark.parametrize(("total", "percent"), [(3, 60.0), (2, 40.0), (5, 100.0)])
def test_a_share_is_the_total_among_the_divisions_of_today(
    app: Flask, session: Session, total: int, percent: float
) -> None:
    for number in range(5):
        factories.unit(session, f"37010{number + 2}", f"区{number}")
    factories.unit(session, "370199", "开发区", kind="other")
    factories.published_total(session, total=total)
    share = list_shares(view_of(app, session))[0]
    assert (share.percent, share.target, share.is_reached) == (percent, 60, percent >= 60)


def test_the_newest_total_by_the_day_counts_and_an_undated_one_only_now(app: Flask, session: Session) -> None:
    factories.unit(session)
    factories.published_total(session, total=29, as_of_on=None, precision=DatePrecision.UNKNOWN)
    factories.published_total(session, total=75, as_of_on=date(2023, 11, 1))
    now = view_of(app, session)
    province = now.snapshot.provinces[0]
    assert [item.total for item in list_totals(now.snapshot, province, None)] == [75, 29]
    assert list_totals(now.snapshot, province, date(2023, 11, 29)) == []
    assert [item.total for item in list_totals(now.snapshot, province, date(2023, 11, 30))] == [75]
    past = find_share(view_of(app, session, date(2023, 11, 29)), province)
    assert past.percent is None


def test_the_trend_adds_up_to_the_totals_that_the_ministry_printed(county_app: Flask) -> None:
    with county_app.app_context():
        trend = list_trend(view_of(county_app, db.session))
        total, counties, percent = national(view_of(county_app, db.session))
    assert [point.cumulative for point in trend] == [65, 266, 616, 1094, 1443, 1766]
    assert [point.total is not None for point in trend] == [True, False, True, False, True, True]
    assert total is not None
    assert (total.total, counties, round(percent or 0, 1)) == (1766, 2847, 62.0)


@pytest.mark.parametrize(
    ("day", "batches", "total"),
    [
        (date(2019, 3, 12), 0, None),
        (date(2019, 3, 13), 1, 65),
        (date(2019, 12, 30), 1, 65),
        (date(2020, 12, 31), 3, 616),
        (date(2022, 12, 30), 4, 616),
        (date(2023, 10, 31), 5, 1766),
        (date(2023, 12, 31), 6, 1766),
    ],
)
def test_the_past_knows_nothing_of_later_batches_and_totals(
    county_app: Flask, day: date, batches: int, total: int | None
) -> None:
    with county_app.app_context():
        view = view_of(county_app, db.session, day)
        assert len(list_trend(view)) == batches
        assert getattr(national(view)[0], "total", None) == total


def test_provinces_with_a_share_come_first_the_largest_first(county_app: Flask) -> None:
    with county_app.app_context():
        shares = list_shares(view_of(county_app, db.session))
    known = [share.percent for share in shares if share.percent is not None]
    assert known == sorted(known, reverse=True)
    assert all(share.percent is None for share in shares[len(known) :])
    assert len(shares) == 31
    assert 9 <= len(known) <= 14


def test_targets_are_those_of_the_plans() -> None:
    assert [(target.year, target.north, target.south) for target in list_targets()] == [
        (2020, 40, 20),
        (2022, 50, 30),
        (2025, 60, 40),
    ]
    assert (newest_target().of("north"), newest_target().of("south")) == (60, 40)
    assert all(target.document and target.document_en for target in list_targets())
