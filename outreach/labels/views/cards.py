"""Result cards, each read and rendered once per product, language and generation of the data."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Any, Final

from flask import current_app
from markupsafe import Markup

from outreach.core.db import db
from outreach.core.i18n import language
from outreach.labels.queries.cards import CardReader
from outreach.labels.queries.results import ProductCard

Cards = Sequence[ProductCard]
TEMPLATE: Final = "labels/_result_card.html"
#: A rendered card is about 1.5 kB.
KEPT_CARDS: Final = 4096


class CardStore:
    """Rendered cards, the longest unused going first. Safe between threads."""

    def __init__(self) -> None:
        self._cards: OrderedDict[tuple[int, str, str], Markup] = OrderedDict()
        self._lock = Lock()

    def render(self, ids: Sequence[int], generation: str, read: Callable[[Sequence[int]], Cards]) -> list[Markup]:
        """The cards of registrations as HTML in the language of the page; ``read`` gets those that are not kept.

        What ``read`` does not find is left out. Data without a generation is not kept.
        """
        locale = language()
        found = self._kept(ids, locale, generation) if generation else {}
        if missing := [number for number in ids if number not in found]:
            module: Any = current_app.jinja_env.get_template(TEMPLATE).module
            drawn = {card.id: module.result_card(card) for card in read(missing)}
            if generation:
                self._keep(drawn, locale, generation)
            found |= drawn
        return [found[number] for number in ids if number in found]

    def _kept(self, ids: Iterable[int], locale: str, generation: str) -> dict[int, Markup]:
        found = {}
        with self._lock:
            for number in ids:
                key = (number, locale, generation)
                if (html := self._cards.get(key)) is not None:
                    self._cards.move_to_end(key)
                    found[number] = html
        return found

    def _keep(self, drawn: Mapping[int, Markup], locale: str, generation: str) -> None:
        with self._lock:
            for number, html in drawn.items():
                self._cards[number, locale, generation] = html
            while len(self._cards) > KEPT_CARDS:
                self._cards.popitem(last=False)

    def clear(self) -> None:
        """Forget all cards."""
        with self._lock:
            self._cards.clear()


def render_found(ids: Sequence[int], generation: str, read: CardReader) -> list[Markup]:
    """The cards of registrations as HTML, from the application's store; only those it has not are read."""
    store: CardStore = current_app.extensions["result_cards"]
    return store.render(ids, generation, lambda missing: read(db.session, missing))


def render_cards(cards: Cards, generation: str) -> list[Markup]:
    """Cards that were read already as HTML, from the application's store."""
    store: CardStore = current_app.extensions["result_cards"]
    by_id = {card.id: card for card in cards}
    return store.render(list(by_id), generation, lambda missing: [by_id[number] for number in missing])
