"""The search in the head of a page asks what the page is about."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.feature import Feature
from tests import factories
from tests.pages import Page, Pages

BOX = ".masthead__search form"


def head(page: Page) -> tuple[str, str, str]:
    """Where the form leads, what its field is called, and what completes it."""
    return (
        page.one(BOX).get("action"),
        page.text(f"{BOX} label"),
        page.one(BOX).get("data-suggest-url"),
    )


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/counties/370102", ("/counties/", "搜索县（区）", "/counties/suggest")),
        ("/counties/batches/", ("/counties/", "搜索县（区）", "/counties/suggest")),
        ("/en/counties/progress", ("/en/counties/", "Search counties", "/en/counties/suggest")),
        ("/labels/standards/", ("/labels/", "搜索水效标识产品", "/labels/suggest")),
        ("/about", ("/labels/", "搜索水效标识产品", "/labels/suggest")),
        ("/feedback", ("/labels/", "搜索水效标识产品", "/labels/suggest")),
    ],
)
def test_the_search_of_a_page_is_that_of_its_slice(
    session: Session, pages: Pages, path: str, expected: tuple[str, str, str]
) -> None:
    factories.unit(session)
    session.commit()
    assert head(pages.get(path)) == expected


def test_a_page_that_is_not_there_has_the_search_of_products(pages: Pages) -> None:
    assert pages.get("/nowhere", status=404).one(BOX).get("action") == "/labels/"


def test_what_is_typed_into_the_head_of_a_county_page_finds_counties(session: Session, pages: Pages) -> None:
    factories.unit(session)
    session.commit()
    page = pages.get("/counties/370102")
    name = page.one(f"{BOX} input[type=search]").get("name")
    found = pages.get(page.one(BOX).get("action"), **{name: "历下"})
    assert "历下区" in found.text(".unit-table")


def test_a_site_without_any_search_has_no_form(app: Flask, pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = tuple(Feature(one.name, nav=one.nav) for one in app.extensions["features"])
    monkeypatch.setitem(app.extensions, "features", bare)
    assert not pages.get("/about").has(BOX)
