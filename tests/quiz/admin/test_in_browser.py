"""The organisers' pages in a browser: readable for everyone at every width, and the form that counts along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from outreach.core.db import db
from outreach.core.permissions import Role
from outreach.quiz.actions.draws import commit_draw, reveal
from outreach.quiz.keys import keys_from
from outreach.quiz.seams import Actor
from tests.look.accessibility import violations
from tests.look.browser import signed_in
from tests.quiz import drawn, stage
from tests.quiz.admin import typed
from tests.quiz.admin.conftest import PLAN, play
from tests.sites import served
from tests.staff import staff_user

pytestmark = pytest.mark.browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OTHER = Actor("另一位 #999", 999)
CONTEST = "/admin/contests/water"
PAGES = (
    "/admin/contests",
    "/admin/contests/new",
    CONTEST,
    f"{CONTEST}/preview",
    f"{CONTEST}/units",
    f"{CONTEST}/monitor",
    f"{CONTEST}/integrity",
    f"{CONTEST}/attempts/1",
    f"{CONTEST}/people/1",
    f"{CONTEST}/reports",
    f"{CONTEST}/certificates",
    f"{CONTEST}/draws",
    f"{CONTEST}/draws/1",
    f"{CONTEST}/steps/extend",
    "/admin/questions",
    "/admin/questions/by-code/Q0000",
    "/admin/questions/by-code/Q0000/edit",
    "/admin/questions/by-code/P1",
    "/admin/questions/by-code/P1/edit",
    "/admin/questions/import",
)


@dataclass(frozen=True)
class Office:
    """A serving back office with a contest in it, and a browser that an organiser has signed in with."""

    url: str
    context: BrowserContext


@pytest.fixture(scope="module")
def office(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with served(tmp_path_factory.mktemp("contests"), _fill) as (_app, url):
        context = signed_in(chromium, url, "organiser")
        yield Office(url, context)
        context.close()


def _fill(app: Flask) -> None:
    session = db.session
    staff_user(session, Role.ORGANISER, login="organiser", name="李组织")
    typed.draft(session)
    drawn.save(session, drawn.picture(size=(1200, 300)))
    made = stage.contest(session, draw_plan=PLAN.as_dict())
    play(session, made)
    stage.find_signals(session, made.id)
    keys = keys_from(app.config["SETTINGS"])
    record = commit_draw(session, keys, made, PLAN, OTHER)
    reveal(session, keys, record.id, OTHER)
    session.commit()


@pytest.mark.parametrize("width", [1280, 768, 360])
def test_pages_are_readable_for_everyone(office: Office, width: int) -> None:
    page = office.context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    for path in PAGES:
        page.goto(office.url + path)
        assert page.evaluate(OVERFLOW) <= 0, path
        if width > 360:
            assert violations(page) == [], path
    page.close()


def test_a_quota_says_at_once_how_many_questions_it_may_be_filled_from(office: Office) -> None:
    page = office.context.new_page()
    page.goto(f"{office.url}/admin/contests/draft-contest/edit")
    row = page.locator("[data-quota]").first
    assert row.locator("[data-available]").inner_text() == "13"  # twelve, and the one with a picture
    row.locator("select").nth(2).select_option("ordering")
    assert row.locator("[data-available]").inner_text() == "2"
    page.close()
