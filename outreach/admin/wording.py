"""Words for what the back office's records hold: states, steps, outcomes, actions, refusals."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.core.audit.models import Outcome
from outreach.core.jobs.models import JobState
from outreach.core.review import (
    AuthorCannotDecide,
    CannotBeTakenBack,
    NotTheAuthor,
    Outdated,
    ReasonMissing,
    ReviewRefused,
    State,
    Step,
    TargetChanged,
    WrongState,
)
from outreach.core.review.faults import NotReady

STATES: Final[dict[State, LazyString]] = {
    State.DRAFT: _l("草稿"),
    State.SUBMITTED: _l("待审核"),
    State.SENT_BACK: _l("已退回"),
    State.APPROVED: _l("已通过，待发布"),
    State.SCHEDULED: _l("已通过，定时发布"),
    State.PUBLISHED: _l("已发布"),
    State.CORRECTED: _l("已被更正"),
    State.WITHDRAWN: _l("已撤回"),
}
JOB_STATES: Final[dict[JobState, LazyString]] = {
    JobState.WAITING: _l("等待中"),
    JobState.RUNNING: _l("进行中"),
    JobState.DONE: _l("已完成"),
    JobState.FAILED: _l("失败"),
    JobState.INTERRUPTED: _l("已中断"),
    JobState.CANCELLED: _l("已取消"),
}
OUTCOMES: Final[dict[Outcome, LazyString]] = {
    Outcome.DONE: _l("成功"),
    Outcome.FAILED: _l("失败"),
    Outcome.DENIED: _l("被拒绝"),
}
ACTOR_KINDS: Final[dict[str, LazyString]] = {
    "staff": _l("工作人员"),
    "system": _l("系统"),
    "public": _l("公众"),
}
#: Parts that actions belong to; the rest of an action is its code.
AREAS: Final[dict[str, LazyString]] = {
    "accounts": _l("账号"),
    "audit": _l("审计"),
    "counties": _l("县域"),
    "filter": _l("筛选"),
    "inbox": _l("来件"),
    "job": _l("任务"),
    "labels": _l("水效登记"),
    "personal": _l("个人信息"),
    "press": _l("新闻"),
    "quiz": _l("竞赛"),
    "review": _l("审核"),
    "staff": _l("后台访问"),
}


def area(action: str) -> str:
    """The part of the site that an action belongs to; empty for one that is not known."""
    return str(AREAS.get(action.partition(".")[0], ""))


def refusal(fault: ReviewRefused) -> str:
    """Why a step was refused, as a sentence that says what to do."""
    if isinstance(fault, WrongState):
        return _moved_on(fault)
    if isinstance(fault, NotReady):
        return fault.words
    sentences = {
        AuthorCannotDecide: _("不能审核自己提出的修改，请由另一位审核人处理。"),
        NotTheAuthor: _("只有提出人可以修改、提交或撤回尚未审核的提案。"),
        Outdated: _("您打开页面之后，提案又有改动。请核对新的内容后再处理。"),
        TargetChanged: _("提交之后，对象已被别人修改，不能直接通过。请退回，由提出人对照新的内容重新提交。"),
        ReasonMissing: _("请写明理由。"),
        CannotBeTakenBack: _("这类内容发布后不能撤回，只能提出更正。"),
    }
    return sentences[type(fault)]


def _moved_on(fault: WrongState) -> str:
    state = STATES[fault.state]
    if fault.decided_by:
        return _("提案已由%(who)s处理，现在的状态是“%(state)s”。", who=fault.decided_by, state=state)
    return _("提案现在的状态是“%(state)s”，不能进行这一步。", state=state)


STEP_NAMES: Final[dict[Step, LazyString]] = {
    Step.SUBMIT: _l("提交审核"),
    Step.APPROVE: _l("通过"),
    Step.SEND_BACK: _l("退回"),
    Step.PUBLISH: _l("发布"),
    Step.WITHDRAW: _l("撤回"),
}
#: What the page before a step asks.
STEP_QUESTIONS: Final[dict[Step, LazyString]] = {
    Step.SUBMIT: _l("提交后由另一位同事审核，审核期间不能修改。"),
    Step.APPROVE: _l("通过后，改动立即生效；定了发布时间的，到时间自动生效。"),
    Step.SEND_BACK: _l("退回给提出人修改。请写明需要改什么。"),
    Step.PUBLISH: _l("已通过的改动将立即发布。"),
    Step.WITHDRAW: _l("撤回后提案不再处理；已经发布的，内容恢复为修改之前。"),
}
STEP_DONE: Final[dict[Step, LazyString]] = {
    Step.SUBMIT: _l("已提交审核。"),
    Step.APPROVE: _l("已通过。"),
    Step.SEND_BACK: _l("已退回。"),
    Step.PUBLISH: _l("已发布。"),
    Step.WITHDRAW: _l("已撤回。"),
}
