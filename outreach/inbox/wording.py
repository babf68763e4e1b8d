"""Words for letters: states, steps, clocks, faults, refusals."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.inbox.actions.handling import (
    HasFollowers,
    Moved,
    OfAnother,
    StepRefused,
    TargetMissing,
    TextMissing,
    WrongState,
)
from outreach.inbox.forms import LONGEST_CONTACT, LONGEST_SUBJECT, LONGEST_TEXT, SHORTEST_TEXT, Fault
from outreach.inbox.models import Letter
from outreach.inbox.rules.clocks import Clock, Due
from outreach.inbox.rules.states import State, Step

STATES: Final[dict[str, LazyString]] = {
    State.RECEIVED: _l("已收到"),
    State.ASSIGNED: _l("办理中"),
    State.ANSWERED: _l("已答复"),
    State.CLOSED: _l("已办结"),
    State.REJECTED: _l("不予办理"),
    State.MERGED: _l("已并入另一件"),
}
STEPS: Final[dict[str, LazyString]] = {
    Step.ASSIGN: _l("交办"),
    Step.REPLY: _l("答复"),
    Step.CLOSE: _l("办结"),
    Step.REJECT: _l("不予办理"),
    Step.MERGE: _l("并入另一件"),
    Step.REOPEN: _l("重新办理"),
    Step.NOTE: _l("内部备注"),
    Step.FORGET: _l("删除联系方式和附件"),
}
DONE: Final[dict[str, LazyString]] = {
    Step.ASSIGN: _l("已交办。"),
    Step.REPLY: _l("答复已发布在来件人的查询页面上。"),
    Step.CLOSE: _l("已办结。"),
    Step.REJECT: _l("已记为不予办理，来件人能看到理由。"),
    Step.MERGE: _l("已并入另一件。"),
    Step.REOPEN: _l("已重新办理，原答复不再显示。"),
    Step.NOTE: _l("备注已记下。"),
}
#: Signs beside the words of a clock.
CLOCK_ICONS: Final[dict[Clock, str]] = {
    Clock.RUNNING: "clock",
    Clock.SOON: "notice_warning",
    Clock.OVERDUE: "notice_danger",
    Clock.IN_TIME: "check",
    Clock.LATE: "notice_warning",
    Clock.NONE: "check",
}


def clock_words(due: Due) -> str:
    """How the time for an answer stands, in words."""
    sentences = {
        Clock.RUNNING: _("还有 %(n)s 个工作日", n=due.days),
        Clock.SOON: _("今天到期") if due.days == 0 else _("明天到期"),
        Clock.OVERDUE: _("已超期 %(n)s 个工作日", n=due.days),
        Clock.IN_TIME: _("按时答复"),
        Clock.LATE: _("答复超期"),
        Clock.NONE: _("无需答复"),
    }
    return sentences[due.clock]


def fault_words(fault: Fault) -> str:
    """What is wrong with a field, and what to do."""
    sentences = {
        Fault.KIND_MISSING: _("请选择来件类别。"),
        Fault.TEXT_SHORT: _("请写下内容，至少 %(n)s 个字。", n=SHORTEST_TEXT),
        Fault.TEXT_LONG: _("内容最多 %(n)s 个字，请删减；更多材料可以放在附件里。", n=f"{LONGEST_TEXT:,}"),
        Fault.SUBJECT_LONG: _("涉及的对象最多 %(n)s 个字。", n=LONGEST_SUBJECT),
        Fault.CONTACT_LONG: _("联系方式最多 %(n)s 个字。", n=LONGEST_CONTACT),
        Fault.CONSENT_MISSING: _("留下联系方式需要您同意我们保存它；不想留，请清空联系方式。"),
        Fault.TRAPPED: _("有一个应当留空的项目被填写了，已经清空。请再提交一次。"),
        Fault.TOO_FAST: _("提交得太快，系统无法确认是人在填写。您写的内容都在，请再提交一次。"),
        Fault.TOO_OLD: _("页面打开得太久，已经更新。您写的内容都在，请再提交一次。"),
        Fault.TOO_MANY: _("您所在的网络提交得太多，请过一会儿再提交。您写的内容都在，可以先保存下来。"),
        Fault.FILE_TYPE: _("附件只收 JPEG、PNG 图片和 PDF 文件。"),
        Fault.FILE_LONG: _("附件最大 4 MB，请缩小后重新选择。"),
        Fault.FILE_BROKEN: _("图片无法打开，可能已损坏或尺寸过大。请换一张。"),
        Fault.FILE_GONE: _("先前收到的附件已过期，请重新选择。"),
        Fault.FILE_FULL: _("目前不能接收附件。请去掉附件提交，在内容里写明，我们会联系您。"),
    }
    return sentences[fault]


def refusal(fault: StepRefused, letter: Letter) -> str:
    """Why a step was not taken, and what to do."""
    sentences = {
        Moved: _("您打开页面之后，这件来件已被别人处理。您写的内容都在，请核对现在的情况。"),
        WrongState: _("这件来件现在的状态是“%(state)s”，不能进行这一步。", state=STATES[letter.state]),
        OfAnother: _("这件来件由%(name)s办理。要由您办理，请先把它交办给自己。", name=letter.assignee_name),
        TextMissing: _("请写下内容，至少 5 个字。"),
        TargetMissing: _("没有这个编号的来件，或者它就是这一件，或者它已经并入别的来件。"),
        HasFollowers: _("已有别的来件并入这一件，它不能再并入另一件。"),
    }
    return sentences[type(fault)]


def personal_fault(numbers: list[str]) -> str:
    """Why an answer that names people's numbers is not published."""
    return _("答复会公开显示，里面有疑似个人信息：%(numbers)s。请删去或遮盖后再提交。", numbers=_("、").join(numbers))
