"""A small picture of a unit's state with its day, for pages of other sites. Our own sign, unlike any official mark."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from flask import Response, abort, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.edge import EMBEDDABLE
from outreach.core.formats import day
from outreach.core.layout import SITE_NAME
from outreach.core.page_cache import cached_page
from outreach.counties.blueprint import blueprint
from outreach.counties.queries.results import UnitRow
from outreach.counties.views.frame import DATA, Frame, frame
from outreach.counties.views.unit import find_or_redirect, unit_name
from outreach.counties.wording import state_tone, state_word

#: Width of a full-width and of any other character, as a part of the type size.
WIDE: Final = 1.0
NARROW: Final = 0.56
#: Other sites may keep the picture for an hour.
MAX_AGE: Final = 3600
#: Widest name in units; what is longer is cut.
WIDEST: Final = 364
NAME_SIZE: Final = 13
#: Colours of the light theme's tokens: a picture on another site has no style sheet.
COLOURS: Final = {"good": "#176a3a", "over": "#855600", "bad": "#a5231c", "open": "#0a6770", "none": "#465c64"}


@dataclass(frozen=True, slots=True)
class Badge:
    """What the picture says, and how wide its two lines are at 12 and 10 units."""

    name: str
    state: str
    tone: str
    note: str
    name_width: int
    state_width: int
    note_width: int

    @property
    def width(self) -> int:
        """Width of the whole picture."""
        return 44 + max(self.name_width + 10 + self.state_width, self.note_width) + 12


def text_width(text: str, size: float) -> int:
    """About how wide ``text`` is: Chinese characters fill a square, others half of one."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return round(size * (wide * WIDE + (len(text) - wide) * NARROW))


def shortened(text: str, widest: int = WIDEST, size: float = NAME_SIZE) -> str:
    """``text`` that fits, with a sign where something is missing."""
    if text_width(text, size) <= widest:
        return text
    while text and text_width(text + "…", size) > widest:
        text = text[:-1]
    return text + "…"


def make_badge(row: UnitRow, here: Frame) -> Badge:
    """The picture's words in the language of the page."""
    name = shortened(unit_name(row.unit))
    state = state_word(row.standing.state)
    note = _("截至%(on)s · %(site)s", on=day(here.as_of.shown), site=SITE_NAME)
    widths = (text_width(name, NAME_SIZE), text_width(state, 12), text_width(note, 10))
    return Badge(name, state, state_tone(row.standing.state), note, *widths)


@blueprint.get("/counties/<slug>/badge.svg")
@cached_page(DATA, max_age=MAX_AGE)
def badge(slug: str) -> ResponseReturnValue:
    """The picture; a former code leads to that of the unit that goes on."""
    here = frame()
    found = find_or_redirect(slug, here)
    if isinstance(found, str):
        return redirect(here.link("badge", slug=found), 301)
    if found is None:
        abort(404)
    body = render_template(
        "counties/badge.svg", badge=(drawn := make_badge(found.row, here)), colour=COLOURS[drawn.tone]
    )
    answer = Response(body, content_type="image/svg+xml; charset=utf-8")
    answer.headers[EMBEDDABLE[0]] = EMBEDDABLE[1]
    return answer
