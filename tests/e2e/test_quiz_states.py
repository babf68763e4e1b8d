"""Pages of the contest that need a past: certificate, waiting room, prize, objection, pictures, and the last second."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import Base, db
from outreach.quiz.actions.certificates import issue
from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.draws import commit_draw, reveal
from outreach.quiz.actions.joining import JoinRequest, Profile, join
from outreach.quiz.actions.review import void
from outreach.quiz.actions.sessions import open_session
from outreach.quiz.actions.starting import start
from outreach.quiz.actions.waiting import line_up
from outreach.quiz.keys import Keys, keys_from
from outreach.quiz.models import Attempt, AttemptState, Contest, DrawWinner
from outreach.quiz.queries import contents, pools
from outreach.quiz.rules.draw import DrawPlan, Prize
from outreach.quiz.rules.papers import Quota
from outreach.quiz.seams import Actor
from tests.look.accessibility import violations
from tests.look.browser import VIEWS, Viewer
from tests.quiz import drawn, stage
from tests.servers import free_port
from tests.sites import close

pytestmark = pytest.mark.browser

STAFF = Actor("审核人")
PLAN = DrawPlan((Prize("节水花洒", 1, "Shower head"),))
#: What is left of a paper when its page is opened, in seconds.
LEFT = 8
NATURAL = "[...document.querySelectorAll('main img')].map((one) => one.naturalWidth)"


@dataclass(frozen=True)
class Scene:
    """A serving site, and what its people have: the cookie of each, and the addresses of their pages."""

    app: Flask
    url: str
    cookies: dict[str, str]
    addresses: dict[str, str]

    def enter(self, context: BrowserContext, person: str) -> Page:
        """The person's browser."""
        context.add_cookies([{"name": "quiz", "value": self.cookies[person], "url": self.url}])
        return context.new_page()


class Builder:
    """Fills an empty site."""

    def __init__(self, keys: Keys) -> None:
        self.keys, self.session = keys, db.session
        self.cookies: dict[str, str] = {}
        self.addresses: dict[str, str] = {}

    def person(self, name: str, contest: Contest) -> int:
        request = JoinRequest(Profile("爱节水的人", "18-35", "110101"), "2026-1", consents=True)
        person = join(self.session, self.keys, contest, request).participant_id
        self.cookies[name] = open_session(self.session, "", contest.id, person)
        return person

    def paper(self, name: str, contest: Contest, *, right: int | None) -> tuple[int, int, str]:
        """Somebody new with a paper: open, or handed in with so many right answers."""
        person = self.person(name, contest)
        opened = start(self.session, contest.id, person)
        if right is not None:
            submit(self.session, opened.public_id, person, stage.answers(self.session, opened.id, right=right))
        self.addresses[name] = f"/quiz/attempts/{opened.public_id}"
        return person, opened.id, opened.public_id

    def fill(self) -> None:
        contest = stage.contest(self.session, draw_plan=PLAN.as_dict())
        winner, _attempt, public_id = self.paper("winner", contest, right=10)
        made = issue(self.session, public_id, winner, "爱节水的人")
        self.addresses["certificate"] = f"/certificates/{made.code}"
        record = commit_draw(self.session, self.keys, contest, PLAN, STAFF)
        reveal(self.session, self.keys, record.id, STAFF)
        assert self.session.scalars(sa.select(DrawWinner.participant_id)).all() == [winner]
        _person, attempt, _public = self.paper("voided", contest, right=9)
        void(self.session, attempt, STAFF, "答题时间短于读题所需的时间")
        queue = stage.contest(self.session, slug="queue", starts_per_second=1)
        for number in range(60):
            line_up(self.session, queue, self.person(f"queue-{number}", queue))
        self.addresses["waiting"] = "/quiz/queue/waiting"
        drawn.bank(self.session)
        quotas = {"quotas": (Quota(2, 2, topic="pictures"),), "pass_centipoints": 100}
        pictures = stage.contest(self.session, slug="pictures", **quotas)
        self.paper("pictures", pictures, right=None)
        self.session.commit()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    folder: Path = tmp_path_factory.mktemp("states")
    app = create_app(Settings(data_dir=str(folder), public_url=url).checked())
    contents.forget()
    pools.forget()
    with app.app_context():
        Base.metadata.create_all(db.engine)
        builder = Builder(keys_from(app.config["SETTINGS"]))
        builder.fill()
    server = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Scene(app, url, builder.cookies, builder.addresses)
    server.shutdown()
    server.server_close()
    close(app)
    db._app_state.pop(app)
    contents.forget()
    pools.forget()


@pytest.fixture(scope="module")
def viewer(chromium: Browser, scene: Scene) -> Viewer:
    return Viewer(chromium, scene.url)


def open_certificate(scene: Scene, context: BrowserContext) -> Page:
    page = scene.enter(context, "winner")
    page.goto(scene.addresses["certificate"])
    expect(page.locator("main")).to_contain_text("证书有效")
    return page


def open_waiting_room(scene: Scene, context: BrowserContext) -> Page:
    page = scene.enter(context, "queue-59")
    page.goto(scene.addresses["waiting"])
    expect(page.locator("#waiting-text")).to_contain_text("前面还有")
    return page


def open_prize(scene: Scene, context: BrowserContext) -> Page:
    page = scene.enter(context, "winner")
    page.goto("/quiz/water/me")
    page.get_by_role("button", name="领取奖品").click()
    expect(page.locator("h1")).to_have_text("领取奖品")
    return page


def open_refused_claim(scene: Scene, context: BrowserContext) -> Page:
    page = open_prize(scene, context)
    page.get_by_label("联系方式").fill(" ")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".error-summary")).to_be_visible()
    return page


def open_appeal(scene: Scene, context: BrowserContext) -> Page:
    page = scene.enter(context, "voided")
    page.goto(scene.addresses["voided"])
    expect(page.get_by_role("button", name="提交申诉")).to_be_visible()
    return page


def open_paper_with_pictures(scene: Scene, context: BrowserContext) -> Page:
    page = scene.enter(context, "pictures")
    page.goto(scene.addresses["pictures"])
    expect(page.locator("#bar")).to_be_visible()
    return page


KINDS = (
    open_certificate,
    open_waiting_room,
    open_prize,
    open_refused_claim,
    open_appeal,
    open_paper_with_pictures,
)


@pytest.mark.parametrize(("width", "look"), VIEWS)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__.removeprefix("open_"))
def test_axe_finds_nothing(scene: Scene, viewer: Viewer, kind: object, width: int, look: str) -> None:
    with viewer.context(width=width, look=look) as context:
        page = kind(scene, context)  # type: ignore[operator]  # one of the functions above
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_pictures_are_there_and_fit_the_screen(scene: Scene, viewer: Viewer) -> None:
    for script in (True, False):
        with viewer.context(width=360, script=script) as context:
            page = scene.enter(context, "pictures")
            page.goto(scene.addresses["pictures"])
            shown = page.locator("main img")
            expect(shown).to_have_count(2)
            assert page.evaluate(NATURAL) == [80, 80]
            assert [one.get_attribute("alt") for one in shown.all()] == ["两只水表"] * 2
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.tagName") != "IMG"


def deadline_near(scene: Scene, name: str) -> tuple[str, str]:
    """Somebody with little time left: the paper's address, and the CSS of the right option of some question."""
    with scene.app.app_context():
        builder = Builder(keys_from(scene.app.config["SETTINGS"]))
        contest = db.session.scalars(sa.select(Contest).where(Contest.slug == "pictures")).one()
        _person, attempt_id, _public = builder.paper(name, contest, right=None)
        stage.shift(db.session, [attempt_id], stage.SECONDS - LEFT)
        right = stage.answers(db.session, attempt_id, right=1)[0]
        db.session.commit()
        scene.cookies[name] = builder.cookies[name]
        return builder.addresses[name], f'input[name="q{right.position}"][value="{right.value[0]}"]'


def closed(scene: Scene, address: str) -> Attempt:
    with scene.app.app_context():
        return db.session.scalars(sa.select(Attempt).where(Attempt.public_id == address.rpartition("/")[2])).one()


def test_the_end_of_the_time_hands_in_what_was_saved(scene: Scene, viewer: Viewer) -> None:
    address, right = deadline_near(scene, "late")
    with viewer.context() as context:
        page = scene.enter(context, "late")
        page.goto(address)
        page.locator(right).check()
        expect(page.locator("#save-state")).to_contain_text("回执")
        assert page.locator("#paper").get_attribute("data-hurry") == "twenty"
        expect(page.locator("h1")).to_have_text("成绩", timeout=(LEFT + 10) * 1000)
    done = closed(scene, address)
    assert done.state in (AttemptState.SUBMITTED, AttemptState.EXPIRED)
    assert done.centipoints == 200, "the saved answer is in the count"
    assert done.elapsed_ms is not None
    assert done.elapsed_ms >= stage.SECONDS * 1000 - 1000, "not before the time was over"


def test_an_answer_that_could_not_be_sent_before_the_end_goes_with_it(scene: Scene, viewer: Viewer) -> None:
    address, right = deadline_near(scene, "cut")
    with viewer.context() as context:
        page = scene.enter(context, "cut")
        page.goto(address)
        page.route("**/answers", lambda route: route.abort())
        page.locator(right).check()
        expect(page.locator("#save-state")).to_contain_text("网络断开")
        assert closed(scene, address).save_count == 0
        page.unroute("**/answers")
        expect(page.locator("h1")).to_have_text("成绩", timeout=(LEFT + 10) * 1000)
    assert closed(scene, address).centipoints == 200
