"""Result cards, each rendered once per product, language and generation of the data."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Final

from flask import current_app
from flask_babel import get_locale
from markupsafe import Markup

from outreach.labels.queries.results import ProductCard

TEMPLATE: Final = "labels/_result_card.html"
#: A rendered card is about 1.5 kB.
KEPT_CARDS: Final = 4096


class CardStore:
    """Rendered cards, the longest unused going first. Safe between threads."""

    def __init__(self) -> None:
        self._cards: OrderedDict[tuple[int, str, str], Markup] = OrderedDict()
        self._lock = Lock()

    def render(self, cards: Iterable[ProductCard], generation: str) -> list[Markup]:
        """The cards as HTML in the language of the page. Data without a generation is not kept."""
        locale = str(get_locale())
        return [self._render(card, (card.id, locale, generation)) for card in cards]

    def _render(self, card: ProductCard, key: tuple[int, str, str]) -> Markup:
        with self._lock:
            if (found := self._cards.get(key)) is not None:
                self._cards.move_to_end(key)
                return found
        module = current_app.jinja_env.get_template(TEMPLATE).module
        html: Markup = module.result_card(card)  # type: ignore[attr-defined]  # the template's macro
        with self._lock:
            if key[2]:
                self._cards[key] = html
            while len(self._cards) > KEPT_CARDS:
                self._cards.popitem(last=False)
        return html


def render_cards(cards: Iterable[ProductCard], generation: str) -> list[Markup]:
    """The cards as HTML, from the application's store."""
    store: CardStore = current_app.extensions["result_cards"]
    return store.render(cards, generation)
