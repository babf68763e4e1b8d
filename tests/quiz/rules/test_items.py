"""Item analysis: figures agree with their definitions, and flags point where a person should look."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.quiz.rules import items
from outreach.quiz.rules.items import Tally, flags, rest_share, topic_means

PAPERS = st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=2, max_size=60)


def tally(papers: list[tuple[bool, float]], wrong: int = 1) -> Tally:
    made = Tally()
    for is_right, rest in papers:
        made.add(float(is_right), rest, [0 if is_right else wrong])
    return made


@given(PAPERS)
def test_discrimination_is_the_correlation_of_right_with_the_rest(papers: list[tuple[bool, float]]) -> None:
    made = tally(papers)
    right, rest = [float(one) for one, _rest in papers], [rest for _one, rest in papers]
    assert made.p_value == pytest.approx(statistics.fmean(right))
    if made.discrimination is None:
        assert len(set(right)) == 1 or statistics.pvariance(rest) <= 1e-9
    elif statistics.pvariance(rest) > 1e-6:
        assert made.discrimination == pytest.approx(statistics.correlation(right, rest), abs=1e-5)


def test_the_rest_leaves_the_question_itself_out() -> None:
    assert rest_share([200, 100, 0], [2, 2, 2], 0) == 0.25
    assert rest_share([200], [2], 0) == 0.0


def test_few_answers_say_nothing() -> None:
    assert flags(tally([(True, 0.5)] * 29), 4, frozenset({0}), is_choice=True) == [items.FEW]


def test_a_wrong_key_shows_in_who_chose_what() -> None:
    papers = [(False, 0.9)] * 60 + [(True, 0.2)] * 40
    found = flags(tally(papers), 4, frozenset({0}), is_choice=True)
    assert items.REVERSED in found
    assert items.KEY_SUSPECT in found
    assert items.UNUSED_OPTION in found


def test_a_good_question_is_left_alone() -> None:
    made = Tally()
    for number in range(100):
        is_right = number % 2 == 0
        made.add(float(is_right), 0.8 if is_right else 0.3, [0 if is_right else 1 + number // 2 % 3])
    assert flags(made, 4, frozenset({0}), is_choice=True) == []


def test_hard_and_easy_ones_are_named() -> None:
    hard = [(number < 5, 0.5 + number % 3 / 10) for number in range(100)]
    easy = [(number > 2, 0.5 + number % 3 / 10) for number in range(100)]
    assert items.TOO_HARD in flags(tally(hard), 2, frozenset({0}), is_choice=True)
    assert items.TOO_EASY in flags(tally(easy), 2, frozenset({0}), is_choice=False)


def test_topics_are_means_over_their_answers() -> None:
    means = topic_means({1: tally([(True, 0.1)]), 2: tally([(False, 0.1)] * 3)}, {1: "a", 2: "a"})
    assert means == {"a": (4, 0.25)}
