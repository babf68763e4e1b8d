"""Reading proposals: what waits for whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.review.kinds import ReviewKind, review_kinds
from outreach.core.review.models import Proposal
from outreach.core.review.rules import OPEN, Part, State
from outreach.core.staff import Staff

#: Proposals that are looked at for one person at most; nobody works through more.
MOST = 1000


def find_proposal(session: Session, staff: Staff, proposal_id: int) -> tuple[ReviewKind, Proposal] | None:
    """A proposal and its kind, when this person has any part in it."""
    proposal = session.get(Proposal, proposal_id)
    kind = review_kinds().get(proposal.kind) if proposal else None
    if proposal is None or kind is None or kind.part(staff, proposal) is Part.STRANGER:
        return None
    return kind, proposal


def list_to_decide(session: Session, staff: Staff) -> list[Proposal]:
    """What this person may decide on, the longest waiting first. Never their own."""
    kinds = [kind for kind in review_kinds().values() if staff.may(kind.permission_decide)]
    waiting = sa.select(Proposal).where(
        Proposal.state == State.SUBMITTED,
        Proposal.author_id != staff.id,
        Proposal.kind.in_([kind.code for kind in kinds]),
    )
    found = session.scalars(waiting.order_by(Proposal.submitted_at, Proposal.id).limit(MOST))
    return _touchable(staff, found.all())


def count_to_decide(session: Session, staff: Staff) -> int:
    return len(list_to_decide(session, staff))


def list_own(session: Session, staff: Staff, states: Collection[State] = OPEN) -> list[Proposal]:
    """Proposals that this person wrote and may still touch, the newest first."""
    own = sa.select(Proposal).where(Proposal.author_id == staff.id, Proposal.state.in_(states))
    found = session.scalars(own.order_by(Proposal.changed_at.desc(), Proposal.id.desc()).limit(MOST))
    return _touchable(staff, found.all())


def list_in_states(session: Session, staff: Staff, states: Collection[State]) -> list[Proposal]:
    """Proposals of every kind that this person may edit or decide on, the newest change first."""
    kinds = [kind for kind in review_kinds().values() if staff.may(kind.permission_decide, kind.permission_edit)]
    known = sa.select(Proposal).where(Proposal.state.in_(states), Proposal.kind.in_([kind.code for kind in kinds]))
    found = session.scalars(known.order_by(Proposal.changed_at.desc(), Proposal.id.desc()).limit(MOST))
    return _touchable(staff, found.all())


def list_for_target(session: Session, kind: str, key: str) -> Sequence[Proposal]:
    """Everything that was ever proposed for one object, the newest first."""
    on_target = sa.select(Proposal).where(Proposal.target_kind == kind, Proposal.target_key == key)
    return session.scalars(on_target.order_by(Proposal.id.desc())).all()


def _touchable(staff: Staff, proposals: Sequence[Proposal]) -> list[Proposal]:
    kinds = review_kinds()
    return [one for one in proposals if one.kind in kinds and kinds[one.kind].part(staff, one) is not Part.STRANGER]
