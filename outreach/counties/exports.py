"""Units with their state on one day as table rows: the columns of every file and of the JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.core.exports import Column, Kind
from outreach.core.i18n import pick
from outreach.counties.queries.results import UnitRow
from outreach.counties.rules.dates import format_date
from outreach.counties.wording import region_word, state_word


def _region(row: UnitRow) -> str:
    return region_word(row.unit.province.region)


def _prefecture(row: UnitRow) -> str:
    place = row.unit.prefecture
    return pick(place.name, place.name_en) if place else ""


def _since(row: UnitRow) -> str:
    """As printed: a day, a month or a year, never more than is known."""
    answer = row.standing.answer
    return format_date(answer.since, answer.since_precision)


def _document(row: UnitRow) -> str:
    event = row.standing.event
    return (event.document or (event.batch.document if event.batch else "")) if event else ""


def _source(row: UnitRow) -> str:
    event = row.standing.event
    return (event.source_url or event.source_name) if event else ""


#: Key, heading and value of each column but the day.
FIELDS: Final[tuple[tuple[str, LazyString, Callable[[UnitRow], Any], Kind], ...]] = (
    ("code", _l("区划代码"), lambda row: row.unit.code, Kind.TEXT),
    ("slug", _l("网址代号"), lambda row: row.unit.slug, Kind.TEXT),
    ("name", _l("名称"), lambda row: pick(row.unit.name, row.unit.name_en), Kind.TEXT),
    ("former_names", _l("曾用名或公布名"), lambda row: "; ".join(row.unit.former_names), Kind.TEXT),
    ("province", _l("省份"), lambda row: pick(row.unit.province.name, row.unit.province.name_en), Kind.TEXT),
    ("prefecture", _l("地市"), _prefecture, Kind.TEXT),
    ("region", _l("北方 / 南方（待核实）"), _region, Kind.TEXT),
    ("state", _l("状态代码"), lambda row: row.standing.state.value, Kind.TEXT),
    ("state_name", _l("状态"), lambda row: state_word(row.standing.state), Kind.TEXT),
    ("since", _l("状态起始"), _since, Kind.TEXT),
    (
        "since_precision",
        _l("日期精度"),
        lambda row: row.standing.answer.since_precision if row.standing.event else "",
        Kind.TEXT,
    ),
    ("batch", _l("命名批次"), lambda row: row.standing.batch.number if row.standing.batch else None, Kind.NUMBER),
    ("document", _l("依据文件"), _document, Kind.TEXT),
    ("source", _l("来源"), _source, Kind.TEXT),
    ("certainty", _l("可信程度"), lambda row: row.standing.event.certainty if row.standing.event else "", Kind.TEXT),
)


def _same(value: Any, _row: UnitRow) -> Any:
    return value


def unit_columns(day: date) -> list[Column[UnitRow]]:
    """The columns with headings in the language of the request; ``day`` is the day of the states."""
    columns: list[Column[UnitRow]] = [Column(key, heading, value, kind) for key, heading, value, kind in FIELDS]
    return [*columns, Column("as_of", _l("状态截至"), partial(_same, day), Kind.DATE)]


def json_columns(day: date, address: Callable[[UnitRow], str]) -> list[Column[UnitRow]]:
    """The same, with the address of the unit's page."""
    return [*unit_columns(day), Column("url", "url", address)]


def as_object(columns: Sequence[Column[UnitRow]], row: UnitRow) -> dict[str, Any]:
    """One row as it stands in JSON."""
    values = {column.key: column.value(row) for column in columns}
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
