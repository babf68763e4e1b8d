"""The self-assessment in a browser: live sums that agree with the server, remembering by choice, files, paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect

from outreach.counties.forms_assessment import parse_address
from outreach.counties.rules.assessment import Result, State, score
from outreach.counties.rules.assessment_table import Table
from outreach.counties.views.assessment import live_document
from tests.conftest import ROOT
from tests.counties.assessment_tables import EVERY_KIND, tables
from tests.look.accessibility import violations
from tests.look.browser import WIDTHS, Viewer

pytestmark = pytest.mark.browser

ADDRESS = "/counties/assessment"
FILLED = f"{ADDRESS}?county=320115&year=2025&c-institution=no&i-firms=12/30&i-estates=9&i-household-tiers=yes"
FAULTY = f"{ADDRESS}?county=新城区&year=zwei&i-firms=viel&c-institution=maybe&i-estates=9"
STATES = {
    State.UNANSWERED: "open",
    State.REGION_NEEDED: "region",
    State.FULL: "done",
    State.PARTIAL: "done",
    State.NONE: "done",
}
#: Figures as people write them, some of them none.
FIGURES = st.one_of(
    st.decimals(0, 110, places=4).map(lambda value: format(value, "f")),
    st.integers(0, 110).map(str),
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: f"{pair[0]}/{pair[1]}"),
    st.sampled_from(
        ["", "", " ", "４０．５％", "40%", "12。5", "1,0", "1e1", "-1", "abc", "0/0", "1/3", "2/3", ".5", "5."]
    ),
)


@pytest.fixture(scope="module")
def calculator(chromium: Browser) -> Iterator[Page]:
    """A blank page that holds the scoring module."""
    page = chromium.new_page()
    source = (ROOT / "static/js/assessment_score.js").read_text(encoding="utf-8")
    page.evaluate(
        """async (source) => {
          const module = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
          window.work = (table, texts, region) => {
            const result = module.score(table, (name) => texts[name] ?? "", region);
            const points = (value) => module.printed(value);
            return {
              total: points(result.total), low: points(result.low), high: points(result.high),
              bonus: points(result.bonus), answered: result.answered, missing: result.missing,
              items: [...result.indicators].map(([code, one]) => [code, one.state, points(one.points)]),
            };
          };
        }""",
        source,
    )
    yield page
    page.close()


def plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_the_page_says(result: Result, wrong: set[str]) -> dict[str, Any]:
    """The server's result in the words of the script; what was refused is wrong there and open here."""
    return {
        "total": plain(result.total),
        "low": plain(result.lowest),
        "high": plain(result.highest),
        "bonus": plain(result.bonus),
        "answered": result.answered,
        "missing": len(result.missing_conditions),
        "items": [
            [
                item.indicator.code,
                "wrong" if f"i-{item.indicator.code}" in wrong else STATES[item.state],
                plain(item.points),
            ]
            for item in result.indicators
        ],
    }


@st.composite
def typed_forms(draw: st.DrawFn) -> tuple[Table, dict[str, str]]:
    found = draw(st.just(EVERY_KIND) | tables())
    texts = {}
    for one in found.indicators:
        kind = one.kind.value
        values = {"yes-no": st.sampled_from(["yes", "no", ""]), "choice": st.sampled_from(["", "all", "some", "none"])}
        texts[f"i-{one.code}"] = draw(values.get(kind, FIGURES))
    for item in found.bonus:
        texts[f"b-{item.code}"] = draw(FIGURES)
    for condition in found.conditions:
        texts[f"c-{condition.code}"] = draw(st.sampled_from(["yes", "no", ""]))
    texts["region"] = draw(st.sampled_from(["", "capital", "north", "south"]))
    return found, texts


def test_the_script_and_the_server_always_agree(calculator: Page, demo_app: Flask) -> None:
    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(typed=typed_forms())
    def agree(typed: tuple[Table, dict[str, str]]) -> None:
        table, texts = typed
        asked = parse_address(texts, table)
        with demo_app.test_request_context():
            live = live_document(table)
        shown = calculator.evaluate(
            "([table, texts, region]) => work(table, texts, region)", [live, texts, texts["region"]]
        )
        assert shown == as_the_page_says(score(table, asked.answers), {fault.field for fault in asked.faults})

    agree()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", [ADDRESS, FILLED, FAULTY, "/api/docs", "/en" + FILLED])
def test_axe_finds_nothing(viewer: Viewer, width: int, address: str) -> None:
    with viewer.context(width=width) as context:
        page = context.new_page()
        page.goto(address)
        found = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert found == []


@pytest.mark.parametrize("look", ["normal.dark", "elder.light"])
def test_axe_finds_nothing_in_other_looks(viewer: Viewer, look: str) -> None:
    for width in WIDTHS:
        with viewer.context(width=width, look=look) as context:
            page = context.new_page()
            page.goto(FILLED)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_sum_follows_every_key(page: Page) -> None:
    page.goto(ADDRESS)
    page.get_by_label("节水型企业建成率").fill("20")
    expect(page.locator("#live-total")).to_have_text("4")
    page.get_by_label("节水型企业建成率").fill("12/30")
    expect(page.locator("#live-total")).to_have_text("8")
    page.get_by_label("节水型居民小区建成率").fill("9")
    expect(page.locator('[data-indicator="estates"]')).to_have_text("要先选地区")
    page.get_by_label("地区").select_option("south")
    expect(page.locator("#live-total")).to_have_text("12.8")
    page.locator("#c-institution-no").check()
    expect(page.locator("#live-missing")).to_have_text("缺少 1 条必备条件")
    page.get_by_label("节水型企业建成率").fill("viel")
    expect(page.locator('[data-indicator="firms"]')).to_have_text("请检查")


def test_the_form_is_filled_in_and_sent_with_the_keyboard_alone(page: Page) -> None:
    page.goto(ADDRESS)
    page.locator("#region").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#c-annual-targets-no")).to_be_checked()
    page.locator("#i-firms").focus()
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    expect(page.locator("#result-heading")).to_be_visible()
    assert "i-estates" not in page.url, "empty fields stay out of the address"
    expect(page.locator("#result")).to_contain_text("缺少")


def test_without_scripts_the_same_form_gives_the_result(scriptless: Page) -> None:
    scriptless.goto(ADDRESS)
    expect(scriptless.locator("[data-live]").first).to_be_hidden()
    scriptless.get_by_role("combobox", name="县（区）", exact=True).fill("江宁区")
    scriptless.get_by_label("节水型企业建成率").fill("12/30")
    scriptless.get_by_role("button", name="计算得分").click()
    expect(scriptless.locator("#result")).to_contain_text("南京市江宁区")
    expect(scriptless.locator("#result .stat__value").first).to_contain_text("8")


def test_answers_are_remembered_only_by_choice_and_forgotten_at_once(page: Page) -> None:
    page.goto(ADDRESS)
    page.get_by_label("节水型企业建成率").fill("33")
    assert page.evaluate("localStorage.length") == 0
    page.get_by_label("在本浏览器中记住填写内容").check()
    page.get_by_label("节水型企业建成率").fill("34")
    page.goto(ADDRESS)
    expect(page.get_by_label("节水型企业建成率")).to_have_value("34")
    expect(page.get_by_role("status").filter(has_text="已恢复")).to_be_visible()
    page.get_by_role("button", name="清除记住的内容").click()
    assert page.evaluate("localStorage.length") == 0
    page.goto(ADDRESS)
    expect(page.get_by_label("节水型企业建成率")).to_have_value("")


def test_a_saved_file_is_what_the_api_takes_and_can_be_loaded_again(page: Page, tmp_path: Path) -> None:
    page.goto(ADDRESS)
    page.get_by_label("节水型企业建成率").fill("1/3")
    page.get_by_label("自评年度").fill("2025")
    page.locator("#c-institution-yes").check()
    with page.expect_download() as saving:
        page.get_by_role("button", name="存为 JSON 文件").click()
    path = tmp_path / "saved.json"
    saving.value.save_as(path)
    saved = json.loads(path.read_text(encoding="utf-8"))
    assert (saved["answers"], saved["conditions"], saved["year"]) == ({"firms": 33.3333}, {"institution": True}, 2025)
    scored = page.request.post("/api/v1/counties/assessment", data=saved)
    assert (scored.status, scored.json()["result"]["total"]) == (200, 6.66)
    page.goto(ADDRESS)
    page.locator("#load-file").set_input_files(path)
    expect(page.get_by_label("节水型企业建成率")).to_have_value("33.3333")
    expect(page.locator("#c-institution-yes")).to_be_checked()
    path.write_text('{"schema": "something/2"}', encoding="utf-8")
    page.locator("#load-file").set_input_files(path)
    expect(page.locator("#keep-status")).to_have_text("这个文件不是自评文件，或版本不对")
    expect(page.get_by_label("节水型企业建成率")).to_have_value("33.3333")


def test_on_paper_a_filled_form_is_its_report_and_an_empty_one_a_sheet(page: Page) -> None:
    page.goto(FILLED)
    page.emulate_media(media="print")
    expect(page.locator("#result")).to_be_visible()
    expect(page.locator("#assessment-form")).to_be_hidden()
    expect(page.locator("#print")).to_be_hidden()
    expect(page.locator(".notice--warning").first).to_be_visible()
    page.goto(ADDRESS)
    expect(page.locator("#i-firms")).to_be_visible()
    expect(page.locator(".assessment__aside")).to_be_hidden()
