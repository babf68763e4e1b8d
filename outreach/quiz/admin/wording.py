"""Words for what organisers see: states, kinds, events, faults, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.quiz.forms_admin import NUMBERS, Fault
from outreach.quiz.models import (
    AgeBand,
    AttemptState,
    ContestStatus,
    DrawState,
    KeyRule,
    QuestionKind,
    ScoreMode,
    SignalState,
    WinnerState,
)
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules import items, questions, signals

Words = Mapping[str, LazyString]

STATUSES: Final[Words] = {
    ContestStatus.DRAFT: _l("草稿"),
    ContestStatus.PUBLISHED: _l("已发布"),
    ContestStatus.FINAL: _l("结果已确定"),
    ContestStatus.WITHDRAWN: _l("已撤下"),
}
SCORE_MODES: Final[Words] = {
    ScoreMode.BEST: _l("取最高分"),
    ScoreMode.FIRST: _l("取第一次"),
    ScoreMode.LAST: _l("取最后一次"),
    ScoreMode.SUM: _l("每轮取最高分，各轮相加"),
}
KEY_RULES: Final[Words] = {
    KeyRule.AFTER_SUBMIT: _l("交卷后可以看"),
    KeyRule.AFTER_CLOSE: _l("竞赛结束后可以看"),
    KeyRule.NEVER: _l("不公布"),
}
KINDS: Final[Words] = {
    QuestionKind.SINGLE: _l("单选题"),
    QuestionKind.MULTIPLE: _l("多选题"),
    QuestionKind.TRUE_FALSE: _l("判断题"),
    QuestionKind.ORDERING: _l("排序题"),
    QuestionKind.FILL_IN: _l("填空题"),
}
DIFFICULTIES: Final[Mapping[int, LazyString]] = {1: _l("容易"), 2: _l("中等"), 3: _l("较难")}
CREDITS: Final[Words] = {
    questions.ALL_OR_NOTHING: _l("全对才得分"),
    questions.SHARE: _l("按答对的部分得分"),
}
AGES: Final[Words] = {
    AgeBand.UNDER_14: _l("14 岁以下"),
    AgeBand.TEENS: _l("14–17 岁"),
    AgeBand.YOUNG: _l("18–35 岁"),
    AgeBand.MIDDLE: _l("36–59 岁"),
    AgeBand.SENIOR: _l("60 岁以上"),
}
ATTEMPT_STATES: Final[Words] = {
    AttemptState.OPEN: _l("作答中"),
    AttemptState.SUBMITTED: _l("已交卷"),
    AttemptState.EXPIRED: _l("到时自动交卷"),
    AttemptState.VOID: _l("已作废"),
}
SIGNAL_STATES: Final[Words] = {
    SignalState.WAITING: _l("待处理"),
    SignalState.CONFIRMED: _l("属实"),
    SignalState.CLEARED: _l("排除"),
}
SIGNAL_KINDS: Final[Words] = {
    signals.TOO_FAST: _l("答题过快"),
    signals.SAME_ANSWERS: _l("错法相同"),
    signals.SHARED_DEVICE: _l("多人共用设备"),
}
DRAW_STATES: Final[Words] = {
    DrawState.COMMITTED: _l("已公布指纹，待开奖"),
    DrawState.REVEALED: _l("已开奖"),
    DrawState.SUPERSEDED: _l("已被重抽取代"),
}
WINNER_STATES: Final[Words] = {
    WinnerState.OFFERED: _l("待领取"),
    WinnerState.CLAIMED: _l("已登记"),
    WinnerState.FORFEITED: _l("已失效"),
}
EVENTS: Final[Words] = {
    "published": _l("发布"),
    "paused": _l("暂停"),
    "resumed": _l("恢复"),
    "extended": _l("延期"),
    "frozen": _l("冻结排行榜"),
    "unfrozen": _l("恢复排行榜"),
    "withdrawn": _l("撤下"),
    "previewed": _l("查看样卷"),
}
ITEM_FLAGS: Final[Words] = {
    items.TOO_HARD: _l("太难"),
    items.TOO_EASY: _l("太容易"),
    items.WEAK: _l("区分度低"),
    items.REVERSED: _l("区分度为负，请核对答案"),
    items.UNUSED_OPTION: _l("有选项几乎没人选"),
    items.KEY_SUSPECT: _l("高分者多选错项，请核对答案"),
    items.FEW: _l("样本太少"),
}
REFUSALS: Final[Words] = {
    Refusal.NOT_FOUND: _l("地址或编号不存在"),
    Refusal.NOT_OPEN_YET: _l("还没开始"),
    Refusal.CLOSED: _l("已经结束"),
    Refusal.BETWEEN_ROUNDS: _l("两轮之间"),
    Refusal.PAUSED: _l("暂停中"),
    Refusal.NO_ATTEMPT_LEFT: _l("总次数用完"),
    Refusal.NO_ATTEMPT_TODAY: _l("当天次数用完"),
    Refusal.NOT_ADMITTED: _l("还在排队"),
    Refusal.LATE: _l("超过时间"),
    Refusal.ALREADY_CLOSED: _l("已经交卷"),
    Refusal.MALFORMED: _l("格式不对"),
    Refusal.FORGED: _l("凭证不对"),
    Refusal.WORK: _l("工作量证明不对"),
    Refusal.CONSENT: _l("没有同意告知书"),
    Refusal.GUARDIAN: _l("缺监护人同意"),
    Refusal.NICKNAME: _l("昵称不合适"),
    Refusal.COUNTY: _l("县域不对"),
    Refusal.UNIT: _l("单位编码不对"),
    Refusal.AGE: _l("年龄段不对"),
    Refusal.LOCKED: _l("分组已锁定"),
    Refusal.CODE: _l("恢复码或领奖码不对"),
}
#: Formats of question files.
NAMES: Final = {"xlsx": "Excel (XLSX)", "csv": "CSV", "gift": "GIFT", "aiken": "Aiken", "qti": "QTI 2.1"}
#: Questions' own fields, for faults and differences.
QUESTION_FIELDS: Final[Words] = {
    "code": _l("编号"),
    "kind": _l("题型"),
    "topic": _l("主题"),
    "difficulty": _l("难度"),
    "stem": _l("题干"),
    "stem_en": _l("题干（英文）"),
    "options": _l("选项"),
    "answer": _l("答案"),
    "accepted": _l("可接受的答案"),
    "accepted_en": _l("可接受的答案（英文）"),
    "numeric": _l("数值答案"),
    "number": _l("数值"),
    "credit": _l("给分方式"),
    "explanation": _l("解析"),
    "explanation_en": _l("解析（英文）"),
    "source": _l("来源"),
    "image": _l("图片"),
    "reviewed_on": _l("核对日期"),
    "question": _l("题目"),
}
CONTEST_FIELDS: Final[Words] = {
    "slug": _l("地址"),
    "title": _l("名称"),
    "title_en": _l("名称（英文）"),
    "summary": _l("简介"),
    "summary_en": _l("简介（英文）"),
    "organiser": _l("主办单位"),
    "organiser_en": _l("主办单位（英文）"),
    "study_from": _l("学习期开始"),
    "opens_at": _l("开始时间"),
    "closes_at": _l("结束时间"),
    "is_practice_after": _l("结束后开放练习"),
    "seconds_per_paper": _l("每卷用时（秒）"),
    "questions_per_paper": _l("每卷题数"),
    "attempts_per_day": _l("每天次数"),
    "attempts_total": _l("总次数"),
    "is_repeat_avoided": _l("少出做过的题"),
    "score_mode": _l("计分方式"),
    "pass_points": _l("及格分"),
    "pass_centipoints": _l("及格分（百分之一分）"),
    "full_centipoints": _l("满分（百分之一分）"),
    "key_rule": _l("答案公布"),
    "brackets": _l("组别"),
    "bracket": _l("组别"),
    "consent_version": _l("告知书版本"),
    "minimum_sample": _l("最小样本"),
    "snapshot_every_s": _l("排行榜更新间隔（秒）"),
    "starts_per_second": _l("每秒放行人数"),
    "work_bits": _l("工作量证明（位）"),
    "draw_plan": _l("抽奖方案"),
    "draw_minimum": _l("参加抽奖的最低分"),
    "claim_days": _l("领奖期限（天）"),
    "contact_kept_days": _l("联系方式保存（天）"),
    "prize": _l("奖品"),
    "kept_days": _l("个人信息保存（天）"),
    "is_demo": _l("演示数据"),
    "created_by": _l("编制人"),
    "created_at": _l("建立时间"),
    "rounds": _l("轮次"),
    "round": _l("轮次"),
    "quotas": _l("抽题数量"),
    "quota": _l("抽题数量"),
}


def field_name(name: str) -> str:
    """What a field of a contest or question is called."""
    return str(CONTEST_FIELDS.get(name) or QUESTION_FIELDS.get(name) or name)


def contest_fault(name: str, fault: Fault) -> str:
    """A fault of the contest's form, as a sentence that says what to do."""
    if fault is Fault.RANGE and name in NUMBERS:
        low, high = NUMBERS[name]
        return _("“%(field)s”应当在 %(low)s 到 %(high)s 之间。", field=field_name(name), low=low, high=high)
    sentences = {
        Fault.MISSING: _("请填写“%(field)s”。", field=field_name(name)),
        Fault.MALFORMED: _("“%(field)s”填写不完整或格式不对。", field=field_name(name)),
        Fault.RANGE: _("“%(field)s”超出范围。", field=field_name(name)),
        Fault.ORDER: _("“%(field)s”的先后不对。", field=field_name(name)),
        Fault.TAKEN: _("这个地址已被另一场竞赛使用。"),
        Fault.MORE_THAN_TOTAL: _("每天次数不能多于总次数。"),
        Fault.TOO_LONG: _("“%(field)s”太长。", field=field_name(name)),
    }
    return sentences[fault]


def refused(fault: Refused) -> str:
    """Why the engine refused a step of the staff."""
    if fault.detail == "decider":
        return _("作废的人不能自己裁定申诉，请由另一位同事处理，并写明答复。")
    if fault.reason is Refusal.ALREADY_CLOSED:
        return _("已由别人处理，请刷新页面。")
    if fault.reason is Refusal.MALFORMED:
        return _("请写明理由。")
    return _("没有处理：%(why)s。", why=REFUSALS[fault.reason])


def evidence(kind: str, details: Mapping[str, Any]) -> str:
    """What a signal rests on."""
    if kind == signals.TOO_FAST:
        return _("平均每题 %(ms)s 毫秒", ms=details.get("ms_per_question", ""))
    if kind == signals.SAME_ANSWERS:
        place = _("，同一网段") if details.get("one_network") else ""
        people, wrong = details.get("people", ""), details.get("wrong", "")
        return _("%(people)s 人在 %(wrong)s 道题上错得一样", people=people, wrong=wrong) + place
    if kind == signals.SHARED_DEVICE:
        return _("同一设备和网络有 %(people)s 人", people=details.get("people", ""))
    return ""
