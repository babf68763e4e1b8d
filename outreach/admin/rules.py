"""Plain decisions of the back office: how values are told apart, and how long is too long."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

#: How long a proposal may wait for a decision before it counts as overdue.
PATIENCE: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field before and after, as text; empty where there was nothing."""

    label: str
    before: str
    after: str


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Sequence[Difference]:
    """Every field of either side, in the order in which they come."""
    old, new = before or {}, after or {}
    names = dict.fromkeys([*old, *new])
    return [Difference(name, spelled(old.get(name)), spelled(new.get(name))) for name in names]


def spelled(value: Any) -> str:
    """A recorded value as a reader takes it: text as it is, everything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def days_waited(since: datetime | None, moment: datetime) -> int:
    """Whole days that something has waited."""
    return 0 if since is None else max((moment - since).days, 0)


def is_overdue(since: datetime | None, moment: datetime) -> bool:
    """Whether something has waited longer than ``PATIENCE``."""
    return since is not None and moment - since > PATIENCE
