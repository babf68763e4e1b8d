"""Fictional makers and brands look like nobody's: marked, and unlike the names of real companies."""

from __future__ import annotations

import csv
import re
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from outreach.core.search.text import fold, pinyin_keys
from outreach.labels.demo.parts import MARK, FictionalMaker, Parts
from tests.conftest import SHARED, need

FILINGS = SHARED / "data" / "labels" / "cn-waterlabel-dishwashers-2026-05-21.csv"
KNOWN = [
    name
    for name in (Path(__file__).parent / "known_brands.txt").read_text(encoding="utf-8").splitlines()
    if not name.startswith("#")
]
KNOWN_LATIN = [name for name in KNOWN if name.isascii()]
KNOWN_CHINESE = [name for name in KNOWN if not name.isascii()]
#: What many companies of one trade have in their names.
GENERIC = re.compile(r"[（(].*?[)）]|股份|有限|责任|公司|集团|科技|电器|家电|厨卫|厨房|智能|实业|贸易|工业|制造|控股")


def neighbours(text: str) -> set[str]:
    """Every pair of neighbouring Chinese characters."""
    return {pair for start in range(len(text) - 1) if not (pair := text[start : start + 2]).isascii()}


def resembling_chinese(makers: tuple[FictionalMaker, ...], known: list[str]) -> list[tuple[str, str]]:
    """Fictional stems that share two neighbouring characters, or the whole sound, with a known name."""
    sounds = {keys[0]: name for name in known if (keys := pinyin_keys(name))}
    pairs = [(maker.stem, name) for maker in makers for name in known if neighbours(maker.stem) & neighbours(name)]
    return pairs + [(maker.stem, sounds[maker.latin.lower()]) for maker in makers if maker.latin.lower() in sounds]


def resembling_latin(names: list[str], known: list[str]) -> list[tuple[str, str]]:
    return [
        (name, other)
        for name in names
        for other in known
        if SequenceMatcher(None, name.lower(), other.lower()).ratio() > 0.72
    ]


def test_every_name_carries_the_mark(parts: Parts) -> None:
    assert all(maker.name.startswith(MARK) and maker.brand.startswith(MARK) for maker in parts.makers)
    assert "示例" in MARK


def test_no_two_fictional_makers_are_alike(parts: Parts) -> None:
    stems = [maker.stem for maker in parts.makers]
    assert len(set(stems)) == len(stems)
    initials = [pinyin_keys(stem)[1] for stem in stems if pinyin_keys(stem)]
    assert len(set(initials)) == len(initials)


def test_the_latin_names_are_the_sound_of_the_chinese_ones(parts: Parts) -> None:
    assert {maker.stem: maker.latin.lower() for maker in parts.makers if not maker.is_foreign} == {
        maker.stem: pinyin_keys(maker.stem)[0] for maker in parts.makers if not maker.is_foreign
    }


def test_fictional_names_do_not_resemble_well_known_ones(parts: Parts) -> None:
    assert resembling_chinese(parts.makers, KNOWN_CHINESE) == []
    latin = [maker.latin or maker.stem for maker in parts.makers]
    assert resembling_latin(latin, KNOWN_LATIN) == []


def test_fictional_names_do_not_resemble_the_makers_of_real_filings(parts: Parts) -> None:
    need(FILINGS.exists(), "the real filings are not there")
    with FILINGS.open(encoding="utf-8") as file:
        names = {GENERIC.sub("", fold(row["Manufacturer"])) for row in csv.DictReader(file)}
    assert len(names) > 80
    assert resembling_chinese(parts.makers, sorted(names)) == []


@pytest.mark.parametrize(("stem", "latin"), [("九牧泉", "Jiumuquan"), ("久沐", "Jiumu")])
def test_a_resembling_name_would_be_seen(stem: str, latin: str) -> None:
    maker = FictionalMaker(stem, latin, "bath", "卫浴", 1)
    assert resembling_chinese((maker,), KNOWN_CHINESE)


def test_a_resembling_latin_name_would_be_seen() -> None:
    assert resembling_latin(["Kohlar"], KNOWN_LATIN)
