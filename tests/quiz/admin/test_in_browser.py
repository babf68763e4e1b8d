"""The organisers' pages in a browser: readable for everyone at every width, and the form that counts along."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import make_server

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import Base, db
from outreach.core.permissions import Role
from outreach.quiz.actions.draws import commit_draw, reveal
from outreach.quiz.actions.review import find_signals
from outreach.quiz.keys import keys_from
from outreach.quiz.seams import Actor
from tests.quiz import drawn, stage
from tests.quiz.admin import typed
from tests.quiz.admin.conftest import PLAN, play
from tests.servers import free_port
from tests.sites import close
from tests.staff import PASSWORD, staff_user

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
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    folder: Path = tmp_path_factory.mktemp("contests")
    app = create_app(Settings(data_dir=str(folder), public_url=url).checked())
    with app.app_context():
        _fill(app.config["SETTINGS"])
    server = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{url}/admin/sign-in")
    page.fill("input[name=login]", "organiser")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{url}/admin/**")
    page.close()
    yield Office(url, context)
    context.close()
    server.shutdown()
    server.server_close()
    close(app)
    db._app_state.pop(app)


def _fill(settings: Settings) -> None:
    Base.metadata.create_all(db.engine)
    session = db.session
    staff_user(session, Role.ORGANISER, login="organiser", name="李组织")
    typed.draft(session)
    drawn.save(session, drawn.picture(size=(1200, 300)))
    made = stage.contest(session, draw_plan=PLAN.as_dict())
    play(session, made)
    find_signals(session, made.id)
    record = commit_draw(session, keys_from(settings), made, PLAN, OTHER)
    reveal(session, keys_from(settings), record.id, OTHER)
    session.commit()


@pytest.mark.parametrize("width", [1280, 768, 360])
def test_pages_are_readable_for_everyone(office: Office, width: int) -> None:
    page = office.context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    for path in PAGES:
        page.goto(office.url + path)
        assert page.evaluate(OVERFLOW) <= 0, path
        if width > 360:
            found = Axe().run(page).response["violations"]
            assert [(one["id"], one["nodes"][0]["target"]) for one in found] == [], path
    page.close()


def test_a_quota_says_at_once_how_many_questions_it_may_be_filled_from(office: Office) -> None:
    page = office.context.new_page()
    page.goto(f"{office.url}/admin/contests/draft-contest/edit")
    row = page.locator("[data-quota]").first
    assert row.locator("[data-available]").inner_text() == "13"  # twelve, and the one with a picture
    row.locator("select").nth(2).select_option("ordering")
    assert row.locator("[data-available]").inner_text() == "2"
    page.close()
