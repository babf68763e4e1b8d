"""The self-assessment's page, its file and its API: the same answers give the same result, and nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from outreach.core.limits import limiter
from tests.pages import Pages

ADDRESS = "/counties/assessment"
API = "/api/v1/counties/assessment"
ANSWERS = {
    "county": "江宁区",
    "year": "2025",
    "c-annual-targets": "yes",
    "c-institution": "no",
    "i-farm-metering": "45",
    "i-firms": "12/30",
    "i-estates": "9",
    "i-household-tiers": "yes",
    "b-benchmarks": "3",
}


@pytest.fixture(autouse=True)
def unlimited(county_app: Flask) -> Iterator[None]:
    with county_app.app_context():
        limiter.reset()
    yield
    with county_app.app_context():
        limiter.reset()


def test_the_empty_form_says_that_the_points_are_not_verified_and_where_the_official_text_is(
    county_pages: Pages,
) -> None:
    page = county_pages.get(ADDRESS)
    assert page.h1 == "县域节水型社会建设自评"
    assert "本表的评分未经核实" in page.text(".notice--warning")
    assert "水资源〔2017〕184号" in page.text(".notice--warning")
    assert "14 / 20 项指标" in page.text(".facts")
    assert "合计 106，与满分 100 不一致" in page.text(".facts")
    assert "不会保存在服务器上" in page.text(".assessment__privacy")
    assert len(page.all(".assessment__condition .tag--unsure")) == 14
    assert not page.has("#result")


def test_a_filled_form_shows_points_gaps_conditions_and_what_to_do_first(county_pages: Pages) -> None:
    page = county_pages.get(ADDRESS, **ANSWERS)
    result = page.text("#result")
    assert "南京市江宁区" in result
    assert "南方（按所在省份判断）" in result
    assert "缺少" in page.texts(".assessment__conditions li")[2]
    assert "未填" in page.texts(".assessment__conditions li")[1]
    assert page.texts(".stat__value")[0].startswith("28.05")
    assert "本表不作达标判断" in result
    table = page.texts("#result .data-table")[0]
    assert table.index("计划用水管理") < table.index("节水型居民小区建成率")
    assert "≥ 15%" in table.replace("\u202f", " ")
    assert page.one("#i-firms").get("value") == "12/30"
    assert page.one("#c-institution-no").has("checked")
    assert page.one("#county").get("value") == "江苏省南京市江宁区"


def test_senseless_values_are_named_at_their_fields_and_kept(county_pages: Pages) -> None:
    page = county_pages.get(ADDRESS, status=422, county="江宁区", **{"i-firms": "viel", "year": "12", "i-estates": "9"})
    assert page.texts(".error-summary li") == [
        "自评年度：请填四位年份，如 2025。",
        "节水型企业建成率：请填数字，如 40 或 12.5；比例也可以填 12/30。",
    ]
    assert page.one("#i-firms").get("value") == "viel"
    assert page.one("#i-firms").get("aria-invalid") == "true"
    assert page.one("#i-estates").get("value") == "9"
    assert not page.has("#result")


def test_a_name_that_several_counties_bear_is_never_guessed(county_pages: Pages) -> None:
    page = county_pages.get(ADDRESS, status=422, county="新城区", **{"i-firms": "40"})
    choices = {node.get("value") for node in page.all("input[name=county_choice]")}
    assert {"150102", "610102"} <= choices
    chosen = county_pages.get(ADDRESS, county="新城区", county_choice="610102", **{"i-firms": "40"})
    assert "西安市新城区" in chosen.text("#result")
    assert "county=610102" in chosen.one("#result [data-copy]").get("data-copy")


def test_an_unknown_county_is_a_fault_and_none_is_fine(county_pages: Pages) -> None:
    page = county_pages.get(ADDRESS, status=422, county="没有的地方", **{"i-firms": "40"})
    assert "没有找到这个县（区）" in page.text(".error-summary")
    assert county_pages.get(ADDRESS, **{"i-firms": "40"}).has("#result")


def test_the_english_page_is_english_in_all_states(county_pages: Pages) -> None:
    assert county_pages.get("/en" + ADDRESS).h1 == "Self-assessment of a water-saving county"
    assert county_pages.get("/en" + ADDRESS, **ANSWERS).has("#result")
    county_pages.get("/en" + ADDRESS, status=422, county="新城区", **{"i-firms": "viel"})


def test_what_was_filled_in_is_kept_by_nobody_and_the_empty_form_may_be(county_pages: Pages) -> None:
    filled = county_pages.raw(ADDRESS, **ANSWERS)
    assert filled.headers["Cache-Control"] == "no-store"
    assert "ETag" not in filled.headers
    empty = county_pages.raw(ADDRESS)
    assert "public" in empty.headers["Cache-Control"]
    assert county_pages.client.get(ADDRESS, headers={"If-None-Match": empty.headers["ETag"]}).status_code == 304


def test_the_file_holds_answers_that_the_api_takes_and_the_same_result(county_pages: Pages) -> None:
    answer = county_pages.raw(ADDRESS + ".json", **ANSWERS)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    found = json.loads(answer.get_data())
    assert (found["county"], found["county_name"], found["year"]) == ("320115", "南京市江宁区", 2025)
    assert found["answers"]["firms"] == 40
    keys = ("schema", "county", "year", "region", "answers", "conditions", "bonus")
    body = {key: found[key] for key in keys}
    again = county_pages.client.post(API, json=body)
    assert again.status_code == 200
    assert again.get_json()["result"] == found["result"]
    assert again.get_json()["result"]["total"] == 28.05


def test_the_file_of_faulty_answers_names_the_faults(county_pages: Pages) -> None:
    found = county_pages.raw(ADDRESS + ".json", status=422, **{"i-firms": "viel"}).get_json()
    assert found["faults"][0]["field"] == "i-firms"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {"answers": {"firms": "40"}}}, 422),
        ({"json": {"nothing": 1}}, 422),
        ({"json": []}, 422),
        ({"data": "{", "content_type": "application/json"}, 400),
        ({"data": "NaN", "content_type": "application/json"}, 400),
        ({"data": '{"year": 1e999}', "content_type": "application/json"}, 422),
        ({"data": '{"answers": {"firms": "\\ud800"}}', "content_type": "application/json"}, 400),
        ({"data": "[" * 100_000, "content_type": "application/json"}, 400),
        ({"data": b"\x00\xff", "content_type": "application/json"}, 400),
        ({"data": {"a": "b"}}, 415),
        ({"json": {}, "query_string": {"x": "1"}}, 422),
        ({"json": {"county": "x" * 600_000}}, 413),
    ],
)
def test_the_api_refuses_what_it_cannot_take_with_a_problem(
    county_pages: Pages, sent: dict[str, Any], status: int
) -> None:
    answer = county_pages.client.post(API, **sent)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["status"] == status


def test_a_refusal_names_every_fault(county_pages: Pages) -> None:
    body = {"answers": {"firms": 140, "estates": True}, "bonus": {"benchmarks": -1}}
    errors = county_pages.client.post(API, json=body).get_json()["errors"]
    assert {(one["in"], one["name"], one["code"]) for one in errors} == {
        ("body", "answers.firms", "out-of-range"),
        ("body", "answers.estates", "wrong-type"),
        ("body", "bonus.benchmarks", "out-of-range"),
    }


def test_another_site_cannot_make_a_visitor_send_answers(county_pages: Pages) -> None:
    answer = county_pages.client.post(API, json={}, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


HOSTILE = ["\x00", "\ud800".encode("utf-8", "surrogatepass"), "9" * 10_000, "=1+1", "<b>", "１／３", "%", "½"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("field", ["county", "year", "region", "i-firms", "c-institution", "b-benchmarks"])
def test_hostile_values_are_answered_with_a_page(county_pages: Pages, field: str, text: Any) -> None:
    for address in (ADDRESS, ADDRESS + ".json"):
        answer = county_pages.client.get(address, query_string={field: text, "i-estates": "9"})
        assert answer.status_code in (200, 422), address
