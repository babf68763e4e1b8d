"""``content/synonyms.csv``: every word means something that exists, says how sure it is, and stands once."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from outreach.core.search.text import code_key
from outreach.labels.models import RegistrationStatus
from outreach.labels.queries.vocabulary import FIELDS, FILLER, WORDS_FILE
from outreach.labels.rules.makers import words as maker_words

STANDARDS = WORDS_FILE.parent / "standards"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = read(WORDS_FILE)


def codes(name: str) -> set[str]:
    return {row["code"] for row in read(STANDARDS / name)}


def test_every_target_exists() -> None:
    known = {
        "category": codes("categories.csv"),
        "grade": codes("grades.csv"),
        "scheme": codes("schemes.csv"),
        "status": {status.value for status in RegistrationStatus},
        FILLER: {""},
    }
    wrong = [row for row in ROWS if row["kind"] != "maker" and row["target"] not in known[row["kind"]]]
    assert wrong == []


def test_every_category_and_grade_of_the_usual_scale_has_an_everyday_word() -> None:
    named = {(row["kind"], row["target"]) for row in ROWS}
    assert {("category", code) for code in codes("categories.csv")} <= named
    assert {("grade", str(rank)) for rank in range(1, 6)} <= named


def test_every_row_says_where_it_comes_from_and_how_sure_it_is() -> None:
    assert {row["certainty"] for row in ROWS} <= {"sourced", "everyday", "recalled"}
    assert all(row["source"].strip() for row in ROWS)
    assert {row["kind"] for row in ROWS} == {*FIELDS, FILLER}


def test_a_word_stands_once_in_its_kind_and_has_letters() -> None:
    keys = [(row["kind"], row["target"] if row["kind"] == "maker" else "", code_key(row["word"])) for row in ROWS]
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert all(key for _kind, _target, key in keys)


def test_other_names_of_makers_are_no_legal_or_trade_words() -> None:
    common = {*maker_words("legal"), *maker_words("industry"), *maker_words("latin-industry")}
    assert not common & {row["word"].casefold() for row in ROWS if row["kind"] == "maker"}
