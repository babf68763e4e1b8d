"""Questions as data: faults, hashes, the way through JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from outreach.quiz.rules import questions, wording
from outreach.quiz.rules.questions import Fault, Image, Option, QuestionContent, faults, from_dict
from tests.quiz.questions import contents, fill_in, multiple, ordering, single, true_false


@given(contents())
def test_a_question_survives_json_and_has_no_fault(content: QuestionContent) -> None:
    assert faults(content) == []
    assert from_dict(json.loads(json.dumps(content.as_dict()))) == content


def test_a_number_with_tolerance_survives_json() -> None:
    assert from_dict(json.loads(json.dumps(fill_in().as_dict()))) == fill_in()


@pytest.mark.parametrize(
    ("content", "field", "code"),
    [
        (replace(single(), kind="essay"), "kind", questions.UNKNOWN),
        (replace(single(), difficulty=4), "difficulty", questions.UNKNOWN),
        (replace(single(), topic=""), "topic", questions.MISSING),
        (replace(single(), stem="？！"), "stem", questions.MISSING),
        (replace(single(), stem="水" * 2001), "stem", questions.TOO_LONG),
        (replace(single(), stem="水\x00"), "stem", questions.UNREADABLE),
        (replace(single(), stem="水\ud800"), "stem", questions.UNREADABLE),
        (single(right=9), "options", questions.NO_KEY),
        (replace(single(), options=multiple().options), "options", questions.KEY_AMBIGUOUS),
        (multiple(right=()), "options", questions.NO_KEY),
        (replace(single(), options=single().options[:1]), "options", questions.OPTION_COUNT),
        (replace(ordering(), options=(Option("甲"), Option(" 甲 "))), "options", questions.OPTION_REPEATED),
        (replace(true_false(), answer=None), "answer", questions.NO_KEY),
        (replace(true_false(), options=single().options), "options", questions.NOT_ALLOWED),
        (fill_in(accepted=("。",), numeric=None), "accepted", questions.NO_KEY),
        (replace(multiple(), credit="half"), "credit", questions.UNKNOWN),
        (replace(single(), image=Image("a.png", " ")), "image", questions.NO_ALTERNATIVE),
    ],
)
def test_what_is_wrong_with_a_question_is_named(content: QuestionContent, field: str, code: str) -> None:
    assert (field, code) in {(fault.field, fault.code) for fault in faults(content)}


def test_all_faults_are_found_at_once() -> None:
    broken = replace(single(right=9), topic="", difficulty=0)
    assert {fault.field for fault in faults(broken)} == {"topic", "difficulty", "options"}
    assert all(isinstance(fault, Fault) for fault in faults(broken))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("水效标识，分几级？", "水效标识分几级"),
        ("水效标识 分 几级?", "水效标识分几级？"),
        ("ＡＢＣ１２３", "abc123"),
        ("用\u200b水", "用水"),
        ("1,640 亿立方米", "1640亿立方米"),
    ],
)
def test_the_same_question_in_other_clothes_is_found(one: str, other: str) -> None:
    assert wording.text_hash(one, ["甲", "乙"]) == wording.text_hash(other, ["乙", "甲。"])


@pytest.mark.parametrize(("one", "other"), [("1.5 升", "15 升"), ("≥60%", "<60%"), ("-5", "5"), ("5", "5%")])
def test_what_changes_a_figure_makes_another_question(one: str, other: str) -> None:
    assert wording.key(one) != wording.key(other)


def test_editing_changes_the_content_hash_and_not_always_the_text_hash() -> None:
    edited = replace(single(), explanation="改过的解释。")
    assert edited.text_hash == single().text_hash
    assert edited.content_hash != single().content_hash


def test_content_is_plain_json() -> None:
    values: dict[str, Any] = single().as_dict()
    assert json.loads(json.dumps(values)) == values
