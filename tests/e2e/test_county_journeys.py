"""What visitors do in the county registry, in Chromium: by keyboard, without script, on small screens, in all looks."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.look.accessibility import violations
from tests.look.browser import LOOKS, Viewer

pytestmark = pytest.mark.browser

KINDS = (
    "county_registry",
    "county",
    "county_past",
    "county_province",
    "county_batch",
    "county_batches",
    "county_progress",
)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TEXT = """() => [...document.querySelectorAll('main *')]
  .filter((node) => node.checkVisibility())
  .filter((node) => [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim()))
  .filter((node) => parseFloat(getComputedStyle(node).fontSize) < 17.99)
  .map((node) => `${node.tagName} ${getComputedStyle(node).fontSize} ${node.textContent.trim().slice(0, 20)}`)"""
#: A unit that was named on 1 December 2020 under another name.
UNIT, FORMER = "龙海区", "龙海市"


def test_somebody_without_script_asks_for_a_day_and_comes_back(scriptless: Page) -> None:
    scriptless.goto("/")
    box = scriptless.locator('[aria-labelledby="counties-panel"] input[type="search"]')
    box.fill(FORMER)
    box.press("Enter")
    scriptless.locator(".unit-table__name a").first.click()
    expect(scriptless.locator("h1")).to_contain_text(UNIT)
    expect(scriptless.locator(".unit-card__state")).to_have_text("已命名")
    scriptless.locator('input[name="on"]').fill("2020-11-30")
    scriptless.locator(".as-of__button").click()
    scriptless.wait_for_url("**on=2020-11-30")
    expect(scriptless.locator(".unit-card__state")).to_have_text("未收录，以公告为准")
    scriptless.locator(".as-of__now a").click()
    expect(scriptless.locator(".unit-card__state")).to_have_text("已命名")


def test_somebody_without_script_narrows_the_list_and_pages_on(scriptless: Page) -> None:
    scriptless.goto("/counties/?on=2021-12-31")
    scriptless.locator('[data-parameter="state"] .facet__choice').first.click()
    assert "on=2021-12-31" in scriptless.url
    narrowed = scriptless.locator("#results").inner_text()
    scriptless.locator(".pagination a", has_text="2").first.click()
    assert scriptless.locator("#results").inner_text() == narrowed
    assert "on=2021-12-31" in scriptless.url


def test_the_keyboard_alone_finds_a_unit_and_its_neighbour(page: Page) -> None:
    page.goto("/counties/")
    box = page.locator('main input[type="search"]')
    stops = 0
    while not box.evaluate("node => node === document.activeElement"):
        page.keyboard.press("Tab")
        stops += 1
        assert stops < 40, "the search box is not reached by Tab"
    page.keyboard.type("longhaiqu")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=longhaiqu*")
    wanted = page.locator(".unit-table__name a").first.get_attribute("href")
    stops = 0
    while page.evaluate("document.activeElement.getAttribute('href')") != wanted:
        page.keyboard.press("Tab")
        stops += 1
        assert stops < 120, "the first result is not reached by Tab"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{wanted}")
    expect(page.locator("h1")).to_contain_text(UNIT)


def test_suggestions_lead_by_keyboard_from_initials_to_the_unit(page: Page) -> None:
    page.goto("/counties/")
    box = page.get_by_role("combobox").first
    box.press_sequentially("njjnq")
    option = page.get_by_role("option").filter(has_text="江宁区").first
    option.wait_for()
    while box.get_attribute("aria-activedescendant") != option.get_attribute("id"):
        box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/counties/?q=*")
    expect(page.locator(".unit-table__name a").first).to_have_text("江宁区")


def test_the_copy_button_puts_the_code_of_the_badge_on_the_clipboard(viewer: Viewer, addresses: dict[str, str]) -> None:
    with viewer.context() as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(addresses["county"])
        page.locator(".copy__button").first.click()
        code = page.locator(".snippet").inner_text()
        page.wait_for_function("code => navigator.clipboard.readText().then((text) => text === code)", arg=code)


def test_the_badge_is_a_picture_that_a_browser_draws(viewer: Viewer, addresses: dict[str, str]) -> None:
    with viewer.context() as context:
        page = context.new_page()
        page.goto(addresses["county"])
        picture = page.locator(".badge-preview img")
        assert picture.evaluate("node => node.decode().then(() => node.naturalWidth)") > 150


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("look", ["normal.light", "elder.light"])
def test_at_320_pixels_nothing_scrolls_sideways(
    viewer: Viewer, addresses: dict[str, str], kind: str, look: str
) -> None:
    with viewer.context(width=320, look=look) as context:
        page = context.new_page()
        page.goto(addresses[kind])
        assert page.evaluate(OVERFLOW) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_large_text_mode_has_no_small_text(viewer: Viewer, addresses: dict[str, str], kind: str) -> None:
    with viewer.context(width=360, look="elder.light") as context:
        page = context.new_page()
        page.goto(addresses[kind])
        assert page.evaluate(SMALL_TEXT) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("look", LOOKS[1:])
def test_axe_finds_nothing_in_the_other_looks(viewer: Viewer, addresses: dict[str, str], kind: str, look: str) -> None:
    with viewer.context(width=360, look=look) as context:
        page = context.new_page()
        page.goto(addresses[kind])
        assert violations(page) == []


@pytest.mark.parametrize("width", [768, 1280])
@pytest.mark.parametrize("path", ["/counties/", "/en/counties/"])
def test_the_menu_stays_in_few_lines(viewer: Viewer, width: int, path: str) -> None:
    with viewer.context(width=width) as context:
        page = context.new_page()
        page.goto(path)
        lines = page.evaluate(
            "new Set([...document.querySelectorAll('.main-nav__link')]"
            ".map((node) => Math.round(node.getBoundingClientRect().top))).size"
        )
        assert lines <= (1 if width > 1000 else 2)
        assert page.evaluate(OVERFLOW) == 0
