"""What a change of codes leaves: the history, the way from old codes, and counts by the codes of the day."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.counties.actions.decisions import UnitUnknown, find_unit
from outreach.counties.actions.facts import load_facts
from outreach.counties.actions.histories import list_histories
from outreach.counties.models import ChangeKind, CountyUnit, StageEvent
from outreach.counties.queries.divisions import count_divisions, list_successors
from outreach.counties.rules.states import UnitState, state_on
from tests import factories


@pytest.fixture
def registry(session: Session) -> Session:
    load_facts(session)
    return session


#: Former codes of the four named counties that have changed since their naming.
RENAMED = {"610322": "610305", "350427": "350405", "350681": "350604", "350625": "350605"}
#: Counties of the nation, of 重庆 and of 新疆 on a day.
COUNTED = (
    ("2019-01-01", 2_844, 38, 108),
    ("2023-12-31", 2_844, 38, 108),
    ("2024-12-26", 2_844, 38, 108),
    ("2024-12-27", 2_846, 38, 110),
    ("2025-11-05", 2_846, 38, 110),
    ("2025-11-06", 2_845, 37, 110),
    ("2026-03-30", 2_845, 37, 110),
    ("2026-03-31", 2_846, 37, 111),
    ("2026-04-30", 2_847, 37, 112),
)


def test_i08_the_naming_stays_with_the_unit_that_goes_on_under_a_new_code(registry: Session) -> None:
    for former, code in RENAMED.items():
        unit = find_unit(registry, former)
        assert unit.code == code
        event = registry.scalars(sa.select(StageEvent).where(StageEvent.unit_id == unit.id)).one()
        assert event.name_as_published != unit.name
        assert state_on(list_histories(registry, [unit.id])[unit.id]).state is UnitState.DESIGNATED


def test_i08_codes_of_merged_counties_lead_to_the_one_that_goes_on(registry: Session) -> None:
    for former, name in (("500105", "江北区"), ("500112", "渝北区")):
        assert [unit.slug for unit in list_successors(registry, former)] == ["500157"]
        kept = find_unit(registry, former)
        assert (kept.name, kept.is_current) == (name, False), "its own history stays under its own address"


def test_i08_a_merged_county_keeps_its_history_and_the_new_one_is_not_named_by_it(registry: Session) -> None:
    former, follower = find_unit(registry, "500105"), find_unit(registry, "500157")
    factories.designation(registry, factories.county_batch(registry, 3), unit=former)
    histories = list_histories(registry)
    assert state_on(histories[former.id], date(2026, 1, 1)).state is UnitState.DESIGNATED
    assert follower.id not in histories


def test_i08_a_provinces_count_uses_the_codes_of_the_day(registry: Session) -> None:
    for day, *expected in COUNTED:
        counted = count_divisions(registry, date.fromisoformat(day))
        assert [counted.total(), counted["500000"], counted["650000"]] == expected, day


def test_i08_a_code_that_was_split_leads_to_each_part_and_no_single_one(session: Session) -> None:
    parts = [factories.unit(session, code, name) for code, name in (("370102", "甲区"), ("370103", "乙区"))]
    for part in parts:
        factories.unit_change(session, unit=part, kind=ChangeKind.SPLIT, former_code="370199", former_name="丙区")
    assert [unit.slug for unit in list_successors(session, "370199")] == ["370102", "370103"]
    with pytest.raises(UnitUnknown):
        find_unit(session, "370199")


def test_i08_a_chain_of_codes_is_kept(session: Session) -> None:
    unit = factories.unit(session)
    factories.unit_change(session, unit=unit, former_code="370121", former_name="历下县")
    factories.unit_change(session, unit=unit, kind=ChangeKind.RENAMED, former_code="370122", former_name="历山县")
    assert find_unit(session, "370121") is find_unit(session, "370122") is unit
    assert session.scalar(sa.select(sa.func.count(CountyUnit.id))) == 1
