"""The sentences for faults of questions, files and contests, and for reasons of refusal on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.core.tables import quoted
from outreach.quiz.actions import bank
from outreach.quiz.actions.bank import PlacedFault
from outreach.quiz.formats import archives, populations, reading
from outreach.quiz.formats.reading import RowFault
from outreach.quiz.rules import contests, questions
from outreach.quiz.rules.contests import ContestFault
from outreach.quiz.rules.questions import Fault

#: Longest quotation inside a sentence.
QUOTE_LENGTH: Final = 180

_FAULTS: Final[Mapping[str, LazyString]] = {
    questions.MISSING: _l("不能为空"),
    questions.UNKNOWN: _l("不认识「%(value)s」"),
    questions.TOO_LONG: _l("超过 %(value)s 个字符"),
    questions.UNREADABLE: _l("含有无法识别的内容：%(value)s"),
    questions.NO_KEY: _l("没有正确答案"),
    questions.KEY_AMBIGUOUS: _l("单选题有 %(value)s 个正确答案"),
    questions.OPTION_REPEATED: _l("选项「%(value)s」重复"),
    questions.OPTION_COUNT: _l("选项有 %(value)s 个，应当是 2 到 10 个"),
    questions.NOT_ALLOWED: _l("这里不能有内容，或不能改动"),
    questions.NO_ALTERNATIVE: _l("图片没有文字说明"),
    questions.NO_PICTURE: _l("没有图片「%(value)s」"),
    questions.PICTURE_UNREADABLE: _l("「%(value)s」不是可以用的图片：请用 8 MB 以内的 PNG、JPEG 或 WebP"),
    populations.NO_ROWS: _l("表格里没有数据"),
    populations.REPEATED: _l("编码「%(value)s」在前面已经有了"),
    populations.NO_REGION: _l("没有编码「%(value)s」的县（区）或省；省用两位编码，县（区）用六位"),
    populations.NO_NUMBER: _l("「%(value)s」不是人数：请用整数，单位为人"),
    populations.NO_YEAR: _l("「%(value)s」不是年份，或是将来的年份"),
    archives.NAME_REPEATED: _l("压缩包里有两个文件都叫「%(value)s」"),
    bank.CODE_REPEATED: _l("编号「%(value)s」重复"),
    bank.CODE_MALFORMED: _l("编号「%(value)s」不对：只能用 64 个以内的英文字母、数字和符号"),
    bank.DUPLICATE: _l("与题目 %(value)s 重复"),
    reading.FILE_TOO_LARGE: _l("超过允许的大小（%(value)s）"),
    reading.FILE_UNREADABLE: _l("文件无法读取（%(value)s）"),
    reading.FILE_EMPTY: _l("文件里没有题目"),
    reading.SYNTAX: _l("格式不对：%(value)s"),
    reading.NOT_SUPPORTED: _l("不支持这种题目：%(value)s"),
    reading.COLUMNS_WRONG: _l("表格不对：%(value)s"),
}

_CONTEST_FAULTS: Final[Mapping[str, LazyString]] = {
    contests.NO_QUOTA: _l("没有设置抽题数量"),
    contests.QUOTA_SUM: _l("抽题数量与每卷题数不符：%(value)s"),
    contests.QUOTA_UNMET: _l("题库不够抽：%(value)s"),
    contests.QUESTION_FAULTY: _l("题目有错：%(value)s"),
    contests.ROUND_OUTSIDE: _l("第 %(value)s 轮超出大赛时间"),
    contests.ROUNDS_OVERLAP: _l("第 %(value)s 轮与前一轮重叠"),
    contests.NO_ROUND: _l("没有设置答题时段"),
    contests.MARK_TOO_HIGH: _l("及格分超过满分"),
    contests.BRACKETS_OVERLAP: _l("年龄段 %(value)s 在两个组别里"),
    contests.BRACKET_GAP: _l("年龄段 %(value)s 不在任何组别里"),
    contests.OVER_ALREADY: _l("结束时间已经过去"),
    contests.SECONDS_TOO_FEW: _l("答题时间太短：%(value)s 秒"),
}


def fault_words(fault: Fault) -> str:
    """A fault of a question, without its place."""
    return str(_FAULTS[fault.code]) % {"value": quoted(fault.value, QUOTE_LENGTH)}


def placed_sentence(found: PlacedFault) -> str:
    """A fault of a question in a content file."""
    return _("%(place)s %(code)s（%(field)s）：%(words)s。", **_place(found.place, found.code, found.fault))


def row_sentence(found: RowFault) -> str:
    """A fault of a file that somebody handed in; row 0 is the file as a whole."""
    if found.row == 0:
        return _("文件：%(words)s。", words=fault_words(found.fault))
    words = fault_words(found.fault)
    return _("第 %(row)d 行（%(field)s）：%(words)s。", row=found.row, field=found.fault.field, words=words)


def contest_sentence(fault: ContestFault) -> str:
    """Why a contest may not open."""
    return str(_CONTEST_FAULTS[fault.code]) % {"value": quoted(fault.value, QUOTE_LENGTH)}


def _place(place: str, code: str, fault: Fault) -> dict[str, str]:
    return {"place": place, "code": code, "field": fault.field, "words": fault_words(fault)}
