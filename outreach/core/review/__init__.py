"""Changes that count only after a second person has agreed: one mechanism for every slice."""

from outreach.core.review.actions import Payload, comment, propose, revise, submit, withdraw
from outreach.core.review.deciding import approve, conflict, publish, send_back
from outreach.core.review.due import counts_now, run_due
from outreach.core.review.faults import (
    AuthorCannotDecide,
    CannotBeTakenBack,
    NotTheAuthor,
    Outdated,
    ReasonMissing,
    ReviewRefused,
    TargetChanged,
    WrongState,
)
from outreach.core.review.kinds import FieldChange, ReviewKind, Timing, find_kind, review_kinds
from outreach.core.review.models import Proposal, ProposalComment
from outreach.core.review.rules import Part, State, Step

__all__ = [
    "AuthorCannotDecide",
    "CannotBeTakenBack",
    "FieldChange",
    "NotTheAuthor",
    "Outdated",
    "Part",
    "Payload",
    "Proposal",
    "ProposalComment",
    "ReasonMissing",
    "ReviewKind",
    "ReviewRefused",
    "State",
    "Step",
    "TargetChanged",
    "Timing",
    "WrongState",
    "approve",
    "comment",
    "conflict",
    "counts_now",
    "find_kind",
    "propose",
    "publish",
    "review_kinds",
    "revise",
    "run_due",
    "send_back",
    "submit",
    "withdraw",
]
