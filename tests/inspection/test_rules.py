"""Decisions of the self-inspection, by example and by property."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.inspection.lists import thresholds, wrong_words
from outreach.inspection.rules.clocks import days_since, is_overdue, is_veto
from outreach.inspection.rules.findings import Found, Trouble, Visit, Walk, find_all
from outreach.inspection.rules.pages import missing_tags, read_page
from outreach.inspection.rules.personal import find_numbers, masked_number
from outreach.inspection.rules.verdicts import Threshold, Verdict, judge, working_days, worst
from outreach.inspection.rules.words import WrongWord, find_words

LIMIT = Threshold("x", 10, 14, "天", "days", "", "", "sourced")
#: Made up, with right check characters.
IDENTITY = "110101199003078072"
CARD = "6222600260001072444"


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(None, "unknown"), (0, "passed"), (9, "passed"), (10, "warned"), (13, "warned"), (14, "failed"), (900, "failed")],
)
def test_both_limits_count_from_the_value_itself_on(value: int | None, verdict: str) -> None:
    assert judge(value, LIMIT) == verdict


def test_one_failure_makes_the_whole_fail() -> None:
    assert worst([Verdict.PASSED, Verdict.FAILED, Verdict.WARNED]) is Verdict.FAILED
    assert worst([Verdict.PASSED, Verdict.UNKNOWN]) is Verdict.UNKNOWN
    assert worst([]) is Verdict.UNKNOWN


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-40, 400))
def test_working_days_are_those_that_a_calendar_counts(since: date, days: int) -> None:
    until = since + timedelta(days=days)
    counted = sum(1 for number in range(1, days + 1) if (since + timedelta(days=number)).weekday() < 5)
    assert working_days(since, until) == counted


def test_letters_are_overdue_after_five_working_days_and_a_veto_after_three_months() -> None:
    friday = datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert not is_overdue(friday, friday + timedelta(days=7))
    assert is_overdue(friday, friday + timedelta(days=10))
    assert not is_veto(friday, friday + timedelta(days=92))
    assert is_veto(friday, friday + timedelta(days=92, seconds=1))


def test_days_are_whole_and_never_negative() -> None:
    now = datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert days_since(None, now) is None
    assert days_since(now + timedelta(days=3), now) == 0
    assert days_since(now - timedelta(days=2, hours=23), now) == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("请联系 13812345678。", ["mobile: 138****5678"]),
        ("电话：138-1234-5678", ["mobile: 138****5678"]),
        ("手机１３８１２３４５６７８", ["mobile: 138****5678"]),
        ("+86 138 1234 5678", ["mobile: +86*******5678"]),
        (f"身份证 {IDENTITY}", [f"identity: 110{'*' * 11}8072"]),
        (f"身份证 {IDENTITY[:-1]}3", []),
        (f"卡号 {CARD}", [f"bank-card: 622{'*' * 12}2444"]),
        ("备案号 20260519-CWL032025-170462", []),
        ("编号 DEMO-13812345678", []),
        ("容积 13812345678.5 升", []),
        ("热线 12314，邮编 100053，电话 010-63202114", []),
        ("A13812345678", []),
    ],
)
def test_numbers_of_persons_are_told_from_other_numbers(text: str, found: list[str]) -> None:
    assert [f"{one.kind}: {one.masked}" for one in find_numbers(text)] == found


@given(st.text(max_size=200))
def test_any_text_can_be_searched_and_nothing_found_is_shown_whole(text: str) -> None:
    for one in find_numbers(text + " 13812345678 "):
        assert "*" in one.masked


def test_a_mask_keeps_the_length_that_people_count() -> None:
    assert masked_number("138 1234 5678") == "138****5678"


def test_a_wrong_word_is_shown_with_its_surroundings_and_excused_where_it_is_right() -> None:
    word = WrongWord("建设中", "", "达标建设中|建设中的", "", "")
    text = "本栏目建设中，敬请留意。达标建设中的问题"
    assert [found.context for found in find_words(text, [word])] == ["本栏目建设中，敬请留意。达标建设中的"]


def test_no_right_word_of_the_list_is_itself_wrong() -> None:
    words = wrong_words()
    assert len({word.wrong for word in words}) == len(words)
    wrong = [word.right for word in words for found in find_words(word.right, words)]
    assert [word for word in wrong if not word.startswith("（")] == []


def test_every_check_has_a_threshold_with_its_source() -> None:
    assert {"dead_links", "home_update", "reply_veto"} <= set(thresholds())
    assert [
        one.code for one in thresholds().values() if not one.source or not one.source_en or one.warn > one.fail
    ] == []


PAGE = """<!doctype html><html><head><title>x</title>
<meta name="SiteName" content="站"><meta name="SiteDomain" content="a.cn"><meta name="SiteIDCode" content="bm00000000">
{tags}<style>p{{}}</style></head><body><h1>标 <b>题</b></h1><a href="/a?b=1#c">甲</a><img src="/x.png"{alt}>
<script>13812345678</script><p>正文&amp;</p></body></html>"""
COLUMN = "".join(
    f'<meta name="Column{name}" content="{value}">'
    for name, value in (("Name", "n"), ("Description", "d"), ("Keywords", "k"), ("Type", "数据发布"))
)
ARTICLE = (
    '<meta name="ArticleTitle" content="{}"><meta name="PubDate" content="{}"><meta name="ContentSource" content="s">'
)


def test_a_page_is_read_as_visitors_see_it() -> None:
    facts = read_page(PAGE.format(tags=COLUMN, alt=' alt=""'))
    assert (facts.heading, facts.links, facts.pictures) == ("标 题", {"/a?b=1#c"}, [])
    assert "正文&" in facts.text
    assert "13812345678" not in facts.text
    assert missing_tags(facts) == []


@pytest.mark.parametrize(
    ("tags", "missing"),
    [
        ("", ["ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"]),
        (ARTICLE.format("标 题", "2026-11-25 10:00"), []),
        (ARTICLE.format("别的", "2026-11-25 10:00"), ["ArticleTitle"]),
        (ARTICLE.format("标 题", "2026年11月25日"), ["PubDate"]),
    ],
)
def test_missing_and_wrong_tags_are_named(tags: str, missing: list[str]) -> None:
    assert missing_tags(read_page(PAGE.format(tags=tags, alt=' alt="图"'))) == missing


@given(st.text(max_size=400))
def test_any_source_is_read_without_an_error(source: str) -> None:
    read_page("<" + source + "<a href=x><img src=y")


def test_a_walk_yields_every_kind_of_trouble_where_it_is() -> None:
    bad = read_page(PAGE.format(tags="", alt="") + "<p>水效标示 13812345678</p>")
    walk = Walk(
        [
            Visit("/bad", 200, 3001.0, bad),
            Visit("/gone", 404, 1.0),
            Visit("/list.csv", 200, 1.0, text="张三,13812345678"),
            Visit("/busy", 429, 1.0),
        ],
        {"/gone": "/bad"},
        4,
    )
    found = find_all(walk, wrong_words())
    assert {code: one.value for code, one in found.items()} == {
        "dead_links": 1,
        "meta_tags": 1,
        "alternative_texts": 1,
        "wrong_words": 1,
        "personal_data": 2,
        "slow_pages": 1,
    }
    assert found["dead_links"].troubles == (Trouble("/bad", "/gone → 404"),)
    assert Found.from_json(found["personal_data"].as_json()) == found["personal_data"]
