"""Review through the pages: each route of an author, a decider, a colleague and a stranger."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core import files, review
from outreach.core.audit import Actor, AuditEntry, Outcome
from outreach.core.clock import now
from outreach.core.permissions import Role
from outreach.core.review import Proposal, State
from outreach.labels.models import Maker
from tests.admin.conftest import ProposalMaker
from tests.staff import StaffPages, StaffPagesMaker

OTHER = Actor("staff", 999, "另一位")


def _state(session: Session, proposal: Proposal) -> State:
    session.expire_all()
    return proposal.state


def test_a_reviewer_finds_opens_and_approves(
    session: Session, registrar: StaffPages, reviewer: StaffPages, make_proposal: ProposalMaker
) -> None:
    proposal = make_proposal(registrar)
    inbox = reviewer.get("/admin/reviews")
    assert "测试洁具有限公司" in inbox.text("tbody")
    page = reviewer.get(f"/admin/reviews/{proposal.id}")
    assert (page.text("del"), page.text("ins")) == ("旧名", "新名")
    asking = reviewer.get(f"/admin/reviews/{proposal.id}/approve")
    version = asking.one('input[name="version"]').get("value")
    reviewer.post(f"/admin/reviews/{proposal.id}/approve", comment="已核对", version=version)
    assert _state(session, proposal) is State.PUBLISHED
    assert session.get_one(Maker, int(proposal.target_key)).short_name == "新名"
    after = reviewer.get(f"/admin/reviews/{proposal.id}")
    assert "已通过。" in after.text("[role=status]")
    assert "已核对" in after.text(".remarks")


def test_the_author_cannot_approve_through_any_route(
    session: Session, staff_pages: StaffPagesMaker, make_proposal: ProposalMaker
) -> None:
    author = staff_pages(Role.REGISTRAR, Role.REVIEWER)
    proposal = make_proposal(author)
    assert "通过…" not in author.get(f"/admin/reviews/{proposal.id}").text()
    assert f"/admin/reviews/{proposal.id}" not in str(author.get("/admin/reviews", view="decide").links)
    for step in ("approve", "send-back", "publish"):
        author.get(f"/admin/reviews/{proposal.id}/{step}", status=403)
        author.post(f"/admin/reviews/{proposal.id}/{step}", status=403, comment="同意", version=proposal.version)
    assert _state(session, proposal) is State.SUBMITTED
    denied = session.scalars(sa.select(AuditEntry).where(AuditEntry.outcome == Outcome.DENIED)).all()
    assert {(entry.action, entry.reason) for entry in denied} == {
        ("review.approve", "as author"),
        ("review.send_back", "as author"),
        ("review.publish", "as author"),
    }


def test_a_colleague_reads_and_comments_but_decides_nothing(
    session: Session, registrar: StaffPages, staff_pages: StaffPagesMaker, make_proposal: ProposalMaker
) -> None:
    proposal = make_proposal(registrar)
    colleague = staff_pages(Role.REGISTRAR)
    colleague.get(f"/admin/reviews/{proposal.id}")
    colleague.post(f"/admin/reviews/{proposal.id}/comments", comment="公告第 3 页")
    for step in ("approve", "send-back", "withdraw", "submit"):
        colleague.post(f"/admin/reviews/{proposal.id}/{step}", status=403, comment="x")
    assert _state(session, proposal) is State.SUBMITTED
    assert [one.text for one in proposal.comments] == ["公告第 3 页"]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.COUNTY_OFFICER, Role.PRESS_OFFICER])
def test_who_has_no_part_in_a_proposal_does_not_find_it(
    registrar: StaffPages, staff_pages: StaffPagesMaker, make_proposal: ProposalMaker, role: Role
) -> None:
    proposal = make_proposal(registrar)
    stranger = staff_pages(role)
    for path in ("", "/approve", "/files/1"):
        stranger.get(f"/admin/reviews/{proposal.id}{path}", status=404)
    stranger.post(f"/admin/reviews/{proposal.id}/approve", status=404)
    stranger.post(f"/admin/reviews/{proposal.id}/comments", status=404, comment="x")
    for view in ("decide", "mine", "open", "done"):
        assert "测试洁具" not in stranger.get("/admin/reviews", view=view).text("main")


def test_sending_back_needs_a_reason_and_the_author_sees_it(
    session: Session, registrar: StaffPages, reviewer: StaffPages, make_proposal: ProposalMaker
) -> None:
    proposal = make_proposal(registrar)
    path = f"/admin/reviews/{proposal.id}/send-back"
    refused = reviewer.post(path, status=422, comment="   ")
    assert "请写明理由" in refused.text(".error-summary")
    reviewer.post(path, comment="请附公告")
    assert _state(session, proposal) is State.SENT_BACK
    assert "退回给我的提案" in registrar.get("/admin/").text("main")
    assert "请附公告" in registrar.get(f"/admin/reviews/{proposal.id}").text(".remarks")
    registrar.post(f"/admin/reviews/{proposal.id}/submit")
    assert _state(session, proposal) is State.SUBMITTED


def test_a_changed_target_is_shown_and_cannot_be_approved(
    session: Session, registrar: StaffPages, reviewer: StaffPages, make_proposal: ProposalMaker
) -> None:
    proposal = make_proposal(registrar)
    session.get_one(Maker, int(proposal.target_key)).short_name = "别人改的"
    session.commit()
    page = reviewer.get(f"/admin/reviews/{proposal.id}/approve")
    assert "别人改的" in page.text("main")
    assert not page.has("main form.staff-form")
    answer = reviewer.post(f"/admin/reviews/{proposal.id}/approve", status=409, version=proposal.version)
    assert "对象已被别人修改" in answer.text("main")
    assert _state(session, proposal) is State.SUBMITTED


def test_an_old_page_decides_nothing(
    session: Session, registrar: StaffPages, reviewer: StaffPages, make_proposal: ProposalMaker
) -> None:
    proposal = make_proposal(registrar)
    shown = proposal.version
    review.send_back(session, proposal, OTHER, "改")
    review.submit(session, proposal, Actor("staff", registrar.person.id, "x"))
    session.commit()
    answer = reviewer.post(f"/admin/reviews/{proposal.id}/approve", status=409, version=shown)
    assert "提案又有改动" in answer.text("main")


def test_the_slower_of_two_is_told_who_decided(
    session: Session, registrar: StaffPages, reviewer: StaffPages, make_proposal: ProposalMaker
) -> None:
    proposal = make_proposal(registrar)
    review.approve(session, proposal, OTHER)
    session.commit()
    answer = reviewer.post(f"/admin/reviews/{proposal.id}/approve", status=409)
    assert "提案已由另一位处理" in answer.text("main")


def test_what_is_published_is_withdrawn_by_another_with_a_reason(
    session: Session, registrar: StaffPages, reviewer: StaffPages, make_proposal: ProposalMaker
) -> None:
    proposal = make_proposal(registrar)
    reviewer.post(f"/admin/reviews/{proposal.id}/approve")
    registrar.post(f"/admin/reviews/{proposal.id}/withdraw", status=409, comment="我反悔")
    reviewer.post(f"/admin/reviews/{proposal.id}/withdraw", status=422, comment="")
    reviewer.post(f"/admin/reviews/{proposal.id}/withdraw", comment="公告撤销")
    assert _state(session, proposal) is State.WITHDRAWN
    assert session.get_one(Maker, int(proposal.target_key)).short_name == "旧名"


def test_waiting_too_long_is_marked(
    session: Session, registrar: StaffPages, reviewer: StaffPages, make_proposal: ProposalMaker
) -> None:
    proposal = make_proposal(registrar)
    proposal.submitted_at = now() - timedelta(days=5)
    session.commit()
    assert "已等 5 天，超期" in reviewer.get("/admin/reviews").text("tbody")
    assert "1 个已等待超过 3 天" in reviewer.get("/admin/").text("main")


def test_files_of_a_proposal_are_downloads_for_those_with_a_part_in_it(
    session: Session, registrar: StaffPages, reviewer: StaffPages, make_proposal: ProposalMaker
) -> None:
    author = Actor("staff", registrar.person.id, "x")
    kept, foreign = (
        files.store(session, name="公告.pdf", content=b"%PDF-1.7 x", purpose="review", actor=author) for _n in range(2)
    )
    proposal = make_proposal(registrar, files=(kept.id,))
    assert "公告.pdf" in reviewer.get(f"/admin/reviews/{proposal.id}").text("main")
    answer = reviewer.raw(f"/admin/reviews/{proposal.id}/files/{kept.id}")
    assert answer.data == b"%PDF-1.7 x"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    reviewer.raw(f"/admin/reviews/{proposal.id}/files/{foreign.id}", status=404)


HOSTILE = ("\x00", "\ud800", "x" * 10_000, "<script>alert(1)</script>", "=1+1", "‮")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_kept_or_refused_and_never_run(
    registrar: StaffPages, reviewer: StaffPages, make_proposal: ProposalMaker, text: str
) -> None:
    proposal = make_proposal(registrar)
    sent = text.encode("utf-8", "surrogatepass")
    answer = reviewer.client.post(
        f"/admin/reviews/{proposal.id}/comments", data={"token": reviewer.token, "comment": sent}
    )
    assert answer.status_code in (303, 400, 422)
    reviewer.get(f"/admin/reviews/{proposal.id}")
    reviewer.client.get("/admin/reviews", query_string={"view": sent, "kind": sent, "state": sent, "page": sent})


@pytest.mark.parametrize("path", ["/admin/reviews", "/admin/"])
def test_the_pages_speak_english(
    registrar: StaffPages, reviewer: StaffPages, make_proposal: ProposalMaker, path: str
) -> None:
    proposal = make_proposal(registrar)
    reviewer.get(f"/en{path}")
    reviewer.get(f"/en/admin/reviews/{proposal.id}")
    reviewer.get(f"/en/admin/reviews/{proposal.id}/approve")
