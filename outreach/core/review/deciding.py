"""Steps of the second person: approve, send back, publish; and what publishing does. Nothing here commits."""

from __future__ import annotations

from sqlalchemy.orm import Session

from outreach.core.audit.recording import Actor, Target, record
from outreach.core.database_clock import read_clock
from outreach.core.review.faults import AuthorCannotDecide, ReasonMissing, TargetChanged
from outreach.core.review.kinds import ReviewKind, Timing, find_kind
from outreach.core.review.models import Proposal
from outreach.core.review.moving import add_comment, audit, move
from outreach.core.review.rules import State, Step


def approve(
    session: Session, proposal: Proposal, decider: Actor, comment: str = "", *, seen_version: int | None = None
) -> None:
    """Decide for the proposal. It counts at once, or is scheduled, or waits, as its kind and its day say.

    ``seen_version`` is the version that the decider was shown. Refused: ``AuthorCannotDecide``, ``WrongState``,
    ``Outdated``, ``TargetChanged``.
    """
    _must_be_second_person(proposal, decider)
    kind = find_kind(proposal.kind)
    with session.begin_nested():
        _decide(session, proposal, Step.APPROVE, State.APPROVED, decider, seen_version)
        check_target(session, kind, proposal)
        if comment.strip():
            add_comment(session, proposal, decider, comment, State.APPROVED)
        if not kind.waits_for_publication:
            _bring_out(session, kind, proposal, decider)
        _note(session, proposal, decider, "review.approve", State.SUBMITTED, comment)


def send_back(
    session: Session, proposal: Proposal, decider: Actor, comment: str, *, seen_version: int | None = None
) -> None:
    """Give the proposal back to its author, with a reason."""
    _must_be_second_person(proposal, decider)
    if not comment.strip():
        raise ReasonMissing
    with session.begin_nested():
        move(session, proposal, Step.SEND_BACK, State.SENT_BACK, seen_version=seen_version)
        add_comment(session, proposal, decider, comment, State.SENT_BACK)
        _note(session, proposal, decider, "review.send_back", State.SUBMITTED, comment)


def publish(session: Session, proposal: Proposal, decider: Actor) -> None:
    """Bring out what was approved and waits."""
    _must_be_second_person(proposal, decider)
    kind = find_kind(proposal.kind)
    with session.begin_nested():
        move(session, proposal, Step.PUBLISH, None)
        check_target(session, kind, proposal)
        _bring_out(session, kind, proposal, decider)


def conflict(session: Session, kind: ReviewKind, proposal: Proposal) -> dict[str, object]:
    """Fields of the target that are not what the author saw, as they are now; empty when nothing changed."""
    now = kind.current(session, proposal) if kind.current else None
    if now is None:
        return {}
    return {name: now.get(name) for name, value in proposal.before.items() if now.get(name) != value}


def check_target(session: Session, kind: ReviewKind, proposal: Proposal) -> None:
    """Raise ``TargetChanged`` when somebody changed the target since the author saw it."""
    if changed := conflict(session, kind, proposal):
        raise TargetChanged(changed)


def make_effective(session: Session, kind: ReviewKind, proposal: Proposal, actor: Actor, *, is_written: bool) -> None:
    """Publish now: write the effect unless that was done at the approval, and end what this proposal corrects."""
    earlier, moment = proposal.state, read_clock(session)
    move(session, proposal, Step.PUBLISH, State.PUBLISHED, only_from=earlier, published_at=moment, fault="")
    if proposal.corrects_id is not None:
        corrected = session.get_one(Proposal, proposal.corrects_id)
        move(session, corrected, Step.CORRECT, State.CORRECTED)
    if not is_written:
        kind.apply(session, proposal)
    reason = f"proposal {proposal.id}"
    before, after = proposal.before, proposal.after
    audit(session, proposal, actor, "review.publish", before=before, after=after, reason=reason, on_target=True)


def _bring_out(session: Session, kind: ReviewKind, proposal: Proposal, decider: Actor) -> None:
    if proposal.publish_at is None or proposal.publish_at <= read_clock(session):
        make_effective(session, kind, proposal, decider, is_written=False)
        return
    move(session, proposal, Step.PUBLISH, State.SCHEDULED)
    if kind.timing is Timing.AT_APPROVAL:
        kind.apply(session, proposal)
    _note(session, proposal, decider, "review.schedule", State.APPROVED, proposal.publish_at.isoformat())


def _decide(
    session: Session, proposal: Proposal, step: Step, state: State, decider: Actor, seen_version: int | None
) -> None:
    move(
        session,
        proposal,
        step,
        state,
        seen_version=seen_version,
        decided_by_id=decider.id,
        decided_by_name=decider.name[:300],
        decided_at=read_clock(session),
    )


def _must_be_second_person(proposal: Proposal, decider: Actor) -> None:
    if decider.kind != "staff" or decider.id is None or decider.id == proposal.author_id:
        raise AuthorCannotDecide


def _note(session: Session, proposal: Proposal, actor: Actor, action: str, earlier: State, reason: str = "") -> None:
    target = Target("proposal", str(proposal.id), proposal.target_label)
    before, after = {"state": earlier}, {"state": proposal.state}
    record(session, actor=actor, action=action, target=target, before=before, after=after, reason=reason)
