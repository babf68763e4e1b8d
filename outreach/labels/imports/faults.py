"""The sentences for faults in the content files of the standards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.labels.actions.standards_files import Fault, FaultKind

_SENTENCES: Final[Mapping[FaultKind, LazyString]] = {
    FaultKind.FILE_MISSING: _l("%(place)s：文件不存在。"),
    FaultKind.COLUMNS_WRONG: _l("%(place)s：列不对，应当是 %(value)s。"),
    FaultKind.VALUE_MISSING: _l("%(place)s：不能为空。"),
    FaultKind.VALUE_WRONG: _l("%(place)s：「%(value)s」不对。"),
    FaultKind.KEY_REPEATED: _l("%(place)s：「%(value)s」重复。"),
    FaultKind.UNKNOWN_REFERENCE: _l("%(place)s：没有「%(value)s」。"),
    FaultKind.BAND_EMPTY: _l("%(place)s：上下限都为空，或下限不小于上限。"),
    FaultKind.RANKS_BROKEN: _l("%(place)s：%(value)s 的等级次序要从 1 起连续。"),
    FaultKind.STILL_USED: _l("%(place)s：「%(value)s」还在被使用，不能删除。"),
}


def fault_sentence(fault: Fault) -> str:
    """The fault with file, line and column."""
    place = fault.file + (f":{fault.line}" if fault.line else "") + (f" {fault.column}" if fault.column else "")
    return str(_SENTENCES[fault.kind]) % {"place": place, "value": fault.value}
