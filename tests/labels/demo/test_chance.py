"""Repeatable picks: inside their bounds, and the same on every machine."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date

from outreach.labels.demo.chance import Chance
from tests.conftest import ROOT

#: Runs the module by its path, so that nothing else has to be imported.
SCRIPT = """
import runpy
chance = runpy.run_path("outreach/labels/demo/chance.py")["Chance"]("a", "b")
print([chance.number(1, 10**9) for turn in range(5)], chance.weighted("abc", [1, 2, 3]))
"""


def picks(hash_seed: str) -> str:
    command = [sys.executable, "-c", SCRIPT]
    environ = {"PYTHONHASHSEED": hash_seed}
    return subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_picks_are_the_same_in_every_process() -> None:
    assert picks("1") == picks("2") != ""


def test_other_words_give_other_picks() -> None:
    assert Chance("a").number(0, 10**9) != Chance("b").number(0, 10**9)


def test_numbers_and_days_stay_inside_their_bounds() -> None:
    chance = Chance("bounds")
    assert {chance.number(3, 5) for turn in range(200)} == {3, 4, 5}
    days = {chance.day(date(2026, 3, 2), date(2026, 3, 8)) for turn in range(200)}
    assert min(days) == date(2026, 3, 2)
    assert max(days) == date(2026, 3, 8)
    assert {day.weekday() for day in days - {date(2026, 3, 8)}} == {0, 1, 2, 3, 4}


def test_heavier_items_are_picked_more_often() -> None:
    chance = Chance("weights")
    found = Counter(chance.weighted("ab", [9, 1]) for turn in range(1000))
    assert 850 < found["a"] < 950
