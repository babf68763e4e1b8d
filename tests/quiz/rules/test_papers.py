"""Papers: the same seed draws the same paper; quotas are met; nothing repeats; nothing tells of the key."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.quiz.rules import papers
from outreach.quiz.rules.papers import (
    PaperQuestion,
    PoolItem,
    Quota,
    QuotaUnmet,
    as_rows,
    assign,
    draw_paper,
    from_rows,
    option_id,
    option_ids,
    shuffled,
)

TOPICS = ("label", "county", "habit")
POOL = [PoolItem(number, number + 1000, TOPICS[number % 3], number % 2 + 1, "single", 4) for number in range(1, 61)]
QUOTAS = (Quota(3, 5, topic="label"), Quota(4, 10, difficulty=2), Quota(5, 2))
SEEDS = st.integers(0, 2**64).map(lambda number: f"{number:064x}")


@given(SEEDS)
def test_the_same_seed_draws_the_same_paper_whatever_the_order_of_the_pool(seed: str) -> None:
    assert draw_paper(POOL, QUOTAS, seed) == draw_paper(POOL[::-1], QUOTAS, seed)


@given(SEEDS)
def test_quotas_are_met_and_nothing_repeats(seed: str) -> None:
    paper = draw_paper(POOL, QUOTAS, seed)
    by_id = {item.version_id: item for item in POOL}
    assert len({by_id[question.version_id].question_id for question in paper}) == len(paper) == 12
    assert Counter(question.points for question in paper) == {5: 3, 10: 4, 2: 5}
    assert all(by_id[question.version_id].topic == "label" for question in paper if question.points == 5)
    assert all(sorted(question.order) == [0, 1, 2, 3] for question in paper)


@given(SEEDS, st.sets(st.integers(1001, 1060), max_size=40))
def test_seen_questions_come_only_when_the_others_do_not_suffice(seed: str, seen: set[int]) -> None:
    paper = draw_paper(POOL, (Quota(12, 1),), seed, seen=seen)
    again = sum(question.version_id + 1000 in seen for question in paper)
    assert again == max(0, 12 - (60 - len(seen)))


def test_a_quota_that_cannot_be_met_says_so() -> None:
    with pytest.raises(QuotaUnmet) as refusal:
        draw_paper(POOL, (Quota(21, 1, topic="label"),), "0" * 64)
    assert refusal.value.available == 20


def test_quotas_that_compete_are_met_when_they_can_be() -> None:
    pool = [
        PoolItem(1, 1, "a", 1, "single", 2),
        PoolItem(2, 2, "b", 1, "single", 2),
        PoolItem(3, 3, "b", 2, "single", 2),
    ]
    quotas = (Quota(1, 1, topic="b"), Quota(1, 1, difficulty=1), Quota(1, 1, difficulty=2))
    for deck in (pool, pool[::-1]):
        assert len({item.version_id for _quota, item in assign(deck, quotas)}) == 3


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 2)), min_size=1, max_size=6), st.data())
@settings(max_examples=200)
def test_assignment_succeeds_exactly_when_a_complete_one_exists(
    strata: list[tuple[str, int]], data: st.DataObject
) -> None:
    pool = [PoolItem(index, index, topic, level, "single", 2) for index, (topic, level) in enumerate(strata)]
    choice = st.tuples(st.sampled_from(["", "a", "b"]), st.integers(0, 2))
    quotas = [Quota(1, 1, topic, level) for topic, level in data.draw(st.lists(choice, min_size=1, max_size=5))]
    try:
        found = assign(pool, quotas)
    except QuotaUnmet:
        assert not _is_possible(pool, quotas)
    else:
        assert all(quota.takes(item) for quota, item in found)
        assert len({item.question_id for _quota, item in found}) == len(quotas)


def _is_possible(pool: list[PoolItem], quotas: list[Quota]) -> bool:
    """By trying everything."""
    if not quotas:
        return True
    return any(
        quotas[0].takes(item) and _is_possible([other for other in pool if other is not item], quotas[1:])
        for item in pool
    )


@given(SEEDS, st.integers(0, 199))
def test_option_ids_differ_from_attempt_to_attempt_and_from_option_to_option(seed: str, position: int) -> None:
    question = PaperQuestion(1, 1, (2, 0, 3, 1))
    found = option_ids(seed, position, question)
    assert list(found.values()) == [2, 0, 3, 1]
    other = f"{int(seed, 16) + 1:064x}"
    assert set(found).isdisjoint(option_ids(other, position, question))
    assert option_id(seed, position, 0) != option_id(seed, position + 1, 0)


def test_q10_the_place_and_the_id_of_the_right_option_are_uniform() -> None:
    places, first_letters = Counter[int](), Counter[str]()
    for number in range(4000):
        seed = f"{number:064x}"
        paper = draw_paper(POOL[:1], (Quota(1, 1),), seed)
        places[paper[0].order.index(0)] += 1
        first_letters[option_id(seed, 0, 0)[0]] += 1
    assert all(abs(count - 1000) < 120 for count in places.values())
    assert all(abs(count - 250) < 80 for count in first_letters.values())
    assert len(first_letters) == 16


def test_a_paper_survives_being_stored() -> None:
    paper = draw_paper(POOL, QUOTAS, "ab" * 32)
    assert from_rows(as_rows(paper)) == paper


def test_the_generator_is_the_one_that_stored_papers_were_drawn_with() -> None:
    assert "".join(shuffled("abcdef", "00" * 32, "test")) == "facebd"


def test_every_order_is_as_likely_as_any_other() -> None:
    counts = Counter("".join(shuffled("abc", f"{turn:064x}", "fair")) for turn in range(6000))
    assert len(counts) == 6
    assert all(abs(count - 1000) < 120 for count in counts.values())


def test_a_number_that_would_favour_small_places_is_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [2**64 - 1, 1, 0, 0]
    monkeypatch.setattr(papers, "numbers", lambda _seed, _purpose: iter(given))
    assert shuffled("abc", "00", "test") == ["c", "a", "b"]
