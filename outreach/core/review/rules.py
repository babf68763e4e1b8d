"""Which step leads from which state to which, and who may take it. Plain values; nothing else decides."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What somebody does with a proposal."""

    REVISE = "revise"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    COMMENT = "comment"
    CORRECT = "correct"


class Part(StrEnum):
    """What a person is to a proposal."""

    AUTHOR = "author"
    DECIDER = "decider"
    #: May edit things of this kind, but wrote another proposal.
    COLLEAGUE = "colleague"
    STRANGER = "stranger"


_A, _D, _C = Part.AUTHOR, Part.DECIDER, Part.COLLEAGUE
_S = State
#: Who may take a step, by the state that the proposal is in.
STEPS: Final[Mapping[Step, Mapping[State, frozenset[Part]]]] = {
    Step.REVISE: {_S.DRAFT: frozenset({_A}), _S.SENT_BACK: frozenset({_A})},
    Step.SUBMIT: {_S.DRAFT: frozenset({_A}), _S.SENT_BACK: frozenset({_A})},
    Step.SEND_BACK: {_S.SUBMITTED: frozenset({_D})},
    Step.APPROVE: {_S.SUBMITTED: frozenset({_D})},
    Step.PUBLISH: {_S.APPROVED: frozenset({_D})},
    Step.WITHDRAW: {
        _S.DRAFT: frozenset({_A}),
        _S.SENT_BACK: frozenset({_A}),
        _S.SUBMITTED: frozenset({_A}),
        _S.APPROVED: frozenset({_A, _D}),
        _S.SCHEDULED: frozenset({_A, _D}),
        _S.PUBLISHED: frozenset({_D}),
    },
    Step.COMMENT: dict.fromkeys(
        (_S.DRAFT, _S.SUBMITTED, _S.SENT_BACK, _S.APPROVED, _S.SCHEDULED), frozenset({_A, _D, _C})
    ),
    Step.CORRECT: {_S.PUBLISHED: frozenset({_A, _C})},
}
#: Steps that take a reason.
WITH_REASON: Final = frozenset({Step.SEND_BACK})
#: States in which a proposal waits for somebody.
OPEN: Final = frozenset({State.DRAFT, State.SUBMITTED, State.SENT_BACK, State.APPROVED, State.SCHEDULED})


def part_of(*, is_author: bool, may_decide: bool, may_edit: bool) -> Part:
    """What a person is to a proposal. Whoever wrote it is its author and nothing else, whatever rights they hold."""
    if is_author:
        return Part.AUTHOR
    if may_decide:
        return Part.DECIDER
    return Part.COLLEAGUE if may_edit else Part.STRANGER


def may_take(step: Step, state: State, part: Part) -> bool:
    """Whether somebody who is ``part`` to a proposal may take ``step`` while it is in ``state``."""
    return part in STEPS[step].get(state, frozenset())


def steps_of(state: State, part: Part) -> frozenset[Step]:
    """Every step that ``part`` may take now."""
    return frozenset(step for step in Step if may_take(step, state, part))
