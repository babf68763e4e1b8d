"""Printed names made comparable, and matched: exactly one unit, or a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.counties.rules.matching import Former, How, KnownUnit, Match, NameIndex, Reason
from outreach.counties.rules.names import BLANKS, WIDTH, clean_name, prefixes, simplified, stem
from outreach.counties.rules.sources import is_web_address

PROVINCES = {"370000": "山东省", "150000": "内蒙古自治区", "610000": "陕西省", "350000": "福建省", "500000": "重庆市"}
UNITS = (
    KnownUnit(1, "370103", "市中区", "370000", "济南市"),
    KnownUnit(2, "370402", "市中区", "370000", "枣庄市"),
    KnownUnit(3, "150102", "新城区", "150000", "呼和浩特市"),
    KnownUnit(4, "610102", "新城区", "610000", "西安市"),
    KnownUnit(5, "610424", "乾县", "610000", "咸阳市"),
    KnownUnit(6, "350405", "沙县区", "350000", "三明市", former=(Former("沙县", "350427", is_converted=True),)),
    KnownUnit(7, "meizhou-island", "湄洲岛管委会", "350000", "莆田市", has_code=False),
    KnownUnit(8, "500105", "江北区", "500000", is_current=False),
    KnownUnit(9, "500157", "两江新区", "500000", former=(Former("江北区", "500105"), Former("渝北区", "500112"))),
    KnownUnit(10, "371426", "平原县", "370000", "德州市", former=(Former("平原郡"),)),
    KnownUnit(11, "150304", "乌达区", "150000", "乌海市"),
    KnownUnit(12, "152201", "乌兰浩特市", "150000", "兴安盟"),
)
INDEX = NameIndex(UNITS, PROVINCES)
CODES = {name: code for code, name in PROVINCES.items()}


@pytest.mark.parametrize(
    ("text", "clean", "done"),
    [
        ("东城区", "东城区", set()),
        (" 乾　县\n", "乾县", {BLANKS}),
        ("涞⽔县", "涞水县", {WIDTH}),
        ("东城区\u200b", "东城区", {BLANKS}),
        ("　", "", {BLANKS}),
        ("", "", set()),
    ],
)
def test_blanks_and_width_of_a_name_do_not_count_and_are_told(text: str, clean: str, done: set[str]) -> None:
    found = clean_name(text)
    assert (found.text, set(found.done)) == (clean, done)


@given(st.text(max_size=40))
def test_cleaning_a_clean_name_changes_nothing(text: str) -> None:
    once = clean_name(text).text
    assert clean_name(once).text == once
    assert not any(character.isspace() for character in once)


@pytest.mark.parametrize(
    ("name", "stemmed"),
    [
        ("平原县", "平原"),
        ("禹城市", "禹城"),
        ("乾县", "乾县"),
        ("滨海新区", "滨海"),
        ("大厂回族自治县", "大厂回族"),
        ("", ""),
    ],
)
def test_the_ending_of_a_name_comes_off_unless_one_character_stays(name: str, stemmed: str) -> None:
    assert stem(name) == stemmed


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("山东省", ("山东省", "山东")),
        ("内蒙古自治区", ("内蒙古自治区", "内蒙古")),
        ("新疆维吾尔自治区", ("新疆维吾尔自治区", "新疆")),
        ("延边朝鲜族自治州", ("延边朝鲜族自治州", "延边州", "延边")),
        ("黔西南布依族苗族自治州", ("黔西南布依族苗族自治州", "黔西南州", "黔西南")),
        ("大兴安岭地区", ("大兴安岭地区", "大兴安岭")),
        ("兴安盟", ("兴安盟", "兴安")),
        ("某地", ("某地",)),
    ],
)
def test_a_place_can_stand_before_a_name_in_several_spellings(name: str, found: tuple[str, ...]) -> None:
    assert prefixes(name) == found


@pytest.mark.parametrize(
    ("text", "province", "unit", "how"),
    [
        ("新城区", "内蒙古自治区", 3, set()),
        ("新城区", "陕西省", 4, set()),
        ("呼和浩特市新城区", "内蒙古自治区", 3, {How.PREFIX}),
        ("内蒙古呼和浩特新城区", "内蒙古自治区", 3, {How.PREFIX}),
        ("济南市市中区", "山东省", 1, {How.PREFIX}),
        ("枣庄市中区", "山东省", 2, {How.PREFIX}),
        ("乾县", "陕西省", 5, set()),
        ("乾 縣", "陕西省", 5, {How.TRADITIONAL}),
        ("沙县", "福建省", 6, {How.CONVERTED}),
        ("三明市沙縣", "福建省", 6, {How.CONVERTED, How.PREFIX, How.TRADITIONAL}),
        ("平原郡", "山东省", 10, {How.FORMER_NAME}),
        ("湄洲岛管委会", "福建省", 7, {How.NO_CODE}),
        ("江北区", "重庆市", 8, {How.ENDED}),
        ("重庆市江北区", "重庆市", 8, {How.ENDED, How.PREFIX}),
        ("渝北区", "重庆市", 9, {How.FORMER_NAME}),
        ("烏蘭浩特市", "内蒙古自治区", 12, {How.TRADITIONAL}),
    ],
)
def test_a_name_that_one_unit_bears_is_matched_and_told_how(text: str, province: str, unit: int, how: set[How]) -> None:
    assert INDEX.match(text, CODES[province]) == Match(unit, frozenset(how))


@pytest.mark.parametrize(
    ("text", "province", "reason", "candidates"),
    [
        ("市中区", "山东省", Reason.AMBIGUOUS, (1, 2)),
        ("新城区", "山东省", Reason.WRONG_PROVINCE, (3, 4)),
        ("沙县", "山东省", Reason.WRONG_PROVINCE, (6,)),
        ("平原市", "山东省", Reason.UNKNOWN_NAME, (10,)),
        ("平原", "山东省", Reason.UNKNOWN_NAME, (10,)),
        ("济南市平原县", "山东省", Reason.UNKNOWN_NAME, (10,)),
        ("火星县", "山东省", Reason.UNKNOWN_NAME, ()),
        ("", "山东省", Reason.UNKNOWN_NAME, ()),
        ("平" * 10_000, "山东省", Reason.UNKNOWN_NAME, ()),
        ("\ud800县", "山东省", Reason.UNKNOWN_NAME, ()),
    ],
)
def test_a_name_that_fits_no_unit_or_several_gets_a_reason_and_candidates(
    text: str, province: str, reason: Reason, candidates: tuple[int, ...]
) -> None:
    assert INDEX.match(text, CODES[province]) == Match(None, frozenset(), reason, candidates)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("山东省", "370000"),
        ("山东", "370000"),
        ("內蒙古", "150000"),
        (" 山　东 ", "370000"),
        ("江苏", None),
        ("", None),
    ],
)
def test_a_province_is_found_by_its_names(text: str, code: str | None) -> None:
    assert INDEX.find_province(text) == code


@given(st.text(max_size=80), st.sampled_from(sorted(PROVINCES)))
def test_any_text_is_matched_to_a_unit_of_its_province_or_given_a_reason(text: str, province: str) -> None:
    match = INDEX.match(text, province)
    assert (match.unit_id is None) == (match.reason is not None)
    if match.unit_id is not None:
        assert INDEX.units[match.unit_id].province == province
    assert set(match.candidates) <= set(INDEX.units)


@given(st.sampled_from(UNITS), st.sampled_from(["", " ", "　"]), st.booleans(), st.booleans())
def test_a_prefecture_before_the_name_and_blanks_never_lead_to_another_unit(
    unit: KnownUnit, blank: str, has_prefecture: bool, has_province: bool
) -> None:
    parts = [PROVINCES[unit.province]] * has_province + [unit.prefecture] * has_prefecture + [*unit.name]
    match = INDEX.match(blank.join(parts), unit.province)
    assert match.unit_id == unit.id or (match.reason is Reason.AMBIGUOUS and unit.id in match.candidates)


def test_characters_are_compared_on_both_sides_alike() -> None:
    assert simplified("乾县") != "乾县", "this name is why both sides are converted"


@pytest.mark.parametrize("text", ["https://www.example.cn/a?b=1", "http://sub.example.com"])
def test_an_address_with_a_named_host_can_be_led_to(text: str) -> None:
    assert is_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "http://1.62.100.15/a",
        "https://user@example.cn/",
        "https://example.cn:8080/",
        "https://[::1]/",
        "https://localhost/",
        "https://例子.cn/",
        "https://example.cn/a b",
        "https://",
        "ftp://example.cn",
        "《公告》",
        "",
    ],
)
def test_anything_else_is_only_text(text: str) -> None:
    assert not is_web_address(text)
