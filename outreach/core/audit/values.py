"""Values on their way into the log: anything becomes plain JSON, personal values become marks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from flask import current_app

#: Longest text that is kept of one value, and most items of one list or mapping.
LONGEST = 2000
MOST = 500
_DEEPEST = 6


def clean(text: str, length: int = LONGEST) -> str:
    """``text`` as both databases can keep it: no NUL, no halves of characters, at most ``length`` characters."""
    whole = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    return whole if len(whole) <= length else whole[: length - 1] + "…"


def plain(value: object, depth: int = 0) -> Any:
    """``value`` as JSON knows it; numbers that JSON lacks, dates, choices and everything else as text."""
    if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**53):
        return value
    if isinstance(value, Enum):
        return plain(value.value, depth)
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if depth >= _DEEPEST:
        return clean(str(value))
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {clean(str(key), 200): plain(item, depth + 1) for key, item in [*value.items()][:MOST]}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return [plain(item, depth + 1) for item in [*items][:MOST]]
    return clean(str(value))


def masked(values: Mapping[str, Any], personal: Collection[str]) -> dict[str, Any]:
    """``values`` with those named in ``personal`` replaced by a mark that is the same only for the same value.

    So a reader sees that a telephone number changed, but neither the old nor the new one.
    """
    return {name: _mark(value) if name in personal else value for name, value in values.items()}


def _mark(value: object) -> str:
    if value is None or value == "":
        return ""
    return f"•••{current_app.extensions['audit_keys'].fingerprint(clean(str(value)))}"
