"""The way into the back office in a browser: link, password, second factor, page; and every page accessible."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from outreach.core.clock import now
from tests.look.accessibility import violations
from tests.look.browser import Viewer
from tests.servers import ROOT, LiveServer, running_site

pytestmark = pytest.mark.browser

PASSWORD = "three blue cups at the river"
PAGES = (
    "/admin/account",
    "/admin/account/password",
    "/admin/account/second-factor",
    "/admin/accounts",
    "/admin/accounts/1",
    "/admin/accounts/2",
    "/admin/accounts/new",
    "/admin/confirm",
    "/en/admin/accounts",
)
LOOKS = ((1280, "normal.light"), (768, "normal.dark"), (360, "elder.light"))


@pytest.fixture(scope="module")
def staff_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server of this module's own, since accounts are written."""
    with running_site(tmp_path_factory.mktemp("staff")) as server:
        yield server


@pytest.fixture(scope="module")
def command(staff_server: LiveServer) -> Callable[..., str]:
    """``flask …`` on the machine of the server."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    environ |= {"OUTREACH_DATA_DIR": str(staff_server.data_path), "OUTREACH_PUBLIC_URL": staff_server.url}

    def run(*words: str) -> str:
        whole = [sys.executable, "-m", "flask", "--app", "app", *words]
        return subprocess.run(whole, cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout

    return run


@pytest.fixture(scope="module")
def viewer(chromium: Browser, staff_server: LiveServer) -> Viewer:
    return Viewer(chromium, staff_server.url)


@pytest.fixture(scope="module")
def secret(viewer: Viewer, command: Callable[..., str]) -> str:
    """The second factor of somebody who came in by their link as people do."""
    link = command("accounts", "create", "li.anquan", "--name", "李", "--role", "security_admin").split()[0]
    command("accounts", "create", "wang.bianji", "--name", "王", "--role", "editor")
    with viewer.context() as context:
        page = context.new_page()
        page.goto(link)
        page.get_by_label("姓名").fill("李安全")
        page.get_by_label("新密码").fill(PASSWORD)
        page.get_by_label("再输入一次").fill(PASSWORD)
        page.get_by_role("button", name="保存并继续").click()
        page.goto("/admin/account/second-factor")
        assert page.get_by_role("img", name="二维码").is_visible()
        found = page.locator(".enrol__key").inner_text().replace(" ", "")
        page.get_by_label("验证码").fill(pyotp.TOTP(found).now())
        page.get_by_role("button", name="确认").click()
        assert page.locator(".recovery-codes li").count() == 10
        page.get_by_role("link", name="已保存，继续").click()
        assert page.locator("h1").inner_text() == "我的账号"
        page.get_by_role("button", name="退出登录").click()
        assert page.locator("h1").inner_text() == "登录"
    return found


def sign_in(page: Page, secret: str) -> None:
    """Password and code by keyboard alone; a code that was just used is waited out."""
    page.goto("/admin/sign-in")
    page.get_by_label("登录名").fill("li.anquan")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/sign-in/code*")
    for ahead in (0, 1, 1):  # the code of the next half minute counts as well, once
        page.get_by_label("验证码或恢复码").fill(pyotp.TOTP(secret).at(now() + timedelta(seconds=30 * ahead)))
        with page.expect_navigation():
            page.keyboard.press("Enter")
        if "/sign-in/code" not in page.url:
            return
        if ahead:
            page.wait_for_timeout(31_000)
    pytest.fail(page.locator("main").inner_text())


@pytest.mark.slow
def test_every_page_of_accounts_is_accessible_in_every_look(
    viewer: Viewer, secret: str, command: Callable[..., str]
) -> None:
    found = []
    with viewer.context() as first:
        page = first.new_page()
        sign_in(page, secret)
        cookies = [cookie for cookie in first.cookies() if cookie["name"] == "staff"]
        assert cookies[0]["httpOnly"]
        for width, look in LOOKS:
            with viewer.context(width=width, look=look) as context:
                context.add_cookies(cookies)  # the same session on another screen
                page = context.new_page()
                for path in PAGES:
                    page.goto(path)
                    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    rules = violations(page)
                    found += [(path, width, look, problem) for problem in (*rules, *(["too wide"] if wide > 0 else []))]
    assert found == []


@pytest.mark.slow
def test_without_script_everything_can_be_done(viewer: Viewer, secret: str) -> None:
    with viewer.context(script=False) as context:
        page = context.new_page()
        sign_in(page, secret)
        page.goto("/admin/accounts")
        page.get_by_role("link", name="wang.bianji").click()
        page.get_by_label("评委").check()
        page.get_by_label("理由").fill("兼任")
        page.get_by_role("button", name="保存角色与范围").click()
        assert "权限已修改" in page.locator("main").inner_text()
        assert page.get_by_label("评委").is_checked()
