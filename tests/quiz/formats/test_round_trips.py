"""Every format gives back what was written into it, whatever signs the texts hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.quiz.formats import FORMATS
from outreach.quiz.formats.reading import Coded, Defaults
from outreach.quiz.rules import questions
from outreach.quiz.rules.questions import Image, Source
from tests.quiz.questions import contents, fill_in, multiple, ordering, single, true_false

WHOLE = tuple(code for code in FORMATS if code != "aiken")
RICH = (
    replace(single(), image=Image("quiz/tap.png", "一个滴水的水龙头", "A dripping tap"), reviewed_on="2026-11-25"),
    replace(
        multiple(credit=questions.SHARE),
        source=Source("标准", "Standard", "第 4 条", "clause 4", "https://example.cn/a?b=1&c=2", "2026-11-25"),
    ),
    true_false(answer=False, explanation="因为\n所以。"),
    ordering(stem_en="Put --> in order <now>"),
    fill_in(),
    fill_in(accepted=(), accepted_en=(), numeric=fill_in().numeric),
    replace(single(), stem="=A1+1 的结果 // 是 {什么}？", stem_en="", explanation="#1 ~ 50%: a=b \\ c"),
    replace(single(), stem="单位 [plain] 是什么？"),
    fill_in(accepted=("a|b", "c\\|d"), numeric=None),
)


def coded(items: Sequence[questions.QuestionContent]) -> list[Coded]:
    return [(f"Q-{number:03}", item) for number, item in enumerate(items)]


@pytest.mark.parametrize("name", WHOLE)
def test_rich_questions_come_back_whole(name: str) -> None:
    written = FORMATS[name].write(coded(RICH))
    found = FORMATS[name].read(written.data, Defaults())
    assert found.faults == ()
    assert [(one.code, one.content) for one in found.questions] == coded(RICH)
    assert written.skipped == ()


@pytest.mark.parametrize("name", WHOLE)
@given(items=st.lists(contents(), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_questions_come_back_whole(name: str, items: list[questions.QuestionContent]) -> None:
    found = FORMATS[name].read(FORMATS[name].write(coded(items)).data, Defaults())
    assert found.faults == ()
    assert [(one.code, one.content) for one in found.questions] == coded(items)


@given(st.lists(contents((questions.SINGLE,)), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_aiken_gives_back_texts_and_keys_of_single_choices(items: list[questions.QuestionContent]) -> None:
    found = FORMATS["aiken"].read(FORMATS["aiken"].write(coded(items)).data, Defaults())
    assert found.faults == ()
    for before, after in zip(items, found.questions, strict=True):
        assert after.content.stem == " ".join(before.stem.split())
        assert [one.is_right for one in after.content.options] == [one.is_right for one in before.options]
        assert [one.text for one in after.content.options] == [" ".join(one.text.split()) for one in before.options]


def test_aiken_says_which_kinds_it_cannot_hold() -> None:
    written = FORMATS["aiken"].write(coded([single(), multiple(), fill_in()]))
    assert written.skipped == ("Q-001", "Q-002")


@pytest.mark.parametrize("name", list(FORMATS))
def test_writing_twice_gives_the_same_bytes(name: str) -> None:
    assert FORMATS[name].write(coded(RICH)).data == FORMATS[name].write(coded(RICH)).data


@pytest.mark.parametrize("name", list(FORMATS))
def test_reading_what_was_written_and_writing_again_changes_nothing(name: str) -> None:
    first = FORMATS[name].write(coded(RICH)).data
    again = FORMATS[name].read(first, Defaults()).questions
    assert FORMATS[name].write([(one.code, one.content) for one in again]).data == first


@pytest.mark.parametrize("name", list(FORMATS))
@given(data=st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda text: text.encode("utf-8", "ignore"))))
@settings(max_examples=60, deadline=None)
def test_rubbish_is_a_fault_and_never_an_accident(name: str, data: bytes) -> None:
    found = FORMATS[name].read(data, Defaults())
    assert found.faults or found.questions or not data.strip() or name in ("gift", "aiken")
