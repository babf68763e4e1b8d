"""The sentences of the contest's pages that depend on data: rules, refusals, faults of forms, choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.core.formats import moment
from outreach.core.i18n import pick
from outreach.quiz.forms import FormFault
from outreach.quiz.models import AgeBand, AttemptState, Contest, KeyRule, ScoreMode, WinnerState
from outreach.quiz.refusals import Refusal
from outreach.quiz.rules import questions, signals
from outreach.quiz.rules.deadlines import Phase
from outreach.quiz.rules.nicknames import NicknameFault
from outreach.quiz.rules.papers import Quota

AGES: Final[Mapping[str, LazyString]] = {
    AgeBand.UNDER_14: _l("未满 14 周岁"),
    AgeBand.TEENS: _l("14–17 周岁"),
    AgeBand.YOUNG: _l("18–35 周岁"),
    AgeBand.MIDDLE: _l("36–59 周岁"),
    AgeBand.SENIOR: _l("60 周岁以上"),
}
KINDS: Final[Mapping[str, LazyString]] = {
    questions.SINGLE: _l("单选题"),
    questions.MULTIPLE: _l("多选题"),
    questions.TRUE_FALSE: _l("判断题"),
    questions.ORDERING: _l("排序题"),
    questions.FILL_IN: _l("填空题"),
}
KIND_HINTS: Final[Mapping[str, LazyString]] = {
    questions.SINGLE: _l("选一项"),
    questions.MULTIPLE: _l("选出所有正确的选项"),
    questions.TRUE_FALSE: _l("判断对错"),
    questions.ORDERING: _l("为每个位置选一项，每项只选一次"),
    questions.FILL_IN: _l("填写答案"),
}
TRUE_FALSE_WORDS: Final = (_l("正确"), _l("错误"))
DIFFICULTIES: Final[Mapping[int, LazyString]] = {1: _l("容易"), 2: _l("中等"), 3: _l("较难")}
TOPICS: Final[Mapping[str, LazyString]] = {
    "campaign": _l("节水宣传教育"),
    "certification": _l("节水产品认证"),
    "contracts": _l("合同节水管理"),
    "counties": _l("县域节水型社会"),
    "everyday_arithmetic": _l("算一算"),
    "household": _l("家庭用水"),
    "label_reading": _l("看懂水效标识"),
    "label_rules": _l("水效标识制度"),
    "plan": _l("国家节水政策"),
    "products": _l("用水产品与标准"),
}
PHASES: Final[Mapping[Phase, LazyString]] = {
    Phase.COMING: _l("即将开始"),
    Phase.STUDY: _l("学习阶段"),
    Phase.OPEN: _l("正在进行"),
    Phase.BETWEEN_ROUNDS: _l("两轮之间"),
    Phase.PAUSED: _l("暂停"),
    Phase.CLOSED: _l("已结束"),
    Phase.PRACTICE: _l("已结束，可练习"),
}
SCORE_MODES: Final[Mapping[ScoreMode, LazyString]] = {
    ScoreMode.BEST: _l("取成绩最好的一次（同分取用时短的，再取交卷早的）"),
    ScoreMode.FIRST: _l("取第一次的成绩"),
    ScoreMode.LAST: _l("取最后一次的成绩"),
    ScoreMode.SUM: _l("每一轮取成绩最好的一次，各轮得分相加（同分取各轮用时之和短的，再取最后交卷早的）"),
}
KEY_RULES: Final[Mapping[KeyRule, LazyString]] = {
    KeyRule.AFTER_SUBMIT: _l("交卷后可以看自己答卷的答案和解析"),
    KeyRule.AFTER_CLOSE: _l("竞赛结束后可以看自己答卷的答案和解析"),
    KeyRule.NEVER: _l("不公布答案"),
}
STATES: Final[Mapping[AttemptState, LazyString]] = {
    AttemptState.OPEN: _l("答题中"),
    AttemptState.SUBMITTED: _l("已交卷"),
    AttemptState.EXPIRED: _l("到时自动交卷"),
    AttemptState.VOID: _l("成绩无效"),
}
PRIZE_STATES: Final[Mapping[WinnerState, LazyString]] = {
    WinnerState.OFFERED: _l("待领取"),
    WinnerState.CLAIMED: _l("已领取"),
    WinnerState.FORFEITED: _l("已放弃"),
}
EXTRA_TIMES: Final[Mapping[int, LazyString]] = {
    100: _l("不需要"),
    125: _l("延长四分之一"),
    150: _l("延长一半"),
    200: _l("延长一倍"),
}
_REFUSALS: Final[Mapping[Refusal, tuple[LazyString, LazyString]]] = {
    Refusal.NOT_FOUND: (
        _l("没有找到"),
        _l("这个地址没有内容，或者不属于这个浏览器里的参赛者。可以用恢复码回到自己的答卷。"),
    ),
    Refusal.NOT_OPEN_YET: (_l("竞赛还没有开始"), _l("请在开始时间之后再来，现在可以先练习。")),
    Refusal.CLOSED: (_l("竞赛已经结束"), _l("不能再开始答题，可以继续练习。")),
    Refusal.BETWEEN_ROUNDS: (_l("现在不是答题时段"), _l("请看竞赛页面上各轮的时间。")),
    Refusal.PAUSED: (_l("竞赛暂停"), _l("答卷的计时也停了，已保存的答案都在。恢复后请继续。")),
    Refusal.NO_ATTEMPT_LEFT: (_l("答题次数已用完"), _l("可以在「我的参赛」里看成绩。")),
    Refusal.NO_ATTEMPT_TODAY: (_l("今天的答题次数已用完"), _l("明天可以再来。")),
    Refusal.NOT_ADMITTED: (_l("还在排队"), _l("请在等候页面等一会儿，位置会保留。")),
    Refusal.LATE: (_l("已经超过答题时间"), _l("到时间以后送到的答案不计入；时间之内保存的答案都有效。")),
    Refusal.ALREADY_CLOSED: (_l("已经提交过了"), _l("结果以第一次为准，没有改变。")),
    Refusal.LOCKED: (
        _l("第一次答题后不能再改"),
        _l("县（区）、年龄段和单位在第一次答题后锁定；确实填错了，请联系主办方。"),
    ),
    Refusal.CODE: (_l("代码不对"), _l("请检查后再输入；O 和 0、I 和 1 不分大小写都可以。")),
}
_OTHER_REFUSAL: Final = (_l("提交的内容无法处理"), _l("请回到上一页，刷新后再试。"))
_FAULTS: Final[Mapping[FormFault | NicknameFault, LazyString]] = {
    FormFault.MISSING: _l("请填写"),
    FormFault.AGE: _l("请选择年龄段"),
    FormFault.COUNTY: _l("请选择县（区）"),
    FormFault.UNIT: _l("没有这个单位代码，请检查，或者留空"),
    FormFault.CONSENT: _l("参加需要您同意上面的说明"),
    FormFault.CONSENT_CHANGED: _l("说明已经更新，请看过新的内容再选择"),
    FormFault.GUARDIAN: _l("需要监护人同意"),
    FormFault.CODE: _l("代码不对"),
    FormFault.TOO_SHORT: _l("太短了，请写完整"),
    FormFault.TOO_LONG: _l("太长了"),
    FormFault.CONFIRM: _l("请先确认"),
    FormFault.LOCKED: _l("第一次答题后不能再改"),
    NicknameFault.TOO_SHORT: _l("至少两个字"),
    NicknameFault.TOO_LONG: _l("最多 20 个字"),
    NicknameFault.UNREADABLE: _l("含有无法显示的字符"),
    NicknameFault.PERSONAL_NUMBER: _l("请不要用手机号、证件号等号码"),
    NicknameFault.CONTACT: _l("请不要用网址或联系方式"),
    NicknameFault.WORD: _l("请换一个"),
}
SIGNALS: Final[Mapping[str, LazyString]] = {
    signals.TOO_FAST: _l("答题快得来不及读题"),
    signals.SAME_ANSWERS: _l("多份答卷的错误答案完全相同"),
    signals.SHARED_DEVICE: _l("同一设备上有很多参赛者"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the rules."""

    name: str
    text: str


def refusal_title(reason: Refusal) -> LazyString:
    return _REFUSALS.get(reason, _OTHER_REFUSAL)[0]


def refusal_advice(reason: Refusal) -> LazyString:
    return _REFUSALS.get(reason, _OTHER_REFUSAL)[1]


def fault_sentence(fault: FormFault | NicknameFault) -> str:
    return str(_FAULTS[fault])


def points(centipoints: int | None) -> str:
    """A score: ``18``, ``17.5``, ``16.67``."""
    if centipoints is None:
        return "—"
    text = format(Decimal(centipoints) / 100, ",.2f")
    return text.rstrip("0").rstrip(".")


def mean_points(centipoints: int | None) -> str:
    """An average: two decimals, so that a column of them is easy to compare."""
    return "—" if centipoints is None else f"{centipoints / 100:,.2f}"


def per_ten_thousand(per_10m: int | None, participants: int | None) -> str:
    """Participants per 10,000 residents with three decimals; empty where no population is known, never a false zero."""
    if per_10m is None:
        return ""
    return f"{per_10m / 1000:.3f}" if per_10m or not participants else "<0.001"


def clock(milliseconds: int | None) -> str:
    """A time: ``4:05.3`` in minutes, seconds and tenths."""
    if milliseconds is None:
        return "—"
    minutes, rest = divmod(max(milliseconds, 0), 60_000)
    return f"{minutes}:{rest // 1000:02}.{rest % 1000 // 100}"


def span(seconds: int) -> str:
    """A length of time in words."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return _("%(n)d 秒", n=rest)
    return _("%(m)d 分 %(s)d 秒", m=minutes, s=rest) if rest else _("%(m)d 分钟", m=minutes)


def topic_name(topic: str) -> str:
    return str(TOPICS.get(topic, topic))


def contest_name(contest: Contest) -> str:
    return pick(contest.title, contest.title_en)


def bracket_names(contest: Contest) -> dict[str, str]:
    """Names of the contest's brackets by their codes."""
    return {str(one["code"]): pick(str(one["name"]), str(one.get("name_en", ""))) for one in contest.brackets or ()}


def quota_sentence(quota: Quota) -> str:
    """How many questions of which kind at how many points."""
    parts = [topic_name(quota.topic) if quota.topic else _("任何主题")]
    parts += [str(DIFFICULTIES[quota.difficulty])] if quota.difficulty else []
    parts += [str(KINDS[quota.kind])] if quota.kind else []
    return _(
        "%(what)s %(count)d 题，每题 %(points)d 分", what=" · ".join(parts), count=quota.count, points=quota.points
    )


def rules_of(contest: Contest) -> Sequence[Rule]:
    """The rules in full, from the data that the engine works by."""
    return (
        Rule(_("答题时间"), _window(contest)),
        Rule(
            _("每份答卷"),
            _(
                "%(count)d 题，满分 %(full)s 分，限时 %(time)s；题目和选项的顺序每份不同",
                count=contest.questions_per_paper,
                full=points(contest.full_centipoints),
                time=span(contest.seconds_per_paper),
            ),
        ),
        Rule(
            _("次数"),
            _(
                "每人每天 %(day)d 次，一共 %(total)d 次",
                day=contest.attempts_per_day,
                total=contest.attempts_total,
            ),
        ),
        Rule(_("计分"), str(SCORE_MODES[contest.score_mode])),
        Rule(
            _("多选和排序"),
            _("题目注明按比例得分的：少选按比例得分，错选不得分；排序按放对的项数得分。没有注明的全对才得分"),
        ),
        Rule(_("及格"), _("%(points)s 分，及格可以领电子证书", points=points(contest.pass_centipoints))),
        Rule(
            _("排名"),
            _("先比得分，再比用时（短的在前），再比交卷先后（早的在前）；申请延长时间的答卷按全部规定时间参加用时比较"),
        ),
        Rule(_("到时间"), _("服务器计时，截止后有 3 秒宽限；到时自动交卷，已保存的答案都算")),
        Rule(_("答案和解析"), str(KEY_RULES[contest.key_rule])),
        Rule(
            _("排行榜"),
            _(
                "每 %(seconds)d 秒更新；少于 %(least)d 人的地区和单位不显示数字",
                seconds=contest.snapshot_every_s,
                least=contest.minimum_sample,
            ),
        ),
    )


def _window(contest: Contest) -> str:
    text = _("%(start)s 至 %(end)s（北京时间）", start=moment(contest.opens_at), end=moment(contest.ends_at))
    if contest.extended_to:
        text += _("，原定 %(end)s 结束", end=moment(contest.closes_at))
    if contest.study_from:
        text += _("；%(start)s 起可以学习", start=moment(contest.study_from))
    return text
