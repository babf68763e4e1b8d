"""What counties type: many spellings of a figure, faults with their field, and JSON that is taken strictly."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.counties.forms_assessment import SCHEMA, FaultKind, parse_address
from outreach.counties.forms_assessment_json import parse_json
from outreach.counties.rules.assessment import score
from tests.counties.assessment_tables import EVERY_KIND


def read(**args: str) -> Any:
    return parse_address({name.replace("_", "-"): text for name, text in args.items()}, EVERY_KIND)


@pytest.mark.parametrize(
    ("typed", "figure"),
    [
        ("40", "40"),
        ("40%", "40"),
        ("４０．５％", "40.5"),
        (" 1 2.5 ", "12.5"),
        ("12/30", "40"),
        ("1/3", "33.3333"),
        ("2/3", "66.6666"),
        ("１２／３０", "40"),
        ("1,200/2,400", "50"),
        ("0", "0"),
        ("100", "100"),
        ("12。5", "12.5"),
    ],
)
def test_a_share_may_be_written_in_many_ways(typed: str, figure: str) -> None:
    assert read(i_share=typed).answers.values == {"share": Decimal(figure)}


@pytest.mark.parametrize(
    ("field", "typed", "kind"),
    [
        ("i_share", "viel", FaultKind.NO_FIGURE),
        ("i_share", "-1", FaultKind.NO_FIGURE),
        ("i_share", "1e2", FaultKind.NO_FIGURE),
        ("i_share", "100.01", FaultKind.OUT_OF_RANGE),
        ("i_share", "12/0", FaultKind.NO_FIGURE),
        ("i_share", "30/12", FaultKind.PART_LARGER),
        ("i_share", "9" * 60, FaultKind.NO_FIGURE),
        ("i_share", "<script>", FaultKind.NO_FIGURE),
        ("i_share", "=1+1", FaultKind.NO_FIGURE),
        ("i_steps", "40%", FaultKind.NO_FIGURE),
        ("i_steps", "3/4", FaultKind.NO_FIGURE),
        ("i_own", "6.01", FaultKind.OUT_OF_RANGE),
        ("i_tiers", "perhaps", FaultKind.NO_CHOICE),
        ("i_choice", "every", FaultKind.NO_CHOICE),
        ("c_plan", "1", FaultKind.NO_CHOICE),
        ("b_model", "7", FaultKind.OUT_OF_RANGE),
        ("year", "1999", FaultKind.NO_YEAR),
        ("year", "zwei", FaultKind.NO_YEAR),
        ("region", "west", FaultKind.NO_CHOICE),
    ],
)
def test_a_senseless_value_is_a_fault_of_its_field_and_what_was_typed_is_kept(
    field: str, typed: str, kind: FaultKind
) -> None:
    found = read(**{field: typed}, i_leak="5")
    name = field.replace("_", "-")
    assert [(fault.field, fault.kind) for fault in found.faults] == [(name, kind)]
    assert found.typed[name] == typed[:64]
    assert found.answers.values.get("leak") == 5


def test_empty_fields_are_not_answered_and_foreign_arguments_are_left_alone() -> None:
    found = read(i_share="", i_tiers=" ", utm_source="x", county=" 江宁区 ", year="２０２５", region="south")
    assert found.answers.is_empty
    assert (found.county, found.year, found.answers.region, found.faults) == ("江宁区", 2025, "south", ())


def test_a_county_chosen_from_the_list_goes_before_the_unclear_name() -> None:
    found = parse_address({"county": "新城区", "county_choice": "610102"}, EVERY_KIND)
    assert found.county == found.typed["county"] == "610102"


HOSTILE = st.text(st.characters(codec=None, categories=None), max_size=200) | st.sampled_from(
    ["\x00", "\ud800", "=cmd|' /C calc'!A0", "<img onerror=1>", "9" * 10_000, "1/" * 5_000, "٣", "²", "½", "∞", "%%"]
)


@given(texts=st.dictionaries(st.sampled_from([*read().typed, "county_choice"]), HOSTILE))
def test_no_address_is_too_odd_to_be_read_and_scored(texts: dict[str, str]) -> None:
    found = parse_address(texts, EVERY_KIND)
    result = score(EVERY_KIND, found.answers)
    assert 0 <= result.total <= EVERY_KIND.maximum + 10


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ([], ("", FaultKind.WRONG_TYPE)),
        (None, ("", FaultKind.WRONG_TYPE)),
        ({"schema": "other/1"}, ("schema", FaultKind.WRONG_SCHEMA)),
        ({"answer": {}}, ("answer", FaultKind.UNKNOWN_KEY)),
        ({"answers": {"nothing": 1}}, ("answers.nothing", FaultKind.UNKNOWN_KEY)),
        ({"answers": []}, ("answers", FaultKind.WRONG_TYPE)),
        ({"answers": {"share": "40"}}, ("answers.share", FaultKind.WRONG_TYPE)),
        ({"answers": {"share": True}}, ("answers.share", FaultKind.WRONG_TYPE)),
        ({"answers": {"share": -0.1}}, ("answers.share", FaultKind.OUT_OF_RANGE)),
        ({"answers": {"share": 1e999}}, ("answers.share", FaultKind.OUT_OF_RANGE)),
        ({"answers": {"tiers": 1}}, ("answers.tiers", FaultKind.WRONG_TYPE)),
        ({"answers": {"choice": "no"}}, ("answers.choice", FaultKind.NO_CHOICE)),
        ({"answers": {"choice": ["all"]}}, ("answers.choice", FaultKind.NO_CHOICE)),
        ({"conditions": {"plan": "yes"}}, ("conditions.plan", FaultKind.WRONG_TYPE)),
        ({"bonus": {"model": 6.5}}, ("bonus.model", FaultKind.OUT_OF_RANGE)),
        ({"year": 1e999}, ("year", FaultKind.NO_YEAR)),
        ({"year": 2025.5}, ("year", FaultKind.NO_YEAR)),
        ({"year": True}, ("year", FaultKind.NO_YEAR)),
        ({"region": "west"}, ("region", FaultKind.NO_CHOICE)),
        ({"county": 320115}, ("county", FaultKind.WRONG_TYPE)),
    ],
)
def test_json_is_taken_strictly(body: Any, fault: tuple[str, FaultKind]) -> None:
    assert fault in [(one.field, one.kind) for one in parse_json(body, EVERY_KIND).faults]


def test_nulls_are_not_answered() -> None:
    body = {"schema": SCHEMA, "county": None, "year": None, "region": None, "answers": None, "bonus": {"model": None}}
    found = parse_json(body, EVERY_KIND)
    assert found.faults == ()
    assert found.answers.is_empty


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    body=st.dictionaries(st.sampled_from(["answers", "bonus", "conditions", "year", "region", "schema"]), JSON_VALUES)
)
def test_no_json_is_too_odd_to_be_read(body: Any) -> None:
    found = parse_json(body, EVERY_KIND)
    assert score(EVERY_KIND, found.answers).total >= 0
    assert json.dumps([one.field for one in found.faults])
