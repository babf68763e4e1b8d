"""What was recorded of the registry's units, as an Atom feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from flask import Response, render_template, url_for

from outreach.core.formats import xml_text
from outreach.core.i18n import absolute_url
from outreach.core.page_cache import cached_page
from outreach.counties.blueprint import blueprint
from outreach.counties.printed import dated
from outreach.counties.queries.snapshot import CountySnapshot, EventItem
from outreach.counties.views.frame import DATA, reading
from outreach.counties.views.unit import unit_name
from outreach.counties.wording import event_word

MAX_AGE: Final = 300
NEWEST: Final = 100
#: When nothing was ever recorded.
NEVER: Final = "1970-01-01T00:00:00+00:00"


@blueprint.get("/counties/changes.atom")
@cached_page(DATA, max_age=MAX_AGE)
def changes() -> Response:
    """The steps that were recorded last."""
    snapshot = reading().state.snapshot
    body = render_template(
        "counties/changes.atom",
        entries=list(_entries(snapshot)),
        updated=_moment(snapshot.recorded_at) if snapshot.recorded_at else NEVER,
        own_url=absolute_url(url_for("counties.changes")),
        registry_url=absolute_url(url_for("counties.registry")),
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")


def newest_events(snapshot: CountySnapshot, limit: int = NEWEST) -> list[EventItem]:
    """Recorded steps, the last recorded first; of those recorded together, the newest."""
    events = [event for unit in snapshot.by_id.values() for event in unit.events]

    def rank(event: EventItem) -> tuple[str, str, int]:
        return _moment(event.recorded_at), event.on.isoformat() if event.on else "", event.id

    return sorted(events, key=rank, reverse=True)[:limit]


def _entries(snapshot: CountySnapshot) -> Iterator[dict[str, Any]]:
    for event in newest_events(snapshot):
        unit = snapshot.by_id[event.unit_id]
        yield {
            "id": f"{absolute_url(url_for('counties.unit', slug=unit.slug))}#event-{event.id}",
            "url": absolute_url(url_for("counties.unit", slug=unit.slug)),
            "title": f"{xml_text(unit_name(unit))} · {event_word(event)}",
            "updated": _moment(event.recorded_at),
            "when": dated(event.on, event.precision),
            "document": xml_text(event.document or (event.batch.document if event.batch else "")),
            "name_as_published": xml_text(event.name_as_published),
            "is_demo": event.is_demo,
        }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
