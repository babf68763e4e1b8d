"""Words and filters of ill will at the level of the queries: never an error, never slow, nothing addressed by them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from outreach.labels.forms import FILTERS, parse_catalogue_query
from outreach.labels.models import Registration
from outreach.labels.queries.catalogue import Catalogue
from tests.labels.queries.register import MemoryIndex, catalogue_of, fill

SIZE = 120
#: Seconds that one hostile query may take; a plain one takes a few milliseconds.
LIMIT = 2.0
ENCODINGS = (
    *(
        "\x00",
        "a\x00b",
        "\x01\x1f",
        "\x7f",
        "\u200b",
        "\u202e马桶",
        "\u2028",
        "\ufeff马桶",
        "\ud800",
        "\udfff",
        "a\ud800",
    ),
    *("😀", "👨‍👩‍👧‍👦", "é", "e\u0301", "İ", "ß", "ﬁ", "Ａ１", "㎏", "½", "Ⅳ", "𠀀", "龘", "ا", "ไ", "\U0010ffff"),
    *("%00", "%", "%%", "_", "+", "&#x27;", "\r\n", "\t", "　", "a" * 10_000),
)
INJECTIONS = (
    *("' OR 1=1 --", '"; DROP TABLE registration; --', "%' OR '%'='", "_____", "100%", "\\", "\\%", "[a-z]", "';--"),
    *("{{7*7}}", "{% for x in y %}", "${7*7}", "%s%s%s%n", "{0.__class__}", "<script>alert(1)</script>", "../../etc"),
    *("1) UNION SELECT 1,2--", "a' AND sleep(5)--", "$$", "`id`", "|| 'a'", "E'\\x27'"),
)
ADDRESSED = (
    "status:draft",
    "secret:1",
    "NOT *",
    "label-maker:方太",
    "raw:x",
    "is_demo:true",
    "id:[1 TO 9]",
    "-马桶",
)
BOMBS = (
    *("(a+)+$", "(a|a)*", "((((", "))))", "[[[[", "a{1,9999}", "(?=a)", "\\1", "^$", "a.*b.*c", ".*.*.*", "(x+x+)+y"),
    *("[a TO z]", "{a TO *}", "~", "a~9", "a^99", '"a b"~9', "a AND b", "a OR b", "NOT a", "+a -b", "a?b", "????"),
    *(
        "*****",
        "*a*",
        "a*b*c*d*",
        "*1*2*3*",
        "a b ",
        "1 2 ",
        "洗碗机",
        "马 桶",
        "有限公司",
        "的的的",
        "节水",
        "一级",
        "x7",
        "w76",
    ),
    *("2026", "20260519", "方太,", "😀"),
)


@pytest.fixture
def catalogue(session: Session) -> Catalogue:
    fill(session, SIZE)
    catalogue = catalogue_of(session)
    ask(catalogue, session, {})
    return catalogue


def ask(catalogue: Catalogue, session: Session, args: dict[str, str]) -> int:
    """Total of a search by address arguments; suggestions and exports of the same words are asked for too."""
    query = parse_catalogue_query(MultiDict(args))
    started = time.perf_counter()
    page = catalogue.search(session, query)
    took = time.perf_counter() - started
    assert len(catalogue.ids(session, query)) == page.total
    catalogue.suggest(session, args.get("q", ""))
    assert took < LIMIT, (args, took)
    return page.total


def parameters() -> Iterator[str]:
    yield from ("q", "sort", "page", "per_page", *(name for _field, name in FILTERS))


def test_s01_every_encoding_in_every_parameter_is_answered(session: Session, catalogue: Catalogue) -> None:
    for name in parameters():
        for text in ENCODINGS:
            assert 0 <= ask(catalogue, session, {name: text}) <= SIZE


NUMBERS = (
    *("0", "-1", "1.5", "1e9", "NaN", "inf", "٣", "１", "0x10", "1_000", "9" * 40, " 1", "1 ", "+1", "", "true"),
    *("99999999999", "1,2", "二", "2147483648", "00001", "1;2", "-0", "²", "1/0", "null", "[]", "{}", "1e-5"),
)


def test_s01_every_form_of_a_number_is_answered(session: Session, catalogue: Catalogue) -> None:
    for name in ("page", "per_page", "maker", "brand", "year"):
        for number in NUMBERS:
            ask(catalogue, session, {name: number})


def test_s02_foreign_languages_in_words_find_only_what_holds_them(session: Session, catalogue: Catalogue) -> None:
    for text in INJECTIONS:
        assert ask(catalogue, session, {"q": text}) < SIZE, text
        ask(catalogue, session, {"sort": text, "q": "洗碗机"})
    assert session.scalar(sa.select(sa.func.count(Registration.id))) == SIZE


def test_s02_in_filters_they_are_dropped(session: Session, catalogue: Catalogue) -> None:
    for _field, name in FILTERS:
        for text in INJECTIONS:
            assert ask(catalogue, session, {name: text}) == SIZE


def test_s02_signs_of_sql_patterns_are_plain_text_without_the_index_too(session: Session, catalogue: Catalogue) -> None:
    index = MemoryIndex(session)
    index.is_down = True
    simple = Catalogue(index, max_age=0)
    for text in ("美%", "%", "的_厨", "美%厨", "方%有限", "_太"):
        assert ask(simple, session, {"q": text}) == ask(catalogue, session, {"q": text}), text
    assert ask(simple, session, {"q": "的厨"}) > 0
    assert ask(simple, session, {"q": "的_厨"}) < SIZE


@pytest.mark.parametrize("length", [34, 120, 3_600, 7_000, 60_000])
def test_s03_bombs_of_any_length_are_answered_in_time(session: Session, catalogue: Catalogue, length: int) -> None:
    for bomb in BOMBS:
        ask(catalogue, session, {"q": (bomb * length)[:length]})


def test_s04_no_field_can_be_addressed(session: Session, catalogue: Catalogue) -> None:
    for text in ADDRESSED[:-1]:
        assert ask(catalogue, session, {"q": text}) < SIZE, text
    assert ask(catalogue, session, {"q": ADDRESSED[-1]}) == ask(catalogue, session, {"q": "马桶"}) > 0


def test_any_text_is_answered(session: Session, catalogue: Catalogue) -> None:
    alphabet = st.one_of(st.characters(), st.sampled_from("方太洗碗机一级1x-* %_'\"2026"))

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.text(alphabet, max_size=80))
    def check(text: str) -> None:
        ask(catalogue, session, {"q": text})

    check()
