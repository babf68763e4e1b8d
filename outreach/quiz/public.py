"""What the rest of the site shows of this slice: a panel on the home page, and the sitemap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from outreach.core.db import db
from outreach.core.feature import SitemapEntry
from outreach.quiz.queries.showing import list_standings
from outreach.quiz.wording_web import PHASES, contest_name

TEMPLATE: Final = "quiz/_home_panel.html"


def home_panel() -> tuple[str, dict[str, Any]]:
    """Template and context: the contest that runs or comes next. What the clock decides is left to its own page."""
    shown = next((one for one in list_standings(db.session) if not one.is_over), None)
    return TEMPLATE, {
        "quiz_contest": shown.contest if shown else None,
        "quiz_phase": PHASES[shown.phase] if shown else "",
        "quiz_name": contest_name(shown.contest) if shown else "",
    }


def sitemap() -> Iterator[SitemapEntry]:
    """The public pages of the slice."""
    yield SitemapEntry("/quiz/")
    yield SitemapEntry("/quiz/practice")
    for one in list_standings(db.session):
        yield SitemapEntry(f"/quiz/{one.contest.slug}")
        yield SitemapEntry(f"/quiz/{one.contest.slug}/ranking")
