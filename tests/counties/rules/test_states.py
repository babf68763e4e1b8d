"""States on any day: what each step makes of a unit, what cannot follow, and what uncertain dates leave open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from outreach.counties.models import Stage
from outreach.counties.rules.dates import DAY, MONTH, UNKNOWN, YEAR, last_day
from outreach.counties.rules.states import (
    STATE_AFTER,
    DatedStage,
    Due,
    StateAnswer,
    TransitionImpossible,
    UnitState,
    allowed_after,
    check_transition,
    in_order,
    is_compliant,
    named_since,
    next_due,
    state_on,
)
from tests.counties.rules.histories import BEGIN, Step, histories, true_state

#: Days on which the six batches were announced, or the last days that can be meant.
BATCH_DAYS = tuple(
    date.fromisoformat(day)
    for day in ("2019-03-13", "2019-12-31", "2020-12-01", "2021-07-15", "2022-12-31", "2023-12-31")
)
DAYS = st.one_of(st.sampled_from(BATCH_DAYS), st.dates(BEGIN, date(2035, 1, 1)))


def stage(name: str, on: str = "", order: int = 0) -> DatedStage:
    """A step with a date of the precision in which it is written."""
    precision = {0: UNKNOWN, 4: YEAR, 7: MONTH, 10: DAY}[len(on)]
    return DatedStage(name, date.fromisoformat((on + "-01-01")[:10]) if on else None, precision, order)


def story(*steps: str) -> list[DatedStage]:
    """``designated 2019-03-13`` and so on, recorded in this order."""
    return [stage(*step.split(), order=order) for order, step in enumerate(steps)]


def test_every_stage_of_the_models_makes_a_state() -> None:
    assert set(STATE_AFTER) == {item.value for item in Stage}
    assert {name for state in UnitState for name in allowed_after(state)} == set(STATE_AFTER)


def test_nothing_recorded_is_unlisted_and_certain() -> None:
    assert state_on([]) == state_on([], date(2020, 1, 1)) == StateAnswer(UnitState.UNLISTED)


@pytest.mark.parametrize(
    ("steps", "day", "state", "is_certain"),
    [
        (["designated 2019-03-13"], "2019-03-12", "unlisted", True),
        (["designated 2019-03-13"], "2019-03-13", "designated", True),
        (["designated 2019"], "2018-12-31", "unlisted", True),
        (["designated 2019"], "2019-07-01", "unlisted", False),
        (["designated 2019"], "2019-12-31", "designated", True),
        (["designated 2020-02"], "2020-02-28", "unlisted", False),
        (["designated 2020-02"], "2020-02-29", "designated", True),
        (["designated"], "2030-01-01", "unlisted", False),
        (["designated", "rechecked 2021-05-01"], "2021-04-30", "unlisted", False),
        (["designated", "rechecked 2021-05-01"], "2021-05-01", "rechecking", True),
        (["designated 2019", "rechecked 2019-11-05"], "2019-11-05", "rechecking", True),
        (["designated 2019-03-13", "rechecked 2024", "kept 2024-06"], "2024-03-01", "designated", False),
        (["designated 2019-03-13", "rechecked 2024", "kept 2024-06"], "2024-06-30", "kept", True),
        (["designated 2019-03-13", "rechecked 2024-02-01", "rectifying 2024-03-01"], "2024-03-01", "rectifying", True),
        (["designated 2019-03-13", "cancelled 2024-03-01"], "2024-03-01", "cancelled", True),
        (["designated 2019-03-13", "cancelled 2024-03-01", "designated 2025-12-01"], "2026-01-01", "designated", True),
    ],
)
def test_the_state_on_a_day(steps: list[str], day: str, state: str, is_certain: bool) -> None:
    answer = state_on(story(*steps), date.fromisoformat(day))
    assert (answer.state, answer.is_certain) == (state, is_certain)


def test_the_present_counts_what_has_no_date_and_says_that_it_is_uncertain() -> None:
    assert state_on(story("designated")) == StateAnswer(UnitState.DESIGNATED, None, UNKNOWN, is_certain=False)
    assert state_on(story("designated", "cancelled 2024")).is_certain


def test_steps_that_were_recorded_late_find_their_place() -> None:
    recorded = story("designated 2019", "reviewed 2019", "applied 2019-02")
    assert in_order(recorded)[-1].stage == "designated"
    assert state_on(recorded).state == UnitState.DESIGNATED


@pytest.mark.parametrize(
    ("steps", "new", "state"),
    [
        ([], "kept 2020", "unlisted"),
        ([], "rechecked 2020", "unlisted"),
        ([], "cancelled 2020", "unlisted"),
        (["designated 2019-03-13"], "designated 2020", "designated"),
        (["designated 2019-03-13"], "applied 2020", "designated"),
        (["designated 2019-03-13"], "kept 2024", "designated"),
        (["designated 2019-03-13"], "rectifying 2024", "designated"),
        (["designated 2019-03-13"], "rechecked 2018", "unlisted"),
        (["designated 2019-03-13", "rechecked 2024-01", "kept 2024-02"], "kept 2024-03", "kept"),
        (["designated 2019-03-13", "cancelled 2024-02"], "rechecked 2024-03", "cancelled"),
        (["designated 2019-03-13", "rechecked 2024-01", "kept 2024-02"], "cancelled 2023-12", "cancelled"),
    ],
)
def test_a_step_that_cannot_follow_is_refused(steps: list[str], new: str, state: str) -> None:
    with pytest.raises(TransitionImpossible) as caught:
        check_transition(story(*steps), stage(*new.split(), order=99))
    assert caught.value.state == state


@pytest.mark.parametrize(
    ("steps", "new"),
    [
        ([], "designated"),
        (["designated 2019-03-13"], "applied 2018"),
        (["designated 2019-03-13"], "rechecked"),
        (["designated 2019-03-13", "rechecked 2024-01-05"], "kept 2024"),
        (["designated 2019-03-13", "rechecked 2024-01-05", "rectifying 2024-02"], "kept 2024-12"),
        (["designated 2019-03-13", "cancelled 2024-02-01"], "designated 2025"),
    ],
)
def test_a_step_that_can_follow_is_taken(steps: list[str], new: str) -> None:
    check_transition(story(*steps), stage(*new.split(), order=99))


@pytest.mark.parametrize(
    ("steps", "due"),
    [
        ([], None),
        (["designated"], None),
        (["applied 2018"], None),
        (["designated 2019-03-13"], Due(date(2024, 3, 13), DAY, date(2019, 3, 13), is_past=True)),
        (["designated 2020-02-29"], Due(date(2025, 3, 1), DAY, date(2020, 2, 29), is_past=True)),
        (["designated 2021"], Due(date(2026, 1, 1), YEAR, date(2021, 1, 1), is_past=False)),
        (["designated 2019-03-13", "rechecked 2024"], Due(date(2024, 3, 13), DAY, date(2019, 3, 13), is_past=True)),
        (
            ["designated 2019-03-13", "rechecked 2024", "kept 2024-06"],
            Due(date(2029, 6, 1), MONTH, date(2024, 6, 1), is_past=False),
        ),
        (["designated 2019-03-13", "cancelled 2024"], None),
        (
            ["designated 2019-03-13", "cancelled 2024", "designated 2025-12-01"],
            Due(date(2030, 12, 1), DAY, date(2025, 12, 1), is_past=False),
        ),
    ],
)
def test_the_next_assessment_is_due_after_five_full_years(steps: list[str], due: Due | None) -> None:
    assert next_due(story(*steps), date(2026, 6, 1)) == due


def test_a_named_unit_is_compliant_until_the_naming_is_cancelled() -> None:
    assert {state for state in UnitState if is_compliant(state)} == {"designated", "kept", "rechecking", "rectifying"}


def test_the_naming_that_holds_is_the_last_one_that_was_not_cancelled() -> None:
    events = story("designated 2019-03-13", "rechecked 2023-05", "cancelled 2024-01-01", "designated 2025-12-01")
    for day, expected in (("2019-03-12", None), ("2023-06-01", 2019), ("2024-06-01", None), ("2026-01-01", 2025)):
        naming = named_since(events, date.fromisoformat(day))
        assert (naming and naming.on and naming.on.year) == expected


@given(histories(precisions=(DAY,)), DAYS)
def test_with_full_dates_the_state_on_any_day_is_what_a_plain_replay_says(steps: list[Step], day: date) -> None:
    answer = state_on([step.printed for step in steps], day)
    assert (answer.state, answer.is_certain) == (true_state(steps, day), True)


@given(histories(), DAYS)
def test_whenever_the_answer_is_certain_it_is_true_however_vague_the_dates(steps: list[Step], day: date) -> None:
    answer = state_on([step.printed for step in steps], day)
    if answer.is_certain:
        assert answer.state == true_state(steps, day)


@given(histories(), DAYS)
def test_the_answer_agrees_with_a_replay_of_last_possible_days(steps: list[Step], day: date) -> None:
    state = UnitState.UNLISTED
    for position, step in enumerate(steps):
        ends = [last_day(later.printed.on, later.printed.precision) for later in steps[position:]]
        if any(end is not None and end <= day for end in ends):
            state = STATE_AFTER[step.printed.stage]
    assert state_on([step.printed for step in steps], day).state == state


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_list_does_not_matter(steps: list[Step], chance: object) -> None:
    events = [step.printed for step in steps]
    mixed = events.copy()
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis hands out a random.Random
    assert in_order(mixed) == events


@given(histories())
def test_at_present_everything_recorded_has_happened(steps: list[Step]) -> None:
    answer = state_on([step.printed for step in steps])
    assert answer.state == true_state(steps, date.max)
    assert answer.is_certain == (not steps or steps[-1].printed.precision != UNKNOWN)


@given(histories(), DAYS)
def test_no_day_is_called_compliant_before_a_naming_is_certain(steps: list[Step], day: date) -> None:
    events = [step.printed for step in steps]
    answer = state_on(events, day)
    assert is_compliant(answer.state) == (named_since(events, day) is not None)
    if is_compliant(answer.state):
        assert any(step.printed.stage == "designated" and step.true_day <= day for step in steps)


@given(histories())
def test_every_step_of_a_possible_history_can_be_recorded_in_turn(steps: list[Step]) -> None:
    for position, step in enumerate(steps):
        check_transition([earlier.printed for earlier in steps[:position]], step.printed)


@given(histories(precisions=(DAY,), longest=4), DAYS)
def test_what_is_allowed_next_is_exactly_what_is_not_refused(steps: list[Step], day: date) -> None:
    assume(len({step.true_day for step in steps}) == len(steps))  # on one day the order is open
    events = [step.printed for step in steps if step.true_day <= day]
    now = state_on(events).state
    after = day + timedelta(days=800)
    for name in STATE_AFTER:
        new = DatedStage(name, after, DAY, 99)
        try:
            check_transition(events, new)
        except TransitionImpossible:
            assert name not in allowed_after(now)
        else:
            assert name in allowed_after(now)
