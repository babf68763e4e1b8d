"""What templates show: the headings of a table of units, and two questions that say which column holds what."""

from __future__ import annotations

from typing import Final

from outreach.quiz.formats.reading import Coded
from outreach.quiz.rules.questions import SINGLE, TRUE_FALSE, Option, QuestionContent, Source

#: Headings of a table of units, by what they hold.
UNIT_HEADINGS: Final = {"code": "单位编码", "name": "单位名称", "county_code": "县域编码", "roll": "人数"}
_SOURCE = Source(title="示例来源", title_en="Example source", clause="第 1 条")
EXAMPLES: Final[tuple[Coded, ...]] = (
    (
        "example-001",
        QuestionContent(
            SINGLE,
            "general",
            1,
            "示例：水效等级几级最节水？",
            "Example: which water efficiency grade saves most?",
            options=(Option("1 级", "Grade 1", is_right=True), Option("2 级", "Grade 2"), Option("3 级", "Grade 3")),
            explanation="示例解析。",
            explanation_en="Example explanation.",
            source=_SOURCE,
        ),
    ),
    (
        "example-002",
        QuestionContent(
            TRUE_FALSE,
            "general",
            1,
            "示例：数字越小越节水。",
            "Example: a smaller number saves more.",
            answer=True,
            source=_SOURCE,
        ),
    ),
)
