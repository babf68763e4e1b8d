"""Why a step is refused. Views choose the sentence; none of these leaves anything written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from outreach.core.review.rules import State, Step


class ReviewRefused(Exception):
    """A step that may not be taken."""


class AuthorCannotDecide(ReviewRefused):
    """Nobody decides on their own proposal."""


class NotTheAuthor(ReviewRefused):
    """Only the author changes, submits or withdraws what is not decided yet."""


class WrongState(ReviewRefused):
    """The proposal is in a state that this step does not start from: somebody was faster, or the page was old."""

    def __init__(self, step: Step, state: State, decided_by: str = "") -> None:
        super().__init__(f"{step} in {state}")
        self.step, self.state, self.decided_by = step, state, decided_by


class Outdated(ReviewRefused):
    """The proposal was changed after the page was shown that the decision was made on."""


class TargetChanged(ReviewRefused):
    """Somebody changed the target since the author saw it; ``now`` holds the fields that differ from ``before``."""

    def __init__(self, now: Mapping[str, Any]) -> None:
        super().__init__(", ".join(now))
        self.now = dict(now)


class ReasonMissing(ReviewRefused):
    """The step takes a reason."""


class CannotBeTakenBack(ReviewRefused):
    """A change of this kind can be corrected, not withdrawn."""


class NotReady(ReviewRefused):
    """What is proposed cannot be done as things are; ``words`` is a sentence for the person who decides."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words
