"""No path leads from a draft to anything that counts without a second person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.review.rules import STEPS, Part, State, Step, may_take, part_of, steps_of

#: Where each step leads; None: the state stays.
ENDS = {
    Step.REVISE: None,
    Step.SUBMIT: State.SUBMITTED,
    Step.SEND_BACK: State.SENT_BACK,
    Step.APPROVE: State.APPROVED,
    Step.PUBLISH: State.PUBLISHED,
    Step.WITHDRAW: State.WITHDRAWN,
    Step.COMMENT: None,
    Step.CORRECT: None,
}
COUNTING = {State.APPROVED, State.SCHEDULED, State.PUBLISHED, State.CORRECTED}


@given(st.lists(st.tuples(st.sampled_from(Step), st.sampled_from(Part)), max_size=40))
def test_without_a_decider_nothing_ever_counts(walk: list[tuple[Step, Part]]) -> None:
    state, has_decided = State.DRAFT, False
    for step, part in walk:
        if may_take(step, state, part):
            state = ENDS[step] or state
            has_decided |= step is Step.APPROVE and part is Part.DECIDER
    assert has_decided or state not in COUNTING


def test_only_deciders_approve_publish_and_send_back() -> None:
    for step in (Step.APPROVE, Step.PUBLISH, Step.SEND_BACK):
        assert set().union(*STEPS[step].values()) == {Part.DECIDER}


@given(st.booleans(), st.booleans())
def test_an_author_is_never_a_decider_whatever_rights_they_hold(may_decide: bool, may_edit: bool) -> None:
    assert part_of(is_author=True, may_decide=may_decide, may_edit=may_edit) is Part.AUTHOR


@pytest.mark.parametrize("state", State)
def test_a_stranger_may_do_nothing(state: State) -> None:
    assert steps_of(state, Part.STRANGER) == frozenset()


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.CORRECTED])
def test_what_is_finished_stays_finished(state: State) -> None:
    assert all(steps_of(state, part) == frozenset() for part in Part)
