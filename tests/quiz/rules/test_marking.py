"""Marking of every kind, with partial credit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.quiz.rules import questions
from outreach.quiz.rules.marking import centipoints, option_count, right_indices, share_of_options, share_of_text, total
from outreach.quiz.rules.questions import Numeric, QuestionContent
from tests.quiz.questions import contents, fill_in, multiple, ordering, single, true_false

SHARE = {"credit": questions.SHARE}


@pytest.mark.parametrize(
    ("content", "chosen", "share"),
    [
        (single(right=2), [2], 1),
        (single(right=2), [1], 0),
        (single(right=2), [], 0),
        (single(right=2), [2, 1], 0),
        (true_false(answer=True), [0], 1),
        (true_false(answer=True), [1], 0),
        (true_false(answer=False), [1], 1),
        (multiple(), [2, 0, 1], 1),
        (multiple(), [0, 1], 0),
        (multiple(**SHARE), [0, 1], Fraction(2, 3)),
        (multiple(**SHARE), [0], Fraction(1, 3)),
        (multiple(**SHARE), [0, 1, 3], 0),
        (multiple(**SHARE), [], 0),
        (multiple(**SHARE), [0, 0], 0),
        (ordering(), [0, 1, 2], 1),
        (ordering(), [0, 2, 1], 0),
        (ordering(**SHARE), [0, 2, 1], Fraction(1, 3)),
        (ordering(**SHARE), [0, 1], 0),
    ],
)
def test_options_earn_what_the_rule_says(content: QuestionContent, chosen: list[int], share: Fraction) -> None:
    assert share_of_options(content, chosen) == share


@pytest.mark.parametrize(
    ("typed", "is_right"),
    [
        ("五画", True),
        ("  五 画。", True),
        ("FIVE", True),
        ("5", True),
        ("5.5", True),
        ("５．５画", True),
        ("4.5 画", True),
        ("5.51", False),
        ("4", False),
        ("-5", False),
        ("5 笔", False),
        ("", False),
        ("。", False),
        ("六画", False),
        ("5" * 5000, False),
    ],
)
def test_typed_answers_are_folded_and_numbers_have_a_tolerance(typed: str, is_right: bool) -> None:
    assert (share_of_text(fill_in(), typed) == 1) is is_right


@pytest.mark.parametrize("typed", ["6400", "6,400", "6400亿立方米", "6400 亿m³", "6400亿方"])
def test_every_way_to_write_the_unit_is_the_same(typed: str) -> None:
    total_use = fill_in(accepted=(), numeric=Numeric(Decimal(6400), Decimal(0), "亿立方米"))
    assert share_of_text(total_use, typed) == 1


@pytest.mark.parametrize("typed", ["15", "-1.5", "1.50001"])
def test_points_and_signs_of_accepted_numbers_count(typed: str) -> None:
    assert share_of_text(fill_in(accepted=("1.5",), numeric=None), typed) == 0


@given(contents(), st.lists(st.integers(0, 9), max_size=10))
def test_no_answer_earns_less_than_nothing_or_more_than_everything(content: QuestionContent, chosen: list[int]) -> None:
    if content.kind != questions.FILL_IN:
        assert 0 <= share_of_options(content, chosen) <= 1


@given(contents())
def test_the_key_earns_everything_and_no_subset_of_a_choice_earns_as_much(content: QuestionContent) -> None:
    if content.kind == questions.FILL_IN:
        assert all(share_of_text(content, text) == 1 for text in content.accepted)
        return
    right = sorted(right_indices(content))
    assert share_of_options(content, right) == 1
    assert share_of_options(content, right[:-1]) < 1
    assert max(right) < option_count(content)


@given(contents((questions.MULTIPLE,)), st.data())
def test_any_wrong_option_spoils_a_multiple_choice(content: QuestionContent, data: st.DataObject) -> None:
    wrong = sorted(set(range(len(content.options))) - right_indices(content))
    if wrong:
        chosen = [data.draw(st.sampled_from(wrong)), *sorted(right_indices(content))]
        assert share_of_options(content, chosen) == 0


def test_points_are_rounded_half_up_to_hundredths() -> None:
    assert centipoints(5, Fraction(1, 3)) == 167
    assert centipoints(1, Fraction(1, 200)) == 1
    assert total([167, 0, 500]) == 667
