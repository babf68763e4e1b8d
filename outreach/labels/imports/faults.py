"""The sentences for faults in the content files of the standards."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.core import content_files
from outreach.labels.actions.standards_files import Contradiction

_SENTENCES: Final[Mapping[StrEnum, LazyString]] = {
    Contradiction.BAND_EMPTY: _l("%(place)s：上下限都为空，或下限不小于上限。"),
    Contradiction.RANKS_BROKEN: _l("%(place)s：%(value)s 的等级次序要从 1 起连续。"),
    Contradiction.STILL_USED: _l("%(place)s：「%(value)s」还在被使用，不能删除。"),
}


def fault_sentence(fault: content_files.Fault) -> str:
    """The fault with file, line and column."""
    return content_files.fault_sentence(fault, _SENTENCES)
