"""The registry's staff pages in a browser: accessible at every width, and the whole way from a file to its undoing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from outreach.core.db import db
from outreach.core.jobs import JobState
from outreach.core.jobs.worker import Worker
from outreach.core.permissions import Role
from outreach.labels.actions.standards import load_standards
from tests import factories
from tests.labels.imports.registers import filing, take_in, write
from tests.look.accessibility import violations
from tests.look.browser import signed_in
from tests.sites import served
from tests.staff import staff_user

pytestmark = pytest.mark.browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ROW = filing(model="JWB18-X1", number="20260501-CWL032020-000001")
PAGES = (
    "/admin/labels/",
    "/admin/labels/?status=suspended",
    f"/admin/labels/{ROW['Registration No.']}",
    f"/admin/labels/{ROW['Registration No.']}/edit",
    f"/admin/labels/{ROW['Registration No.']}/status",
    "/admin/labels/makers/",
    "/admin/labels/makers/1",
    "/admin/labels/makers/compare?first=1&second=2",
    "/admin/labels/imports/",
    "/admin/labels/imports/new",
    "/admin/labels/imports/previews/1",
    "/admin/labels/imports/1",
    "/admin/labels/imports/1/undo",
)


@dataclass(frozen=True)
class Office:
    """A serving back office with a register in it, and browsers that are signed in."""

    app: Flask
    url: str
    folder: Path
    contexts: dict[str, BrowserContext]


@pytest.fixture(scope="module")
def office(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("registry")
    with served(folder, lambda _app: _fill(folder)) as (app, url):
        contexts = {login: signed_in(chromium, url, login) for login in ("registrar", "reviewer")}
        office = Office(app, url, folder, contexts)
        _upload(office, "名称很长的名录文件-第一次上传-2026-06-01.csv")
        yield office
        for context in contexts.values():
            context.close()


def _fill(folder: Path) -> None:
    session = db.session
    staff_user(session, Role.REGISTRAR, login="registrar", name="李登记")
    staff_user(session, Role.REVIEWER, login="reviewer", name="王审核")
    load_standards(session)
    rows = [ROW, *(filing(model=f"M-{n}", maker="宁波方太厨具股份有限公司") for n in range(4)), filing(WEI="x")]
    take_in(session, write(folder / "r-2026-05-01.csv", rows))
    factories.maker(session, "名称很长的测试洁具制造（中国）股份有限公司华东第二分公司")
    session.commit()


def _upload(office: Office, name: str, **changes: str) -> None:
    """Upload a register with one changed, one new and one faulty row."""
    rows = [{**ROW, **changes}, filing(model="NEW-1"), filing(WEI="x", model="<b>长" * 30)]
    page = office.contexts["registrar"].new_page()
    page.goto("/admin/labels/imports/new")
    page.set_input_files("[name=file]", write(office.folder / name, rows))
    page.select_option("[name=source]", "cn-waterlabel")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/previews/*")
    page.close()


@pytest.mark.parametrize(("look", "width"), [("normal.light", 360), ("normal.dark", 1280), ("elder.light", 768)])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_overflows(office: Office, path: str, look: str, width: int) -> None:
    context = office.contexts["registrar"]
    context.add_cookies([{"name": "view", "value": look, "url": office.url}])
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert page.locator("h1").count() == 1
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = violations(page)
    overflow = page.evaluate(OVERFLOW)
    page.close()
    assert found == []
    assert overflow <= 0


def _press(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("button", name=words, exact=True).click()


def _approve(office: Office, number: int) -> None:
    page = office.contexts["reviewer"].new_page()
    page.goto(f"/admin/reviews/{number}/approve")
    page.click("main form button[type=submit]")
    page.get_by_text("已通过。").wait_for()
    page.close()


def test_from_a_file_with_faults_to_its_undoing(office: Office) -> None:
    page = office.contexts["registrar"].new_page()
    page.goto("/admin/labels/imports/previews/1")
    assert "不是数值" in page.inner_text("main")
    _press(page, "确认导入")
    page.get_by_text("导入已开始").wait_for()
    assert Worker(office.app).run_once() is JobState.DONE
    page.get_by_role("link", name="刷新", exact=True).click()
    page.get_by_role("link", name="查看导入报告").click()
    page.wait_for_url("**/imports/2")
    page.goto(f"/admin/labels/{ROW['Registration No.']}/edit")
    page.fill("[name=model]", "JWB18-X1A")
    page.fill("[name=reason]", "与备案证书核对")
    _press(page, "提交审核")
    page.get_by_text("更正已提交审核").wait_for()
    _approve(office, 1)
    visitor = office.contexts["registrar"].new_page()
    visitor.goto(f"/labels/{ROW['Registration No.']}")
    assert "JWB18-X1A" in visitor.inner_text("h1")
    assert "与备案证书核对" in visitor.inner_text("main")
    page.goto("/admin/labels/imports/2/undo")
    page.fill("[name=reason]", "文件拿错了")
    _press(page, "撤销整次导入")
    page.get_by_text("条登记不再展示").first.wait_for()
    visitor.goto(f"/labels/{ROW['Registration No.']}")
    assert "JWB18-X1A" in visitor.inner_text("h1"), "what was decided stays"
    for one in (page, visitor):
        one.close()
