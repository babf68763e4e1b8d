"""A contest from its first draft to its final results, by the people who may do each step."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from outreach.core.jobs import Job, JobState
from outreach.core.jobs.worker import Worker
from outreach.core.permissions import Role
from outreach.core.review import Proposal, State
from outreach.quiz.forms_admin import form_of, moment_from, parse_contest, whole
from outreach.quiz.models import Contest, ContestEvent, ContestStatus, ContestUnit, RankingSnapshot
from outreach.quiz.moments import database_now
from tests.quiz import stage
from tests.quiz.admin import typed
from tests.quiz.admin.conftest import Played
from tests.staff import StaffPages, StaffPagesMaker


def contest_of(session: Session, slug: str = "draft-contest") -> Contest:
    session.expire_all()
    return session.scalars(sa.select(Contest).where(Contest.slug == slug)).one()


def proposal_of(session: Session) -> Proposal:
    session.expire_all()
    return session.scalars(sa.select(Proposal).order_by(Proposal.id.desc()).limit(1)).one()


def decide(pages: StaffPages, proposal: Proposal, step: str) -> int:
    """Take a step of a proposal; the status of the answer."""
    return pages.client.post(f"/admin/reviews/{proposal.id}/{step}", data={"token": pages.token}).status_code


def test_a_draft_becomes_a_published_contest_through_two_people(
    session: Session, organiser: StaffPages, reviewer: StaffPages
) -> None:
    stage.bank(session)
    session.commit()
    organiser.post("/admin/contests/new", **typed.contest())
    organiser.post("/admin/contests/draft-contest/propose")
    path = f"/admin/reviews/{proposal_of(session).id}/approve"
    page = reviewer.post(path, status=409)
    assert "样卷" in page.text(), "nobody has looked at a sample paper yet"
    reviewer.post("/admin/contests/draft-contest/preview")
    reviewer.post(path)
    made = contest_of(session)
    assert made.status is ContestStatus.PUBLISHED
    assert made.pool_hash
    assert reviewer.person.id == int(made.published_by.rpartition("#")[2])
    assert {event.kind for event in session.scalars(sa.select(ContestEvent))} == {"previewed", "published"}


def test_the_author_can_never_publish_and_their_own_preview_does_not_count(
    session: Session, staff_pages: StaffPagesMaker, colleague: StaffPages
) -> None:
    author = staff_pages(Role.ORGANISER, Role.REVIEWER, name="两职")
    stage.bank(session)
    session.commit()
    author.post("/admin/contests/new", **typed.contest())
    author.post("/admin/contests/draft-contest/preview")
    assert session.scalar(sa.select(ContestEvent.id)) is None
    author.post("/admin/contests/draft-contest/propose")
    assert (
        author.client.post(
            f"/admin/reviews/{proposal_of(session).id}/approve", data={"token": author.token}
        ).status_code
        == 403
    )
    decide(author, proposal_of(session), "withdraw")
    colleague.post("/admin/contests/draft-contest/preview")
    colleague.post("/admin/contests/draft-contest/propose")  # another proposer does not make the author a second person
    assert (
        author.client.post(
            f"/admin/reviews/{proposal_of(session).id}/approve", data={"token": author.token}
        ).status_code
        == 403
    )
    assert contest_of(session).status is ContestStatus.DRAFT


def test_a_change_after_handing_in_must_be_seen_anew(
    session: Session, organiser: StaffPages, reviewer: StaffPages
) -> None:
    stage.bank(session)
    session.commit()
    organiser.post("/admin/contests/new", **typed.contest())
    organiser.post("/admin/contests/draft-contest/propose")
    reviewer.post("/admin/contests/draft-contest/preview")
    organiser.post("/admin/contests/draft-contest/edit", **{**typed.contest(), "attempts_total": "20"})
    reviewer.post(f"/admin/reviews/{proposal_of(session).id}/approve", status=409)
    assert proposal_of(session).state is State.SUBMITTED
    assert contest_of(session).attempts_total == 20


def test_what_is_faulty_is_said_and_what_was_typed_stays(session: Session, organiser: StaffPages) -> None:
    wrong = {
        "slug": "Not A Slug",
        "title": "",
        "closes_at": "",
        "quota-0-count": "x",
        "seconds_per_paper": "5",
        "attempts_per_day": "20",
        "prize-0-count": "0",
        "bracket-0-code": "young",
    }
    page = organiser.post("/admin/contests/new", status=422, **{**typed.contest(), **wrong})
    for field in ("slug", "title", "closes_at", "quota", "seconds_per_paper", "attempts_per_day", "prize", "bracket"):
        assert page.all(f'.error-summary a[href="#{field}"]'), field
    assert page.one('input[name="slug"]').get("value") == "Not A Slug"
    assert session.scalar(sa.select(Contest.id)) is None


def test_a_contest_that_cannot_be_filled_is_not_handed_in(session: Session, organiser: StaffPages) -> None:
    stage.bank(session)
    session.commit()
    organiser.post("/admin/contests/new", **typed.contest(**{"quota-0-count": "100", "seconds_per_paper": "3000"}))
    page = organiser.get("/admin/contests/draft-contest")
    assert "题库不够抽" in page.text()
    organiser.post("/admin/contests/draft-contest/propose")
    assert session.scalar(sa.select(Proposal.id)) is None


def test_the_form_of_a_contest_makes_the_same_contest_again(session: Session) -> None:
    made = typed.draft(
        session,
        **{
            "round-0-title": "预赛",
            "round-0-opens_at": "2090-01-01T08:00",
            "round-0-closes_at": "2090-01-02T08:00",
            "bracket-0-code": "all",
            "bracket-0-name": "全体",
            "bracket-0-name_en": "All",
            "bracket-0-ages": "18-35",
            "draw_full_only": "1",
        },
    )
    form = form_of(made)
    sent = MultiDict(form.values)
    for table, rows in form.rows.items():
        for number, row in enumerate(rows):
            for name, value in row.items():
                sent.setlist(f"{table}-{number}-{name}", value if isinstance(value, list) else [value])
    again = parse_contest(sent, slug=made.slug)
    assert again.faults == {}
    assert again.draft is not None
    assert again.draft.settings["draw_plan"] == made.draw_plan
    assert again.draft.settings["brackets"] == made.brackets
    assert again.draft.quotas[0].count == 10
    assert again.names.titles == (("预赛", ""),)


def test_a_contest_of_one_round_moves_with_its_window(session: Session, organiser: StaffPages) -> None:
    made = typed.draft(session)
    assert form_of(made).rows["round"] == []
    later = {**typed.contest(), "opens_at": "2090-05-01T08:00", "closes_at": "2090-06-01T08:00"}
    organiser.post("/admin/contests/draft-contest/edit", **later)
    assert [(one.opens_at.year, one.closes_at.month) for one in contest_of(session).rounds] == [(2090, 6)]


@given(st.dictionaries(st.sampled_from(sorted(typed.contest())), st.text(max_size=30)))
def test_no_typed_text_breaks_the_form(values: dict[str, str]) -> None:
    form = parse_contest(MultiDict({**typed.contest(), **values}))
    assert (form.draft is None) == bool(form.faults)


@given(st.text(max_size=20))
def test_numbers_and_moments_are_read_or_refused(text: str) -> None:
    number, moment = whole(text), moment_from(text)
    assert number is None or 0 <= number < 10**9
    assert moment is None or moment.tzinfo is not None


HOSTILE = ("\x00", "\ud800", "=1+1", "<script>alert(1)</script>", "水" * 10_000)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(session: Session, organiser: StaffPages, text: str) -> None:
    values = {**typed.contest(), "title": f"竞赛{text}", "summary": text, "consent_version": text[:100] or "1"}
    data = {name: value.encode("utf-8", "surrogatepass") for name, value in values.items()}
    answer = organiser.client.post("/admin/contests/new", data={"token": organiser.token, **data})
    assert answer.status_code in (303, 422)
    assert "<script>alert" not in organiser.client.get("/admin/contests").get_data(as_text=True)


def test_each_step_needs_a_reason_and_leaves_an_event(session: Session, organiser: StaffPages, played: Played) -> None:
    organiser.post(played.path("/steps/pause"), status=422, reason="  ")
    for name, kind in (("pause", "paused"), ("resume", "resumed"), ("freeze", "frozen"), ("unfreeze", "unfrozen")):
        organiser.post(played.path(f"/steps/{name}"), reason=f"因为{name}")
        event = session.scalars(sa.select(ContestEvent).order_by(ContestEvent.id.desc()).limit(1)).one()
        assert (event.kind, event.reason) == (kind, f"因为{name}")
    assert organiser.client.get(played.path("/steps/resume")).status_code == 303, "not possible while it runs"
    assert organiser.client.get(played.path("/steps/explode")).status_code == 404


def test_an_extension_only_goes_forward(session: Session, organiser: StaffPages, played: Played) -> None:
    organiser.post(played.path("/steps/extend"), status=422, reason="理由", until="2001-01-01T00:00")
    organiser.post(played.path("/steps/extend"), status=422, reason="理由", until="")
    organiser.post(played.path("/steps/extend"), reason="理由", until="2099-01-01T00:00")
    assert contest_of(session, "water").ends_at.year == 2098, "midnight in China is still the year before"


def test_units_come_by_table_all_of_them_or_none(session: Session, organiser: StaffPages, played: Played) -> None:
    def send(table: str) -> int:
        data = {"token": organiser.token, "file": (io.BytesIO(table.encode("gb18030")), "u.csv")}
        return organiser.client.post(played.path("/units"), data=data).status_code

    assert send("单位编码,单位名称,县域编码,人数\nS1,一小,110101,500\nS1,重复,11,x\n") == 422
    assert session.scalars(sa.select(ContestUnit)).all() == []
    assert send("单位编码,单位名称\nS1,一小\nS2,二小\n") == 303
    assert send("单位编码,单位名称\nS2,二小\n") == 422, "the contest is published: units only come"
    assert session.scalars(sa.select(ContestUnit.code).order_by(ContestUnit.code)).all() == ["S1", "S2"]
    assert "S1" in organiser.client.get(played.path("/units.csv")).get_data(as_text=True)


def run_jobs(app: Flask, session: Session) -> Job:
    """Do the waiting job; how it ended."""
    Worker(app).run_once()
    session.expire_all()
    return session.scalars(sa.select(Job).order_by(Job.id.desc()).limit(1)).one()


def test_results_are_final_after_a_recount_that_agrees(
    app: Flask, session: Session, organiser: StaffPages, played: Played
) -> None:
    organiser.post(played.path("/steps/finalise"), reason="结束了")
    job = run_jobs(app, session)
    assert job.state is JobState.FAILED, "it is still open"
    now = database_now(session)
    played.contest.closes_at = now - timedelta(seconds=1)
    session.commit()
    organiser.post(played.path("/steps/finalise"), reason="结束了")
    job = run_jobs(app, session)
    assert job.state is JobState.DONE, job.error
    assert contest_of(session, "water").status is ContestStatus.FINAL
    assert session.scalars(sa.select(RankingSnapshot.is_final).order_by(RankingSnapshot.id.desc())).first()
    organiser.post(played.path("/reports/recount"))
    lines: Any = run_jobs(app, session).report
    assert ["不一致", 0] in lines["lines"]
