"""The lists that editors keep: thresholds and wrong words are whole, sourced and usable."""

from __future__ import annotations

import re
import time

import pytest

from outreach.inspection.lists import thresholds, wrong_words
from outreach.inspection.report import PACE_THRESHOLDS
from outreach.inspection.rules.findings import CHECKS
from outreach.inspection.rules.words import WrongWord, find_words
from outreach.inspection.wording import TITLES

#: Words that are right although a wrong one stands in them.
RIGHT = (
    "按装置类型填写；既使用自来水又使用中水；既便宜又省水；当做为此付出的努力。",
    "节水型社会达标建设中的问题；工程建设中；网站建设中的经验；内容建设中心。",
)


def test_every_check_and_no_other_has_a_threshold_and_a_title() -> None:
    assert set(thresholds()) == {*TITLES, *PACE_THRESHOLDS.values()}
    assert set(CHECKS) <= set(TITLES)


@pytest.mark.parametrize("code", list(thresholds()))
def test_a_threshold_warns_before_it_fails_and_says_where_it_comes_from(code: str) -> None:
    one = thresholds()[code]
    assert 1 <= one.warn <= one.fail
    assert one.unit and one.unit_en  # noqa: PT018  # one thought
    assert re.search("《.+》|GB/T|湖南", one.source), "each stands on a page of its own"
    assert one.source_en.isascii() or "《" not in one.source_en
    assert one.certainty in ("sourced", "recalled", "disputed")


@pytest.mark.parametrize("word", wrong_words(), ids=lambda word: word.wrong)
def test_a_wrong_word_is_found_is_not_its_own_correction_and_has_reason_and_source(word: WrongWord) -> None:
    assert list(find_words(f"甲{word.wrong}乙", [word]))
    assert word.right
    assert word.right != word.wrong
    assert word.reason and word.reason_en and word.source and word.source_en  # noqa: PT018  # one thought
    if word.unless:
        for case in word.unless.split("|"):
            assert word.wrong in case, "an exception holds the word"
            assert not list(find_words(case, [word]))
        started = time.perf_counter()
        re.search(word.unless, word.wrong * 20_000)
        assert time.perf_counter() - started < 1


@pytest.mark.parametrize("text", RIGHT)
def test_right_words_are_left_alone(text: str) -> None:
    assert [found.word.wrong for found in find_words(text, wrong_words())] == []
