"""The standing pages, and what the frame puts on every page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.feature import Feature, SitemapEntry
from outreach.labels.models import ImportRun
from outreach.site import sitemap
from tests.pages import Pages

PATHS = ("/", "/about", "/accessibility", "/privacy", "/freshness", "/sitemap", "/preferences")
PLACEHOLDERS = (
    *("主办单位", "联系方式", "网站标识码", "ICP 备案号", "公安备案号", "党政机关网站标识"),
    *("网站地图", "我为政府网站找错"),
)


@pytest.mark.parametrize("path", PATHS)
def test_a_standing_page_keeps_every_promise(pages: Pages, path: str) -> None:
    assert pages.get(path).h1


@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_the_eight_entries_of_the_footer_and_says_that_they_are_examples(
    pages: Pages, path: str
) -> None:
    footer = pages.get(path).text("footer")
    assert all(entry in footer for entry in PLACEHOLDERS)
    assert footer.count("示例") >= 7


@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_a_search_and_the_entry_to_the_elder_mode(pages: Pages, path: str) -> None:
    page = pages.get(path)
    assert page.one('form[role="search"]').get("action") == "/labels/"
    assert "适老版 / 无障碍" in page.text(".topbar")


def test_the_open_page_is_marked_in_the_navigation(pages: Pages) -> None:
    marked = pages.get("/freshness").all(".main-nav a[aria-current]")
    assert [(node.text, node.get("aria-current")) for node in marked] == [("数据来源", "page")]


def test_the_page_in_the_other_language_is_the_same_page_with_the_same_question(app: Flask) -> None:
    source = app.test_client().get("/about?a=%E9%A9%AC&b=%22%3E%3Cscript%3E").get_data(as_text=True)
    assert 'href="/en/about?a=%E9%A9%AC&amp;b=%22%3E%3Cscript%3E"' in source


def test_an_address_that_is_no_page_offers_the_home_page_in_the_other_language(app: Flask) -> None:
    source = app.test_client().get("/nothing-here").get_data(as_text=True)
    assert 'href="/en/" hreflang="en"' in source


def test_the_canonical_address_is_the_configured_one_without_a_query(pages: Pages) -> None:
    assert pages.get("/about", x="1").one('link[rel="canonical"]').get("href") == "http://127.0.0.1:8000/about"


def test_the_sources_of_the_data_are_listed_with_their_dates(pages: Pages, session: Session) -> None:
    run = ImportRun(
        source="cn-waterlabel",
        file_name="名录<2026>.csv",
        sha256="0" * 64,
        imported_at=datetime(2026, 11, 1, 16, 30, tzinfo=UTC),
        **dict.fromkeys(("rows_remarked", "registrations_added", "registrations_updated"), 0),
        **dict.fromkeys(("registrations_unchanged", "registrations_delisted"), 0),
        rows_total=1234,
        rows_accepted=1200,
        rows_refused=34,
    )
    session.add(run)
    session.flush()
    cells = pages.get("/freshness").texts("tbody tr td")
    assert cells == ["名录<2026>.csv", "—", "2026-11-02 00:30", "1,234", "1,200", "34"]


def test_without_data_the_page_of_sources_says_so(pages: Pages) -> None:
    assert "还没有导入数据" in pages.get("/freshness").text("main")


def test_leaving_names_the_other_site_and_who_runs_it(pages: Pages) -> None:
    page = pages.get("/leaving", to="https://www.waterlabel.org.cn/productFiling")
    assert "中国标准化研究院" in page.text("main")
    link = page.one('a[rel~="external"]')
    assert link.get("href") == "https://www.waterlabel.org.cn/productFiling"
    assert "noopener" in link.get("rel")


@pytest.mark.parametrize("address", ["https://evil.example/", "javascript:alert(1)", "//www.waterlabel.org.cn", ""])
def test_nobody_is_sent_to_a_site_that_is_not_listed(pages: Pages, address: str) -> None:
    source = pages.raw("/leaving", status=404, to=address).get_data(as_text=True)
    assert "evil.example" not in source


def test_every_official_query_page_of_a_scheme_can_be_left_for(app: Flask) -> None:
    import csv

    from outreach.site.outside import CONTENT, find_outside_site

    with (CONTENT.parent / "standards" / "schemes.csv").open(encoding="utf-8", newline="") as file:
        addresses = [row["query_url"] for row in csv.DictReader(file) if row["query_url"]]
    assert addresses
    assert all(find_outside_site(address) for address in addresses)


def test_robots_leave_settings_and_notices_alone_and_find_the_sitemap(pages: Pages) -> None:
    text = pages.raw("/robots.txt").get_data(as_text=True)
    assert "Disallow: /en/preferences" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text


def locations(source: bytes) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(source).iter() if node.tag.endswith("}loc")]


def test_the_sitemap_leads_to_every_page_in_both_languages(pages: Pages) -> None:
    parts = locations(pages.raw("/sitemap.xml").data)
    assert parts == ["http://127.0.0.1:8000/sitemap-1.xml"]
    found = locations(pages.raw("/sitemap-1.xml").data)
    assert {"http://127.0.0.1:8000/about", "http://127.0.0.1:8000/en/about"} <= set(found)
    assert len(found) == len(set(found))


def test_a_long_sitemap_comes_in_parts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [SitemapEntry(f"/x/{number}") for number in range(25)]
    monkeypatch.setattr(sitemap, "PART_SIZE", 10)
    monkeypatch.setitem(app.extensions, "features", (Feature("x", sitemap=lambda: entries),))
    with app.app_context():
        assert sitemap.count_parts() == 3
        assert [len(sitemap.entries_of(part)) for part in (1, 2, 3, 4)] == [10, 10, 5, 0]


@pytest.mark.parametrize("path", ["/sitemap-0.xml", "/sitemap-999.xml", "/sitemap-01.xml"])
def test_a_part_that_does_not_exist_is_not_found(pages: Pages, path: str) -> None:
    pages.raw(path, status=404)


def test_the_home_page_offers_the_words_that_slices_say_find_something(
    app: Flask, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = tuple(feature for feature in app.extensions["features"] if feature.name != "labels")
    monkeypatch.setitem(app.extensions, "features", (*others, Feature("x", examples=lambda: ["马桶 一级", "<b>"])))
    page = pages.get("/", fresh="1")
    assert page.texts(".hero__examples a") == ["马桶 一级", "<b>"]


def test_the_component_page_exists_in_development_only(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    client = app.test_client()
    assert client.get("/styleguide").status_code == 200
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], env="production"))
    assert client.get("/styleguide").status_code == 404


def test_the_component_page_keeps_every_promise(pages: Pages) -> None:
    page = pages.get("/styleguide")
    assert len(page.all(".notice")) == 5
    assert not [node for node in page.all("script") if not node.get("src") and json.loads(node.text)]
