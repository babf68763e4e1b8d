"""The lines of a filter, of which a page has a hundred: each drawn once by its template with holes, then only filled.

A line's words depend on its label and the language alone and are kept, the longest unused going first. Its address and
count differ from page to page and go into the holes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any, Final, Protocol

from flask import Flask, current_app
from markupsafe import Markup

from outreach.core.formats import count
from outreach.core.i18n import language

TEMPLATE: Final = "components/facet_choice.html"
#: Twice what a register with some thousand makers and brands needs. A line is about 0.3 kB.
KEPT_LINES: Final = 8192
#: What stands where a hole will be. Nobody can guess it, so no label can hold it.
_ADDRESS: Final = f"address-{secrets.token_hex(16)}"
_COUNT: Final = f"count-{secrets.token_hex(16)}"


class Choice(Protocol):
    """What the component ``facet`` takes as a value. ``group`` is a heading, empty without one."""

    @property
    def label(self) -> str: ...
    @property
    def href(self) -> str: ...
    @property
    def count(self) -> Any: ...
    @property
    def is_selected(self) -> bool: ...
    @property
    def group(self) -> str: ...


@lru_cache(maxsize=KEPT_LINES, typed=True)  # typed: a label that is HTML already is another than the same as plain text
def pieces(label: str, is_selected: bool, locale: str) -> tuple[str, str, str]:  # noqa: FBT001  # keys of the cache are faster by place
    """The HTML of a line before its address, between address and count, and behind. ``locale`` must be the page's."""
    module: Any = current_app.jinja_env.get_template(TEMPLATE).module
    html = str(module.facet_choice(label, _ADDRESS, _COUNT, is_selected))
    before, _hole, rest = html.partition(_ADDRESS)
    between, _hole, after = rest.partition(_COUNT)
    return before, between, after


def drawn_choices(values: Iterable[Choice]) -> list[tuple[str, Markup]]:
    """Heading and lines of each group, both in the order of the values."""
    locale, groups = language(), dict[str, list[str]]()
    for value in values:
        before, between, after = pieces(value.label, value.is_selected, locale)
        line = f"{before}{escape(value.href)}{between}{count(value.count)}{after}"
        groups.setdefault(value.group, []).append(line)
    return [(heading, Markup("".join(lines))) for heading, lines in groups.items()]  # noqa: S704  # nosec B704  # escaped by the template and above


def init_app(app: Flask) -> None:
    app.jinja_env.filters["drawn_choices"] = drawn_choices
