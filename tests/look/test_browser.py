"""The site in a real browser: accessible, usable by finger and by keyboard, without script, on paper, and light."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, Route

from tests.look.accessibility import violations
from tests.look.browser import VIEWS, Viewer
from tests.servers import LiveServer

pytestmark = pytest.mark.browser

#: Weight and number of requests of one page (compressed), as the acceptance asks.
MOST_BYTES = 120_000
MOST_REQUESTS = 12
SUGGESTIONS = [
    {"kind": "category", "text": "坐便器", "label": "坐便器", "count": 1223},
    {"kind": "text", "text": "坐便器 一级", "label": "<b>坐便器 一级</b>", "count": 0},
]
#: What is pressed on its own, as opposed to links inside of sentences.
CONTROLS = (
    ".button, .main-nav__link, .topbar__links a, .site-footer__links a, .chip__remove, .facet__choice,"
    " .pagination a, .category-grid__link, .breadcrumb a, .field__option label, .search-box__input, summary"
)
TOO_SMALL = """([selector, least]) => [...document.querySelectorAll(selector)]
  .filter((node) => node.checkVisibility())
  .map((node) => [node.getBoundingClientRect(), node.className + ' ' + node.textContent.trim().slice(0, 20)])
  .filter(([box]) => box.height && box.height < least - 0.5)
  .map(([box, name]) => `${name} ${box.width}x${box.height}`)"""
SMALL_TEXT = """() => [...document.querySelectorAll('body *')]
  .filter((node) => node.checkVisibility())
  .filter((node) => [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim()))
  .filter((node) => parseFloat(getComputedStyle(node).fontSize) < 17.99)
  .map((node) => `${node.tagName} ${getComputedStyle(node).fontSize} ${node.textContent.trim().slice(0, 20)}`)"""
MOVING = """() => [...document.querySelectorAll('*')]
  .filter((node) => getComputedStyle(node).transitionDuration !== '0s').length"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def viewer(chromium: Browser, live_server: LiveServer) -> Viewer:
    return Viewer(chromium, live_server.url)


@pytest.fixture
def page(viewer: Viewer) -> Iterator[Page]:
    with viewer.context() as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def product(viewer: Viewer) -> str:
    """Address of some product page."""
    with viewer.context() as context:
        page = context.new_page()
        page.goto("/labels/")
        return page.locator(".result__title a").first.get_attribute("href") or ""


@pytest.fixture(params=["/", "/labels/?q=马桶", "product", "/labels/?q=没有的东西", "/styleguide", "/preferences"])
def path(request: pytest.FixtureRequest, product: str) -> str:
    return product if request.param == "product" else str(request.param)


@pytest.mark.parametrize(("width", "look"), VIEWS)
def test_axe_finds_nothing(viewer: Viewer, path: str, width: int, look: str) -> None:
    with viewer.context(width=width, look=look) as context:
        page = context.new_page()
        page.goto(path)
        assert violations(page) == []


@pytest.mark.parametrize("look", ["normal.light", "elder.light"])
def test_at_320_pixels_nothing_scrolls_sideways(viewer: Viewer, path: str, look: str) -> None:
    with viewer.context(width=320, look=look) as context:
        page = context.new_page()
        page.goto(path)
        assert page.evaluate(OVERFLOW) <= 0


def test_text_of_twice_the_size_fits(viewer: Viewer, path: str) -> None:
    with viewer.context(width=1280) as context:
        page = context.new_page()
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize(("look", "least"), [("normal.light", 44), ("elder.light", 60)])
def test_fingers_hit_what_is_pressed(viewer: Viewer, path: str, look: str, least: int) -> None:
    with viewer.context(width=360, look=look) as context:
        page = context.new_page()
        page.goto(path)
        assert page.evaluate(TOO_SMALL, [CONTROLS, least]) == []


def test_no_text_of_the_elder_mode_is_below_18_pixels(viewer: Viewer, path: str) -> None:
    with viewer.context(look="elder.light") as context:
        page = context.new_page()
        page.goto(path)
        small = page.evaluate(SMALL_TEXT)
    assert small == []


def test_a_page_is_light(viewer: Viewer, path: str) -> None:
    requests: list[Request] = []
    with viewer.context() as context:
        page = context.new_page()
        page.on("requestfinished", lambda request: requests.append(request))
        page.goto(path, wait_until="networkidle")
        weight = sum(item.sizes()["responseBodySize"] for item in requests)
    assert len(requests) <= MOST_REQUESTS
    assert weight <= MOST_BYTES


def test_the_browser_reports_no_error(viewer: Viewer, path: str) -> None:
    with viewer.context() as context:
        page = context.new_page()
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path, wait_until="networkidle")
    assert faults == []


def test_the_first_tab_is_the_way_to_the_content(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.inner_text() == "跳到正文"
    assert focused.bounding_box()["y"] >= 0  # type: ignore[index]  # it is shown while it has the focus
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_every_stop_of_the_tab_key_is_seen(page: Page) -> None:
    page.goto("/")
    for stop in range(12):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
        )
        assert style[0] == "solid", stop
        assert float(style[1].removesuffix("px")) >= 2


def suggest(page: Page) -> None:
    """Open the catalogue's search box with suggestions that the test knows."""

    def answer(route: Route) -> None:
        route.fulfill(status=200, content_type="application/json", body=json.dumps(SUGGESTIONS))

    page.route("**/labels/suggest?q=*", answer)
    page.goto("/")
    page.get_by_role("combobox").first.press_sequentially("zuo")
    page.get_by_role("option").first.wait_for()


def test_suggestions_follow_the_keyboard_and_are_words_only(page: Page) -> None:
    suggest(page)
    box = page.get_by_role("combobox").first
    assert box.get_attribute("aria-expanded") == "true"
    assert not box.get_attribute("aria-activedescendant")
    assert page.get_by_role("option").nth(1).inner_text() == "<b>坐便器 一级</b>"
    box.press("ArrowDown")
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == page.get_by_role("option").nth(1).get_attribute("id")
    box.press("Enter")
    page.wait_for_url("**/labels/?q=*")
    assert page.locator('input[name="q"]').first.input_value() == "坐便器 一级"


def test_a_slow_typist_on_a_slow_line_gets_the_suggestions_for_the_last_letter(page: Page) -> None:
    def answer(route: Route) -> None:
        if route.request.url.endswith("q=zuo"):  # the earlier ones get no answer before they are given up
            route.fulfill(status=200, content_type="application/json", body=json.dumps(SUGGESTIONS))

    page.route("**/labels/suggest?q=*", answer)
    page.goto("/")
    for letters in ("z", "zu", "zuo"):
        with page.expect_request(lambda request, end=f"q={letters}": request.url.endswith(end)):
            page.get_by_role("combobox").first.press_sequentially(letters[-1])
    page.get_by_role("option").first.wait_for()


def test_escape_closes_the_suggestions_and_keeps_the_text(page: Page) -> None:
    suggest(page)
    box = page.get_by_role("combobox").first
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "zuo"
    box.press("ArrowDown")
    assert box.get_attribute("aria-expanded") == "true"


def test_a_suggestion_can_be_clicked(page: Page) -> None:
    suggest(page)
    page.get_by_role("option").first.click()
    page.wait_for_url("**/labels/?q=*")


def test_without_script_the_search_box_searches(viewer: Viewer) -> None:
    with viewer.context(script=False) as context:
        page = context.new_page()
        page.goto("/")
        page.locator('.hero input[name="q"]').fill("马桶")
        page.keyboard.press("Enter")
        page.wait_for_url("**/labels/?q=*")
        assert page.locator(".result").count() > 0
        assert page.locator(".copy:visible").count() == 0


def test_without_script_a_phone_opens_the_filters(viewer: Viewer) -> None:
    with viewer.context(width=360, script=False) as context:
        page = context.new_page()
        page.goto("/labels/")
        assert page.locator(".facet__choice:visible").count() == 0
        page.locator(".filter-panel__title").click()
        assert page.locator(".facet__choice:visible").count() > 0


def test_on_a_wide_screen_the_filters_are_open(page: Page) -> None:
    page.goto("/labels/")
    assert page.locator(".facet__choice:visible").count() > 0


def test_display_settings_take_effect_and_lead_back_without_script(viewer: Viewer) -> None:
    with viewer.context(script=False) as context:
        page = context.new_page()
        page.goto("/about?x=1")
        page.get_by_role("link", name="适老版 / 无障碍").click()
        assert page.url.endswith("/about?x=1")
        assert page.locator("html").get_attribute("data-view") == "elder"


def test_paper_gets_the_content_and_not_the_controls(viewer: Viewer, product: str) -> None:
    with viewer.context() as context:
        page = context.new_page()
        page.goto(product)
        page.emulate_media(media="print")
        assert page.locator("h1").is_visible()
        assert not page.locator(".main-nav, .search-box, .topbar__links").locator("visible=true").count()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_nothing_moves_for_those_who_asked_for_rest(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    assert page.evaluate(MOVING) == 0
