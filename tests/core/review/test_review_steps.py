"""A change and its second person: each step, who may take it, and what it leaves behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.core import clock, review
from outreach.core.audit import SYSTEM, AuditEntry, Outcome, verify
from outreach.core.review import Payload, Proposal, ReviewKind, State, Timing
from outreach.labels.models import Maker
from tests.core.review.conftest import AUTHOR, SECOND, THIRD, proposal_for, submitted


def _log(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(sa.select(AuditEntry.action, AuditEntry.actor_name).order_by(AuditEntry.number))
    return [(action, name) for action, name in rows]


def test_a_change_counts_when_a_second_person_agrees(session: Session, kind: ReviewKind, maker: Maker) -> None:
    proposal = submitted(session, kind, maker)
    assert maker.short_name == "旧名"
    review.approve(session, proposal, SECOND, "已核对原件")
    assert (proposal.state, proposal.decided_by_id, maker.short_name) == (State.PUBLISHED, 2, "新名")
    assert _log(session) == [
        ("review.propose", "作者"),
        ("review.submit", "作者"),
        ("review.publish", "第二人"),
        ("review.approve", "第二人"),
    ]
    published = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "review.publish")).one()
    assert (published.target_kind, published.target_key) == ("maker", str(maker.id))
    assert (published.before, published.after) == ({"short_name": "旧名"}, {"short_name": "新名"})
    assert verify(session) == []


def test_what_is_sent_back_can_be_revised_and_submitted_again(session: Session, kind: ReviewKind, maker: Maker) -> None:
    proposal = submitted(session, kind, maker)
    review.send_back(session, proposal, SECOND, "请附原件")
    assert (proposal.state, proposal.comments[0].text) == (State.SENT_BACK, "请附原件")
    review.revise(session, proposal, Payload({"short_name": "旧名"}, {"short_name": "更新名"}, files=(3,)), AUTHOR)
    review.submit(session, proposal, AUTHOR)
    review.approve(session, proposal, THIRD)
    assert (maker.short_name, proposal.files) == ("更新名", [3])


def test_nobody_decides_on_their_own_proposal(session: Session, kind: ReviewKind, maker: Maker) -> None:
    proposal = submitted(session, kind, maker)
    for step in (review.approve, review.send_back):
        with pytest.raises(review.AuthorCannotDecide):
            step(session, proposal, AUTHOR, "可以")
    with pytest.raises(review.AuthorCannotDecide):
        review.approve(session, proposal, SYSTEM)
    assert (proposal.state, maker.short_name) == (State.SUBMITTED, "旧名")


def test_the_database_itself_refuses_an_author_as_decider(session: Session, kind: ReviewKind, maker: Maker) -> None:
    proposal = submitted(session, kind, maker)
    for values in ({"decided_by_id": 1}, {"state": State.APPROVED}, {"state": State.PUBLISHED, "decided_by_id": 1}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(sa.update(Proposal).where(Proposal.id == proposal.id).values(**values))


def test_only_the_author_changes_what_is_not_decided(session: Session, kind: ReviewKind, maker: Maker) -> None:
    proposal = proposal_for(session, kind, maker)
    with pytest.raises(review.NotTheAuthor):
        review.revise(session, proposal, Payload({}, {"short_name": "别人的"}), SECOND)
    with pytest.raises(review.NotTheAuthor):
        review.submit(session, proposal, SECOND)
    with pytest.raises(review.NotTheAuthor):
        review.withdraw(session, proposal, SECOND, "不要")
    review.withdraw(session, proposal, AUTHOR)
    assert proposal.state is State.WITHDRAWN


def test_a_target_that_changed_meanwhile_cannot_be_overwritten(
    session: Session, kind: ReviewKind, maker: Maker
) -> None:
    proposal = submitted(session, kind, maker)
    maker.short_name = "别人改的"
    assert review.conflict(session, kind, proposal) == {"short_name": "别人改的"}
    with pytest.raises(review.TargetChanged) as caught:
        review.approve(session, proposal, SECOND)
    session.refresh(proposal)
    assert caught.value.now == {"short_name": "别人改的"}
    assert (proposal.state, proposal.decided_by_id, maker.short_name) == (State.SUBMITTED, None, "别人改的")


def test_nobody_decides_on_what_they_were_not_shown(session: Session, kind: ReviewKind, maker: Maker) -> None:
    proposal = submitted(session, kind, maker)
    shown = proposal.version
    review.send_back(session, proposal, THIRD, "改")
    review.revise(session, proposal, Payload({"short_name": "旧名"}, {"short_name": "偷换"}), AUTHOR)
    review.submit(session, proposal, AUTHOR)
    with pytest.raises(review.Outdated):
        review.approve(session, proposal, SECOND, seen_version=shown)
    assert maker.short_name == "旧名"


def test_the_second_of_two_deciders_is_told_who_was_faster(session: Session, kind: ReviewKind, maker: Maker) -> None:
    proposal = submitted(session, kind, maker)
    review.approve(session, proposal, SECOND)
    with pytest.raises(review.WrongState) as caught:
        review.approve(session, proposal, THIRD)
    assert (caught.value.state, caught.value.decided_by) == (State.PUBLISHED, "第二人")


def test_a_reason_is_needed_to_send_back_and_to_take_back(session: Session, kind: ReviewKind, maker: Maker) -> None:
    proposal = submitted(session, kind, maker)
    with pytest.raises(review.ReasonMissing):
        review.send_back(session, proposal, SECOND, "  ")
    review.approve(session, proposal, SECOND)
    with pytest.raises(review.ReasonMissing):
        review.withdraw(session, proposal, SECOND, "")
    review.withdraw(session, proposal, SECOND, "原件有误")
    assert (proposal.state, maker.short_name) == (State.WITHDRAWN, "旧名")


def test_what_cannot_be_taken_back_stays(session: Session, use_kind: Any, maker: Maker) -> None:
    kind = use_kind(withdraw=None)
    proposal = submitted(session, kind, maker)
    review.approve(session, proposal, SECOND)
    with pytest.raises(review.CannotBeTakenBack):
        review.withdraw(session, proposal, SECOND, "不要了")


def test_the_author_does_not_take_back_alone_what_is_published(
    session: Session, kind: ReviewKind, maker: Maker
) -> None:
    proposal = submitted(session, kind, maker)
    review.approve(session, proposal, SECOND)
    with pytest.raises(review.WrongState):
        review.withdraw(session, proposal, AUTHOR, "我反悔")


def test_a_correction_replaces_what_it_corrects(session: Session, kind: ReviewKind, maker: Maker) -> None:
    first = submitted(session, kind, maker)
    with pytest.raises(review.WrongState):
        proposal_for(session, kind, maker, corrects=first)
    review.approve(session, first, SECOND)
    second = submitted(session, kind, maker, name="再新名", corrects=first)
    review.approve(session, second, THIRD)
    session.refresh(first)
    assert (first.state, second.state, maker.short_name) == (State.CORRECTED, State.PUBLISHED, "再新名")


def test_what_is_due_is_published_once(session: Session, kind: ReviewKind, maker: Maker) -> None:
    proposal = submitted(session, kind, maker, publish_at=clock.now() + timedelta(seconds=3600))
    review.approve(session, proposal, SECOND)
    assert (proposal.state, maker.short_name) == (State.SCHEDULED, "旧名")
    session.commit()
    assert review.run_due().published == 0
    proposal.publish_at = clock.now() - timedelta(seconds=1)
    session.commit()
    assert [review.run_due().published, review.run_due().published] == [1, 0]
    session.expire_all()
    assert (proposal.state, maker.short_name) == (State.PUBLISHED, "新名")
    assert _log(session)[-1] == ("review.publish", "system")


def test_what_is_visible_by_query_is_written_at_the_approval(session: Session, use_kind: Any, maker: Maker) -> None:
    kind = use_kind(timing=Timing.AT_APPROVAL)
    proposal = submitted(session, kind, maker, publish_at=clock.now() + timedelta(seconds=3600))
    review.approve(session, proposal, SECOND)
    counting = sa.select(Proposal.id).where(review.counts_now())
    assert (proposal.state, maker.short_name, session.scalars(counting).all()) == (State.SCHEDULED, "新名", [])
    proposal.publish_at = clock.now() - timedelta(seconds=1)
    maker.short_name = "其后又改"
    session.commit()
    assert session.scalars(counting).all() == [proposal.id], "it counts by the clock, before any run"
    review.run_due()
    session.expire_all()
    assert (proposal.state, maker.short_name) == (State.PUBLISHED, "其后又改")


def test_a_due_publication_that_fails_says_why_and_keeps_nothing_back(
    session: Session, kind: ReviewKind, maker: Maker
) -> None:
    moment = clock.now() + timedelta(seconds=3600)
    first, second = (submitted(session, kind, maker, publish_at=moment, name=name) for name in ("甲", "乙"))
    for one in (first, second):
        review.approve(session, one, SECOND)
    for one in (first, second):
        one.publish_at = clock.now() - timedelta(seconds=1)
    session.commit()
    done = review.run_due()
    session.expire_all()
    assert (done.published, done.failed) == (1, 1)
    assert (first.state, second.state, second.fault) == (State.PUBLISHED, State.SCHEDULED, "TargetChanged: short_name")
    failed = session.scalars(sa.select(AuditEntry).where(AuditEntry.outcome == Outcome.FAILED)).one()
    assert failed.target_key == str(second.id)
    assert review.run_due().failed == 0, "it rests before it is tried again"


def test_a_kind_may_wait_for_somebody_to_publish(session: Session, use_kind: Any, maker: Maker) -> None:
    kind = use_kind(waits_for_publication=True)
    proposal = submitted(session, kind, maker)
    review.approve(session, proposal, SECOND)
    assert (proposal.state, maker.short_name) == (State.APPROVED, "旧名")
    with pytest.raises(review.AuthorCannotDecide):
        review.publish(session, proposal, AUTHOR)
    review.publish(session, proposal, SECOND)
    assert (proposal.state, maker.short_name) == (State.PUBLISHED, "新名")


def test_personal_values_never_stand_in_the_log(session: Session, use_kind: Any, maker: Maker) -> None:
    kind = use_kind(personal=frozenset({"short_name"}))
    review.approve(session, submitted(session, kind, maker), SECOND)
    kept = session.execute(sa.select(AuditEntry.before, AuditEntry.after)).all()
    assert not any("名" in str(values) for row in kept for values in row)
    marks = [row[1]["short_name"] for row in kept if row[1] and "short_name" in row[1]]
    assert len(set(marks)) == 1, "the same value has the same mark"
    assert marks[0].startswith("•••")
