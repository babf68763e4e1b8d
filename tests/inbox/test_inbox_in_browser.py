"""Letters in a browser: without a script, by keyboard, for everyone's eyes, and from the form to the answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from outreach.core.audit import Actor
from outreach.core.clock import now
from outreach.core.db import db
from outreach.core.permissions import Role
from outreach.inbox import stamps
from outreach.inbox.actions import handling
from outreach.inbox.actions.receiving import Incoming, receive
from outreach.inbox.rules.codes import make_code
from outreach.inspection.actions.runs import keep_run
from outreach.inspection.rules.findings import CHECKS, Found, Trouble, Walk
from tests.inbox.conftest import CONTACT, TEXT, picture
from tests.look.accessibility import violations
from tests.look.browser import signed_in
from tests.sites import served
from tests.staff import staff_user

pytestmark = pytest.mark.browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CODE = make_code("tests", "browser")
PUBLIC = ("/feedback?kind=site", f"/feedback/receipt?code={CODE}", f"/feedback/status?code={CODE}", "/en/feedback")
STAFF = (
    "/admin/inbox",
    "/admin/inbox/2026-00001",
    "/admin/inbox/2026-00002",
    "/admin/inbox/statistics",
    "/admin/inspection",
    "/admin/inspection/dead_links",
    "/admin/inspection/wrong_words",
    "/en/admin/inspection",
)


@dataclass(frozen=True)
class Office:
    """A serving site with letters and walks, and a browser where somebody who answers letters is signed in."""

    app: Flask
    url: str
    browser: Browser
    staff: BrowserContext


@pytest.fixture(scope="module")
def office(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with served(tmp_path_factory.mktemp("inbox"), _fill) as (app, url):
        staff = signed_in(chromium, url, "clerk")
        yield Office(app, url, chromium, staff)
        staff.close()


def _fill(_app: Flask) -> None:
    session = db.session
    person = staff_user(session, Role.EDITOR, login="clerk", name="李编辑")
    who = Actor("staff", person.id, person.name)
    first = receive(session, Incoming("site", "/labels/" + "x" * 150, TEXT * 20, CONTACT, "zh", CODE, 5))
    second = receive(session, Incoming("enquiry", "", TEXT, "", "en", make_code("tests", "second"), 5))
    for letter, number in ((first, "2026-00001"), (second, "2026-00002")):
        letter.number = number
    handling.note(session, first, who, "已联系资料科")
    handling.reply(session, second, who, "您好，已经更正。")
    for value in (3, 1):
        troubles = tuple(Trouble("/labels/" + "y" * 120, f"/gone{number} → 404") for number in range(value))
        found = {**{code: Found(0, ()) for code in CHECKS}, "dead_links": Found(value, troubles)}
        walk = Walk([], known=7000)
        keep_run(session, walk, found, {"reply_simple": value}, started_at=now(), requested_by="李编辑")
    session.commit()


@pytest.mark.parametrize(("look", "looked_at"), [("normal.light", 360), ("normal.dark", 1280), ("elder.light", 768)])
@pytest.mark.parametrize("path", [*PUBLIC, *STAFF])
def test_axe_finds_nothing_and_nothing_overflows(office: Office, path: str, look: str, looked_at: int) -> None:
    """One width for each look, public pages at all widths in the usual one; nothing is too wide at any."""
    context = office.staff if "/admin" in path else office.browser.new_context(base_url=office.url)
    context.add_cookies([{"name": "view", "value": look, "url": office.url}])
    page = context.new_page()
    page.goto(path)
    assert page.locator("h1").count() == 1
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        if width == looked_at or (path in PUBLIC and look == "normal.light"):
            assert violations(page) == []
        assert page.evaluate(OVERFLOW) <= 0, f"{path} at {width}"
    page.close()
    if context is not office.staff:
        context.close()


def _wait() -> None:
    time.sleep(stamps.FASTEST.total_seconds() + 0.2)


def test_the_form_works_without_a_script_and_by_keyboard(office: Office) -> None:
    context = office.browser.new_context(base_url=office.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/feedback?kind=enquiry")
    page.locator("#text").focus()
    page.keyboard.type("太短")
    seen = []
    while not seen or (seen[-1] != "send" and len(seen) < 8):
        page.keyboard.press("Tab")
        seen.append(page.locator(":focus").get_attribute("name") or page.locator(":focus").get_attribute("id"))
    assert seen == ["attachment", "contact", "consent", "send"], "the trap is no stop of the keyboard"
    page.keyboard.press("Enter")
    page.wait_for_selector(".error-summary")
    page.locator("#text").focus()
    page.keyboard.type("，现在写够了十个字。")
    page.set_input_files("#attachment", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    _wait()
    page.locator("#send").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/feedback/receipt?code=*")
    assert len(page.locator(".receipt .code").inner_text()) == 19
    page.click("text=查询办理情况")
    assert "已收到" in page.locator("main").inner_text()
    context.close()


def test_from_the_form_to_the_answer(office: Office) -> None:
    visitor = office.browser.new_context(base_url=office.url)
    page = visitor.new_page()
    page.goto("/about")
    page.click("text=向本站找错")
    assert page.locator("#subject").input_value() == "/about"
    page.fill("#text", "这一页的联系方式还是占位，请补上。")
    _wait()
    page.click("#send")
    page.wait_for_url("**/feedback/receipt?code=*")
    number = page.locator("dd.code").inner_text()
    status = page.locator("text=查询办理情况").first.get_attribute("href") or ""
    desk = office.staff.new_page()
    desk.goto(f"/admin/inbox/{number}")
    desk.select_option("#template", "page-mended")
    desk.click("text=填入")
    assert number in desk.locator("#reply-text").input_value()
    desk.click("text=发布答复")
    desk.wait_for_selector("text=答复已发布")
    page.goto(status)
    assert "已于" in page.locator(".answer__text").inner_text()
    desk.close()
    visitor.close()


def test_several_letters_are_chosen_and_asked_about(office: Office) -> None:
    desk = office.staff.new_page()
    desk.goto("/admin/inbox?state=all")
    desk.check('input[value="2026-00001"]')
    desk.click(".bulk-bar button >> nth=0")
    assert "2026-00001" in desk.locator(".confirm__items").inner_text()
    desk.click("main form .button:not(.button--quiet)")
    desk.wait_for_selector("text=已处理 1 件")
    desk.close()
