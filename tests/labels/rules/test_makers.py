"""Short names of companies: by example, and over every maker of the real registers."""

from __future__ import annotations

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.labels.rules.makers import is_placeholder, short_name, words
from tests.conftest import SHARED, need

REGISTERS = SHARED / "data" / "labels"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("宁波方太厨具有限公司", "方太"),
        ("佛山市顺德区美的洗涤电器制造有限公司", "美的"),
        ("青岛海尔洗碗机有限公司", "海尔"),
        ("西屋厨卫科技(广东)有限公司", "西屋"),
        ("海信（山东）厨卫有限公司", "海信"),
        ("海信(山东)厨卫有限公司 ", "海信"),
        ("杭州老板电器股份有限公司", "老板"),
        ("浙江森歌智能厨电股份有限公司", "森歌"),
        ("浙江厨壹堂厨房电器股份有限公司", "厨壹堂"),
        ("广州德仕厨厨房用品有限公司", "德仕厨"),
        ("中山市广新进出口贸易有限公司", "广新"),
        ("上海小吉互联网科技有限公司", "小吉"),
        ("星旷创新科技（苏州）有限公司", "星旷"),
        ("火星人厨具股份有限公司", "火星人"),
        ("国际樱花集团有限公司", "樱花"),
        ("日本稻佐株式會社有限公司", "稻佐"),
        ("广东顺德浦拓贸易有限公司", "浦拓"),
        ("佛山市高明安华陶瓷洁具有限公司", "安华"),
        ("华润燃气投资（中国）有限公司", "华润燃气"),
        ("TCL家用电器（合肥）有限公司", "TCL"),
        ("BSH Hausgeräte GmbH", "BSH"),
        ("Gorenje gospodinjski aparati, d.o.o.", "Gorenje"),
        ("Gorenje gospodinjski aparati,d.o.o.", "Gorenje"),
        ("Arcelik Hitachi Home Appliances (Thailand) Ltd.", "Arcelik Hitachi"),
        ("Viking Range, LLC", "Viking Range"),
        ("Fisher & Paykel", "Fisher & Paykel"),
    ],
)
def test_a_company_is_called_by_its_name_without_place_trade_and_form(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize(
    "name", ["", "上海电器有限公司", "深圳市智能科技有限公司", "珠海市洗碗机厂", "Home Appliances", "productor", "X"]
)
def test_nothing_is_claimed_where_no_name_is_left(name: str) -> None:
    assert short_name(name) == ""


@pytest.mark.parametrize("name", ["productor", " Productor ", "ｐｒｏｄｕｃｔｏｒ", "测试企业", "无"])
def test_a_word_that_stands_for_a_maker_is_no_maker(name: str) -> None:
    assert is_placeholder(name)


@pytest.mark.parametrize("name", ["宁波方太厨具有限公司", "Producto", "Bosch"])
def test_a_real_name_is_no_placeholder(name: str) -> None:
    assert not is_placeholder(name)


def _makers(pattern: str, column: str) -> list[str]:
    paths = sorted(REGISTERS.glob(pattern))
    need(paths, "the real registers are not there")
    found = set()
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as file:
            found |= {row[column] for row in csv.DictReader(file)}
    return sorted(found)


def test_every_real_chinese_maker_has_a_short_name_without_trade_or_place_words() -> None:
    wrong = {}
    forbidden = set(words("place")) | {"智能", "洗碗机", "厨具", "电器", "科技", "公司", "厨房", "厨卫", "家电", "集团"}
    for name in _makers("cn-*.csv", "Manufacturer"):
        short = short_name(name)
        is_name = bool(short) and short in name and not any(word in short for word in forbidden)
        if not is_name and name != "productor":
            wrong[name] = short
    assert wrong == {}


def test_foreign_brands_keep_their_names() -> None:
    brands = _makers("us-*.csv", "Brand Name") + _makers("au-*.csv", "Brand")
    changed = {name: short_name(name) for name in brands if short_name(name) != name}
    assert changed == {
        "Viking Range, LLC": "Viking Range",
        "Equator Advanced Appliances": "Equator Advanced",
        "SAMSUNG ELECTRONICS": "SAMSUNG",
        "Home Appliances": "",
    }


@given(st.text(max_size=60))
def test_any_text_gives_a_short_name_or_none(name: str) -> None:
    short = short_name(name)
    assert len(short) <= 40
    assert not re.search(r"\s{2}", short)
