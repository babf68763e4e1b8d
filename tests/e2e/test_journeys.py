"""What visitors come to do, done in Chromium from the first page to the answer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PRODUCT_LINK
from tests.look.browser import Viewer

pytestmark = pytest.mark.browser

#: A fictional brand of the demonstration catalogue, its sound, and an everyday word with the proper one.
BRAND, SOUND = "听雨汀", "tingyu"
EVERYDAY, PROPER = "马桶", "坐便器"


def total(page: Page) -> int:
    """How many products the catalogue says it found."""
    found = re.search(r"([\d,]+)", page.locator(".result-bar__count").first.inner_text())
    assert found
    return int(found[1].replace(",", ""))


def shown(page: Page) -> set[str]:
    """Addresses of the products on the page in hand."""
    return {link.get_attribute("href") or "" for link in page.locator(PRODUCT_LINK).all()}


def search(page: Page, words: str) -> None:
    box = page.locator('main input[name="q"], header input[name="q"]').first
    box.fill(words)
    box.press("Enter")
    page.wait_for_url("**/labels/?q=*")


def test_somebody_without_script_finds_a_product_and_reads_its_record(scriptless: Page) -> None:
    scriptless.goto("/")
    search(scriptless, EVERYDAY)
    expect(scriptless.locator("main")).to_contain_text(PROPER)
    number = scriptless.locator(".result").first.inner_text()
    scriptless.locator(PRODUCT_LINK).first.click()
    heading = scriptless.locator("h1").inner_text()
    assert heading
    shown = scriptless.locator("main").inner_text()
    assert re.search(r"DEMO-\d{8}-\w+-\d{6}", shown)
    assert "演示数据" in shown
    assert heading.split()[-1] in number or heading in number


def test_somebody_without_script_narrows_the_list_by_a_facet(scriptless: Page) -> None:
    scriptless.goto("/labels/")
    everything = total(scriptless)
    scriptless.locator(".facet__choice:visible").first.click()
    assert 0 < total(scriptless) < everything
    scriptless.go_back()
    assert total(scriptless) == everything


def test_suggestions_lead_by_keyboard_from_sound_to_brand(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("combobox").first
    box.press_sequentially(SOUND)
    option = page.get_by_role("option").filter(has_text=BRAND).first
    option.wait_for()
    while box.get_attribute("aria-activedescendant") != option.get_attribute("id"):
        box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/labels/?q=*")
    expect(page.locator(".result").first).to_contain_text(BRAND)


def test_the_keyboard_alone_reaches_the_first_result(page: Page) -> None:
    page.goto("/labels/?q=" + EVERYDAY)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wanted = page.locator(PRODUCT_LINK).first.get_attribute("href")
    stops = 0
    while page.evaluate("document.activeElement.getAttribute('href')") != wanted:
        page.keyboard.press("Tab")
        stops += 1
        assert stops < 100, "the first result is not reached by Tab"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{wanted}")


def test_the_copy_button_puts_the_number_on_the_clipboard(viewer: Viewer, addresses: dict[str, str]) -> None:
    with viewer.context() as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(addresses["product"])
        page.locator(".copy__button").first.click()
        number = addresses["product"].rpartition("/")[2]
        page.wait_for_function("number => navigator.clipboard.readText().then((text) => text === number)", arg=number)
        expect(page.locator(".copy__status").first).to_have_text("已复制")


def test_the_english_site_answers_in_english_and_leads_back(page: Page) -> None:
    page.goto("/en/labels/?q=dishwasher")
    assert page.locator("html").get_attribute("lang") == "en"
    assert total(page) > 0
    page.locator(PRODUCT_LINK).first.click()
    assert "/en/labels/" in page.url
    page.get_by_role("link", name="中文").first.click()
    assert "/en/" not in page.url
    assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_elder_mode_stays_from_page_to_page(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="适老版 / 无障碍").click()
    page.goto("/labels/")
    page.locator(PRODUCT_LINK).first.click()
    assert page.locator("html").get_attribute("data-view") == "elder"


def test_the_next_page_continues_the_same_search(page: Page) -> None:
    page.goto("/labels/?category=toilet&sort=model")
    first, count = shown(page), total(page)
    page.locator('a[rel="next"]').first.click()
    assert total(page) == count
    assert len(first | shown(page)) == 40


def test_a_search_without_result_says_so_and_offers_ways_on(page: Page) -> None:
    page.goto("/labels/?q=没有的东西")
    assert page.locator(".result").count() == 0
    expect(page.locator("main")).to_contain_text("没有的东西")
    page.locator("main .empty a[href*='/labels/'], main .empty-state a[href*='/labels/']").first.click()
    assert page.locator(".result").count() > 0
