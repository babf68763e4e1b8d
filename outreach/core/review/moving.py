"""The one place that changes a proposal's state: a conditional update, so that of two at once the second is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.audit.recording import Actor, Target, record
from outreach.core.audit.values import clean, masked
from outreach.core.database_clock import database_now, read_clock
from outreach.core.review.faults import Outdated, WrongState
from outreach.core.review.kinds import review_kinds
from outreach.core.review.models import Proposal, ProposalComment
from outreach.core.review.rules import STEPS, State, Step


def move(
    session: Session,
    proposal: Proposal,
    step: Step,
    state: State | None,
    *,
    seen_version: int | None = None,
    only_from: State | None = None,
    **values: Any,
) -> None:
    """Lead the proposal to ``state`` (None: it stays) and set ``values``; ``WrongState`` or ``Outdated`` otherwise."""
    session.flush()
    starts = [only_from] if only_from else list(STEPS[step])
    statement = sa.update(Proposal).where(Proposal.id == proposal.id, Proposal.state.in_(starts))
    if seen_version is not None:
        statement = statement.where(Proposal.version == seen_version)
    if state is not None:
        values["state"] = state
    changed = session.execute(
        statement.values(version=Proposal.version + 1, changed_at=database_now(), **values),
        execution_options={"synchronize_session": False},
    )
    session.refresh(proposal)
    if not cast("sa.CursorResult[Any]", changed).rowcount:
        if proposal.state in starts:
            raise Outdated
        raise WrongState(step, proposal.state, proposal.decided_by_name)


def add_comment(
    session: Session, proposal: Proposal, author: Actor, text: str, state: State | None = None
) -> ProposalComment:
    """Keep what somebody said, with the state that it led to."""
    added = ProposalComment(
        proposal_id=proposal.id,
        author_id=author.id,
        author_name=clean(author.name, 300),
        state=state,
        text=clean(text.strip()),
        created_at=read_clock(session),
    )
    session.add(added)
    session.flush()
    session.expire(proposal, ["comments"])
    return added


def audit(
    session: Session,
    proposal: Proposal,
    actor: Actor,
    action: str,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    reason: str = "",
    on_target: bool = False,
) -> None:
    """Record a step with the fields that it is about, on the proposal or on the object that it changes."""
    kind = review_kinds().get(proposal.kind)
    personal = kind.personal if kind else frozenset(before) | frozenset(after)
    target = Target(proposal.target_kind, proposal.target_key, proposal.target_label)
    record(
        session,
        actor=actor,
        action=action,
        target=target if on_target else Target("proposal", str(proposal.id), proposal.target_label),
        before=masked(before, personal),
        after=masked(after, personal),
        reason=reason,
    )
