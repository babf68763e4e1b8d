"""What a slice tells the self-inspection: its columns with their update clocks, and its clocks for answers.

The rules for government sites count columns that stand still or are empty, and letters without an answer. Only the
slice knows when its content last changed and who can mend it, so it says so here and the inspection walks over it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session


class Pace(StrEnum):
    """How often a column must change; the days stand in ``content/inspection/thresholds.csv``."""

    #: 动态、要闻
    NEWS = "news"
    #: 通知公告、政策文件 and everything that comes in batches
    NOTICES = "notices"
    #: Reference pages that have no clock, such as 概况信息.
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the public site. ``path`` begins its addresses; ``mend`` is the staff endpoint that fills it."""

    code: str
    label: str | LazyString
    path: str
    pace: Pace
    #: When its content last changed; None when it never had any.
    newest: Callable[[Session], datetime | None]
    #: How many entries visitors see.
    count: Callable[[Session], int]
    mend: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One letter that has no answer yet. ``href`` leads staff to it."""

    label: str
    received_at: datetime
    href: str


@dataclass(frozen=True, slots=True)
class ReplyClock:
    """Letters of one kind that wait for an answer."""

    code: str
    label: str | LazyString
    waiting: Callable[[Session], Sequence[Waiting]]


#: What ``Feature.inspections`` holds.
Inspection = Column | ReplyClock
