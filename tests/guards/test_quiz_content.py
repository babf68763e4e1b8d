"""The bank of the knowledge contest: every question is whole, sourced, bilingual and fair, and the mix is right.

A rule yields what is wrong; each rule is also shown a question (or a bank) that breaks it.
"""

from __future__ import annotations

import copy
import itertools
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from outreach.quiz.actions import bank, bank_files
from outreach.quiz.rules import wording
from tests.guards.modules import ROOT
from tools import drawings

FOLDER = ROOT / "content" / "quiz" / "questions"
FILES = sorted(FOLDER.glob("*.toml"))
Question = dict[str, Any]
SINGLE, MULTIPLE, TRUE_FALSE, ORDERING, FILL_IN = "single", "multiple", "true_false", "ordering", "fill_in"
#: From and to, in percent of the bank.
KIND_SHARES = {SINGLE: (45, 56), MULTIPLE: (16, 24), TRUE_FALSE: (12, 18), ORDERING: (5, 9), FILL_IN: (6, 10)}
DIFFICULTY_SHARES = {1: (36, 44), 2: (36, 44), 3: (16, 24)}
AT_LEAST = 240
TEXTS = ("code", "kind", "topic", "stem", "stem_en", "explanation", "explanation_en", "reviewed_on")
#: The fields of a kind, with the number of options that it may have.
OPTION_COUNTS = {SINGLE: (3, 4), MULTIPLE: (4, 5), ORDERING: (3, 5), TRUE_FALSE: (0, 0), FILL_IN: (0, 0)}
CHINESE = re.compile(r"[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef“”]")
#: What a fair question does not offer.
CATCH_ALL = re.compile(r"以上都|以上皆|以上均|都不对|all of the above|none of the above", re.IGNORECASE)
#: Chi-square with three degrees of freedom, one in a hundred.
CHI_SQUARE = 11.34
LONGEST_SHARE = 0.40
NEAR = 0.80


def read(path: Path) -> list[Question]:
    found: list[Question] = tomllib.loads(path.read_text(encoding="utf-8"))["question"]
    return found


BANK = {path.stem: read(path) for path in FILES}
QUESTIONS = [question for questions in BANK.values() for question in questions]


def is_whole(question: Question) -> Iterator[str]:
    for name in TEXTS:
        if not isinstance(question.get(name), str) or not question[name].strip():
            yield f"no {name}"
    if question.get("difficulty") not in DIFFICULTY_SHARES:
        yield f"difficulty {question.get('difficulty')!r}"
    source = question.get("source", {})
    yield from (f"source without {name}" for name in ("title", "title_en", "clause", "read_on") if not source.get(name))
    for day in (question.get("reviewed_on", ""), source.get("read_on", "")):
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", day) or not date.fromisoformat(day):
            yield f"date {day!r}"


def has_the_key_of_its_kind(question: Question) -> Iterator[str]:
    kind, options = question["kind"], question.get("options", [])
    low, high = OPTION_COUNTS.get(kind, (-1, -1))
    if not low <= len(options) <= high:
        yield f"{kind} with {len(options)} options"
    right = [option["right"] for option in options if "right" in option]
    if kind == SINGLE and (sum(right), len(right)) != (1, len(options)):
        yield f"{sum(right)} right options"
    if kind == MULTIPLE and not (len(right) == len(options) and 2 <= sum(right) < len(options)):
        yield f"{sum(right)} of {len(options)} right"
    if kind == ORDERING and right:
        yield "an order has no right flags"
    if (kind == TRUE_FALSE) != isinstance(question.get("answer"), bool):
        yield "answer"
    if kind == FILL_IN and not (question.get("accepted") and question.get("accepted_en")):
        yield "nothing accepted"
    if question.get("credit", "share") not in ("share", "all_or_nothing"):
        yield f"credit {question['credit']!r}"


def has_different_options(question: Question) -> Iterator[str]:
    for name in ("text", "text_en"):
        texts = [wording.key(option[name]) for option in question.get("options", [])]
        if "" in texts or len(set(texts)) < len(texts):
            yield f"{name}: {texts}"
    if found := CATCH_ALL.search(repr(question)):
        yield found.group()


def is_in_both_languages(question: Question) -> Iterator[str]:
    pairs = [*((question[name], question[name + "_en"]) for name in ("stem", "explanation"))]
    pairs += [(option["text"], option["text_en"]) for option in question.get("options", [])]
    source = question["source"]
    pairs += [(source["title"], source["title_en"]), (source["clause"], source.get("clause_en", ""))]
    english = [pair[1] for pair in pairs] + [
        *question.get("accepted_en", []),
        question.get("numeric", {}).get("unit", ""),
    ]
    yield from (text for text in english if CHINESE.search(text))
    if not all(text.strip() for pair in pairs for text in pair):
        yield "a text is missing in one language"
    if not CHINESE.search(question["stem"]):
        yield "no Chinese stem"


def numbers_are_accepted_as_numbers(question: Question) -> Iterator[str]:
    if question["kind"] == FILL_IN and any(text.replace(".", "").isdigit() for text in question["accepted"]):
        value = str(question.get("numeric", {}).get("value"))
        if value not in question["accepted"] or value not in question["accepted_en"]:
            yield f"{value} is not accepted in both languages"


RULES: tuple[Callable[[Question], Iterator[str]], ...] = (
    is_whole,
    has_the_key_of_its_kind,
    has_different_options,
    is_in_both_languages,
    numbers_are_accepted_as_numbers,
)


def shares_are_kept(values: Sequence[object], shares: dict[Any, tuple[int, int]]) -> Iterator[str]:
    counts = Counter(values)
    for value, (low, high) in shares.items():
        if not low <= (percent := 100 * counts[value] / len(values)) <= high:
            yield f"{value}: {percent:.1f} %"


def right_places_are_spread(questions: list[Question]) -> Iterator[str]:
    fours = [q["options"] for q in questions if q["kind"] == SINGLE and len(q["options"]) == 4]
    counts = Counter(next(place for place, option in enumerate(options) if option["right"]) for options in fours)
    expected = len(fours) / 4
    if (spread := sum((counts[place] - expected) ** 2 / expected for place in range(4))) > CHI_SQUARE:
        yield f"{dict(counts)}: {spread:.1f}"


def right_is_seldom_longest(questions: list[Question], name: str) -> Iterator[str]:
    singles = [q["options"] for q in questions if q["kind"] == SINGLE]
    longest = 0
    for options in singles:
        right = next(len(option[name]) for option in options if option["right"])
        longest += all(right > len(option[name]) for option in options if not option["right"])
    if longest > LONGEST_SHARE * len(singles):
        yield f"{longest} of {len(singles)}"


def repeated(questions: list[Question], name: str = "stem") -> Iterator[str]:
    """Questions whose stems are the same after folding, or nearly: shared runs of four characters."""
    grams = {q["code"]: _grams(q[name]) for q in questions}
    for (first, one), (second, other) in itertools.combinations(grams.items(), 2):
        if len(one & other) >= NEAR * len(one | other):
            yield f"{first} and {second}"


def _grams(text: str) -> frozenset[str]:
    key = wording.letters(text).replace(" ", "")
    return frozenset(key[start : start + 4] for start in range(max(1, len(key) - 3)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("topic", BANK)
def test_every_question_keeps_the_rule(topic: str, rule: Callable[[Question], Iterator[str]]) -> None:
    assert {question["code"]: found for question in BANK[topic] if (found := list(rule(question)))} == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_codes_and_topics_are_those_of_the_file(path: Path) -> None:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    assert document["topic"] == path.stem
    assert document["name"].strip()
    assert not CHINESE.search(document["name_en"])
    for question in document["question"]:
        assert question["topic"] == path.stem
        assert re.fullmatch(rf"{path.stem}-\d{{3}}", question["code"])


def test_there_are_enough_questions_and_no_code_is_used_twice() -> None:
    codes = [question["code"] for question in QUESTIONS]
    assert len(codes) >= AT_LEAST
    assert len(set(codes)) == len(codes)
    assert 8 <= len(BANK) <= 10


def test_the_bank_loads_without_a_fault() -> None:
    batch = [item for path in FILES for item in bank_files.read_file(path)]
    coded = [item for item in batch if isinstance(item, bank.CodedQuestion)]
    assert [item for item in batch if not isinstance(item, bank.CodedQuestion)] == []
    assert list(bank.batch_faults(coded, {})) == []


def test_the_mix_of_kinds_and_difficulties_is_kept() -> None:
    assert list(shares_are_kept([question["kind"] for question in QUESTIONS], KIND_SHARES)) == []
    assert list(shares_are_kept([question["difficulty"] for question in QUESTIONS], DIFFICULTY_SHARES)) == []


def test_true_and_false_are_balanced() -> None:
    answers = [question["answer"] for question in QUESTIONS if question["kind"] == TRUE_FALSE]
    assert list(shares_are_kept(answers, {True: (35, 65)})) == []


def test_the_right_option_is_found_neither_by_its_place_nor_by_its_length() -> None:
    assert list(right_places_are_spread(QUESTIONS)) == []
    assert list(right_is_seldom_longest(QUESTIONS, "text")) == []
    assert list(right_is_seldom_longest(QUESTIONS, "text_en")) == []


def test_no_question_is_asked_twice() -> None:
    assert list(repeated(QUESTIONS)) == []
    assert list(repeated(QUESTIONS, "stem_en")) == []


SAMPLE: Question = next(question for question in QUESTIONS if question["kind"] == SINGLE)
MULTI: Question = next(question for question in QUESTIONS if question["kind"] == MULTIPLE)
FILL: Question = next(question for question in QUESTIONS if "numeric" in question)


@pytest.mark.parametrize(
    ("rule", "question"),
    [
        (is_whole, SAMPLE | {"explanation": " "}),
        (is_whole, SAMPLE | {"source": {}}),
        (is_whole, SAMPLE | {"difficulty": 4}),
        (is_whole, SAMPLE | {"reviewed_on": "yesterday"}),
        (has_the_key_of_its_kind, SAMPLE | {"options": SAMPLE["options"][:2]}),
        (has_the_key_of_its_kind, SAMPLE | {"options": [option | {"right": True} for option in SAMPLE["options"]]}),
        (has_the_key_of_its_kind, MULTI | {"options": [option | {"right": True} for option in MULTI["options"]]}),
        (has_the_key_of_its_kind, MULTI | {"kind": ORDERING}),
        (has_the_key_of_its_kind, SAMPLE | {"kind": TRUE_FALSE, "options": []}),
        (has_the_key_of_its_kind, FILL | {"accepted": []}),
        (has_different_options, SAMPLE | {"options": [SAMPLE["options"][0]] * 4}),
        (has_different_options, SAMPLE | {"explanation": "以上都对"}),
        (is_in_both_languages, SAMPLE | {"stem_en": "How much 水?"}),
        (is_in_both_languages, SAMPLE | {"explanation_en": ""}),
        (numbers_are_accepted_as_numbers, FILL | {"accepted_en": ["many"]}),
    ],
)
def test_a_faulty_question_is_seen(rule: Callable[[Question], Iterator[str]], question: Question) -> None:
    assert list(rule(question))


def test_a_one_sided_bank_is_seen() -> None:
    first = copy.deepcopy([question for question in QUESTIONS if question["kind"] == SINGLE])
    for question in first:
        question["options"].sort(key=lambda option: not option["right"])
        question["options"][0]["text"] += "，这是最长的一个选项，一看就知道"
    assert list(right_places_are_spread(first))
    assert list(right_is_seldom_longest(first, "text"))
    assert list(shares_are_kept([SINGLE] * 9 + [FILL_IN], KIND_SHARES))


def test_a_question_asked_twice_is_seen() -> None:
    again = SAMPLE | {"code": "again", "stem": "　" + SAMPLE["stem"].replace("，", " ") + "！"}
    assert list(repeated([SAMPLE, again]))
    assert list(repeated([SAMPLE, again | {"stem": SAMPLE["stem"].replace("多少", "几多")}]))


PICTURES = FOLDER.parent / "pictures"
WITH_PICTURE = [question for question in QUESTIONS if "image" in question]


def shows_a_picture_in_words(question: Question) -> Iterator[str]:
    """A picture is there, and its words do as well as it does without saying which answer is right."""
    image = question["image"]
    if not (PICTURES / image["file"]).is_file():
        yield f"no file {image['file']}"
    if not CHINESE.search(image.get("alt", "")) or not image.get("alt_en") or CHINESE.search(image["alt_en"]):
        yield "words in both languages"
    if any(word in image["alt"] for word in ("正确", "答案", "应选")):
        yield image["alt"]


def test_pictures_stand_in_words_beside_their_questions() -> None:
    assert len(WITH_PICTURE) >= 4
    assert {one["code"]: found for one in WITH_PICTURE if (found := list(shows_a_picture_in_words(one)))} == {}
    assert {path.name for path in PICTURES.iterdir()} == {one["image"]["file"] for one in WITH_PICTURE}


@pytest.mark.parametrize("changes", [{"file": "none.png"}, {"alt": ""}, {"alt_en": "水"}, {"alt": "正确的是 A"}])
def test_a_faulty_picture_is_seen(changes: dict[str, str]) -> None:
    assert list(shows_a_picture_in_words({"image": WITH_PICTURE[0]["image"] | changes}))


@pytest.mark.parametrize("name", drawings.DRAWINGS)
def test_pictures_are_what_the_tool_draws(name: str) -> None:
    with Image.open(PICTURES / name) as kept:
        assert kept.convert("RGB").tobytes() == drawings.reduced(drawings.DRAWINGS[name]()).convert("RGB").tobytes()
        assert kept.info == {}, "nothing stands beside the picture"
