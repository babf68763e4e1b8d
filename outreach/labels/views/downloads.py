"""The same results and records as files: everything that a search finds, streamed, at a rate that spares the site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, Final
from urllib.parse import quote

from flask import Response, abort, current_app, json, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from outreach.core.db import db
from outreach.core.exports import (
    XLSX_MAX_ROWS,
    Column,
    content_disposition,
    stream_csv,
    stream_json,
    stream_xlsx,
)
from outreach.core.i18n import absolute_url
from outreach.core.limits import limiter
from outreach.core.page_cache import cached_page
from outreach.core.search.pending import snapshot
from outreach.core.search.text import clean, code_key
from outreach.labels.blueprint import blueprint
from outreach.labels.exports import FIELDS, catalogue_columns, iter_rows, retired_columns
from outreach.labels.forms import parse_catalogue_query
from outreach.labels.models_upkeep import RetiredNumber
from outreach.labels.queries.catalogue import Catalogue
from outreach.labels.queries.products import find_number
from outreach.labels.queries.records import Record
from outreach.labels.queries.upkeep import find_retired
from outreach.labels.views.catalogue import DATA

#: Whole downloads that one visitor may start.
RATE: Final = "20 per minute"
CSV: Final = "text/csv; charset=utf-8"
#: Saved, never shown; crawlers take a workbook's own media type, which has "xml" in it, for XML.
XLSX: Final = "application/octet-stream"
JSON: Final = "application/json; charset=utf-8"

Writer = Callable[[Sequence[Column[Record]], Iterable[Record]], Iterator[bytes]]


def json_columns() -> list[Column[Record]]:
    """What a record is in JSON: the fields, the measured values with unit and raw text, the address of its page."""
    base = absolute_url(url_for("labels.catalogue"))

    def address(record: Record) -> str:
        return base + quote(record["number"], safe="")

    keys = (*(key for key, _heading, _kind in FIELDS), "values")
    columns: list[Column[Record]] = [Column(key, key, itemgetter(key)) for key in keys]
    return [*columns, Column("url", "url", address)]


def _download(writer: Writer, columns: Sequence[Column[Record]], content_type: str, name: str) -> Response:
    """Everything that the search of this request finds, as a file called ``name``."""
    catalogue: Catalogue = current_app.extensions["catalogue"]
    ids = catalogue.ids(db.session, parse_catalogue_query(request.args))
    if content_type == XLSX and len(ids) > XLSX_MAX_ROWS:
        abort(413)
    answer = Response(stream_with_context(writer(columns, _read(ids))), content_type=content_type)
    answer.headers["Content-Disposition"] = content_disposition(name)
    return answer


def _read(ids: Sequence[int]) -> Iterator[Record]:
    """The rows by a session of their own: the request's is closed when the first piece is sent."""
    with snapshot() as session:
        yield from iter_rows(session, ids)


@blueprint.get("/labels.csv")
@limiter.limit(RATE)
def catalogue_csv() -> Response:
    """All hits as CSV."""
    return _download(stream_csv, catalogue_columns(db.session), CSV, "labels.csv")


@blueprint.get("/labels.xlsx")
@limiter.limit(RATE)
def catalogue_xlsx() -> Response:
    """All hits as a workbook."""
    return _download(stream_xlsx, catalogue_columns(db.session), XLSX, "labels.xlsx")


@blueprint.get("/labels.json")
@limiter.limit(RATE)
def catalogue_json() -> Response:
    """All hits as a JSON array."""
    return _download(stream_json, json_columns(), JSON, "labels.json")


@blueprint.get("/labels/<number>.json")
@cached_page(DATA)
def product_json(number: str) -> ResponseReturnValue:
    """One record as a JSON object."""
    return _one(number, "labels.product_json", _json_body)


@blueprint.get("/labels/<number>.csv")
@cached_page(DATA)
def product_csv(number: str) -> ResponseReturnValue:
    """One record as CSV, in the columns of the whole catalogue's file."""
    return _one(number, "labels.product_csv", _csv_body)


def _one(number: str, endpoint: str, answer: Callable[[Record], Response]) -> ResponseReturnValue:
    """The record of a number; another spelling of it leads to the right address, as on the page."""
    found = find_number(db.session, number)
    if found is None:
        return _retired(number, endpoint)
    if found.number != number:
        return redirect(url_for(endpoint, number=found.number), 301)
    return answer(next(iter_rows(db.session, [found.id])))


def _retired(number: str, endpoint: str) -> ResponseReturnValue:
    """What became of a number whose import was taken back, with the status of its page."""
    retired = find_retired(db.session, clean(number), code_key(number))
    if retired is None:
        abort(404)
    if retired.number != number:
        return redirect(url_for(endpoint, number=retired.number), 301)
    if endpoint == "labels.product_json":
        body = json.dumps(retired_object(retired), indent=1, sort_keys=False, ensure_ascii=False)
        return Response(body + "\n", content_type=JSON)
    answer = Response(b"".join(stream_csv(_columns_of(retired), [retired])), content_type=CSV)
    answer.headers["Content-Disposition"] = content_disposition(f"{retired.number}.csv")
    return answer


def _columns_of(retired: RetiredNumber) -> list[Column[RetiredNumber]]:
    return retired_columns(absolute_url(url_for("labels.product", number=retired.number)))


def retired_object(retired: RetiredNumber) -> dict[str, Any]:
    """What became of a number whose import was taken back, wherever it stands in JSON."""
    return {column.key: column.value(retired) for column in _columns_of(retired)}


def record_object(record: Record) -> dict[str, Any]:
    """One record as it stands in JSON, wherever it does: days as ``YYYY-MM-DD``."""
    fields = {column.key: column.value(record) for column in json_columns()}
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in fields.items()}


def _json_body(record: Record) -> Response:
    fields = record_object(record)
    return Response(json.dumps(fields, indent=1, sort_keys=False, ensure_ascii=False) + "\n", content_type=JSON)


def _csv_body(record: Record) -> Response:
    answer = Response(b"".join(stream_csv(catalogue_columns(db.session), [record])), content_type=CSV)
    answer.headers["Content-Disposition"] = content_disposition(f"{record['number']}.csv")
    return answer
