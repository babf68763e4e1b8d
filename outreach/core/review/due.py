"""Publishing what is due: each proposal in a transaction of its own, exactly once, however many processes try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from outreach.core.audit.models import Outcome
from outreach.core.audit.recording import SYSTEM, Target, record
from outreach.core.database_clock import database_now
from outreach.core.db import db
from outreach.core.review.deciding import check_target, make_effective
from outreach.core.review.faults import ReviewRefused
from outreach.core.review.kinds import Timing, find_kind
from outreach.core.review.models import Proposal
from outreach.core.review.rules import State
from outreach.core.search.pending import snapshot

#: Pause before a publication that failed is tried again.
PATIENCE = timedelta(minutes=10)
PUBLICATION_FAILED = "publication_failed"

log = structlog.get_logger("outreach.review")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run did."""

    published: int = 0
    failed: int = 0


def is_due() -> sa.ColumnElement[bool]:
    """Scheduled, its moment reached by the database's clock, and not tried in vain a moment ago."""
    rested = Proposal.attempted_at.is_(None) | (Proposal.attempted_at < database_now(-PATIENCE))
    return (Proposal.state == State.SCHEDULED) & (Proposal.publish_at <= database_now()) & rested


def counts_now() -> sa.ColumnElement[bool]:
    """Whether a proposal of a kind that is visible by query counts: published, or scheduled and its moment reached."""
    is_reached = (Proposal.state == State.SCHEDULED) & (Proposal.publish_at <= database_now())
    return (Proposal.state == State.PUBLISHED) | is_reached


def run_due() -> Run:
    """Publish everything that is due. What fails is noted with its reason, and tried again later."""
    with snapshot() as session:
        due = session.scalars(sa.select(Proposal.id).where(is_due()).order_by(Proposal.publish_at, Proposal.id)).all()
    published = failed = 0
    for proposal_id in due:
        try:
            published += _publish(proposal_id)
        except Exception as error:  # one that fails must not keep the others back
            log.exception(PUBLICATION_FAILED, proposal=proposal_id, error=type(error).__name__)
            _note_failure(proposal_id, error)
            failed += 1
    return Run(published, failed)


def _publish(proposal_id: int) -> bool:
    """Publish one; False when another process was faster."""
    with db.sessionmaker.begin() as session:
        proposal = _locked(session, proposal_id)
        if proposal is None:
            return False
        kind = find_kind(proposal.kind)
        is_written = kind.timing is Timing.AT_APPROVAL
        if not is_written:
            check_target(session, kind, proposal)
        make_effective(session, kind, proposal, SYSTEM, is_written=is_written)
        return True


def _locked(session: Session, proposal_id: int) -> Proposal | None:
    """The proposal for this transaction alone, while it is still due."""
    return session.scalar(sa.select(Proposal).where(Proposal.id == proposal_id, is_due()).with_for_update())


def _note_failure(proposal_id: int, error: Exception) -> None:
    """Keep why; nobody has to look into a log to learn it. A proposal that somebody moved meanwhile is left alone."""
    reason = f"{type(error).__name__}: {error}" if isinstance(error, ReviewRefused) else type(error).__name__
    with db.sessionmaker.begin() as session:
        proposal = _locked(session, proposal_id)
        if proposal is None:
            return
        proposal.attempted_at = session.scalar(sa.select(database_now()))
        proposal.fault = reason[:2000]
        target = Target("proposal", str(proposal.id), proposal.target_label)
        record(session, actor=SYSTEM, action="review.publish", target=target, reason=reason, outcome=Outcome.FAILED)
