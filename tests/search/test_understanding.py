"""What is read out of a visitor's words: plain values in, plain values out, no database."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.search.text import code_key
from outreach.labels.queries.dictionary import CodeBook, Dictionary, Term, build_dictionary
from outreach.labels.queries.keys import KeyTable
from outreach.labels.queries.understanding import PieceKind, Understanding, understand
from outreach.labels.queries.vocabulary import FIELDS, synonyms

CATEGORIES = {
    "toilet": "坐便器",
    "smart_toilet": "智能坐便器",
    "faucet": "水嘴",
    "shower": "淋浴器",
    "water_purifier": "净水机",
    "dishwasher": "洗碗机",
    "urinal": "小便器",
    "squat_toilet": "蹲便器",
    "clothes_washer": "洗衣机",
}
MAKERS = {1: "方太", 2: "美的", 3: "美的", 4: "九牧", 5: "海信", 6: "海新", 7: "苏泊尔", 8: "容声"}
BRANDS = {1: "方太", 2: "GE", 3: "GE Profile", 4: "Fisher & Paykel", 5: "JBS"}
MODELS = (
    *("JBCD7E-02-V16Max", "W76-S1U", "X7黑", "X6S Ultra", "M20", "887", "2024", "12", "rs-100", "GX7尊享版"),
    *("XWJ-Q03G2", "JBS-200"),
)
NUMBERS = ("20260519-CWL032020-845027", "20250609-CWL032020-113294")


def terms() -> Iterator[Term]:
    for code, name in CATEGORIES.items():
        yield Term("category", name, "categories", code, name, code)
    for synonym in synonyms():
        field = FIELDS.get(synonym.kind, "")
        if synonym.kind != "maker":
            yield Term(synonym.kind, synonym.word, field, synonym.target, synonym.target, synonym.target)
    for number, name in MAKERS.items():
        yield Term("maker", name, "makers", number, name, name)
    for number, name in BRANDS.items():
        yield Term("brand", name, "brands", number, name, name)
    for year in (2024, 2025, 2026):
        for word in (f"{year}年", str(year)):
            yield Term("year", word, "years", year, word, word)
    for word in ("GB 38383-2019", "38383-2019", "38383"):
        yield Term("edition", word, "editions", "gb-38383-2019", "GB 38383-2019", "GB 38383-2019")


def table(codes: tuple[str, ...]) -> KeyTable:
    keys = sorted(code_key(code).encode() for code in codes)
    return KeyTable(b"".join(key + b"\n" for key in keys), np.arange(len(keys), dtype=np.int32))


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return build_dictionary(terms(), CodeBook(table(MODELS), table(NUMBERS)))


def filters(understanding: Understanding) -> dict[str, set[str | int]]:
    found: dict[str, set[str | int]] = {}
    for piece in understanding.of(PieceKind.WORD):
        for field, values in piece.meaning.filters if piece.meaning else ():
            found.setdefault(field, set()).update(values)
    return found


def letters(understanding: Understanding, *kinds: PieceKind) -> list[str]:
    return [piece.letters for piece in understanding.of(*kinds)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("马桶", {"categories": {"toilet"}}),
        ("節水馬桶", {"categories": {"toilet"}}),
        ("马桶 一级", {"categories": {"toilet"}, "grades": {"1"}}),
        ("１级水效　马桶", {"categories": {"toilet"}, "grades": {"1"}}),
        ("1 级 坐便器", {"categories": {"toilet"}, "grades": {"1"}}),
        ("Ⅰ级 坐便器", {"categories": {"toilet"}, "grades": {"1"}}),
        ("智能 马桶", {"categories": {"smart_toilet"}}),
        ("智能马桶", {"categories": {"smart_toilet"}}),
        ("节水龙头", {"categories": {"faucet"}}),
        ("厨房水龙头", {"categories": {"faucet"}}),
        ("莲蓬头", {"categories": {"shower"}}),
        ("小便斗", {"categories": {"urinal"}}),
        ("蹲坑", {"categories": {"squat_toilet"}}),
        ("花洒 马桶", {"categories": {"shower", "toilet"}}),
        ("matong", {"categories": {"toilet"}}),
        ("ma tong", {"categories": {"toilet"}}),
        ("xwj", {"categories": {"dishwasher"}}),
        ("XWJ", {"categories": {"dishwasher"}}),
        ("jiumu", {"makers": {4}}),
        ("jm", {"makers": {4}}),
        ("meidi", {"makers": {2, 3}}),
        ("suboer", {"makers": {7}}),
        ("haixin", {"makers": {5, 6}}),
        ("方太", {"makers": {1}, "brands": {1}}),
        ("fangtai洗碗机", {"makers": {1}, "brands": {1}, "categories": {"dishwasher"}}),
        ("美的洗碗机二级", {"makers": {2, 3}, "categories": {"dishwasher"}, "grades": {"2"}}),
        ("ge", {"brands": {2}}),
        ("ge profile", {"brands": {3}}),
        ("FISHER & PAYKEL dishwashers", {"brands": {4}, "categories": {"dishwasher"}}),
        ("grade 2 toilet", {"categories": {"toilet"}, "grades": {"2"}}),
        ("energy star 洗衣机", {"schemes": {"us-energystar"}, "categories": {"clothes_washer"}}),
        ("能源之星", {"schemes": {"us-energystar"}}),
        ("一级能效洗衣机", {"schemes": {"cn-energylabel"}, "grades": {"1"}, "categories": {"clothes_washer"}}),
        ("已撤销的花洒", {"statuses": {"withdrawn"}, "categories": {"shower"}}),
        ("有效 净水器", {"statuses": {"listed"}, "categories": {"water_purifier"}}),
        ("2025年洗碗机", {"years": {2025}, "categories": {"dishwasher"}}),
        ("洗碗机 2026", {"years": {2026}, "categories": {"dishwasher"}}),
        ("GB 38383-2019", {"editions": {"gb-38383-2019"}}),
        ("gb38383—2019", {"editions": {"gb-38383-2019"}}),
        ("38383 洗碗机", {"editions": {"gb-38383-2019"}, "categories": {"dishwasher"}}),
    ],
)
def test_words_become_filters(dictionary: Dictionary, text: str, expected: dict[str, set[str | int]]) -> None:
    assert filters(understand(text, dictionary)) == expected


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("JBCD7E-02-V16Max", ["jbcd7e02v16max"]),
        ("jbcd7e 02 v16max", ["jbcd7e02v16max"]),
        ("ＪＢＣＤ７Ｅ－０２－Ｖ１６Ｍａｘ", ["jbcd7e02v16max"]),
        ("方太JBCD7E-02-V16Max", ["jbcd7e02v16max"]),
        ("方太 JBCD7E", ["jbcd7e"]),
        ("x6s ultra", ["x6sultra"]),
        ("X7黑", ["x7黑"]),
        ("X7 黑", ["x7黑"]),
        ("gx7", ["gx7"]),
        ("20260519 CWL032020 845027", ["20260519cwl032020845027"]),
        ("备案号：20260519-CWL032020-845027", ["20260519cwl032020845027"]),
        ("887", ["887"]),
        ("2024", ["2024"]),
        ("xwj-q03g2", ["xwjq03g2"]),
        ("M20 洗碗机", ["m20"]),
        ("W76_S1U", ["w76s1u"]),
    ],
)
def test_codes_that_exist_are_taken_whole_before_words(dictionary: Dictionary, text: str, codes: list[str]) -> None:
    assert letters(understand(text, dictionary), PieceKind.CODE) == codes


def test_two_digits_alone_are_no_code_among_words(dictionary: Dictionary) -> None:
    assert not any(piece.is_exact for piece in understand("12 洗碗机", dictionary).pieces)


def test_initials_that_a_model_code_begins_with_are_read_as_the_code(dictionary: Dictionary) -> None:
    assert filters(understand("rs", dictionary)) == {}
    assert letters(understand("rs", dictionary), PieceKind.CODE) == ["rs"]


def test_latin_words_are_not_read_out_of_the_middle_of_a_code(dictionary: Dictionary) -> None:
    understanding = understand("GE-7000X", dictionary)
    assert filters(understanding) == {}
    assert letters(understanding, PieceKind.CODE) == ["ge7000x"]


@pytest.mark.parametrize("text", ["节水马桶哪个好", "请问节水型的马桶怎么样？", "马桶 推荐 查询", "jieshui matong"])
def test_filler_is_dropped_when_something_else_is_understood(dictionary: Dictionary, text: str) -> None:
    understanding = understand(text, dictionary)
    assert understanding.unread == ()
    assert filters(understanding) == {"categories": {"toilet"}}


def test_filler_alone_is_looked_up_as_text(dictionary: Dictionary) -> None:
    understanding = understand("节水", dictionary)
    assert understanding.is_filler_only
    assert [piece.letters for piece in understanding.unread] == ["节水"]


def test_particles_are_dropped_between_words_and_kept_inside_unknown_ones(dictionary: Dictionary) -> None:
    assert understand("方太的洗碗机", dictionary).unread == ()
    assert letters(understand("精的洗碗机", dictionary), PieceKind.TEXT) == ["精的"]


@pytest.mark.parametrize(
    ("text", "patterns"),
    [("JWB*", ["jwb*"]), ("*iD3000*", ["*id3000*"]), ("方太 J＊-V16", ["j*v16"]), ("%", []), ("_", []), ("*", [])],
)
def test_only_the_star_is_a_wildcard(dictionary: Dictionary, text: str, patterns: list[str]) -> None:
    assert letters(understand(text, dictionary), PieceKind.WILDCARD) == patterns


def test_what_nobody_understands_stays_as_text_and_code(dictionary: Dictionary) -> None:
    understanding = understand("嵌入式洗碗机 pro", dictionary)
    assert letters(understanding, PieceKind.TEXT) == ["嵌入式"]
    assert letters(understanding, PieceKind.CODE) == ["pro"]


def test_the_words_of_a_piece_are_those_that_were_typed(dictionary: Dictionary) -> None:
    understanding = understand("節水馬桶 １級", dictionary)
    grade = understanding.of(PieceKind.WORD)[1]
    assert understanding.typed.words(grade.start, grade.end) == "１級"
    assert understanding.typed.without(grade.start, grade.end) == "節水馬桶"


@given(st.text(max_size=200))
def test_any_text_is_read_without_error_and_every_letter_belongs_to_one_piece(text: str) -> None:
    understanding = understand(text, PLAIN)
    places = [place for piece in understanding.pieces for place in range(piece.start, piece.end)]
    assert places == list(range(len(understanding.typed.letters)))
    for piece in understanding.pieces:
        assert understanding.typed.words(piece.start, piece.end)


PLAIN = build_dictionary(terms(), CodeBook(table(MODELS), table(NUMBERS)))
ALPHABET = st.sampled_from([*"方太洗碗机马桶一级12xw*-% 的节水", "x7", "jbcd7e", "２", "馬", "\ud800", "\x00", "😀"])


@given(st.lists(ALPHABET, max_size=60).map("".join))
def test_mixtures_of_known_parts_are_read_without_error_too(text: str) -> None:
    understanding = understand(text, PLAIN)
    starts = [piece.start for piece in understanding.pieces]
    assert starts == sorted(starts)
    assert understand(text, PLAIN) == understanding
