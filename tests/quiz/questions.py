"""Questions and strategies for tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from outreach.quiz.rules import questions, wording
from outreach.quiz.rules.questions import Numeric, Option, QuestionContent, Source


def single(stem: str = "水效标识分为几级？", right: int = 0, **values: Any) -> QuestionContent:
    """A single choice of four."""
    texts = ("三级或五级", "只有一级", "七级", "十级")
    options = tuple(Option(text, f"option {index}", index == right) for index, text in enumerate(texts))
    return _content(questions.SINGLE, stem, options=options, **values)


def multiple(stem: str = "下列哪些是节水做法？", right: tuple[int, ...] = (0, 1, 2), **values: Any) -> QuestionContent:
    """A multiple choice of four."""
    texts = ("一水多用", "随手关水", "用节水器具", "长流水洗菜")
    options = tuple(Option(text, f"option {index}", index in right) for index, text in enumerate(texts))
    return _content(questions.MULTIPLE, stem, options=options, **values)


def true_false(stem: str = "水效等级数字越小越节水。", answer: bool = True, **values: Any) -> QuestionContent:
    """A statement that is right or wrong."""
    return _content(questions.TRUE_FALSE, stem, answer=answer, **values)


def ordering(stem: str = "按先后排列。", **values: Any) -> QuestionContent:
    """Three steps in their right order."""
    return _content(questions.ORDERING, stem, options=tuple(map(Option, ("申报", "评审", "公布"))), **values)


def fill_in(stem: str = "节水的「节」是几画？", **values: Any) -> QuestionContent:
    """A typed answer: a word or a number."""
    given = {"accepted": ("五画",), "accepted_en": ("five",), "numeric": Numeric(Decimal(5), Decimal("0.5"), "画")}
    return _content(questions.FILL_IN, stem, **{**given, **values})


def _content(kind: str, stem: str, **values: Any) -> QuestionContent:
    given = {"topic": "label", "difficulty": 1, "stem_en": f"in English: {stem}", "explanation": "见标准。"}
    return QuestionContent(kind=kind, stem=stem, source=Source(title="示例来源"), **{**given, **values})


#: Characters that formats have to escape, and ordinary ones.
LETTERS = st.sampled_from(
    list("水节约用率一二三 abcXYZ0189.%，。、？：；（）") + list("~=#{}:\\<>&\"'$*/%[]|,;\t-+@^`")
)
TEXTS = st.text(LETTERS, min_size=1, max_size=30).map(lambda text: f"水{text.strip()}节").filter(wording.key)


@st.composite
def contents(draw: st.DrawFn, kinds: tuple[str, ...] = questions.KINDS) -> QuestionContent:
    """Any question without a fault."""
    kind = draw(st.sampled_from(kinds))
    values: dict[str, Any] = {"topic": draw(st.sampled_from(["label", "county", "habit"]))}
    values["difficulty"] = draw(st.integers(1, 3))
    values["explanation"] = draw(st.one_of(st.just(""), TEXTS))
    if kind in questions.WITH_OPTIONS:
        values["options"] = draw(_options(kind))
    if kind == questions.MULTIPLE:
        values["credit"] = draw(st.sampled_from(questions.CREDITS))
    if kind == questions.TRUE_FALSE:
        values["answer"] = draw(st.booleans())
    if kind == questions.FILL_IN:
        values["accepted"] = tuple(draw(st.lists(TEXTS, min_size=1, max_size=3, unique_by=wording.key)))
    return QuestionContent(kind=kind, stem=draw(TEXTS), **values)


@st.composite
def _options(draw: st.DrawFn, kind: str) -> tuple[Option, ...]:
    texts = draw(st.lists(TEXTS, min_size=2, max_size=6, unique_by=wording.fold))
    if kind == questions.ORDERING:
        return tuple(map(Option, texts))
    if kind == questions.SINGLE:
        right = {draw(st.integers(0, len(texts) - 1))}
    else:
        right = draw(st.sets(st.integers(0, len(texts) - 1), min_size=1))
    return tuple(Option(text, "", index in right) for index, text in enumerate(texts))
