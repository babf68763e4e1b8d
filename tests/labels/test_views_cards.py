"""Kept cards: each follows its language and generation, only missing ones are read, and names stay words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.labels.forms import CatalogueQuery
from outreach.labels.queries.results import ProductCard
from outreach.labels.views import cards as views_cards
from outreach.labels.views.cards import CardStore
from outreach.site.samples import HOSTILE
from tests import factories


def card(card_id: int = 1, **values: object) -> ProductCard:
    """A card of a made-up toilet."""
    given = {
        "id": card_id,
        "number": f"20260519-CWL012020-{card_id:06}",
        "model": f"ZB-{card_id}",
        "product_name": "",
        "maker_id": 1,
        "maker_name": "示例有限公司",
        "maker_short_name": "",
        "brand_name": "",
        "category_code": "toilet",
        "category_name": "坐便器",
        "category_name_en": "Toilets",
        "scheme_code": "cn-water",
        "scheme_name": "中国水效标识",
        "scheme_name_en": "China Water Efficiency Label",
        "edition_code": "gb-25502-2017",
        "standard_no": "GB 25502-2017",
        "declared_grade": None,
        "differing_grade": None,
        "announced_on": date(2026, 5, 19),
        "status": "listed",
        "water_use": 3.8,
        "water_metric_code": "flush",
        "water_metric_name": "平均用水量",
        "water_metric_name_en": "Average flush volume",
        "water_unit": "L",
        "water_unit_en": "L",
        "water_decimals": 1,
        "is_demo": False,
    }
    return ProductCard(**{**given, **values})  # type: ignore[arg-type]  # values of many types by name


class Shelf:
    """A store, the cards it can read, and what it was asked to read."""

    def __init__(self, *known: ProductCard) -> None:
        self.store = CardStore()
        self.known = {one.id: one for one in known}
        self.asked: list[list[int]] = []

    def read(self, ids: Sequence[int]) -> list[ProductCard]:
        self.asked.append(list(ids))
        return [self.known[number] for number in ids if number in self.known]

    def html(self, app: Flask, *ids: int, generation: str = "a", locale: str = "zh") -> list[str]:
        with app.test_request_context("/", environ_overrides={"outreach.locale": locale}):
            return [str(one) for one in self.store.render(ids, generation, self.read)]


def test_only_cards_that_are_not_kept_are_read_and_all_stand_in_the_order_asked(app: Flask) -> None:
    shelf = Shelf(card(1), card(2), card(3))
    shelf.html(app, 1, 3)
    found = shelf.html(app, 3, 2, 1)
    assert shelf.asked == [[1, 3], [2]]
    assert [f"ZB-{number}<" in html for number, html in zip((3, 2, 1), found, strict=True)] == [True] * 3


def test_a_kept_card_follows_the_generation_of_the_data(app: Flask) -> None:
    shelf = Shelf(card(1, model="ALT-1"))
    shelf.html(app, 1)
    shelf.known[1] = card(1, model="NEU-1")
    assert "ALT-1" in shelf.html(app, 1)[0]
    assert "NEU-1" in shelf.html(app, 1, generation="b")[0]


def test_a_kept_card_follows_the_language(app: Flask) -> None:
    shelf = Shelf(card(1))
    for _turn in range(2):
        assert "坐便器" in shelf.html(app, 1)[0]
        assert "Toilets" in shelf.html(app, 1, locale="en")[0]
    assert len(shelf.asked) == 2


def test_data_without_a_generation_is_read_each_time(app: Flask) -> None:
    shelf = Shelf(card(1))
    shelf.html(app, 1, generation="")
    shelf.html(app, 1, generation="")
    assert shelf.asked == [[1], [1]]


def test_a_registration_that_is_gone_is_left_out(app: Flask) -> None:
    assert len(Shelf(card(1)).html(app, 1, 2)) == 1


def test_the_longest_unused_card_goes_first(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views_cards, "KEPT_CARDS", 2)
    shelf = Shelf(card(1), card(2), card(3))
    for number in (1, 2, 1, 3, 1, 2):
        shelf.html(app, number)
    assert shelf.asked == [[1], [2], [3], [2]]


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("field", ["model", "brand_name", "maker_name", "product_name", "number"])
def test_a_hostile_name_stays_a_word_in_a_kept_card(app: Flask, field: str, locale: str) -> None:
    shelf = Shelf(card(1, **{field: HOSTILE}))
    for _turn in range(2):
        (html,) = shelf.html(app, 1, locale=locale)
        assert "<script" not in html
        assert "<img" not in html
        assert "&lt;script&gt;" in html or "%3Cscript%3E" in html


def test_a_search_and_its_cards_read_apart_are_the_same(app: Flask, session: Session) -> None:
    for number in range(3):
        factories.registration(session, model=f"ZB-{number}")
    catalogue = app.extensions["catalogue"]
    whole = catalogue.search(session, CatalogueQuery(sort="model"))
    page, read = catalogue.find(session, CatalogueQuery(sort="model"))
    assert page.items == ()
    assert replace(page, items=read(session, page.item_ids)) == whole
    assert read(session, page.item_ids[::-1]) == whole.items[::-1]
    assert read(session, ()) == ()
