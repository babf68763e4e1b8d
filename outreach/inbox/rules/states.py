"""What can happen to a letter, when, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """How far a letter is."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CLOSED = "closed"
    REJECTED = "rejected"
    MERGED = "merged"


class Step(StrEnum):
    """What the staff can do with a letter."""

    ASSIGN = "assign"
    REPLY = "reply"
    CLOSE = "close"
    REJECT = "reject"
    MERGE = "merge"
    REOPEN = "reopen"
    NOTE = "note"
    #: The site itself, or the writer: contact and attachment were deleted.
    FORGET = "forget"


#: Waiting for an answer; the clock runs.
OPEN: Final = frozenset({State.RECEIVED, State.ASSIGNED})
#: Nothing more is done; the term of contact and attachment runs.
ENDED: Final = frozenset({State.CLOSED, State.REJECTED, State.MERGED})

#: From which states a step leads where. An answer may be corrected until the letter is closed.
STEPS: Final[Mapping[Step, Mapping[State, State]]] = {
    Step.ASSIGN: {
        State.RECEIVED: State.ASSIGNED,
        State.ASSIGNED: State.ASSIGNED,
        State.ANSWERED: State.ANSWERED,
    },
    Step.REPLY: {
        State.RECEIVED: State.ANSWERED,
        State.ASSIGNED: State.ANSWERED,
        State.ANSWERED: State.ANSWERED,
    },
    Step.CLOSE: {State.ANSWERED: State.CLOSED},
    Step.REJECT: {State.RECEIVED: State.REJECTED, State.ASSIGNED: State.REJECTED},
    Step.MERGE: {State.RECEIVED: State.MERGED, State.ASSIGNED: State.MERGED},
    Step.REOPEN: dict.fromkeys((State.ANSWERED, *sorted(ENDED)), State.ASSIGNED),
    Step.NOTE: {state: state for state in State},
}
#: Steps that only who has the letter may take; nobody has it yet: whoever takes the step.
OF_THE_ASSIGNEE: Final = frozenset({Step.REPLY, Step.CLOSE, Step.REJECT, Step.MERGE})


def leads_to(step: Step, state: str) -> State | None:
    """The state after the step; None where it cannot be taken."""
    return STEPS.get(step, {}).get(State(state))


def is_of_other(step: Step, assignee_id: int | None, staff_id: int) -> bool:
    """Whether the letter is somebody else's to do this with; they can take it over first, which is recorded."""
    return step in OF_THE_ASSIGNEE and assignee_id is not None and assignee_id != staff_id
