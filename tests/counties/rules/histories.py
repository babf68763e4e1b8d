"""Invented histories of one unit for property tests: what truly happened day by day, and what papers print of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

from outreach.counties.rules.dates import DAY, MONTH, UNKNOWN, YEAR, first_day
from outreach.counties.rules.states import STATE_AFTER, DatedStage, UnitState, allowed_after

BEGIN = date(2017, 1, 1)
PRECISIONS = (DAY, MONTH, YEAR, UNKNOWN)


@dataclass(frozen=True)
class Step:
    """One step with the day on which it truly happened, and what is printed of that day."""

    true_day: date
    printed: DatedStage


@st.composite
def histories(draw: st.DrawFn, precisions: tuple[str, ...] = PRECISIONS, longest: int = 9) -> list[Step]:
    """A possible history in its true order; some steps fall on the same day."""
    state, day, steps = UnitState.UNLISTED, BEGIN, []
    for order in range(draw(st.integers(0, longest))):
        stage = draw(st.sampled_from(sorted(allowed_after(state))))
        day += timedelta(days=draw(st.one_of(st.just(0), st.integers(1, 900))))
        precision = draw(st.sampled_from(precisions))
        steps.append(Step(day, DatedStage(stage, first_day(day, precision), precision, order)))
        state = STATE_AFTER[stage]
    return steps


def true_state(steps: list[Step], day: date) -> UnitState:
    """What the unit truly was at the end of ``day``."""
    state = UnitState.UNLISTED
    for step in steps:
        if step.true_day <= day:
            state = STATE_AFTER[step.printed.stage]
    return state
