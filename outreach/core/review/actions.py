"""Steps of authors and colleagues: propose, revise, submit, comment, withdraw. Nothing here commits.

Rights are for views to check (``ReviewKind.part``); who is the author is checked here, whatever the view forgot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from outreach.core.audit.recording import Actor, Target, record
from outreach.core.audit.values import clean
from outreach.core.database_clock import read_clock
from outreach.core.review.faults import CannotBeTakenBack, NotTheAuthor, ReasonMissing, WrongState
from outreach.core.review.kinds import ReviewKind, Timing, find_kind
from outreach.core.review.models import Proposal, ProposalComment
from outreach.core.review.moving import add_comment, audit, move
from outreach.core.review.rules import Part, State, Step, may_take


@dataclass(frozen=True, slots=True)
class Payload:
    """What is proposed: the same fields before and after, files that belong to it, and when it shall count."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    files: tuple[int, ...] = ()
    publish_at: datetime | None = None


def propose(
    session: Session,
    kind: ReviewKind,
    target: Target,
    payload: Payload,
    author: Actor,
    note: str = "",
    *,
    corrects: Proposal | None = None,
) -> Proposal:
    """A new draft. With ``corrects`` it is to replace what that published proposal brought."""
    if author.id is None:
        raise NotTheAuthor("a proposal has a person as its author")
    if corrects is not None and corrects.state is not State.PUBLISHED:
        raise WrongState(Step.CORRECT, corrects.state)
    moment = read_clock(session)
    proposal = Proposal(
        kind=kind.code,
        target_kind=target.kind,
        target_key=target.key,
        target_label=clean(target.label, 300),
        author_id=author.id,
        author_name=clean(author.name, 300),
        state=State.DRAFT,
        version=1,
        created_at=moment,
        changed_at=moment,
        decided_by_name="",
        fault="",
        corrects_id=corrects.id if corrects else None,
        **_contents(payload, note),
    )
    session.add(proposal)
    session.flush()
    audit(session, proposal, author, "review.propose", before=payload.before, after=payload.after)
    return proposal


def revise(session: Session, proposal: Proposal, payload: Payload, author: Actor, note: str = "") -> None:
    """Change a draft, or what was sent back."""
    _must_be_author(proposal, author)
    earlier = dict(proposal.after)
    move(session, proposal, Step.REVISE, None, **_contents(payload, note))
    audit(session, proposal, author, "review.revise", before=earlier, after=payload.after)


def _contents(payload: Payload, note: str) -> dict[str, Any]:
    return {
        "before": dict(payload.before),
        "after": dict(payload.after),
        "files": list(payload.files),
        "publish_at": payload.publish_at,
        "note": clean(note),
    }


def submit(session: Session, proposal: Proposal, author: Actor) -> None:
    """Hand a draft, or what was sent back, to those who decide."""
    _must_be_author(proposal, author)
    earlier = proposal.state
    move(session, proposal, Step.SUBMIT, State.SUBMITTED, submitted_at=read_clock(session))
    _note_step(session, proposal, author, "review.submit", earlier)


def comment(session: Session, proposal: Proposal, author: Actor, text: str) -> ProposalComment:
    """Say something about a proposal that is not finished."""
    if not text.strip():
        raise ReasonMissing
    if not may_take(Step.COMMENT, proposal.state, Part.COLLEAGUE):
        raise WrongState(Step.COMMENT, proposal.state)
    added = add_comment(session, proposal, author, text)
    record(session, actor=author, action="review.comment", target=_target(proposal), after={"comment": text})
    return added


def withdraw(session: Session, proposal: Proposal, actor: Actor, reason: str = "") -> None:
    """Take a proposal back: the author before it counts, another person also what is published."""
    kind = find_kind(proposal.kind)
    earlier = proposal.state
    part = Part.AUTHOR if actor.id == proposal.author_id else Part.DECIDER
    if not may_take(Step.WITHDRAW, earlier, part):
        raise NotTheAuthor if part is Part.DECIDER and earlier in UNDECIDED else WrongState(Step.WITHDRAW, earlier)
    if earlier not in UNDECIDED and not reason.strip():
        raise ReasonMissing
    is_written = earlier is State.PUBLISHED or (earlier is State.SCHEDULED and kind.timing is Timing.AT_APPROVAL)
    if is_written and kind.withdraw is None:
        raise CannotBeTakenBack
    with session.begin_nested():
        move(session, proposal, Step.WITHDRAW, State.WITHDRAWN, only_from=earlier)
        if reason.strip():
            add_comment(session, proposal, actor, reason, State.WITHDRAWN)
        if is_written and kind.withdraw is not None:
            kind.withdraw(session, proposal)
        _note_step(session, proposal, actor, "review.withdraw", earlier, reason)


#: States in which nobody has decided yet: the proposal is the author's alone.
UNDECIDED = frozenset({State.DRAFT, State.SENT_BACK, State.SUBMITTED})


def _must_be_author(proposal: Proposal, author: Actor) -> None:
    if author.id != proposal.author_id:
        raise NotTheAuthor


def _note_step(
    session: Session, proposal: Proposal, actor: Actor, action: str, earlier: State, reason: str = ""
) -> None:
    before, after = {"state": earlier}, {"state": proposal.state}
    record(session, actor=actor, action=action, target=_target(proposal), before=before, after=after, reason=reason)


def _target(proposal: Proposal) -> Target:
    return Target("proposal", str(proposal.id), proposal.target_label)
