"""The words of the self-assessment: faults in a table, faults in what was typed, states, verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.core.i18n import pick
from outreach.counties import forms_assessment as forms
from outreach.counties.imports.assessment_specs import FaultKind, TableFault
from outreach.counties.rules.assessment import State, Verdict
from outreach.counties.rules.assessment_table import Direction, Indicator, Level, Table

_TABLE_FAULTS: Final[Mapping[FaultKind, LazyString]] = {
    FaultKind.FOLDER_MISSING: _l("没有文件夹「%(value)s」。"),
    FaultKind.FILE_MISSING: _l("文件不存在。"),
    FaultKind.UNREADABLE: _l("读不出来：编码要是 UTF-8 或 GB18030，格式要完整。"),
    FaultKind.COLUMNS_WRONG: _l("列不对，应当依次是 %(value)s。"),
    FaultKind.CELLS_WRONG: _l("单元格个数不对，应当是 %(value)s 个。"),
    FaultKind.VALUE_MISSING: _l("不能为空。"),
    FaultKind.VALUE_WRONG: _l("「%(value)s」不对。"),
    FaultKind.KEY_UNKNOWN: _l("没有这个项目。"),
    FaultKind.KEY_REPEATED: _l("「%(value)s」重复。"),
    FaultKind.REFERENCE_UNKNOWN: _l("没有「%(value)s」。"),
    FaultKind.LEVELS_MISSING: _l("指标「%(value)s」没有给分档次。"),
    FaultKind.LEVELS_UNWANTED: _l("指标「%(value)s」的类型不用档次。"),
    FaultKind.LEVELS_DISORDERED: _l("指标「%(value)s」的档次不完整，或数值更好反而得分不高。"),
    FaultKind.LEVELS_TOO_MANY: _l("指标「%(value)s」按比例给分，只能有一个档次。"),
    FaultKind.FULL_MARKS_UNREACHABLE: _l("指标「%(value)s」的最高档次不等于它的分值。"),
    FaultKind.REGION_CIRCLE: _l("地区「%(value)s」的上级循环。"),
    FaultKind.TOTAL_TOO_SMALL: _l("小于表中的个数 %(value)s。"),
    FaultKind.TOO_LARGE: _l("文件太大或行数太多。"),
}


def table_fault_sentence(fault: TableFault) -> str:
    """The fault of a table with file, line, column and reason."""
    line = _("第 %(line)d 行", line=fault.line) if fault.line else ""
    column = _("列 %(column)s", column=fault.column) if fault.column else ""
    place = " ".join(part for part in (fault.file, line, column) if part)
    reason = str(_TABLE_FAULTS[fault.kind]) % {"value": fault.value}
    return _("%(place)s：%(reason)s", place=place, reason=reason) if place else reason


_FIELD_FAULTS: Final[Mapping[forms.FaultKind, LazyString]] = {
    forms.FaultKind.NO_FIGURE: _l("请填数字，如 40 或 12.5；比例也可以填 12/30。"),
    forms.FaultKind.PART_LARGER: _l("部分不能大于总数，如 12/30。"),
    forms.FaultKind.NO_CHOICE: _l("请从列出的选项中选择。"),
    forms.FaultKind.NO_YEAR: _l("请填四位年份，如 2025。"),
    forms.FaultKind.UNKNOWN_KEY: _l("没有这个项目。"),
    forms.FaultKind.WRONG_TYPE: _l("类型不对。"),
    forms.FaultKind.WRONG_SCHEMA: _l("格式版本不对，应当是 outreach-assessment/1。"),
}


def field_fault_sentence(fault: forms.Fault) -> str:
    """Why a value was refused, and what would be taken."""
    if fault.kind is forms.FaultKind.OUT_OF_RANGE and fault.limit is not None:
        return _("请填 0 到 %(limit)s 之间的数字。", limit=plain(fault.limit))
    return str(_FIELD_FAULTS[fault.kind])


STATES: Final[Mapping[State, LazyString]] = {
    State.FULL: _l("满分"),
    State.PARTIAL: _l("部分得分"),
    State.NONE: _l("未得分"),
    State.UNANSWERED: _l("未填"),
    State.REGION_NEEDED: _l("要先选地区"),
}
STATE_ICONS: Final[Mapping[State, str]] = {
    State.FULL: "check",
    State.PARTIAL: "notice_info",
    State.NONE: "close",
    State.UNANSWERED: "clock",
    State.REGION_NEEDED: "notice_warning",
}


def verdict_sentence(verdict: Verdict, table: Table) -> str:
    """What may be said of the whole: always 「按本表」, and nothing where the table itself is not sound."""
    line = plain(table.pass_points)
    sentences = {
        Verdict.REACHED: _("按本表，必备条件齐全，得分达到 %(line)s 分线。", line=line),
        Verdict.NOT_REACHED: _("按本表，即使未填各项都得满分，也达不到 %(line)s 分线。", line=line),
        Verdict.CONDITION_MISSING: _("按本表，缺少必备条件，无论得分多少都不符合要求。"),
        Verdict.OPEN: _("按本表，能否达到 %(line)s 分线，取决于还没有填的内容。", line=line),
        Verdict.UNDECIDABLE: _(
            "本表不作达标判断：只整理了 %(count)d / %(total)d 项指标，分值合计 %(sum)s，与满分 %(full)s 不一致。",
            count=table.indicators_count,
            total=table.indicators_total,
            sum=plain(table.maximum),
            full=plain(table.full_points),
        ),
    }
    return sentences[verdict]


VERDICT_TONES: Final[Mapping[Verdict, str]] = {
    Verdict.REACHED: "success",
    Verdict.NOT_REACHED: "danger",
    Verdict.CONDITION_MISSING: "danger",
    Verdict.OPEN: "info",
    Verdict.UNDECIDABLE: "warning",
}


def plain(value: Decimal) -> str:
    """A figure as people write it: ``7``, ``6.5``, never ``7.00`` or ``1E+2``."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_unit(indicator: Indicator, value: Decimal) -> str:
    """A figure with the unit of its indicator."""
    unit = pick(indicator.unit, indicator.unit_en)
    return plain(value) + ("" if not unit else unit if unit == "%" else f"\u202f{unit}")


def answer_words(indicator: Indicator, answer: object, levels: tuple[Level, ...]) -> str:
    """What was answered, as the report prints it."""
    if answer is None:
        return _("未填")
    if isinstance(answer, bool):
        return _("是") if answer else _("否")
    if isinstance(answer, str):
        return next((pick(level.label, level.label_en) for level in levels if level.code == answer), answer)
    if isinstance(answer, Decimal):
        return with_unit(indicator, answer) if indicator.levels else _("%(points)s 分", points=plain(answer))
    return ""


def figure_wanted(indicator: Indicator, value: Decimal | None) -> str:
    """The figure that full marks take, with its direction: ``≥ 40%``."""
    if value is None:
        return ""
    sign = "≥" if indicator.direction is Direction.AT_LEAST else "≤"
    return f"{sign}\u202f{with_unit(indicator, value)}"
