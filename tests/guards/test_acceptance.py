"""What was promised of contests, search, imports, the back office and HTTP: each has a test that bears its id."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.guards.modules import ROOT

PROMISES = {
    "q01": "times that a browser sends count for nothing",
    "q02": "no step can be left out, on any route",
    "q03": "machines whose clocks differ agree",
    "q04": "the arrival of an answer counts",
    "q05": "parallel submits make one result",
    "q06": "a retry gets the stored result",
    "q07": "parallel starts open one paper",
    "q08": "no answer changes after the submit",
    "q09": "the database decides, not a lock",
    "q10": "nothing before handing in correlates with the key",
    "q11": "saving answers alike whatever is right",
    "q12": "no entrance shows more than the rule allows",
    "q13": "somebody else's attempt is not found",
    "q14": "a paper keeps its questions",
    "q15": "a killed process leaves an attempt open or scored",
    "q16": "marking again is resumable and counts once",
    "q17": "tabs, devices and reloads see one paper",
    "q18": "unusual papers are flagged and never dropped",
    "r01": "every count equals the recount",
    "r02": "a place is the place in the full sort",
    "r03": "counts move with regions, annulments and corrections",
    "r04": "a ranking costs the same whatever its size, and says its moment",
    "r05": "no personal data and nothing about a few people",
    "r06": "a draw is the same for everybody who draws again",
    "r07": "one draw, whoever presses when",
    "r08": "a prize goes to its winner once",
}
#: The others are counted from 01: searching, imports, back office, HTTP.
COUNTS = {"s": 8, "i": 9, "b": 11, "h": 9}
IDS = (*PROMISES, *(f"{letter}{number:02}" for letter, count in COUNTS.items() for number in range(1, count + 1)))
_ID = re.compile(r"test_([qrsibh]\d\d)_")


def ids_of(names: Iterable[str]) -> Counter[str]:
    """How many tests each id has."""
    return Counter(match.group(1) for name in names if (match := _ID.match(name)))


def names_in(path: Path) -> Iterator[str]:
    """Names of the tests of a file that no mark skips; a file that bears an id gives it to all of them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
            continue
        if not any("skip" in ast.unparse(one) for one in node.decorator_list):
            yield path.name if _ID.match(path.name) else node.name


@pytest.fixture(scope="module")
def tested() -> Counter[str]:
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return ids_of(name for file in files for name in names_in(file))


@pytest.mark.parametrize("promise", IDS)
def test_each_promise_has_a_test_of_its_name(tested: Counter[str], promise: str) -> None:
    assert tested[promise] > 0, PROMISES.get(promise)


def test_no_test_bears_an_id_that_is_none(tested: Counter[str]) -> None:
    assert set(tested) <= set(IDS)


def test_a_promise_without_a_test_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "test_some.py"
    file.write_text(
        "import pytest\ndef test_q01_a(): ...\n@pytest.mark.skip\ndef test_q02_b(): ...\ndef test_q3(): ...\n",
        encoding="utf-8",
    )
    assert ids_of(names_in(file)) == {"q01": 1}


def test_a_file_may_bear_the_id_of_its_tests(tmp_path: Path) -> None:
    file = tmp_path / "test_h01_headers.py"
    file.write_text("LIMIT = 1\ndef test_a(): ...\nclass TestB:\n    def test_c(self): ...\n", encoding="utf-8")
    assert ids_of(names_in(file)) == {"h01": 2}
