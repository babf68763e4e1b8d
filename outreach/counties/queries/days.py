"""States of all units on one day: worked out once per generation and day, then columns to filter and count by."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Final, NamedTuple

import numpy as np

from outreach.counties.queries.snapshot import BatchItem, Codes, CountySnapshot, EventItem, Rows, UnitItem
from outreach.counties.rules.states import StateAnswer, UnitState, named_since, state_on

#: States in the order of filters and tables: what is named first.
STATES: Final = (
    UnitState.DESIGNATED,
    UnitState.KEPT,
    UnitState.RECHECKING,
    UnitState.RECTIFYING,
    UnitState.CANCELLED,
    UnitState.REVIEWED,
    UnitState.PREFILED,
    UnitState.APPLIED,
    UnitState.UNLISTED,
)
UNLISTED: Final = StateAnswer(UnitState.UNLISTED)
#: Days that are kept beside the present; visitors ask for the ends of years and for batch days.
KEPT_DAYS: Final = 24


class Standing(NamedTuple):
    """A unit on one day: its state, the step that made it, and the naming that it goes back to."""

    answer: StateAnswer
    #: The step that made the state; None without one.
    event: EventItem | None = None
    #: The last naming by that day, even if it was cancelled since.
    naming: EventItem | None = None

    @property
    def state(self) -> UnitState:
        return self.answer.state

    @property
    def batch(self) -> BatchItem | None:
        return self.naming.batch if self.naming else None


NOTHING: Final = Standing(UNLISTED)


def standing_of(unit: UnitItem, day: date | None) -> Standing:
    """The unit on ``day``; without a day at present."""
    if not unit.events:
        return NOTHING
    events = {event.id: event for event in unit.events}
    dated = [event.dated for event in unit.events]
    answer = state_on(dated, day)
    made = [item for item in unit.events if (item.on, item.precision) == (answer.since, answer.since_precision)]
    event = next((item for item in made if STATE_STAGES[answer.state] == item.stage), None)
    naming = named_since(dated, day)
    if naming is None and answer.state is not UnitState.UNLISTED:
        # Whoever was named and lost it was named before the steps that followed.
        past = [item for item in unit.events if item.stage == "designated" and _is_before(item, event)]
        return Standing(answer, event, past[-1] if past else None)
    return Standing(answer, event, events[naming.order] if naming else None)


def _is_before(naming: EventItem, event: EventItem | None) -> bool:
    return event is not None and (naming.on or date.max) <= (event.on or date.max)


#: The stage that makes each state.
STATE_STAGES: Final = {
    UnitState.UNLISTED: "",
    UnitState.APPLIED: "applied",
    UnitState.PREFILED: "prefiled",
    UnitState.REVIEWED: "reviewed",
    UnitState.DESIGNATED: "designated",
    UnitState.RECHECKING: "rechecked",
    UnitState.KEPT: "kept",
    UnitState.RECTIFYING: "rectifying",
    UnitState.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class DayView:
    """All units on one day. Codes number the values of a filter from 1; 0 is none."""

    snapshot: CountySnapshot
    day: date | None
    standings: Sequence[Standing]
    #: Values of the filters that hang on the day, in their printed order.
    batches: Sequence[BatchItem]
    years: Sequence[int]
    state_codes: Codes
    batch_codes: Codes
    year_codes: Codes
    #: Rows in the order of each sort.
    orders: dict[str, Rows]


def view_day(snapshot: CountySnapshot, day: date | None) -> DayView:
    """Work out the states of all units on ``day``; without a day at present."""
    standings = [standing_of(unit, day) for unit in snapshot.units]
    batches = announced_by(snapshot, day)
    namings = [standing.naming.on if standing.naming else None for standing in standings]
    years = sorted({on.year for on in namings if on}, reverse=True)
    batch_places = {batch.id: place for place, batch in enumerate(snapshot.batches, 1)}
    batch_codes = np.array(
        [batch_places[standing.batch.id] if standing.batch else 0 for standing in standings], np.uint8
    )
    days = np.array([on.toordinal() if on else 0 for on in namings], np.int32)
    return DayView(
        snapshot=snapshot,
        day=day,
        standings=standings,
        batches=batches,
        years=years,
        state_codes=np.array([STATES.index(standing.state) + 1 for standing in standings], np.uint8),
        batch_codes=batch_codes,
        year_codes=np.array([years.index(on.year) + 1 if on else 0 for on in namings], np.uint8),
        orders={
            "code": np.arange(snapshot.size, dtype=np.int32),
            "name": snapshot.by_name,
            "date": np.argsort(-days, kind="stable").astype(np.int32),
            "batch": np.argsort(np.where(batch_codes, batch_codes, 255), kind="stable").astype(np.int32),
        },
    )


def announced_by(snapshot: CountySnapshot, day: date | None) -> list[BatchItem]:
    """The batches that were certainly announced by ``day``."""
    return [batch for batch in snapshot.batches if day is None or (batch.last_day or date.max) <= day]


class Days:
    """The day views of one snapshot, the longest unused going first. Safe between threads."""

    def __init__(self, snapshot: CountySnapshot) -> None:
        self.snapshot = snapshot
        self._views: OrderedDict[date | None, DayView] = OrderedDict()
        self._lock = Lock()

    def get(self, day: date | None) -> DayView:
        """The view of ``day``; None is the present."""
        with self._lock:
            if (found := self._views.get(day)) is not None:
                self._views.move_to_end(day)
                return found
        view = view_day(self.snapshot, day)
        with self._lock:
            self._views[day] = view
            while len(self._views) > KEPT_DAYS + 1:
                self._views.popitem(last=False)
        return view
