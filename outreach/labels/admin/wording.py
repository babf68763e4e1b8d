"""Words of the registry's staff pages: faults of forms, outcomes of rows, why an import cannot be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.core.drafts import DraftState
from outreach.core.files.storing import Refusal
from outreach.core.i18n import pick
from outreach.labels.forms_upkeep import Fault, Faults
from outreach.labels.imports.reports import OUTCOMES
from outreach.labels.queries.undoing import Why
from outreach.labels.wording import FIELDS, status_word

FAULTS: Final[Mapping[Fault, LazyString]] = {
    Fault.MISSING: _l("请填写。"),
    Fault.TOO_LONG: _l("文字太长。"),
    Fault.NOT_A_NUMBER: _l("请填数值，例如 4.8。"),
    Fault.OUT_OF_RANGE: _l("数值超出合理范围。"),
    Fault.NOT_A_DATE: _l("请填日期，例如 2026-05-21。"),
    Fault.IN_THE_FUTURE: _l("日期不能晚于今天。"),
    Fault.BEFORE_ANNOUNCEMENT: _l("日期不能早于登记的公告日期。"),
    Fault.UNKNOWN: _l("没有这个选项，请从列表中选择。"),
    Fault.NOTHING_CHANGED: _l("没有改动任何内容。"),
    Fault.NOTHING_CHOSEN: _l("没有选中任何登记。"),
    Fault.SAME_STATE: _l("选中的登记已经是这个状态。"),
    Fault.SAME_MAKER: _l("请选择另一个生产者。"),
    Fault.FILE_MISSING: _l("请选择文件。"),
    Fault.FILE_EMPTY: _l("文件是空的。"),
    Fault.FILE_TOO_LONG: _l("文件超过 8 MB。"),
    Fault.FILE_WRONG_TYPE: _l("不接受这种文件，或其中的文字无法识别；文字请用 UTF-8、UTF-16 或 GB18030 编码。"),
    Fault.FILE_QUOTA: _l("您上传的文件太多，请先处理或放弃以前的上传。"),
}
REFUSALS: Final[Mapping[Refusal, Fault]] = {
    Refusal.EMPTY: Fault.FILE_EMPTY,
    Refusal.TOO_LONG: Fault.FILE_TOO_LONG,
    Refusal.WRONG_TYPE: Fault.FILE_WRONG_TYPE,
    Refusal.QUOTA: Fault.FILE_QUOTA,
}
DRAFT_STATES: Final[Mapping[DraftState, LazyString]] = {
    DraftState.READING: _l("正在读取"),
    DraftState.READY: _l("待核对"),
    DraftState.REFUSED: _l("不能导入"),
    DraftState.APPLYING: _l("正在导入"),
    DraftState.APPLIED: _l("已导入"),
    DraftState.DISCARDED: _l("已放弃"),
}
OBSTACLES: Final[Mapping[Why, LazyString]] = {
    Why.DEMO: _l("演示数据不是导入的，用 flask demo 命令清除。"),
    Why.DONE: _l("这次导入已经撤销。"),
    Why.NOT_NEWEST: _l("在它之后还有导入，要从最新的一次开始依次撤销。"),
    Why.DECIDED: _l("导入之后，工作人员对它带来或改动的登记做过更正或状态变更。请先在审核中撤回这些修改。"),
    Why.TOO_OLD: _l("导入之前的内容已不再保留，不能撤销。每个来源只保留最近三次。"),
}
OUTCOME_NAMES: Final[Mapping[str, LazyString]] = {outcome.value: name for outcome, name in OUTCOMES.items()}


def said(faults: Faults) -> dict[str, str]:
    """The sentences of faults, by field."""
    return {name: str(FAULTS[fault]) for name, fault in faults.items()}


def field_name(field: str, metrics: Mapping[str, tuple[str, str]]) -> str:
    """What a field of a registration is called; figures go by their metric's name."""
    if field == "status":
        return _("状态")
    if field in FIELDS:
        return str(FIELDS[field])
    return pick(*metrics[field]) if field in metrics else field


def value_word(field: str, value: Any) -> str:
    """A recorded value as text; empty for none."""
    if value in (None, ""):
        return ""
    return status_word(value) if field == "status" else str(value)
