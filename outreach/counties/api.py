"""The county registry in the public API: the same search, states and days as the pages; and the self-assessment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from outreach.core import clock
from outreach.core.api import Answer, Listing, Parameter, Place, Refusal, Resource, ValueKind, Values, refuse
from outreach.core.db import db
from outreach.core.i18n import absolute_url, pick
from outreach.core.page_cache import built_from
from outreach.counties import api_schemas as schemas
from outreach.counties.api_assessment import ASSESSMENT
from outreach.counties.exports import as_object, json_columns
from outreach.counties.exports_unit import additions
from outreach.counties.forms import FIRST_DAY, SORTS, parse_as_of, parse_county_query
from outreach.counties.models import Region
from outreach.counties.queries.days import DayView
from outreach.counties.queries.progress import list_shares, list_trend
from outreach.counties.queries.results import UnitRow
from outreach.counties.queries.snapshot import BatchItem, ChangeItem, EventItem
from outreach.counties.rules.dates import format_date
from outreach.counties.rules.states import UnitState, is_compliant
from outreach.counties.views.downloads import page_url
from outreach.counties.views.frame import DATA, Frame, current_view, registry
from outreach.counties.views.unit import find_or_redirect

TAG: Final = _l("县域节水型社会")
SLUG: Final = r"[0-9A-Za-z][0-9A-Za-z\-]{0,63}"

ON = Parameter("on", _l("哪一天的状态；不填为今天。"), ValueKind.DAY, example="2021-12-31")


def _here(values: Values) -> Frame:
    """The day that is asked for. A day without states is not found here; pages drop it."""
    on: date | None = values["on"]
    if on is not None and not FIRST_DAY <= on <= clock.today():
        refuse([Refusal("query", "on", "out-of-range", _l("应当在 2017-01-01 和今天之间。"))], 404)
    return Frame(parse_as_of(request.args, clock.today()))


def _unit(row: UnitRow, shown: date) -> dict[str, Any]:
    """A unit as the JSON downloads write it, and whether it is named on that day."""
    found = as_object(json_columns(shown, page_url), row)
    return {**found, "is_named": is_compliant(row.standing.state), "is_certain": row.standing.answer.is_certain}


def list_counties(values: Values) -> Listing:
    """One page of what a search finds, with the states of the day."""
    here = _here(values)
    query = replace(parse_county_query(request.args, here.as_of), page=values["page"], per_page=values["per_page"])
    found = registry().search(db.session, query)
    built_from(DATA, found.generation)
    return Listing([_unit(row, here.as_of.shown) for row in found.rows], found.total)


def show_county(values: Values) -> Answer:
    """A unit with its steps, changes, corrections and yearly figures; a former code leads to the unit that goes on."""
    here = _here(values)
    found = find_or_redirect(values["slug"], here)
    if isinstance(found, str):
        found = find_or_redirect(found, here)
    if found is None or isinstance(found, str):
        return None
    unit = found.row.unit
    return {
        **_unit(found.row, here.as_of.shown),
        "is_current": unit.is_current,
        "events": [_event(event) for event in unit.events],
        "changes": [_change(change) for change in unit.changes],
        "successors": [item.slug for item in found.successors],
        **additions(unit, is_today=here.as_of.day is None),
    }


def _event(event: EventItem) -> dict[str, Any]:
    return {
        "stage": str(event.stage),
        "on": format_date(event.on, event.precision),
        "precision": str(event.precision),
        "batch": event.batch.number if event.batch else None,
        "name_as_published": event.name_as_published,
        "document": event.document,
        "source": event.source_url or event.source_name,
        "certainty": str(event.certainty),
    }


def _change(change: ChangeItem) -> dict[str, Any]:
    return {
        "kind": str(change.kind),
        "former_name": change.former_name,
        "former_code": change.former_code or None,
        "on": format_date(change.on, change.precision),
        "precision": str(change.precision),
        "document": change.document,
        "source": change.source_url or change.source_name,
        "certainty": str(change.certainty),
    }


def _view(values: Values) -> DayView:
    return current_view(_here(values).as_of)


def list_batches(values: Values) -> Answer:
    """The batches that were announced by the day."""
    view = _view(values)
    cumulative = {point.batch.id: point.cumulative for point in list_trend(view)}
    return {"items": [_batch(batch, cumulative[batch.id]) for batch in view.batches]}


def _batch(batch: BatchItem, cumulative: int) -> dict[str, Any]:
    return {
        "number": batch.number,
        "announced_on": format_date(batch.announced_on, batch.precision),
        "precision": str(batch.precision),
        "construction_year": batch.construction_year,
        "document": batch.document,
        "announced_count": batch.announced_count,
        "recorded_count": batch.recorded,
        "cumulative_count": cumulative,
        "source": batch.source_url or batch.source_name,
        "certainty": str(batch.certainty),
        "url": absolute_url(url_for("counties.batch", number=batch.number)),
    }


def list_provinces(values: Values) -> Answer:
    """The provinces in their usual order, each with its printed total and share where there is one."""
    view = _view(values)
    shares = {share.province.code: share for share in list_shares(view)}
    return {"items": [_province(shares[item.code]) for item in view.snapshot.provinces if item.code in shares]}


def _province(share: Any) -> dict[str, Any]:
    province, total = share.province, share.total
    return {
        "code": province.code,
        "name": pick(province.name, province.name_en),
        "region": str(province.region),
        "region_certainty": str(province.region_certainty),
        "counties": share.counties,
        "recorded_count": share.recorded,
        "printed_total": total.total if total else None,
        "printed_on": format_date(total.as_of_on, total.precision) if total else None,
        "printed_source": (total.source_url or total.source_name) if total else None,
        "percent": round(share.percent, 1) if share.percent is not None else None,
        "target_percent": share.target,
        "url": absolute_url(url_for("counties.province", code=province.code)),
    }


REGISTRY: Final = (
    Resource(
        "list_counties",
        "/api/v1/counties",
        TAG,
        _l("查询县（区）及其状态"),
        list_counties,
        schemas.UNIT,
        description=_l(
            "与登记页相同的查询和筛选。本站只收录了部分名单：state 为 unlisted 表示未收录，不表示没有达标。"
        ),
        parameters=(
            Parameter("q", _l("县（区）的名称、曾用名、拼音、首字母或区划代码。"), example=schemas.QUERY_EXAMPLE),
            Parameter("province", _l("省级区划代码。"), pattern="[1-9][0-9]0000", is_list=True, example="320000"),
            Parameter(
                "region",
                _l("北方或南方（划分待核实）。"),
                choices=tuple(item.value for item in Region),
                is_list=True,
                example="south",
            ),
            Parameter("batch", _l("命名批次。"), ValueKind.WHOLE, least=1, most=999, is_list=True, example=4),
            Parameter(
                "state",
                _l("状态。"),
                choices=tuple(item.value for item in UnitState),
                is_list=True,
                example="designated",
            ),
            Parameter("year", _l("命名年份。"), ValueKind.WHOLE, least=2000, most=2099, is_list=True, example=2021),
            Parameter("sort", _l("排序。"), choices=SORTS, default=SORTS[0], example="name"),
            ON,
        ),
        data=(DATA,),
        is_list=True,
        example=schemas.UNIT_EXAMPLE,
    ),
    Resource(
        "list_batches",
        "/api/v1/counties/batches",
        TAG,
        _l("水利部公布的批次"),
        list_batches,
        schemas.BATCHES,
        parameters=(ON,),
        data=(DATA,),
        example=schemas.BATCHES_EXAMPLE,
    ),
    Resource(
        "list_provinces",
        "/api/v1/counties/provinces",
        TAG,
        _l("各省的公布总数和比例"),
        list_provinces,
        schemas.PROVINCES,
        description=_l("比例只由公开公布的总数除以县级区划数得出；没有公布总数的省没有比例。"),
        parameters=(ON,),
        data=(DATA,),
        example=schemas.PROVINCES_EXAMPLE,
    ),
    Resource(
        "show_county",
        "/api/v1/counties/<slug>",
        TAG,
        _l("一个县（区）及其经过"),
        show_county,
        schemas.UNIT_WITH_EVENTS,
        description=_l(
            "用区划代码，或没有代码的单位的网址代号；曾用代码会得到现在的单位。"
            "更正和年度数据与网页一致：只在不填 on 时给出，年度数据由县（区）填报，审核后公布。"
        ),
        parameters=(
            Parameter("slug", _l("区划代码或网址代号。"), place=Place.PATH, pattern=SLUG, longest=64, example="320115"),
            ON,
        ),
        data=(DATA,),
        example=schemas.UNIT_WITH_EVENTS_EXAMPLE,
    ),
)
RESOURCES: Final = (*REGISTRY, *ASSESSMENT)
