"""The sentences for faults in the registry's content files, and for what a load did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.counties.actions.facts import FactsReport
from outreach.counties.actions.facts_files import Fault, FaultKind

_SENTENCES: Final[Mapping[FaultKind, LazyString]] = {
    FaultKind.FILE_MISSING: _l("%(place)s：文件不存在。"),
    FaultKind.COLUMNS_WRONG: _l("%(place)s：列不对，应当是 %(value)s。"),
    FaultKind.VALUE_MISSING: _l("%(place)s：不能为空。"),
    FaultKind.VALUE_WRONG: _l("%(place)s：「%(value)s」不对。"),
    FaultKind.KEY_REPEATED: _l("%(place)s：「%(value)s」重复。"),
    FaultKind.UNKNOWN_REFERENCE: _l("%(place)s：没有「%(value)s」。"),
}


def fault_sentence(fault: Fault) -> str:
    """The fault with file, line and column."""
    place = fault.file + (f":{fault.line}" if fault.line else "") + (f" {fault.column}" if fault.column else "")
    return str(_SENTENCES[fault.kind]) % {"place": place, "value": fault.value}


def facts_lines(report: FactsReport) -> Iterator[str]:
    """What a load did, line by line."""
    yield _(
        "县域事实：新增 %(added)d，更新 %(updated)d，删除 %(removed)d，不变 %(unchanged)d。",
        added=report.added,
        updated=report.updated,
        removed=report.removed,
        unchanged=report.unchanged,
    )
    for name in report.kept:
        yield _("不再出现在文件里，但还被使用，已保留：%(name)s", name=name)
    for name in report.refused:
        yield _("命名与已有记录矛盾，没有写入：%(name)s", name=name)
