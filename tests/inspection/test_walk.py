"""The walk over a site with planted faults finds exactly these, and over the demonstration site nothing."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.core import jobs
from outreach.core.audit import Actor
from outreach.core.clock import now
from outreach.core.db import Base, db
from outreach.core.jobs import Job, JobState
from outreach.core.jobs.worker import Worker
from outreach.inspection import walking
from outreach.inspection.actions.runs import KEPT_RUNS, keep_run
from outreach.inspection.lists import wrong_words
from outreach.inspection.models import InspectionRun
from outreach.inspection.report import make_report
from outreach.inspection.rules.findings import CHECKS, Walk, find_all
from outreach.inspection.rules.reading import Unread
from outreach.inspection.tasks import JOB, inspect_site
from outreach.inspection.walking import walk_site
from tests.inspection.sites import plant
from tests.sites import SiteMaker, make_site

__all__ = ["make_site"]

#: Files of the planted site that cannot be read, and why.
UNREAD = [("/planted/scan.pdf", Unread.BROKEN), ("/planted/secret.pdf", Unread.LOCKED)]
WHO = Actor("staff", 7, "编辑")


def nothing(_share: float) -> None:
    return None


@pytest.fixture
def faulty(make_site: SiteMaker) -> Flask:
    site = make_site(public_url="https://water.example.cn")
    plant(site)
    with site.app_context():
        Base.metadata.create_all(db.engine)
    return site


def test_exactly_the_planted_faults_are_found(faulty: Flask) -> None:
    with faulty.app_context():
        walk = walk_site(faulty, nothing)
        assert not db.session.in_transaction(), "a walk takes long and may hold nothing"
    found = {
        code: sorted({(one.path.removeprefix("/en"), one.detail) for one in check.troubles})
        for code, check in find_all(walk, wrong_words()).items()
    }
    words = found.pop("wrong_words")  # once in each language: what stands around it differs
    assert found == {
        "dead_links": [
            ("/planted/bad", "/planted/gone → 404"),
            ("/planted/bad", "/planted/none.png → 404"),
            ("/planted/bad", "http://[bad → ?"),
        ],
        "meta_tags": [("/planted/bad", "ColumnName, ColumnDescription, ColumnKeywords, ColumnType")],
        "alternative_texts": [("/planted/bad", "/planted/none.png")],
        "personal_data": [
            ("/planted/bad", "mobile: 138****5678"),
            ("/planted/bad", "mobile: 139****4321"),
            ("/planted/list.csv", "mobile: 137****2222"),
            ("/planted/list.xlsx", "identity: 110***********8072"),
            ("/planted/list.xlsx", "mobile: 136****2222"),
            ("/planted/notice.docx", "mobile: 133****2222"),
            ("/planted/notice.pdf", "mobile: 135****2222"),
        ],
        "outside_links": [("/planted/bad", "https://elsewhere.example/x")],
        "footer_items": [],
        "future_dates": [("/planted/early", "2999-01-01 08:00")],
        "slow_pages": [],
    }
    assert len(words) == 2
    for path, detail in words:
        assert (path, detail.startswith("水效标示 → 水效标识：")) == ("/planted/bad", True)
        assert "138****" in detail, "a number that stands beside a wrong word is masked there too"
    assert [(visit.path, visit.unread) for visit in walk.visits if visit.unread] == UNREAD
    assert walk.is_complete


def test_the_demonstration_site_has_no_fault(demo_app: Flask) -> None:
    with demo_app.app_context():
        walk = walk_site(demo_app, nothing)
        found = find_all(walk, wrong_words())
    assert {code: [(one.path, one.detail) for one in check.troubles[:5]] for code, check in found.items()} == {
        code: [] for code in CHECKS
    }
    assert walk.is_complete
    assert len(walk.visits) > 300
    assert walk.known > 3000
    assert [visit.path for visit in walk.visits if visit.unread] == []


def test_every_request_of_the_walk_is_like_a_visitor_s(faulty: Flask) -> None:
    with faulty.app_context():
        walk = walk_site(faulty, nothing)
    statuses = [visit.status for visit in walk.visits]
    behind = [visit for visit in walk.visits[statuses.index(404) + 1 :] if visit.facts and visit.status == 200]
    assert behind
    # An error page has links to the home page in place of its own address; what it leaves behind would stay.
    for visit in behind:
        assert visit.facts is not None
        assert [link for link in visit.facts.links if link.startswith("/en/") or visit.path.startswith("/en/")]
        assert visit.path == "/" or f"/en{visit.path}" in visit.facts.links or visit.path.startswith("/en/")


def test_the_walk_is_neither_logged_nor_counted_nor_limited(faulty: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    with faulty.app_context():
        walk = walk_site(faulty, nothing)
    assert [visit.path for visit in walk.visits if visit.status == 429] == []
    assert "request_finished" not in capsys.readouterr().err


def test_only_some_of_each_kind_are_fetched_but_every_doubtful_link(demo_app: Flask) -> None:
    published = [f"/labels/N-{number}" for number in range(500)]
    walker = walking.Walker(demo_app, nothing, published)
    assert sum(walker.is_wanted(path) for path in published) == walking.MOST_OF_A_KIND
    assert not walker.is_wanted("/labels/N-7.json") or walker.kinds
    assert all(walker.is_wanted(f"/labels/GONE-{number}") for number in range(50))
    assert sum(walker.is_wanted(f"/labels/?page={number}") for number in range(500)) == walking.MOST_OF_A_KIND
    assert sum(walker.is_wanted(f"/labels.xlsx?page={number}") for number in range(50)) == walking.MOST_PARTS
    first = walking.first_addresses(walking.Walker(demo_app, nothing, published), published)
    assert first[:2] == ["/", "/en/"]
    assert len(first) <= walking.MOST_OF_A_KIND + 2
    assert "/labels/N-499" >= first[-1] > "/labels/N-4"


def test_a_walk_ends_at_its_limit_and_says_so(faulty: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "MOST_VISITS", 5)
    with faulty.app_context():
        assert not walk_site(faulty, nothing).is_complete


def test_a_job_walks_and_leaves_its_report(faulty: Flask) -> None:
    with faulty.app_context():
        with db.sessionmaker.begin() as session:
            job_id = jobs.enqueue(session, JOB, {}, WHO, "网站自查").id
        assert Worker(faulty).run_once() is JobState.DONE
        job = db.session.get_one(Job, job_id)
        assert job.report["links"] == [["网站自查", "/admin/inspection"]]
        run = db.session.scalars(sa.select(InspectionRun)).one()
        assert run.requested_by == "编辑"
        assert run.unread == [[path, reason.value] for path, reason in UNREAD]
        assert run.measured["personal_data"] == 9  # the page counts in each language
        assert run.measured["reply_simple"] == 0
        report = {check.code: check for check in make_report(db.session).checks}
        assert report["personal_data"].places[0].detail.startswith("手机号码 138")
        db.session.close()


def test_a_job_that_is_ended_in_the_middle_keeps_nothing(faulty: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    real = walking.Walker.visit

    def cancel(walker: walking.Walker, path: str) -> object:
        if len(walker.visits) == 3:
            worker._in_hand.end(jobs.JobCancelled)
        return real(walker, path)

    monkeypatch.setattr(walking.Walker, "visit", cancel)
    with faulty.app_context():
        worker = Worker(faulty)
        with db.sessionmaker.begin() as session:
            jobs.enqueue(session, JOB, {}, WHO)
        assert worker.run_once() is JobState.CANCELLED
        assert db.session.scalar(sa.select(sa.func.count()).select_from(InspectionRun)) == 0
        db.session.close()


def test_the_newest_runs_are_kept(faulty: Flask) -> None:
    with faulty.app_context():
        for number in range(KEPT_RUNS + 2):
            keep_run(db.session, Walk([]), {}, {"reply_simple": number}, started_at=now(), requested_by=str(number))
        db.session.commit()
        kept = db.session.scalars(sa.select(InspectionRun.requested_by).order_by(InspectionRun.id)).all()
        assert (len(kept), kept[0], kept[-1]) == (KEPT_RUNS, "2", str(KEPT_RUNS + 1))
        db.session.close()


def test_the_command_tells_and_ends_with_1_when_something_fails(faulty: Flask) -> None:
    result = faulty.test_cli_runner().invoke(args=["inspect"])
    assert result.exit_code == 1, result.output
    assert "不合格  站内失效链接: 3" in result.output
    assert "/planted/gone" in result.output
    assert "未能读取的文件有 2 个" in result.output
    assert "/planted/secret.pdf  文件有密码" in result.output
    again = faulty.test_cli_runner().invoke(args=["inspect", "--no-walk"])
    assert (again.exit_code, "/planted/gone" in again.output) == (1, True)


def test_the_command_ends_with_0_when_nothing_fails(make_site: SiteMaker) -> None:
    site = make_site()
    with site.app_context():
        Base.metadata.create_all(db.engine)
    site.extensions["features"] = tuple(one for one in site.extensions["features"] if one.name != "labels")
    result = site.test_cli_runner().invoke(args=["inspect"])
    assert result.exit_code == 0, result.output


def test_what_is_kept_is_json_that_can_be_read_back(faulty: Flask) -> None:
    with faulty.app_context():
        run = inspect_site("测试", nothing)
        assert json.loads(json.dumps(run.findings)) == run.findings
        db.session.close()
