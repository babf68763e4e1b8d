"""Files, feed and badge: the same numbers as the pages, in forms that programs and other sites can use."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from outreach.core import clock
from outreach.counties.models import Stage
from outreach.counties.views.badge import shortened, text_width
from tests import factories
from tests.pages import Pages

ATOM = "{http://www.w3.org/2005/Atom}"
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "<script>alert(1)</script>",
    "\"'&<>]]>",
    "=cmd|'/c calc'!A1",
    "\u202eكلمة",
    "a\ufffeb",
    "\x0b控制",
    "长" * 300,
    "W" * 300,
    "&amp;&#x0;",
)


def table(pages: Pages, path: str, **args: object) -> list[dict[str, str]]:
    text = pages.raw(path, **args).get_data(as_text=True)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_csv_json_and_workbook_hold_all_hits_whatever_the_page(county_pages: Pages) -> None:
    args = {"province": "370000", "batch": "6", "page": "3", "per_page": "20", "on": "2023-12-31"}
    rows = table(county_pages, "/counties.csv", **args)
    objects = json.loads(county_pages.raw("/counties.json", **args).get_data())
    book = CalamineWorkbook.from_filelike(io.BytesIO(county_pages.raw("/counties.xlsx", **args).get_data()))
    sheet = book.get_sheet_by_index(0).to_python()
    assert len(rows) == len(objects) == len(sheet) - 1 == 13
    assert [row["区划代码"] for row in rows] == [item["code"] for item in objects] == [line[0] for line in sheet[1:]]
    for row, item in zip(rows, objects, strict=True):
        assert (row["名称"], row["状态代码"], row["状态截至"]) == (item["name"], item["state"], item["as_of"])
        assert item["as_of"] == "2023-12-31"
        assert (item["since"], item["since_precision"], item["batch"]) == ("2023", "year", 6)
        assert item["source"]
        assert item["url"].endswith(f"/counties/{item['slug']}")


def test_the_whole_file_has_every_unit_and_no_cell_says_failing(county_pages: Pages) -> None:
    rows = table(county_pages, "/counties.csv")
    assert len(rows) == 2853
    assert {row["状态"] for row in rows} == {"已命名", "未收录，以公告为准"}
    assert {row["状态截至"] for row in rows} == {clock.today().isoformat()}
    assert sum(row["来源"] != "" for row in rows) == 208


def test_a_day_before_everything_leaves_all_units_without_a_state(county_pages: Pages) -> None:
    assert {row["状态代码"] for row in table(county_pages, "/counties.csv", on="2019-03-12")} == {"unlisted"}


def test_files_are_saved_under_a_name_with_their_day(county_pages: Pages) -> None:
    answer = county_pages.raw("/counties.csv", on="2021-12-31")
    assert 'filename="counties-2021-12-31.csv"' in answer.headers["Content-Disposition"]


def test_a_file_that_is_served_again_keeps_its_name(county_app: Flask, county_pages: Pages) -> None:
    first = county_pages.raw("/counties/350604.csv")
    assert 'filename="350604.csv"' in first.headers["Content-Disposition"]
    county_app.extensions["generation_watch"]._known.clear()  # as after the moment for which it is believed
    again = county_pages.raw("/counties/350604.csv")
    assert again.headers["Content-Disposition"] == first.headers["Content-Disposition"]


def test_english_files_have_english_headings(county_pages: Pages) -> None:
    rows = table(county_pages, "/en/counties.csv", q="320115")
    assert rows[0]["Name"] == "Jiangning District"
    assert rows[0]["Province"] == "Jiangsu"


def test_too_many_downloads_are_held_back(county_app: Flask) -> None:
    client = county_app.test_client()
    statuses = [client.get("/counties.xlsx?q=320115", environ_base={"REMOTE_ADDR": "192.0.2.77"}) for turn in range(21)]
    assert statuses[-1].status_code == 429
    assert int(statuses[-1].headers["Retry-After"]) > 0


def test_one_unit_as_json_and_csv(county_pages: Pages) -> None:
    found = json.loads(county_pages.raw("/counties/350604.json").get_data())
    assert (found["code"], found["state"], found["since"], found["batch"]) == ("350604", "designated", "2020-12-01", 3)
    assert found["events"][0]["name_as_published"] == "龙海市"
    assert table(county_pages, "/counties/350604.csv")[0]["曾用名或公布名"] == "龙海市"
    assert json.loads(county_pages.raw("/counties/350604.json", on="2020-01-01").get_data())["state"] == "unlisted"
    assert county_pages.raw("/counties/999999.json", status=404).mimetype == "application/problem+json"
    assert county_pages.raw("/counties/999999.csv", status=404)


@pytest.mark.parametrize("name", HOSTILE)
def test_files_of_hostile_names_run_nothing_and_stay_whole(pages: Pages, session: Session, name: str) -> None:
    unit = factories.unit(session, name=name[:100])
    factories.designation(session, unit=unit, name_as_published=name[:300], document=name[:100], source_url="")
    cell = table(pages, "/counties.csv")[0]["名称"]
    assert not cell.startswith(("=", "+", "-", "@"))
    assert json.loads(pages.raw("/counties.json").get_data())[0]["name"] == name[:100]
    for path in ("/counties/", "/counties/370102", "/counties/provinces/370000", "/counties/batches/1"):
        assert "<script>alert" not in pages.raw(path).get_data(as_text=True)
    ElementTree.fromstring(pages.raw("/counties/changes.atom").get_data())


def test_the_feed_is_atom_with_the_newest_records(county_pages: Pages) -> None:
    answer = county_pages.raw("/counties/changes.atom")
    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.get_data())
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert feed.find(f"{ATOM}{name}") is not None
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 100
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    assert all(entry.findtext(f"{ATOM}title") and entry.findtext(f"{ATOM}updated") for entry in entries)
    assert "第六批" in (entries[0].findtext(f"{ATOM}title") or "")


def test_the_feed_of_an_empty_registry_is_whole(pages: Pages, session: Session) -> None:
    assert not ElementTree.fromstring(pages.raw("/counties/changes.atom").get_data()).findall(f"{ATOM}entry")


def badge(pages: Pages, path: str = "/counties/370102/badge.svg", **args: object) -> ElementTree.Element:
    answer = pages.raw(path, **args)
    assert answer.mimetype == "image/svg+xml"
    return ElementTree.fromstring(answer.get_data())


def test_the_badge_says_name_state_day_and_who_says_so(county_pages: Pages) -> None:
    picture = badge(county_pages, "/counties/350604/badge.svg", on="2021-12-31")
    texts = [node.text or "" for node in picture.findall(f"{SVG}text")]
    assert texts[:2] == ["漳州市龙海区", "已命名"]
    assert "2021年12月31日" in texts[2]
    assert "节水宣传与水效标识服务网" in texts[2]
    assert picture.findtext(f"{SVG}title") == " ".join(texts)
    assert picture.get("lang") == "zh-CN"
    assert badge(county_pages, "/en/counties/350604/badge.svg").get("lang") == "en"


def test_other_sites_may_show_the_badge_and_nothing_else_of_ours(county_pages: Pages) -> None:
    headers = county_pages.raw("/counties/350604/badge.svg").headers
    assert headers.getlist("Cross-Origin-Resource-Policy") == ["cross-origin"]
    assert "max-age=3600" in headers["Cache-Control"]
    kept = county_pages.client.get("/counties/350604/badge.svg", headers={"If-None-Match": headers["ETag"]})
    assert kept.status_code == 304
    assert kept.headers.getlist("Cross-Origin-Resource-Policy") == ["cross-origin"]
    for path in ("/counties/350604", "/counties/350604.json", "/counties/999999/badge.svg"):
        answer = county_pages.client.get(path)
        assert answer.headers.getlist("Cross-Origin-Resource-Policy") == ["same-origin"]


@pytest.mark.parametrize("name", HOSTILE)
def test_the_badge_of_a_hostile_name_is_whole_and_harmless(pages: Pages, session: Session, name: str) -> None:
    factories.unit(session, name=name[:100])
    picture = badge(pages)
    assert {node.tag for node in picture.iter()} <= {f"{SVG}{tag}" for tag in ("svg", "title", "rect", "path", "text")}
    assert int(picture.get("width") or 0) < 700


@pytest.mark.parametrize("stage", [Stage.APPLIED, Stage.DESIGNATED, Stage.CANCELLED])
def test_the_badge_is_wide_enough_for_its_words(pages: Pages, session: Session, stage: Stage) -> None:
    factories.designation(session)
    if stage is Stage.CANCELLED:
        factories.stage_event(session, stage, "2024-03-01")
    picture = badge(pages)
    width = int(picture.get("width") or 0)
    for node in picture.findall(f"{SVG}text"):
        end = int(node.get("x") or 0) + text_width(node.text or "", float(node.get("font-size") or 0))
        assert end <= width


@pytest.mark.parametrize(
    ("text", "expected"), [("江宁区", 39), ("abc", 22), ("", 0), ("（）", 26), ("2021年", 42), ("ﬁ", 7)]
)
def test_chinese_characters_are_a_square_wide_and_others_half_of_it(text: str, expected: int) -> None:
    assert text_width(text, 13) == expected


def test_long_names_are_cut_with_a_sign() -> None:
    assert shortened("长" * 28) == "长" * 28
    for text in ("长" * 100, "W" * 100, "长W" * 50):
        assert shortened(text).endswith("…")
        assert text_width(shortened(text), 13) <= 364
    assert shortened("Longhai District, Zhangzhou City") == "Longhai District, Zhangzhou City"


def test_the_page_shows_code_to_copy_that_leads_back(county_pages: Pages) -> None:
    code = county_pages.get("/counties/350604").text(".snippet")
    assert 'href="http' in code
    assert "/counties/350604/badge.svg" in code
    assert "alt=" in code


def test_suggestions_are_json_for_the_search_box(county_pages: Pages) -> None:
    answer = county_pages.raw("/counties/suggest", q="江宁")
    assert json.loads(answer.get_data())[0] == {
        "kind": "unit",
        "text": "南京市江宁区",
        "label": "江宁区（南京市）",
        "count": 0,
    }
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    english = json.loads(county_pages.raw("/en/counties/suggest", q="jiangsu").get_data())
    assert json.loads(county_pages.raw("/counties/suggest").get_data()) == []
    assert all(item["label"].isascii() for item in english)
