"""The contest in a browser: papers by keyboard, without scripts, through a cut network, after a crash, on a phone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.look.accessibility import violations
from tests.look.browser import ARGUMENTS, NAMES, WIDTHS, Viewer
from tests.servers import LiveServer, running_site

pytestmark = pytest.mark.browser

PUBLIC = (
    "/quiz/",
    "/quiz/demo",
    "/quiz/demo/join?province=320000",
    "/quiz/demo/guardian",
    "/quiz/demo/return",
    "/quiz/demo/ranking",
    "/quiz/demo/ranking?board=counties",
    "/quiz/demo/ranking?board=counties&scope=per-head:1",
    "/quiz/demo/draw",
    "/quiz/practice",
    "/quiz/practice?q=plan-001&check=1&a=0",
    "/quiz/practice?q=plan-051&check=1&a=0",
    "/en/quiz/demo",
)
#: Longer than a page without scripts must have been open before the form is sent, in milliseconds.
WAITED_MS = 21_000


@pytest.fixture(scope="module")
def contest_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A site of these tests' own, because they write."""
    with running_site(tmp_path_factory.mktemp("contest")) as server:
        yield server


@pytest.fixture(scope="module")
def viewer(chromium: Browser, contest_site: LiveServer) -> Viewer:
    return Viewer(chromium, contest_site.url)


@pytest.fixture
def page(viewer: Viewer) -> Iterator[Page]:
    with viewer.context() as context:
        yield context.new_page()


def join(page: Page, nickname: str = "小水滴") -> str:
    """Take part; the recovery code."""
    page.goto("/quiz/demo/join?province=320000")
    page.get_by_label("县（区）", exact=True).select_option("320115")
    page.get_by_label("昵称", exact=True).fill(nickname)
    page.get_by_label("18–35 周岁").check()
    page.get_by_label(re.compile("我看过上面的说明")).check()
    page.get_by_role("button", name="参加", exact=True).click()
    expect(page.locator("h1")).to_have_text("您的恢复码")
    return page.locator(".quiz-code").inner_text()


def start(page: Page) -> None:
    page.goto("/quiz/demo/me")
    page.get_by_role("button", name="开始答题").click()
    expect(page.locator("h1")).to_have_text("答卷")


def answer_first(page: Page, number: int) -> None:
    """Choose the first option of the first ``number`` questions that have options."""
    questions = page.locator(".quiz-question:has(.quiz-option)")
    for index in range(number):
        questions.nth(index).locator("input").first.check()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", PUBLIC)
def test_axe_finds_nothing_on_public_pages(viewer: Viewer, width: int, address: str) -> None:
    with viewer.context(width=width) as context:
        page = context.new_page()
        page.goto(address)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "look"), [(360, "normal.light"), (1280, "normal.dark"), (360, "elder.light")])
def test_axe_finds_nothing_on_the_participants_pages(viewer: Viewer, width: int, look: str) -> None:
    with viewer.context(width=width, look=look) as context:
        page = context.new_page()

        def check() -> None:
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width

        join(page)
        check()
        page.goto("/quiz/demo/me")
        check()
        start(page)
        answer_first(page, 2)
        expect(page.locator("#save-state")).to_contain_text("回执")
        check()
        page.get_by_role("button", name="交卷").click()
        check()
        page.get_by_role("button", name="确定交卷").click()
        expect(page.locator("h1")).to_have_text("成绩")
        check()
        page.get_by_role("link", name="看答案和解析").click()
        check()


def test_a_whole_paper_by_keyboard(page: Page) -> None:
    join(page)
    page.goto("/quiz/demo/me")
    page.get_by_role("button", name="开始答题").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#bar")).to_be_visible()
    for question in page.locator(".quiz-question").all():
        kind = question.get_attribute("data-kind")
        question.locator('[name^="q"]').first.focus()
        if kind == "ordering":
            for place, _select in enumerate(question.locator("select").all(), start=1):
                for _step in range(place):
                    page.keyboard.press("ArrowDown")
                page.keyboard.press("Tab")
        elif kind == "fill_in":
            page.keyboard.type("3")
            page.keyboard.press("Tab")
        else:
            page.keyboard.press("Space")
    expect(page.locator("#progress")).to_have_text("已答 15 / 15 题")
    expect(page.locator("#save-state")).to_contain_text("已保存")
    page.locator("#hand-in").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#confirm-text")).to_contain_text("全部答完")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("成绩")


def test_a_whole_contest_without_scripts(viewer: Viewer) -> None:
    with viewer.context(script=False) as context:
        page = context.new_page()
        page.goto("/quiz/demo/join")
        page.get_by_label("先选省（自治区、直辖市）").select_option("110000")
        page.get_by_role("button", name="列出县（区）").click()
        page.get_by_label("县（区）", exact=True).select_option("110101")
        page.get_by_label("昵称", exact=True).fill("不用脚本")
        page.get_by_label("60 周岁以上").check()
        page.get_by_label(re.compile("我看过上面的说明")).check()
        page.wait_for_timeout(WAITED_MS)
        page.get_by_role("button", name="参加", exact=True).click()
        expect(page.locator("h1")).to_have_text("您的恢复码")
        start(page)
        answer_first(page, 3)
        page.get_by_role("button", name="保存").click()
        expect(page.locator("#saved")).to_contain_text("已保存 3 题")
        expect(page.locator(".quiz-option input:checked")).to_have_count(3)
        page.get_by_role("button", name="交卷").click()
        expect(page.locator("h1")).to_have_text("成绩")


def test_answers_outlive_a_cut_network(page: Page) -> None:
    join(page)
    start(page)
    answer_first(page, 1)
    expect(page.locator("#save-state")).to_contain_text("回执")
    page.context.set_offline(True)
    answer_first(page, 4)
    expect(page.locator("#save-state")).to_contain_text("网络断开")
    assert "sequence" in page.evaluate("localStorage.getItem(document.getElementById('paper').dataset.key)")
    page.context.set_offline(False)
    expect(page.locator("#save-state")).to_contain_text("回执", timeout=15_000)
    page.reload()
    expect(page.locator("#progress")).to_have_text("已答 4 / 15 题")
    assert page.evaluate("JSON.parse(localStorage.getItem(document.getElementById('paper').dataset.key)).answers") == []


def test_unsent_answers_come_back_with_a_reload(page: Page) -> None:
    join(page)
    start(page)
    page.route("**/answers", lambda route: route.abort())
    answer_first(page, 2)
    expect(page.locator("#save-state")).to_contain_text("网络断开")
    page.unroute("**/answers")
    page.reload()
    expect(page.locator("#progress")).to_have_text("已答 2 / 15 题")
    expect(page.locator("#save-state")).to_contain_text("回执")


def test_a_crashed_browser_goes_on_with_the_recovery_code(
    chromium: Browser, contest_site: LiveServer, viewer: Viewer
) -> None:
    doomed = chromium.browser_type.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
    page = doomed.new_context(base_url=contest_site.url).new_page()
    code = join(page)
    start(page)
    answer_first(page, 3)
    expect(page.locator("#save-state")).to_contain_text("回执")
    expect(page.locator("#progress")).to_have_text("已答 3 / 15 题")
    page.wait_for_timeout(1500)
    with pytest.raises(Error):
        doomed.new_browser_cdp_session().send("Browser.crash")
    with viewer.context(width=360) as context:
        again = context.new_page()
        again.goto("/quiz/demo/return")
        again.get_by_label("恢复码").fill(code.lower())
        again.get_by_role("button", name="继续", exact=True).click()
        again.get_by_role("link", name="继续答题").click()
        expect(again.locator("#progress")).to_have_text("已答 3 / 15 题")


def chromium_path() -> str:
    return next(path for name in NAMES if (path := shutil.which(name)))


def test_two_devices_never_lose_the_newer_answer(viewer: Viewer) -> None:
    with viewer.context() as first, viewer.context(width=360) as second:
        desk, phone = first.new_page(), second.new_page()
        code = join(desk)
        start(desk)
        phone.goto("/quiz/demo/return")
        phone.get_by_label("恢复码").fill(code)
        phone.get_by_role("button", name="继续", exact=True).click()
        phone.get_by_role("link", name="继续答题").click()
        answer_first(phone, 3)
        expect(phone.locator("#save-state")).to_contain_text("回执")
        phone.wait_for_timeout(1000)
        desk.locator(".quiz-question:has(.quiz-option)").nth(0).locator("input").nth(1).check()
        expect(desk.locator("#progress")).to_have_text("已答 3 / 15 题", timeout=10_000)


def test_practice_remembers_in_the_browser_and_forgets_at_once(page: Page) -> None:
    page.goto("/quiz/practice?q=plan-001")
    page.locator("#practice-form input[name=a]").first.check()
    page.get_by_role("button", name="看答案").click()
    expect(page.locator("#answer")).to_contain_text("正确答案")
    expect(page.locator("#boxes-text")).to_contain_text(re.compile(r"已掌握 0 / 2\d\d 题"))
    assert "plan-001" in page.evaluate("localStorage.getItem('quiz-practice')")
    following = page.locator("#answer [data-next]").get_attribute("href") or ""
    assert "plan-001" not in following
    page.get_by_role("button", name="清除练习记录").click()
    assert page.evaluate("localStorage.getItem('quiz-practice')") is None
