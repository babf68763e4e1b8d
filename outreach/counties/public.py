"""What the rest of the site shows of this slice: a panel on the home page, sources, the sitemap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from outreach.core import clock
from outreach.core.feature import SitemapEntry, SourceEntry
from outreach.counties.forms import AsOf
from outreach.counties.queries.progress import list_trend, national
from outreach.counties.queries.totals import completeness
from outreach.counties.queries.upkeep import find_stored_unit
from outreach.counties.views.frame import Frame, current_view, reading
from outreach.counties.views.progress import trend_bars

TEMPLATE: Final = "counties/_home_panel.html"


def home_panel() -> tuple[str, dict[str, Any]]:
    """Template and context: the national total with its day, how much is recorded, the provinces to choose from."""
    here = Frame(AsOf(clock.today()))
    view = current_view(here.as_of)
    total, counties, percent = national(view)
    return TEMPLATE, {
        "frame": here,
        "counties_national": {"total": total, "counties": counties, "percent": percent},
        "counties_completeness": completeness(view),
        "counties_bars": trend_bars(list_trend(view), here, counties),
        "counties_provinces": view.snapshot.provinces,
    }


def find_unit_name(session: Session, slug: str) -> str | None:
    """What the county with exactly this address is called; None when the registry has no such county."""
    unit = find_stored_unit(session, slug)
    return unit.name if unit else None


def sources() -> Iterator[SourceEntry]:
    """The facts that the project itself holds, with how many namings are recorded."""
    snapshot = reading().state.snapshot
    if snapshot.recorded_at is None:
        return
    rows = sum(len(unit.events) for unit in snapshot.by_id.values())
    name = _("县域节水型社会达标名单（公开报道与公告，逐条注明来源）")
    yield SourceEntry(name, "content/counties", None, snapshot.recorded_at, rows, rows, 0, is_demo=False)


def sitemap() -> Iterator[SitemapEntry]:
    """Every page of the slice."""
    snapshot = reading().state.snapshot
    for path in ("/counties/", "/counties/progress", "/counties/batches/", "/counties/assessment"):
        yield SitemapEntry(path)
    for batch in snapshot.batches:
        yield SitemapEntry(f"/counties/batches/{batch.number}")
    for province in snapshot.provinces:
        yield SitemapEntry(f"/counties/provinces/{province.code}")
    for unit in snapshot.by_id.values():
        yield SitemapEntry(f"/counties/{quote(unit.slug, safe='')}")
