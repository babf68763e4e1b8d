"""Words of the registry's staff pages: faults, fields, states of uploads, why an import stays."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.core.drafts import DraftState
from outreach.core.files import Refusal
from outreach.core.review import State
from outreach.counties.actions.import_undoing import Why
from outreach.counties.forms_staff import Fault, Faults
from outreach.counties.models import Certainty, Origin
from outreach.counties.printed import batch_word
from outreach.counties.wording import stage_word

FAULTS: Final[dict[Fault, LazyString]] = {
    Fault.MISSING: _l("请填写这一项。"),
    Fault.TOO_LONG: _l("文字太长。"),
    Fault.UNKNOWN: _l("请从列出的选项中选择。"),
    Fault.NOT_A_DATE: _l("日期写成 2024-03-01、2024-03 或 2024。"),
    Fault.IN_THE_FUTURE: _l("日期不能晚于今天。"),
    Fault.SOURCE_MISSING: _l("依据文件和来源至少要填一个。"),
    Fault.BATCH_MISSING: _l("公布命名要写明批次，例如 7。"),
    Fault.BATCH_UNWANTED: _l("只有公布命名才有批次，请清空。"),
    Fault.NOTHING_CHANGED: _l("内容没有改动。"),
    Fault.NO_YEAR: _l("请选择一个已经结束的年份。"),
    Fault.NO_FIGURE: _l("请填数字，例如 35.2；比例也可写成 12/30，不超过 100。"),
    Fault.NOTHING_FILLED: _l("请至少填写一项数据或备注。"),
    Fault.FILES_MANY: _l("最多 3 个附件。"),
    Fault.FILE_MISSING: _l("请选择文件。"),
    Fault.FILE_EMPTY: _l("文件是空的。"),
    Fault.FILE_TOO_LONG: _l("文件超过 8 MB。"),
    Fault.FILE_WRONG_TYPE: _l("不接受这种文件，或其中的文字无法识别；文字请用 UTF-8、UTF-16 或 GB18030 编码。"),
    Fault.FILE_QUOTA: _l("您上传而未使用的文件太多，请等待旧文件过期或联系系统管理员。"),
}
REFUSALS: Final[dict[Refusal, Fault]] = {
    Refusal.EMPTY: Fault.FILE_EMPTY,
    Refusal.TOO_LONG: Fault.FILE_TOO_LONG,
    Refusal.WRONG_TYPE: Fault.FILE_WRONG_TYPE,
    Refusal.QUOTA: Fault.FILE_QUOTA,
}
FIELDS: Final[dict[str, LazyString]] = {
    "name_en": _l("英文名称"),
    "note": _l("备注"),
    "note_en": _l("备注（英文）"),
    "certainty": _l("可信程度"),
    "stage": _l("步骤"),
    "on": _l("日期"),
    "document": _l("依据文件"),
    "source": _l("来源"),
    "batch": _l("批次"),
    "is_removed": _l("这一步"),
    "year": _l("年份"),
    "remark": _l("备注"),
}
CERTAINTY_WORDS: Final[dict[Certainty, LazyString]] = {
    Certainty.SOURCED: _l("有来源"),
    Certainty.SINGLE_SOURCE: _l("只有一个来源"),
    Certainty.RECALLED: _l("未见可引用的来源"),
}
ORIGINS: Final[dict[Origin, LazyString]] = {
    Origin.FACTS: _l("随网站提供"),
    Origin.IMPORT: _l("导入的名单"),
    Origin.STAFF: _l("工作人员记录"),
}
PROPOSAL_STATES: Final[dict[State, LazyString]] = {
    State.DRAFT: _l("草稿"),
    State.SUBMITTED: _l("待审核"),
    State.SENT_BACK: _l("已退回"),
    State.APPROVED: _l("已通过，待发布"),
    State.SCHEDULED: _l("已通过，定时发布"),
    State.PUBLISHED: _l("已发布"),
    State.CORRECTED: _l("已被更正"),
    State.WITHDRAWN: _l("已撤回"),
}
DRAFT_STATES: Final[dict[DraftState, LazyString]] = {
    DraftState.READING: _l("正在预览"),
    DraftState.READY: _l("等待核对"),
    DraftState.REFUSED: _l("不能导入"),
    DraftState.APPLYING: _l("正在导入"),
    DraftState.APPLIED: _l("已导入"),
    DraftState.DISCARDED: _l("已放弃"),
}
OBSTACLES: Final[dict[Why, LazyString]] = {
    Why.UNDONE: _l("这次导入已经撤销。"),
    Why.REVIEW_DECIDED: _l("这次导入的待核对名称已有人作出认定，不能整次撤销。"),
    Why.STEP_CORRECTED: _l("这次导入的命名已被更正，不能整次撤销。"),
    Why.STEP_FOLLOWED: _l("命名之后又记录了别的步骤，撤销后历史不成立。请先更正这些县的记录。"),
    Why.LATER_IMPORT: _l("后来的导入以这次的记录为准，请先撤销后来的导入。"),
}


def said(faults: Faults) -> dict[str, str]:
    """The faults of a form by the field that they stand at."""
    return {name: str(FAULTS[fault]) for name, fault in faults.items()}


def field_word(name: str) -> str:
    return str(FIELDS.get(name, name))


def value_word(name: str, value: Any) -> str:
    """A field's value in words; empty for nothing."""
    if name == "is_removed":
        return _("作废") if value else _("有效")
    if value is None or value == "":
        return ""
    if name == "stage":
        return stage_word(str(value))
    if name == "certainty":
        return str(CERTAINTY_WORDS[Certainty(value)])
    return batch_word(int(value)) if name == "batch" else str(value)
