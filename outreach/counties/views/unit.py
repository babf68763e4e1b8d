"""The page of one unit: its state, how it came about, what is due, and who lies beside it."""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from outreach.core.i18n import absolute_url, pick
from outreach.core.page_cache import cached_page
from outreach.core.search.text import clean
from outreach.counties.blueprint import blueprint
from outreach.counties.exports_unit import ordered_figures
from outreach.counties.printed import batch_word, dated
from outreach.counties.queries.results import UnitPage, UnitRow
from outreach.counties.queries.snapshot import CorrectedItem, EditItem, EventItem, FigureItem, UnitItem
from outreach.counties.rules.dates import first_day, last_day
from outreach.counties.rules.states import RULE_PROVINCES, Due, is_compliant, next_due
from outreach.counties.views.frame import DATA, Frame, frame, reading
from outreach.counties.views.rows import render_rows
from outreach.counties.views.schema import json_ld
from outreach.counties.wording import change_word, edit_word, event_word, stage_word

#: What an unknown address may look like to be offered as search words.
_PLAUSIBLE = re.compile(r"[0-9A-Za-z\u3400-\u9fff-]{2,40}")


def find_or_redirect(slug: str, here: Frame) -> UnitPage | str | None:
    """The unit of an address, the slug of the one that goes on, or None. A split division has no single successor."""
    page = reading().find_unit(slug, here.as_of.day)
    if page is not None:
        return page
    found = reading().find_successors(slug)
    return found[0].slug if len(found) == 1 else None


@blueprint.get("/counties/<slug>")
@cached_page(DATA)
def unit(slug: str) -> ResponseReturnValue:
    """A unit; a former code leads to the one that goes on, an unknown one to a search."""
    here = frame()
    found = find_or_redirect(slug, here)
    if isinstance(found, str):
        return redirect(here.link("unit", slug=found), 301)
    if found is None:
        return _missing(slug, here)
    return render_template("counties/unit.html", **_context(found, here))


def _missing(slug: str, here: Frame) -> ResponseReturnValue:
    """Help and a search; for a division that was split, the units that go on."""
    successors = reading().find_successors(slug)
    wanted = clean(slug)
    words = wanted if _PLAUSIBLE.fullmatch(wanted) else ""
    body = render_template("counties/unit_missing.html", words=words, successors=successors, frame=here)
    return body, 404


def _context(page: UnitPage, here: Frame) -> dict[str, Any]:
    row = page.row
    events = [event.dated for event in row.unit.events]
    due = next_due(events, here.as_of.today) if here.as_of.day is None else None
    url = absolute_url(url_for("counties.unit", slug=row.unit.slug))
    return {
        "frame": here,
        "row": row,
        "unit": row.unit,
        "name": unit_name(row.unit),
        "successors": page.successors,
        "is_named": is_compliant(row.standing.state),
        "steps": steps(row, here.as_of.day),
        "later": [event for event in row.unit.events if here.as_of.day and not _is_by(event, here.as_of.day)],
        "due": due,
        "due_word": _due_word(due) if due else "",
        "is_due_rule_seen": row.unit.province.code in RULE_PROVINCES,
        "neighbours": render_rows(page.neighbours, here, page.generation),
        "named_beside": sum(is_compliant(item.standing.state) for item in page.neighbours),
        "namesakes": page.namesakes,
        "data_block": json_ld(row, here.as_of.shown, url),
        "badge_snippet": _snippet(row.unit, url),
        "published_at": max((*(event.recorded_at for event in row.unit.events), *_added_at(row.unit)), default=None),
        "figures": _figures(row.unit) if here.as_of.day is None else [],
    }


def unit_name(item: UnitItem) -> str:
    """A unit with the place that tells it from its namesakes."""
    place = item.prefecture or item.province
    return _("%(place)s%(name)s", place=pick(place.name, place.name_en), name=pick(item.name, item.name_en))


def _added_at(item: UnitItem) -> list[datetime]:
    """When something was corrected or reported."""
    return [
        *(one.corrected_at for one in item.corrected),
        *(one.corrected_at for one in item.edits),
        *(one.approved_at for one in item.figures),
    ]


def _figures(item: UnitItem) -> list[tuple[int, list[FigureItem]]]:
    """What the county reported, year by year, the newest first."""
    return [(year, list(found)) for year, found in groupby(ordered_figures(item), key=lambda one: one.year)]


def _is_by(event: EventItem, day: date) -> bool:
    """Whether a step has certainly happened by ``day``."""
    return (last_day(event.on, event.precision) or date.max) <= day


def _due_word(due: Due) -> str:
    return dated(due.on, due.precision)


def steps(row: UnitRow, day: date | None) -> list[dict[str, Any]]:
    """Everything that happened to the unit by the day, newest first, for the timeline."""
    events = [event for event in row.unit.events if day is None or _is_by(event, day)]
    found = [(event.on, _event_step(event, is_current=event == row.standing.event)) for event in events]
    changes = [
        change for change in row.unit.changes if day is None or (first_day(change.on, change.precision) or day) <= day
    ]
    found += [
        (
            change.on,
            {
                "when": dated(change.on, change.precision),
                "on": change.on,
                "title": change_word(change.kind),
                "change": change,
                "event": None,
                "corrected": None,
                "edit": None,
                "is_current": False,
            },
        )
        for change in changes
    ]
    if day is None:  # corrections are about what is said today
        found += [(item.on, _corrected_step(item)) for item in row.unit.corrected]
        found += [(item.corrected_on, _edited_step(item)) for item in row.unit.edits]
    return [step for _on, step in sorted(found, key=lambda pair: pair[0] or date.min, reverse=True)]


def _corrected_step(item: CorrectedItem) -> dict[str, Any]:
    """What was recorded and does not count any more."""
    word = stage_word(item.stage)
    return {
        "when": dated(item.on, item.precision),
        "on": item.on,
        "title": f"{batch_word(item.batch.number)} · {word}" if item.batch else word,
        "event": None,
        "change": None,
        "corrected": item,
        "edit": None,
        "is_current": False,
    }


def _edited_step(item: EditItem) -> dict[str, Any]:
    on = item.corrected_on
    return {
        "when": dated(on, "day"),
        "on": on,
        "title": edit_word(item.field),
        "event": None,
        "change": None,
        "corrected": None,
        "edit": item,
        "is_current": False,
    }


def _event_step(event: EventItem, *, is_current: bool) -> dict[str, Any]:
    return {
        "when": dated(event.on, event.precision),
        "on": event.on,
        "title": event_word(event),
        "event": event,
        "change": None,
        "corrected": None,
        "edit": None,
        "is_current": is_current,
    }


def _snippet(item: UnitItem, url: str) -> str:
    """What another site copies to show the badge."""
    picture = absolute_url(url_for("counties.badge", slug=item.slug))
    alt = _("%(name)s节水型社会建设达标状态", name=unit_name(item))
    return str(Markup('<a href="{}"><img src="{}" alt="{}" height="40"></a>').format(url, picture, alt))
