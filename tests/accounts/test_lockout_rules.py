"""When attempts are turned away: the arithmetic, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.accounts.rules.lockout import (
    ATTACK_FAILURES,
    LOCKS,
    NETWORK_TRIES,
    PAIR_MEMORY,
    PAIR_TRIES,
    Counter,
    Counters,
    decide,
)

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
EMPTY = Counter(0, 0, START, START)
NOTHING = Counters(EMPTY, EMPTY, EMPTY)


def attempts(
    count: int, counters: Counters = NOTHING, *, at: datetime = START, known: bool = False
) -> tuple[int, Counters]:
    """How many of ``count`` attempts at one moment were let through, and the counters after them."""
    admitted = 0
    for _attempt in range(count):
        is_admitted, counters = decide(counters, at, is_known_network=known)
        admitted += is_admitted
    return admitted, counters


def test_five_tries_and_then_a_lock() -> None:
    admitted, after = attempts(60)
    assert admitted == PAIR_TRIES
    assert after.pair.failures == PAIR_TRIES
    assert after.pair.refused == 60 - PAIR_TRIES
    assert after.pair.locked_until == START + LOCKS[0]


def test_each_lock_is_longer_until_the_longest() -> None:
    _admitted, counters = attempts(PAIR_TRIES)
    now, waits = START, []
    for _turn in range(8):
        assert counters.pair.locked_until is not None
        waits.append(counters.pair.locked_until - now)
        now = counters.pair.locked_until
        admitted, counters = attempts(1, counters, at=now)
        assert admitted == 1
    assert waits == [*LOCKS, LOCKS[-1], LOCKS[-1]]


def test_a_day_without_failures_begins_anew() -> None:
    _admitted, counters = attempts(PAIR_TRIES)
    later = START + PAIR_MEMORY
    assert attempts(60, counters, at=later)[0] == PAIR_TRIES


def test_a_network_has_fifty_tries_over_all_accounts() -> None:
    network, admitted = EMPTY, 0
    for _account in range(80):
        is_admitted, after = decide(Counters(EMPTY, network, EMPTY), START, is_known_network=False)
        admitted, network = admitted + is_admitted, after.network
    assert admitted == NETWORK_TRIES


def test_an_account_under_attack_gives_strange_networks_one_try_and_its_own_five() -> None:
    attacked = replace(EMPTY, failures=ATTACK_FAILURES)
    counters = Counters(attacked, EMPTY, EMPTY)
    assert attempts(60, counters)[0] == 1
    assert attempts(60, counters, known=True)[0] == PAIR_TRIES


def test_an_account_as_such_is_never_locked() -> None:
    counters = Counters(replace(EMPTY, failures=10**6), EMPTY, EMPTY)
    assert attempts(1, counters)[0] == 1, "the owner gets in from wherever they are, if they type it right"


@pytest.mark.parametrize("known", [True, False])
@given(steps=st.lists(st.integers(0, 4000), max_size=60))
def test_no_rhythm_of_attempts_gets_more_tries_than_the_locks_allow(known: bool, steps: list[int]) -> None:
    now, counters, admitted = START, NOTHING, []
    for seconds in steps:
        now += timedelta(seconds=seconds)
        is_admitted, counters = decide(counters, now, is_known_network=known)
        if is_admitted:
            admitted.append(now)
        assert counters.pair.failures >= 0
    later = admitted[PAIR_TRIES:]
    for earlier, after in zip(admitted[PAIR_TRIES - 1 :], later, strict=False):
        assert after - earlier >= LOCKS[0]


@given(st.integers(0, 5))
def test_what_was_right_after_all_is_taken_back(failures: int) -> None:
    assert replace(EMPTY, failures=failures).forgiven().failures == max(failures - 1, 0)
