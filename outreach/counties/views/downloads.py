"""The same units as files: everything that a search finds, at a rate that spares the site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from flask import Response, abort, json, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from outreach.core.exports import Column, content_disposition, stream_csv, stream_json, stream_xlsx
from outreach.core.i18n import absolute_url
from outreach.core.limits import limiter
from outreach.core.page_cache import cached_page
from outreach.counties.blueprint import blueprint
from outreach.counties.exports import as_object, json_columns, unit_columns
from outreach.counties.exports_unit import additions, figure_columns, ordered_figures
from outreach.counties.forms import parse_county_query
from outreach.counties.queries.results import UnitRow
from outreach.counties.views.frame import DATA, Frame, frame, reading
from outreach.counties.views.unit import find_or_redirect

#: Whole downloads that one visitor may start.
RATE: Final = "20 per minute"
CSV: Final = "text/csv; charset=utf-8"
#: Saved, never shown; crawlers take a workbook's own media type, which has "xml" in it, for XML.
XLSX: Final = "application/octet-stream"
JSON: Final = "application/json; charset=utf-8"

Writer = Callable[[Sequence[Column[UnitRow]], Iterable[UnitRow]], Iterator[bytes]]


def page_url(row: UnitRow) -> str:
    """Address of a unit's page for the outside."""
    return absolute_url(url_for("counties.unit", slug=row.unit.slug))


def _file_name(here: Frame, kind: str) -> str:
    return f"counties-{here.as_of.shown.isoformat()}.{kind}"


def _download(
    writer: Writer, columns: Sequence[Column[UnitRow]], content_type: str, name: str, here: Frame
) -> Response:
    """Everything that the search of this request finds, as a file called ``name``."""
    rows = reading().all(parse_county_query(request.args, here.as_of))
    answer = Response(stream_with_context(writer(columns, rows)), content_type=content_type)
    answer.headers["Content-Disposition"] = content_disposition(name)
    return answer


@blueprint.get("/counties.csv")
@limiter.limit(RATE)
def registry_csv() -> Response:
    """All hits as CSV."""
    here = frame()
    return _download(stream_csv, unit_columns(here.as_of.shown), CSV, _file_name(here, "csv"), here)


@blueprint.get("/counties.xlsx")
@limiter.limit(RATE)
def registry_xlsx() -> Response:
    """All hits as a workbook."""
    here = frame()
    return _download(stream_xlsx, unit_columns(here.as_of.shown), XLSX, _file_name(here, "xlsx"), here)


@blueprint.get("/counties.json")
@limiter.limit(RATE)
def registry_json() -> Response:
    """All hits as a JSON array."""
    here = frame()
    return _download(stream_json, json_columns(here.as_of.shown, page_url), JSON, _file_name(here, "json"), here)


@blueprint.get("/counties/<slug>.json")
@cached_page(DATA)
def unit_json(slug: str) -> ResponseReturnValue:
    """One unit as a JSON object, with every recorded step, what was corrected, and the yearly figures."""
    return _one(slug, "unit_json", _json_body)


@blueprint.get("/counties/<slug>.csv")
@cached_page(DATA)
def unit_csv(slug: str) -> ResponseReturnValue:
    """One unit as CSV, in the columns of the whole registry's file."""
    return _one(slug, "unit_csv", _csv_body)


@blueprint.get("/counties/<slug>/figures.csv")
@cached_page(DATA)
def figures_csv(slug: str) -> ResponseReturnValue:
    """What the county reported year by year, as CSV."""
    return _one(slug, "figures_csv", _figures_body)


def _one(slug: str, endpoint: str, answer: Callable[[UnitRow, Frame], Response]) -> ResponseReturnValue:
    """The unit of an address; a former code leads to the unit that goes on."""
    here = frame()
    found = find_or_redirect(slug, here)
    if isinstance(found, str):
        return redirect(here.link(endpoint, slug=found), 301)
    if found is None:
        abort(404)
    return answer(found.row, here)


def _json_body(row: UnitRow, here: Frame) -> Response:
    fields = as_object(json_columns(here.as_of.shown, page_url), row)
    fields["events"] = [
        {
            "stage": event.stage,
            "on": event.on.isoformat() if event.on else None,
            "precision": event.precision,
            "batch": event.batch.number if event.batch else None,
            "name_as_published": event.name_as_published,
            "document": event.document,
            "source": event.source_url or event.source_name,
            "certainty": event.certainty,
        }
        for event in row.unit.events
    ]
    fields.update(additions(row.unit, is_today=here.as_of.day is None))
    return Response(json.dumps(fields, indent=1, sort_keys=False, ensure_ascii=False) + "\n", content_type=JSON)


def _csv_body(row: UnitRow, here: Frame) -> Response:
    answer = Response(b"".join(stream_csv(unit_columns(here.as_of.shown), [row])), content_type=CSV)
    answer.headers["Content-Disposition"] = content_disposition(f"{row.unit.slug}.csv")
    return answer


def _figures_body(row: UnitRow, _here: Frame) -> Response:
    answer = Response(b"".join(stream_csv(figure_columns(), ordered_figures(row.unit))), content_type=CSV)
    answer.headers["Content-Disposition"] = content_disposition(f"{row.unit.slug}-figures.csv")
    return answer
