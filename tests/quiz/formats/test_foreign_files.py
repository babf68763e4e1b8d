"""Files as other programs and people write them."""

from __future__ import annotations

import io
import zipfile

import pytest

from outreach.core.exports import stream_csv
from outreach.quiz.formats import FORMATS, tables
from outreach.quiz.formats.reading import Defaults, ReadFile
from outreach.quiz.rules import questions
from tests.quiz.questions import single

GIFT = r"""
// a comment
$CATEGORY: $course$/top/节水器具

::Q1:: 水效等级共几级？ {
  =三级#对
  ~五级#再想想
  ~一级
}

水是宝贵的资源。{T}

哪些是节水？ {~%50%一水多用 ~%50%随手关水 ~%-100%长流水 ####见守则}

中国水周从 3 月 {=22 =二十二} 日开始。

1 立方米是多少升？ {#1000:0}

按次序 {=1 -> 申报 =2 -> 评审}

// below: things that are no questions for us
没有括号的说明文字

作文题 {}

坏的 {=a \
"""


def codes(found: ReadFile) -> list[tuple[int, str, str]]:
    return [(one.row, one.fault.field, one.fault.code) for one in found.faults]


def test_gift_as_moodle_writes_it() -> None:
    found = FORMATS["gift"].read(GIFT.encode(), Defaults())
    contents = [one.content for one in found.questions]
    assert [one.kind for one in contents] == ["single", "true_false", "multiple", "fill_in", "fill_in", "ordering"]
    assert found.questions[0].code == "Q1"
    assert {one.topic for one in contents} == {"节水器具"}
    assert [one.text for one in contents[0].options] == ["三级", "五级", "一级"]
    assert (contents[2].credit, contents[2].explanation) == (questions.SHARE, "见守则")
    assert contents[3].stem == "中国水周从 3 月____日开始。"
    assert contents[3].accepted == ("22", "二十二")
    assert [fault for _row, _field, fault in codes(found)] == ["syntax", "not-supported", "syntax"]
    assert [row for row, _field, _fault in codes(found)] == [22, 24, 26]


AIKEN = """水效等级共几级？
A. 三级
B) 五级
ANSWER: B

没有答案的题
A. 甲
B. 乙

答案不在选项里
A. 甲
B. 乙
ANSWER: D

跳号
A. 甲
C. 丙
ANSWER: A
"""


def test_aiken_with_and_without_faults() -> None:
    found = FORMATS["aiken"].read(AIKEN.encode("gb18030"), Defaults())
    assert [one.content.options[1].is_right for one in found.questions] == [True]
    assert codes(found) == [(6, "answer", "no-key"), (10, "answer", "no-key"), (15, "question", "syntax")]


QTI_ITEM = """<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="choice" title="t" adaptive="false"
 timeDependent="false"><responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
<correctResponse><value>B</value></correctResponse></responseDeclaration>
<itemBody><p>看图。</p><choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1">
<prompt>哪一级<em>最</em>节水？</prompt><simpleChoice identifier="A">三级</simpleChoice>
<simpleChoice identifier="B">一级</simpleChoice></choiceInteraction></itemBody></assessmentItem>"""


def test_qti_of_another_program() -> None:
    found = FORMATS["qti"].read(QTI_ITEM.encode(), Defaults(topic="label"))
    content = found.questions[0].content
    assert (found.questions[0].code, content.kind, content.stem) == ("choice", "single", "哪一级最节水？")
    assert [(one.text, one.is_right) for one in content.options] == [("三级", False), ("一级", True)]
    assert content.topic == "label"


BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><a>&b;</a>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'
ENTITY = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, ENTITY, "<a>" * 100 + "</a>" * 100, "<a><b></a>", "nonsense", ""])
def test_qti_refuses_dangerous_and_broken_xml(text: str) -> None:
    found = FORMATS["qti"].read(text.encode(), Defaults())
    assert found.questions == ()
    assert found.faults


def packed(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries.items():
            package.writestr(name, data)
    return file.getvalue()


def test_qti_refuses_packages_that_unpack_to_much_more_than_they_are() -> None:
    found = FORMATS["qti"].read(packed({"items/a.xml": b"<a>" + b" " * 5_000_000 + b"</a>"}), Defaults())
    assert [one.fault.code for one in found.faults] == ["file-too-large"]


def test_qti_names_the_item_that_is_wrong_and_reads_the_others() -> None:
    found = FORMATS["qti"].read(packed({"a.xml": QTI_ITEM.encode(), "b.xml": b"<x/>"}), Defaults())
    assert len(found.questions) == 1
    assert codes(found) == [(2, "file", "not-supported")]


def sheet(*rows: str, heading: str = "题型,题干,选项A,选项B,选项C,答案,难度") -> bytes:
    return "\r\n".join([heading, *rows]).encode("gb18030")


def test_a_template_filled_in_by_hand() -> None:
    found = FORMATS["csv"].read(
        sheet("单选题,几级最节水？,一级,二级,三级,a,易", "多选,选两个,甲,乙,丙,A、C,2", "判断,水是宝贵的,,,,√,"),
        Defaults(),
    )
    assert found.faults == ()
    assert [one.content.kind for one in found.questions] == ["single", "multiple", "true_false"]
    assert [one.is_right for one in found.questions[1].content.options] == [True, False, True]
    assert found.questions[2].content.difficulty == 2


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("单选,几级？,一级,二级,,D,1", (2, "key", "unknown")),
        ("单选,几级？,一级,二级,,,1", (2, "options", "no-key")),
        ("单选,几级？,一级,二级,,AB,1", (2, "options", "key-ambiguous")),
        ("选择,几级？,一级,二级,,A,1", (2, "kind", "unknown")),
        ("单选,几级？,一级,二级,,A,9", (2, "difficulty", "unknown")),
        ("单选,几级？,一级,,三级,A,1", (2, "options", "missing")),
        ("判断,对吗？,,,,也许,1", (2, "answer", "no-key")),
        ("单选,,一级,二级,,A,1", (2, "stem", "missing")),
    ],
)
def test_faults_of_a_template_bear_their_row(row: str, expected: tuple[int, str, str]) -> None:
    assert expected in codes(FORMATS["csv"].read(sheet(row), Defaults()))


def test_a_table_of_something_else_is_refused_in_words() -> None:
    found = FORMATS["xlsx"].read(sheet("a,b", heading="姓名,电话"), Defaults())
    assert found.faults[0].fault.code == "columns-wrong"
    assert "题型" in found.faults[0].fault.value


def test_formulas_in_a_template_stay_text() -> None:
    content = single("=HYPERLINK(1)")
    data = b"".join(stream_csv(tables.COLUMNS, [("Q", content)]))
    assert b"'=HYPERLINK" in data
    assert FORMATS["csv"].read(data, Defaults()).questions[0].content == content
