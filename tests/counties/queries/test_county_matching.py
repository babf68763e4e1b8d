"""Words find units: names now and before, places, pinyin, initials, codes, in any writing; near misses stand apart."""

from __future__ import annotations

import pytest
from flask import Flask

from outreach.core.db import db
from outreach.counties.forms import CountyQuery
from outreach.counties.queries.matching import pieces, short
from outreach.counties.queries.registry import CountyRegistry


@pytest.fixture
def registry(county_app: Flask) -> CountyRegistry:
    found: CountyRegistry = county_app.extensions["county_registry"]
    return found


def first(registry: CountyRegistry, app: Flask, words: str, count: int = 1) -> list[str]:
    with app.app_context():
        page = registry.read(db.session).search(CountyQuery(text=words))
    return [row.unit.slug for row in page.rows[:count]]


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("江宁区", "320115"),
        ("江宁", "320115"),
        ("江寧區", "320115"),
        ("南京市江宁区", "320115"),
        ("南京江宁", "320115"),
        ("江苏省南京市江宁区", "320115"),
        ("江苏江宁", "320115"),
        ("江苏 江宁", "320115"),
        ("江宁 南京", "320115"),
        ("南京市 江", "320115"),
        ("jiangning", "320115"),
        ("Jiangning", "320115"),
        ("jiang ning", "320115"),
        ("jiangningqu", "320115"),
        ("nanjing jiangning", "320115"),
        ("ＪＩＡＮＧＮＩＮＧ", "320115"),
        ("Jiangning District", "320115"),
        ("njjnq", "320115"),
        ("320115", "320115"),
        ("３２０１１５", "320115"),
        ("龙海市", "350604"),
        ("龍海市", "350604"),
        ("350681", "350604"),
        ("沙县", "350405"),
        ("凤翔县", "610305"),
        ("fengxiang", "610305"),
        ("东营港经济开发区", "dongying-port"),
        ("东营港", "dongying-port"),
        ("大连金普新区", "dalian-jinpu"),
        ("东莞寮步", "dongguan-liaobu"),
        ("江北区", "330205"),
        ("渝北区", "500157"),
    ],
)
def test_the_unit_that_is_meant_comes_first(registry: CountyRegistry, county_app: Flask, words: str, slug: str) -> None:
    assert first(registry, county_app, words) == [slug]


def test_initials_find_the_unit_among_others(registry: CountyRegistry, county_app: Flask) -> None:
    assert "320115" in first(registry, county_app, "jn", 50)
    assert first(registry, county_app, "jnq", 50).count("320115") == 1


@pytest.mark.parametrize(
    ("words", "prefix", "total"), [("3201", "3201", 11), ("江苏", "32", 95), ("南京市", "3201", 11), ("北京", "11", 16)]
)
def test_a_place_or_the_beginning_of_a_code_finds_all_its_units(
    registry: CountyRegistry, county_app: Flask, words: str, prefix: str, total: int
) -> None:
    with county_app.app_context():
        page = registry.read(db.session).search(CountyQuery(text=words, per_page=100))
    inside = [row.unit.slug for row in page.rows if row.unit.slug.startswith(prefix)]
    assert len(inside) == total


def test_a_name_stands_before_places_that_hold_it(registry: CountyRegistry, county_app: Flask) -> None:
    assert first(registry, county_app, "河北区") == ["120105"]
    assert first(registry, county_app, "河北") == ["120105"]  # its bare name; the province's units follow
    with county_app.app_context():
        assert registry.read(db.session).search(CountyQuery(text="河北")).total > 160


def test_namesakes_are_all_found(registry: CountyRegistry, county_app: Flask) -> None:
    with county_app.app_context():
        page = registry.read(db.session).search(CountyQuery(text="鼓楼区"))
    assert [row.unit.name for row in page.rows[:4]] == ["鼓楼区"] * 4
    assert len({row.unit.province.code for row in page.rows[:4]}) >= 3


@pytest.mark.parametrize(("words", "slug"), [("江宁县", "320115"), ("江宁市", "320115"), ("石景三区", "110107")])
def test_a_near_miss_is_offered_and_never_mixed_in(
    registry: CountyRegistry, county_app: Flask, words: str, slug: str
) -> None:
    with county_app.app_context():
        page = registry.read(db.session).search(CountyQuery(text=words))
    assert page.total == 0
    assert page.rows == ()
    assert slug in {row.unit.slug for row in page.similar}


@pytest.mark.parametrize("words", ["没有的县", "zzzzzz", "999999", "!!!", "%", "_", "……", "🚽"])
def test_nonsense_finds_nothing(registry: CountyRegistry, county_app: Flask, words: str) -> None:
    with county_app.app_context():
        assert registry.read(db.session).search(CountyQuery(text=words)).total == 0


def test_suggestions_name_provinces_and_units_that_the_words_find_first(
    registry: CountyRegistry, county_app: Flask
) -> None:
    with county_app.app_context():
        found = registry.read(db.session).suggest("江")
        assert [item.text for item in found[:2]] == ["江苏省", "江西省"]
        assert len(found) == 8
        for item in registry.read(db.session).suggest("jiangning"):
            assert registry.read(db.session).search(CountyQuery(text=item.text)).rows[0].unit is item.subject
        assert registry.read(db.session).suggest("") == registry.read(db.session).suggest(" !! ") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("南京市 江宁区", ["南京市", "江宁区"]),
        ("江宁qu3201", ["江宁", "qu", "3201"]),
        ("jiang ning", ["jiangning"]),
        ("jiang 3201", ["jiang", "3201"]),
        ("", []),
    ],
)
def test_words_are_parted_by_writing_and_blanks(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("江宁区", "江宁"), ("赵县", "赵县"), ("沙县区", "沙县"), ("阿鲁科尔沁旗", "阿鲁科尔沁")]
)
def test_the_kind_of_place_is_left_out_of_long_names(name: str, expected: str) -> None:
    assert short(name) == expected
