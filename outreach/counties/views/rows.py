"""Units as table rows (cards on a phone), each rendered once per day, language and generation of the data."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Final

from flask import current_app
from flask_babel import get_locale
from markupsafe import Markup

from outreach.counties.queries.results import UnitRow
from outreach.counties.views.frame import Frame

TEMPLATE: Final = "counties/_unit_row.html"
#: A rendered row is about 1 kB; the present day of both languages fits.
KEPT_ROWS: Final = 8192

Key = tuple[int, str, str, str]


class RowStore:
    """Rendered rows, the longest unused going first. Safe between threads."""

    def __init__(self) -> None:
        self._rows: OrderedDict[Key, Markup] = OrderedDict()
        self._lock = Lock()

    def render(self, rows: Iterable[UnitRow], frame: Frame, generation: str) -> list[Markup]:
        """The rows as HTML in the language of the page. Data without a generation is not kept."""
        locale, day = str(get_locale()), frame.as_of.day
        keys = (locale, day.isoformat() if day else "", generation)
        return [self._render(row, frame, (row.unit.id, *keys)) for row in rows]

    def _render(self, row: UnitRow, frame: Frame, key: Key) -> Markup:
        with self._lock:
            if (found := self._rows.get(key)) is not None:
                self._rows.move_to_end(key)
                return found
        module = current_app.jinja_env.get_template(TEMPLATE).module
        html: Markup = module.unit_row(row, frame)  # type: ignore[attr-defined]  # the template's macro
        with self._lock:
            if key[3]:
                self._rows[key] = html
            while len(self._rows) > KEPT_ROWS:
                self._rows.popitem(last=False)
        return html


def render_rows(rows: Iterable[UnitRow], frame: Frame, generation: str) -> list[Markup]:
    """The rows as HTML, from the application's store."""
    store: RowStore = current_app.extensions["county_rows"]
    return store.render(rows, frame, generation)
