"""What all pages of the registry share: the day they show, links that keep it, and the registry itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from flask import current_app, has_request_context, request, url_for

from outreach.core import clock
from outreach.core.db import db
from outreach.core.page_cache import built_from
from outreach.counties.forms import FIRST_DAY, AsOf, parse_as_of
from outreach.counties.queries.days import DayView
from outreach.counties.queries.registry import CountyRegistry, Reading
from outreach.counties.queries.state import State

#: The body of data that every page of this slice hangs on.
DATA: Final = "counties"
_READING: Final = "outreach.county_reading"


@dataclass(frozen=True, slots=True)
class Choice:
    """One link among alternatives: a facet value, a sort order, a page size."""

    label: str
    href: str
    is_selected: bool
    count: int = 0
    group: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The day of the page in hand. ``link`` makes addresses of the registry's pages that show the same day."""

    as_of: AsOf
    first_day: str = field(default=FIRST_DAY.isoformat(), init=False)

    def link(self, endpoint: str, **values: Any) -> str:
        """Address of a page of the registry on the same day."""
        arguments: dict[str, Any] = {**values, **self.as_of.args()}
        return url_for(f"counties.{endpoint}", **arguments)

    @property
    def own_path(self) -> str:
        """Where the form that chooses a day leads: here."""
        return request.script_root + request.path

    @property
    def present_href(self) -> str:
        """This page as of today."""
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "on"]
        return self.own_path + (f"?{urlencode(kept)}" if kept else "")

    @property
    def kept(self) -> Iterable[tuple[str, str]]:
        """The other arguments, for the form that chooses a day; the page begins anew."""
        return [(name, value) for name, value in request.args.items(multi=True) if name not in ("on", "page")]


def registry() -> CountyRegistry:
    """The registry of this application."""
    found: CountyRegistry = current_app.extensions["county_registry"]
    return found


def frame() -> Frame:
    """The frame of the page in hand, from its address."""
    return Frame(parse_as_of(request.args, clock.today()))


def reading() -> Reading:
    """The registry as this request sees it from beginning to end, noted as what its page is made from."""
    kept = request.environ if has_request_context() else {}  # and not ``g``, which belongs to the application's context
    if _READING not in kept:
        kept[_READING] = registry().read(db.session)
        built_from(DATA, kept[_READING].state.snapshot.generation)
    found: Reading = kept[_READING]
    return found


def current_view(as_of: AsOf) -> DayView:
    """All units on the day of the page."""
    return reading().view(as_of.day)


def current_state() -> State:
    """The registry's generation that this request sees."""
    return reading().state
