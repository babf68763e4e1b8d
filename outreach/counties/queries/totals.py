"""How complete the registry is, and what was printed about provinces and the country."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Final

from outreach.counties.forms import CountyQuery
from outreach.counties.queries.days import DayView
from outreach.counties.queries.results import Completeness, Recorded
from outreach.counties.queries.snapshot import CountySnapshot, ProvinceItem, TotalItem

#: How the totals of the whole country are called in ``county_published_total``.
NATION: Final = "全国"


def list_totals(snapshot: CountySnapshot, province: ProvinceItem | None, day: date | None) -> list[TotalItem]:
    """Printed totals of a province by ``day``, the newest first; without a province those of the whole country.

    A total of an unknown day counts for the present only, and as the oldest.
    """
    wanted = province.id if province else None
    found = [
        total
        for total in snapshot.totals
        if total.province_id == wanted
        and (province is not None or total.scope == NATION)
        and (day is None or (total.last_day or date.max) <= day)
    ]
    return sorted(found, key=lambda total: (total.last_day or date.min, total.id), reverse=True)


def newest_total(snapshot: CountySnapshot, province: ProvinceItem | None, day: date | None) -> TotalItem | None:
    """The newest printed total."""
    return next(iter(list_totals(snapshot, province, day)), None)


def recorded_by_batch(view: DayView) -> list[Recorded]:
    """For each batch announced by the day, how many of its counties the registry holds."""
    return [Recorded(batch, batch.recorded, batch.announced_count) for batch in view.batches]


def recorded_by_province(view: DayView) -> list[Recorded]:
    """For each province, how many namings by the day the registry holds, and what it printed itself."""
    shown = {batch.id for batch in view.batches}
    counted = Counter(
        unit.province.id
        for unit in view.snapshot.by_id.values()
        for event in unit.events
        if event.batch is not None and event.batch.id in shown
    )
    return [
        Recorded(province, counted[province.id], None, newest_total(view.snapshot, province, view.day))
        for province in view.snapshot.provinces
    ]


def completeness(view: DayView, query: CountyQuery | None = None) -> Completeness:
    """How complete the list is, narrowed to what ``query`` filters by."""
    batches = recorded_by_batch(view)
    whole = Recorded(None, sum(item.recorded for item in batches), sum(item.announced or 0 for item in batches))
    if query is None:
        return Completeness(whole)
    provinces = recorded_by_province(view) if query.provinces else []
    return Completeness(
        whole,
        tuple(item for item, batch in zip(batches, view.batches, strict=True) if batch.number in query.batches),
        tuple(item for item in provinces if getattr(item.subject, "code", "") in query.provinces),
    )
