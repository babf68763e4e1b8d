"""The page of one province: what is recorded, what was printed, and all its units with their states."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

import numpy as np
from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from outreach.core.i18n import pick
from outreach.core.page_cache import cached_page
from outreach.counties.blueprint import blueprint
from outreach.counties.forms import CountyQuery
from outreach.counties.queries.days import STATES
from outreach.counties.queries.progress import find_share
from outreach.counties.queries.registry import rows_where
from outreach.counties.queries.results import UnitRow
from outreach.counties.queries.targets import newest_target
from outreach.counties.queries.totals import list_totals
from outreach.counties.views.frame import DATA, Frame, current_view, frame, reading
from outreach.counties.views.registry import arguments
from outreach.counties.views.rows import render_rows


@blueprint.get("/counties/provinces/<code>")
@cached_page(DATA)
def province(code: str) -> ResponseReturnValue:
    """A province with its share where a total was printed, its batches, and its units by prefecture."""
    here = frame()
    view = current_view(here.as_of)
    found = reading().find_province(code)
    if found is None:
        abort(404)
    position = view.snapshot.provinces.index(found) + 1
    rows = rows_where(view, view.snapshot.province_codes == np.uint8(position))
    query = CountyQuery(provinces=(found.code,), on=here.as_of.day)
    return render_template(
        "counties/province.html",
        frame=here,
        province=found,
        name=pick(found.name, found.name_en),
        share=find_share(view, found),
        target=newest_target(),
        totals=list_totals(view.snapshot, found, here.as_of.day),
        states=count_states(rows),
        batches=count_batches(rows),
        groups=groups_of(rows, here, view.snapshot.generation),
        count=len(rows),
        registry_href=url_for("counties.registry") + arguments(query),
        files=[
            (kind.upper(), url_for(f"counties.registry_{kind}") + arguments(query)) for kind in ("csv", "xlsx", "json")
        ],
    )


def count_states(rows: tuple[UnitRow, ...]) -> list[tuple[str, int]]:
    """How many units are in each state, in the usual order of states."""
    counted = Counter(row.standing.state for row in rows)
    return [(state.value, counted[state]) for state in STATES if counted[state]]


def count_batches(rows: tuple[UnitRow, ...]) -> list[tuple[int, int]]:
    """How many of the units each batch named."""
    return sorted(Counter(row.standing.batch.number for row in rows if row.standing.batch).items())


def groups_of(rows: tuple[UnitRow, ...], here: Frame, generation: str) -> list[tuple[str, list[Markup]]]:
    """The rows under the name of their prefecture; empty where there is none."""
    return [(name, render_rows(group, here, generation)) for name, group in groupby(rows, key=_prefecture)]


def _prefecture(row: UnitRow) -> str:
    place = row.unit.prefecture
    return pick(place.name, place.name_en) if place else ""
