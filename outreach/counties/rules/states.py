"""The state of a unit on any day, from the dated steps of the procedure.

建设申报 → 预审备案 → 审核认定 → 发布 → 复核 → 保持, 限期整改 or 取消命名. The steps before the naming are seldom
published, so each of them may be missing; a re-check must be recorded before its outcome.

Dates may be a month or a year. Such a step counts from the last day that it can mean, so nobody is called compliant
before that is certain; while it may already have happened, the answer is marked uncertain. A step without any date
counts only for the present, or from the next dated step that must have come after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from outreach.counties.rules.dates import UNKNOWN, first_day, last_day, years_later

#: Full years after which a named county is assessed again.
YEARS_TO_RECHECK: Final = 5
#: Where a source was seen for that rule: 山东, from 2023. Elsewhere it is shown with 「待核实」.
RULE_PROVINCES: Final = frozenset({"370000"})
RULE_SINCE_YEAR: Final = 2023
#: After so many failed attempts to find a possible order the record alone decides; real histories need a handful.
MOST_DEAD_ENDS: Final = 1000


class UnitState(StrEnum):
    """What a unit is on one day. ``unlisted`` means that nothing is recorded, never that it fails."""

    UNLISTED = "unlisted"
    APPLIED = "applied"
    PREFILED = "prefiled"
    REVIEWED = "reviewed"
    DESIGNATED = "designated"
    KEPT = "kept"
    RECHECKING = "rechecking"
    RECTIFYING = "rectifying"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class DatedStage:
    """One recorded step. ``on`` is the first day that the date can mean; ``order`` says which was recorded first."""

    stage: str
    on: date | None
    precision: str
    order: int


@dataclass(frozen=True, slots=True)
class StateAnswer:
    """The state on a day, the date of the step that made it, and whether uncertain dates could change it."""

    state: UnitState
    since: date | None = None
    since_precision: str = UNKNOWN
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Due:
    """When the next assessment is due, with the precision of the date it is counted from."""

    on: date
    precision: str
    counted_from: date
    is_past: bool


class TransitionImpossible(ValueError):
    """A step that cannot follow what is recorded."""

    def __init__(self, state: UnitState, stage: str) -> None:
        super().__init__(f"{stage} cannot follow {state}")
        self.state = state
        self.stage = stage


STATE_AFTER: Final = {
    "applied": UnitState.APPLIED,
    "prefiled": UnitState.PREFILED,
    "reviewed": UnitState.REVIEWED,
    "designated": UnitState.DESIGNATED,
    "rechecked": UnitState.RECHECKING,
    "kept": UnitState.KEPT,
    "rectifying": UnitState.RECTIFYING,
    "cancelled": UnitState.CANCELLED,
}
_ANEW: Final = frozenset({"applied", "prefiled", "reviewed", "designated"})
_ALLOWED: Final = {
    UnitState.UNLISTED: _ANEW,
    UnitState.APPLIED: _ANEW,
    UnitState.PREFILED: _ANEW - {"prefiled"},
    UnitState.REVIEWED: _ANEW - {"prefiled", "reviewed"},
    UnitState.DESIGNATED: frozenset({"rechecked", "cancelled"}),
    UnitState.RECHECKING: frozenset({"kept", "rectifying", "cancelled"}),
    UnitState.RECTIFYING: frozenset({"rechecked", "kept", "cancelled"}),
    UnitState.KEPT: frozenset({"rechecked", "cancelled"}),
    UnitState.CANCELLED: _ANEW,
}
_COMPLIANT: Final = frozenset({UnitState.DESIGNATED, UnitState.KEPT, UnitState.RECHECKING, UnitState.RECTIFYING})


@dataclass(frozen=True, slots=True)
class _Placed:
    """A step with the days between which it happened: neither before the steps before it nor after those after it."""

    event: DatedStage
    earliest: date
    #: None: no dated step came after it, so it is only known to have happened by now.
    latest: date | None


def allowed_after(state: UnitState) -> frozenset[str]:
    """Stages that can follow. Who was not named, or no longer is, may apply again."""
    return _ALLOWED[state]


def is_compliant(state: UnitState) -> bool:
    """True while the unit is named: also during a re-check or a rectification, because a naming holds until the
    Ministry cancels it, and a re-check that is under way has found nothing yet.
    """
    return state in _COMPLIANT


def state_on(events: Iterable[DatedStage], day: date | None = None) -> StateAnswer:
    """The state at the end of ``day``; without a day: at present, when everything that is recorded has happened."""
    counted, is_certain = _counted(events, day)
    if not counted:
        return StateAnswer(UnitState.UNLISTED, is_certain=is_certain)
    last = counted[-1]
    return StateAnswer(STATE_AFTER[last.stage], last.on, last.precision, is_certain)


def named_since(events: Iterable[DatedStage], day: date | None = None) -> DatedStage | None:
    """The naming that holds on ``day``; None when the unit is not named then."""
    naming: DatedStage | None = None
    for event in _counted(events, day)[0]:
        if event.stage == "designated":
            naming = event
        elif not is_compliant(STATE_AFTER[event.stage]):
            naming = None
    return naming


def next_due(events: Iterable[DatedStage], today: date) -> Due | None:
    """Five full years after the naming or the last passed re-check; None when not named or the date is unknown.

    The rule was seen for 山东 only (``RULE_PROVINCES``), so everywhere else it is shown with 「待核实」.
    """
    events = tuple(events)
    naming = named_since(events)
    if naming is None:
        return None
    counted, _certain = _counted(events, None)
    passed = [event for event in counted[counted.index(naming) :] if event.stage in ("designated", "kept")][-1]
    if passed.on is None or passed.precision == UNKNOWN:
        return None
    due = years_later(passed.on, YEARS_TO_RECHECK)
    end = last_day(due, passed.precision)
    return Due(due, passed.precision, passed.on, is_past=end is not None and end < today)


def check_transition(events: Iterable[DatedStage], new: DatedStage) -> None:
    """Raises ``TransitionImpossible`` when no order that the dates allow makes a possible history with ``new``."""
    state = UnitState.UNLISTED
    for event in in_order((*events, new)):
        if event.stage not in allowed_after(state):
            raise TransitionImpossible(state, event.stage)
        state = STATE_AFTER[event.stage]


def in_order(events: Iterable[DatedStage]) -> list[DatedStage]:
    """The steps as they followed each other: by their dates; where those leave it open, as the procedure can go,
    and then as they were recorded. When no order is possible, the dates and the record alone decide.
    """
    waiting = tuple(sorted(events, key=lambda event: event.order))
    if len(waiting) < 2:
        return list(waiting)
    return _possible_order(waiting, UnitState.UNLISTED, set()) or _recorded_order(waiting)


def _possible_order(
    waiting: tuple[DatedStage, ...], state: UnitState, dead_ends: set[tuple[tuple[DatedStage, ...], UnitState]]
) -> list[DatedStage]:
    """The first order in which every step can follow the one before it; empty when there is none."""
    if (waiting, state) in dead_ends or len(dead_ends) > MOST_DEAD_ENDS:
        return []
    for event in _ready(waiting):
        if event.stage not in allowed_after(state):
            continue
        rest = tuple(other for other in waiting if other is not event)
        after = _possible_order(rest, STATE_AFTER[event.stage], dead_ends) if rest else []
        if after or not rest:
            return [event, *after]
    dead_ends.add((waiting, state))
    return []


def _recorded_order(waiting: tuple[DatedStage, ...]) -> list[DatedStage]:
    ordered: list[DatedStage] = []
    while waiting:
        chosen = _ready(waiting)[0]
        waiting = tuple(other for other in waiting if other is not chosen)
        ordered.append(chosen)
    return ordered


def _ready(waiting: tuple[DatedStage, ...]) -> list[DatedStage]:
    """Those that none of the others certainly came before, as recorded."""
    return [event for event in waiting if not _has_earlier(event, waiting)]


def _has_earlier(event: DatedStage, others: Iterable[DatedStage]) -> bool:
    """True when one of ``others`` certainly happened on an earlier day."""
    begin = first_day(event.on, event.precision)
    if begin is None:
        return False
    ends = (last_day(other.on, other.precision) for other in others if other is not event)
    return any(end is not None and end < begin for end in ends)


def _counted(events: Iterable[DatedStage], day: date | None) -> tuple[list[DatedStage], bool]:
    """The steps that have certainly happened by ``day``, in order, and whether no other step may have."""
    placed = _place(in_order(events))
    if day is None:
        return [item.event for item in placed], not placed or placed[-1].latest is not None
    counted = [item.event for item in placed if item.latest is not None and item.latest <= day]
    return counted, len(counted) == sum(item.earliest <= day for item in placed)


def _place(ordered: Sequence[DatedStage]) -> list[_Placed]:
    """Narrow each step's days by its neighbours', so that both bounds only ever grow along the history."""
    latest: list[date | None] = []
    limit: date | None = None
    for event in reversed(ordered):
        end = last_day(event.on, event.precision)
        limit = min((one for one in (end, limit) if one is not None), default=None)
        latest.append(limit)
    placed: list[_Placed] = []
    earliest = date.min
    for event, end in zip(ordered, reversed(latest), strict=True):
        earliest = max(earliest, first_day(event.on, event.precision) or date.min)
        placed.append(_Placed(event, earliest, end))
    return placed
