"""The batches of the Ministry's announcements: all of them, and one with the counties that are recorded."""

from __future__ import annotations

from itertools import groupby

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from outreach.core.i18n import pick
from outreach.core.page_cache import cached_page
from outreach.counties.blueprint import blueprint
from outreach.counties.forms import CountyQuery
from outreach.counties.queries.days import DayView, standing_of
from outreach.counties.queries.progress import list_trend
from outreach.counties.queries.results import UnitRow
from outreach.counties.queries.snapshot import BatchItem, ProvinceItem
from outreach.counties.queries.totals import completeness
from outreach.counties.views.frame import DATA, Frame, current_view, frame
from outreach.counties.views.registry import arguments
from outreach.counties.views.rows import render_rows


@blueprint.get("/counties/batches/")
@cached_page(DATA)
def batches() -> ResponseReturnValue:
    """Every batch with its announced number and how much of it is recorded."""
    here = frame()
    view = current_view(here.as_of)
    return render_template("counties/batches.html", frame=here, trend=list_trend(view), completeness=completeness(view))


@blueprint.get("/counties/batches/<int:number>")
@cached_page(DATA)
def batch(number: int) -> ResponseReturnValue:
    """One batch: its paper, and the recorded counties by province."""
    here = frame()
    view = current_view(here.as_of)
    found = next((item for item in view.snapshot.batches if item.number == number), None)
    if found is None:
        abort(404)
    rows = named_in(view, found)
    query = CountyQuery(batches=(number,), on=here.as_of.day)
    return render_template(
        "counties/batch.html",
        frame=here,
        batch=found,
        is_announced=found in view.batches,
        groups=by_province(rows, here, view.snapshot.generation),
        others=[item for item in view.snapshot.batches if item.number != number],
        registry_href=url_for("counties.registry") + arguments(query),
        files=[
            (kind.upper(), url_for(f"counties.registry_{kind}") + arguments(query)) for kind in ("csv", "xlsx", "json")
        ],
    )


def named_in(view: DayView, batch: BatchItem) -> list[UnitRow]:
    """The recorded units that a batch names, with their states on the day, whatever became of them since."""
    units = [
        unit
        for unit in view.snapshot.by_id.values()
        if any(event.batch is not None and event.batch.id == batch.id for event in unit.events)
    ]
    return [UnitRow(unit, standing_of(unit, view.day)) for unit in units]


def by_province(rows: list[UnitRow], here: Frame, generation: str) -> list[tuple[ProvinceItem, str, list[Markup]]]:
    """The rows of each province with its name."""
    return [
        (province, pick(province.name, province.name_en), render_rows(group, here, generation))
        for province, group in groupby(rows, key=lambda row: row.unit.province)
    ]
