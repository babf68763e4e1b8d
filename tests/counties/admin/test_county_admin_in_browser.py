"""The registry's staff pages in a browser: readable for everyone, at the widths that staff work at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from outreach.core import review
from outreach.core.audit import Actor
from outreach.core.db import db
from outreach.core.permissions import Role
from outreach.counties.actions.correcting import Grounds, correct_step
from outreach.counties.actions.facts import load_facts
from outreach.counties.actions.figures import Figure, replace_figures
from outreach.counties.admin import payloads
from outreach.counties.admin.kinds import OFFICER_FIGURES
from outreach.counties.models import Stage
from outreach.counties.queries.upkeep import find_stored_unit
from tests import factories
from tests.look.accessibility import violations
from tests.look.browser import signed_in
from tests.sites import served
from tests.staff import staff_user

pytestmark = pytest.mark.browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SLUG = "370102"
LIST = """批次,公告日期,省,名称,文号,来源
90,2024-01-10,山东省,商河县,公告,
90,2024-01-10,山东省,没有的县,公告,
90,,火星,甲县,公告,
"""
PAGES = (
    ("officer", f"/admin/county/{SLUG}"),
    ("officer", f"/admin/county/{SLUG}/fields"),
    ("officer", f"/admin/county/{SLUG}/step"),
    ("officer", f"/admin/county/{SLUG}/figures"),
    ("officer", "/admin/reviews/1"),
    ("registrar", "/admin/counties/"),
    ("registrar", f"/admin/counties/{SLUG}"),
    ("registrar", f"/admin/counties/{SLUG}/fields"),
    ("registrar", f"/admin/counties/{SLUG}/steps/new"),
    ("registrar", "/admin/counties/names/"),
    ("registrar", "/admin/counties/names/1"),
    ("registrar", "/admin/counties/imports/"),
    ("registrar", "/admin/counties/imports/new"),
    ("registrar", "/admin/counties/imports/1"),
    ("registrar", "/admin/counties/imports/previews/1"),
    ("registrar", f"/counties/{SLUG}"),
)


@dataclass(frozen=True)
class Office:
    """A serving site with counties, and browsers that are signed in."""

    url: str
    contexts: dict[str, BrowserContext]


@pytest.fixture(scope="module")
def office(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with served(tmp_path_factory.mktemp("county-office"), _fill) as (_app, url):
        contexts = {login: signed_in(chromium, url, login) for login in ("registrar", "officer")}
        _upload(contexts["registrar"])
        yield Office(url, contexts)
        for context in contexts.values():
            context.close()


def _fill(_app: Flask) -> None:
    session = db.session
    load_facts(session)
    unit = find_stored_unit(session, SLUG)
    assert unit is not None
    officer = staff_user(session, Role.COUNTY_OFFICER, login="officer", name="周联络", counties=(SLUG,))
    staff_user(session, Role.REGISTRAR, login="registrar", name="李登记")
    who = Actor("staff", officer.id, officer.name)
    payload = payloads.figures_payload(2024, {}, {"industry-metering": "98.5", "remark": "全部装表"}, ())
    proposal = review.propose(session, OFFICER_FIGURES, payloads.county_target(unit), payload, who, "统计局数据")
    review.submit(session, proposal, who)
    figures = [
        Figure("industry-metering", "share", "工业用水计量率", "Metered industrial water", "97", "", "%", "%"),
        Figure("household-tiers", "yes-no", "居民用水实行阶梯水价", "Tiered prices", "yes"),
        Figure("remark", "remark", "", "", "上一年度的说明"),
    ]
    replace_figures(session, unit, 2023, figures, 1)
    wrong = factories.stage_event(session, Stage.RECHECKED, "2024-03-01", unit=unit, document="旧文件")
    step = payloads.step_of({**payloads.event_values(wrong), "on": "2024-05", "document": "鲁水节字〔2024〕1号"})
    correct_step(session, wrong, step, Grounds("月份录错", 1))
    factories.name_review(session, candidates=[unit.id])
    session.commit()


def _upload(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/admin/counties/imports/new")
    content = {"name": "第九十批.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    page.set_input_files("#file", files=[content])  # type: ignore[list-item]  # a payload is what it takes
    page.click("main button[type=submit]")
    page.wait_for_url("**/previews/1")
    page.close()


@pytest.mark.parametrize(("look", "width"), [("normal.dark", 1280), ("elder.light", 768), ("normal.light", 360)])
@pytest.mark.parametrize(("who", "path"), PAGES)
def test_axe_finds_nothing_and_nothing_overflows(office: Office, who: str, path: str, look: str, width: int) -> None:
    context = office.contexts[who]
    context.add_cookies([{"name": "view", "value": look, "url": office.url}])
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    assert (page.goto(path) or pytest.fail(path)).status == 200
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = violations(page)
    overflow = page.evaluate(OVERFLOW)
    page.close()
    assert found == []
    assert overflow <= 0
