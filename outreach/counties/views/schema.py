"""A unit in the words of schema.org: where it is and what is recorded, nothing that is only supposed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _

from outreach.core.i18n import pick
from outreach.counties.printed import batch_word
from outreach.counties.queries.results import UnitRow
from outreach.counties.queries.snapshot import PrefectureItem, ProvinceItem
from outreach.counties.rules.dates import format_date
from outreach.counties.wording import state_word


def json_ld(row: UnitRow, day: date, url: str) -> dict[str, Any]:
    """The unit as an administrative area with its recorded state on ``day``."""
    unit = row.unit
    place: dict[str, Any] = _area(unit.province)
    if unit.prefecture:
        place = {**_area(unit.prefecture), "containedInPlace": place}
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "AdministrativeArea",
        "name": pick(unit.name, unit.name_en),
        "url": url,
        "containedInPlace": place,
        "additionalProperty": _properties(row, day),
    }
    if unit.code:
        found["identifier"] = {"@type": "PropertyValue", "propertyID": "GB/T 2260", "value": unit.code}
    if unit.former_names:
        found["alternateName"] = list(unit.former_names)
    return found


def _area(place: ProvinceItem | PrefectureItem) -> dict[str, str]:
    return {"@type": "AdministrativeArea", "name": pick(place.name, place.name_en), "identifier": place.code}


def _properties(row: UnitRow, day: date) -> list[dict[str, str]]:
    standing = row.standing
    named = [(_("节水型社会建设达标状态"), state_word(standing.state)), (_("状态截至"), day.isoformat())]
    if standing.event:
        named.append((_("状态起始"), format_date(standing.answer.since, standing.answer.since_precision)))
    if standing.batch:
        named.append((_("命名批次"), batch_word(standing.batch.number)))
    return [{"@type": "PropertyValue", "name": name, "value": value} for name, value in named if value]
