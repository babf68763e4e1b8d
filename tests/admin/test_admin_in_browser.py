"""The back office's pages in a browser: readable for everyone at every width; a job that a script follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from outreach.core import jobs, review
from outreach.core.audit import Actor, Target
from outreach.core.clock import now
from outreach.core.db import db
from outreach.core.feature import Feature
from outreach.core.jobs import Job, JobState
from outreach.core.permissions import Role
from outreach.core.review import Payload
from tests import factories
from tests.core.review.conftest import KIND
from tests.look.accessibility import violations
from tests.look.browser import signed_in
from tests.sites import served
from tests.staff import staff_user

pytestmark = pytest.mark.browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = (
    ("reviewer", "/admin/"),
    ("reviewer", "/admin/reviews"),
    ("reviewer", "/admin/reviews/1"),
    ("reviewer", "/admin/reviews/1/approve"),
    ("registrar", "/admin/"),
    ("registrar", "/admin/jobs"),
    ("registrar", "/admin/jobs/1"),
    ("auditor", "/admin/audit"),
    ("auditor", "/admin/audit/1"),
)


@dataclass(frozen=True)
class Office:
    """A serving back office with something in it, and browsers that are signed in."""

    app: Flask
    url: str
    contexts: dict[str, BrowserContext]


@pytest.fixture(scope="module")
def office(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with served(tmp_path_factory.mktemp("office"), _fill) as (app, url):
        contexts = {login: signed_in(chromium, url, login) for login in ("registrar", "reviewer", "auditor")}
        yield Office(app, url, contexts)
        for context in contexts.values():
            context.close()


def _fill(app: Flask) -> None:
    app.extensions["features"] = (*app.extensions["features"], Feature("probe", review_kinds=(KIND,)))
    session = db.session
    author = staff_user(session, Role.REGISTRAR, login="registrar", name="李登记")
    staff_user(session, Role.REVIEWER, login="reviewer", name="王审核")
    staff_user(session, Role.AUDITOR, login="auditor", name="赵审计")
    who = Actor("staff", author.id, author.name)
    maker = factories.maker(session, "名称很长的测试洁具制造（中国）股份有限公司", short_name="旧名")
    payload = Payload({"short_name": "旧名"}, {"short_name": "新名" * 20})
    proposal = review.propose(session, KIND, Target("maker", str(maker.id), maker.name), payload, who, "按公告改正")
    review.submit(session, proposal, who)
    review.comment(session, proposal, who, "公告第 3 页")
    running = jobs.enqueue(session, "test", {}, who, "导入 cn-waterlabel-2026-11.xlsx")
    running.worker, running.lease_until, running.started_at = "w", now() + timedelta(hours=1), now()
    running.state, running.progress, running.note = JobState.RUNNING, 0.25, "第 250 行"
    session.commit()


@pytest.mark.parametrize(("look", "width"), [("normal.light", 360), ("normal.dark", 1280), ("elder.light", 768)])
@pytest.mark.parametrize(("who", "path"), PAGES)
def test_axe_finds_nothing_and_nothing_overflows(office: Office, who: str, path: str, look: str, width: int) -> None:
    context = office.contexts[who]
    context.add_cookies([{"name": "view", "value": look, "url": office.url}])
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert page.locator("h1").count() == 1
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = violations(page)
    overflow = page.evaluate(OVERFLOW)
    page.close()
    assert found == []
    assert overflow <= 0


def test_a_script_follows_a_job_until_it_ends(office: Office) -> None:
    page = office.contexts["registrar"].new_page()
    page.goto("/admin/jobs/1")
    assert page.locator("[data-job-percent]").inner_text() == "25%"
    _change(office, progress=0.5, note="第 500 行")
    page.locator("[data-job-percent]", has_text="50%").wait_for(timeout=10_000)
    assert page.locator("[data-job-note]").inner_text() == "第 500 行"
    _change(office, state=JobState.DONE, progress=1.0, report={"lines": [["新增", 12]]}, finished_at=now())
    page.get_by_text("新增").wait_for(timeout=10_000)
    page.close()


def _change(office: Office, **values: object) -> None:
    with office.app.app_context(), db.sessionmaker.begin() as session:
        session.execute(sa.update(Job).values(**values))
