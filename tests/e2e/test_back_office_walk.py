"""One walk through the whole back office in a browser: from an invitation to the audit log that tells all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.test_staff import PASSWORD, command, staff_server
from tests.labels.imports.registers import filing, write
from tests.look.browser import Viewer
from tests.servers import LiveServer

__all__ = ["command", "staff_server"]

pytestmark = pytest.mark.browser

NUMBER = "20260501-CWL032020-000001"
NEW = "20260601-CWL032020-000002"
#: What the log tells in the end, in the order in which it happened.
TOLD = (
    "accounts.create",
    "labels.import",
    "review.submit",
    "review.approve",
    "labels.undo",
)


@pytest.fixture(scope="module")
def browsers(chromium: Browser, staff_server: LiveServer) -> Iterator[Callable[[], BrowserContext]]:
    """A browser of its own for each person."""
    viewer = Viewer(chromium, staff_server.url)
    opened: list[BrowserContext] = []

    def open_one() -> BrowserContext:
        opened.append(viewer.context())
        return opened[-1]

    yield open_one
    for context in opened:
        context.close()


def come_in(page: Page, link: str, name: str) -> None:
    """Follow the one-time link, set a password, then a second factor as the account page offers it."""
    page.goto(link)
    page.get_by_label("姓名").fill(name)
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_label("再输入一次").fill(PASSWORD)
    page.get_by_role("button", name="保存并继续").click()
    page.goto("/admin/account/second-factor")
    key = page.locator(".enrol__key").inner_text().replace(" ", "")
    page.get_by_label("验证码").fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="确认").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    page.get_by_role("link", name="已保存，继续").click()


def invite(page: Page, login: str, name: str, role: str) -> str:
    """The link that a security administrator gets for somebody new."""
    page.goto("/admin/accounts/new")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("姓名").fill(name)
    page.get_by_label(role, exact=True).check()
    page.get_by_role("button", name="保存并生成链接").click()
    found = re.search(r"https?://[^\s\"<]+/admin/invitations/[\w-]+", page.content())
    assert found, page.locator("main").inner_text()
    return found[0]


def press(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("button", name=words, exact=True).click()


def status_of(page: Page, address: str) -> int:
    answer = page.goto(address)
    assert answer is not None
    return answer.status


def import_register(page: Page, visitor: Page, register: Path) -> str:
    """Upload, look at the preview, apply; the address of the report."""
    page.goto("/admin/labels/imports/new")
    page.set_input_files("[name=file]", register)
    page.select_option("[name=source]", "cn-waterlabel")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/previews/*")
    expect(page.get_by_role("main")).to_contain_text("不是数值")
    assert status_of(visitor, f"/labels/{NEW}") == 404, "a preview writes nothing"
    press(page, "确认导入")
    page.get_by_text("导入已开始").wait_for()
    report = page.get_by_role("link", name="查看导入报告")
    for _turn in range(60):
        page.reload()
        if report.count():
            break
        page.wait_for_timeout(500)
    report.click()
    page.wait_for_url(re.compile(r"/imports/\d+$"))
    assert status_of(visitor, f"/labels/{NEW}") == 200
    return page.url


def correct(registrar: Page, reviewer: Page) -> None:
    """One person proposes a correction, another approves it; the first one cannot."""
    registrar.goto(f"/admin/labels/{NUMBER}/edit")
    registrar.fill("[name=model]", "JWB18-X1A")
    registrar.fill("[name=reason]", "与备案证书核对")
    press(registrar, "提交审核")
    registrar.get_by_text("更正已提交审核").wait_for()
    reviewer.goto("/admin/reviews")
    reviewer.get_by_role("link", name=re.compile(NUMBER)).first.click()
    proposal = reviewer.url
    assert status_of(registrar, f"{proposal}/approve") in (403, 404, 409), "nobody approves what they wrote"
    reviewer.goto(f"{proposal}/approve")
    reviewer.click("main form button[type=submit]")
    reviewer.get_by_text("已通过。").wait_for()


def undo(page: Page, run: str) -> None:
    page.goto(f"{run}/undo")
    page.fill("[name=reason]", "文件拿错了")
    press(page, "撤销整次导入")
    page.get_by_text("条登记不再展示").first.wait_for()


@pytest.mark.slow
def test_from_the_invitation_to_the_log_that_tells_all_of_it(
    browsers: Callable[[], BrowserContext], command: Callable[..., str], tmp_path: Path
) -> None:
    first = write(tmp_path / "r-2026-05-01.csv", [filing(number=NUMBER)])
    command("labels", "import", str(first), "--source", "cn-waterlabel")
    rows = [filing(number=NUMBER), filing(number=NEW, model="NEW-1"), filing(WEI="x")]
    register = write(tmp_path / "r-2026-06-01.csv", rows)
    security, registrar, reviewer, auditor, visitor = (browsers().new_page() for _person in range(5))
    link = command("accounts", "create", "an.quan", "--name", "安", "--role", "security_admin").split()[0]
    come_in(security, link, "安全")
    come_in(registrar, invite(security, "li.dengji", "李", "登记员"), "李登记")
    come_in(reviewer, invite(security, "wang.shenhe", "王", "审核人"), "王审核")
    come_in(auditor, invite(security, "zhao.shenji", "赵", "审计员"), "赵审计")
    run = import_register(registrar, visitor, register)
    correct(registrar, reviewer)
    visitor.goto(f"/labels/{NUMBER}")
    assert "JWB18-X1A" in visitor.inner_text("h1")
    undo(registrar, run)
    visitor.goto(f"/labels/{NEW}")
    visitor.reload()  # a browser may show what it has for a minute
    expect(visitor.get_by_role("main")).to_contain_text("撤销")
    visitor.goto(f"/labels/{NUMBER}")
    assert "JWB18-X1A" in visitor.inner_text("h1"), "what two people decided stays"
    auditor.goto("/admin/audit")
    told = auditor.locator("main .code-word").all_inner_texts()
    assert [action for action in TOLD if not any(one.startswith(action) for one in told)] == []
    command("accounts", "audit", "verify")  # anything but a whole chain is an exit status of 1
