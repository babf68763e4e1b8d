"""How figures of the contest are printed."""

from __future__ import annotations

import pytest

from outreach.quiz.wording_web import mean_points, per_ten_thousand, points


@pytest.mark.parametrize(
    ("centipoints", "score", "average"),
    [(None, "—", "—"), (0, "0", "0.00"), (1750, "17.5", "17.50"), (123_456, "1,234.56", "1,234.56")],
)
def test_scores_are_short_and_averages_stand_under_each_other(
    centipoints: int | None, score: str, average: str
) -> None:
    assert (points(centipoints), mean_points(centipoints)) == (score, average)


@pytest.mark.parametrize(
    ("per_10m", "participants", "printed"),
    [(None, 3, ""), (133, 2, "0.133"), (0, 0, "0.000"), (0, 3, "<0.001"), (12_345_678, 9, "12345.678")],
)
def test_a_share_of_few_in_many_is_no_zero(per_10m: int | None, participants: int, printed: str) -> None:
    assert per_ten_thousand(per_10m, participants) == printed
