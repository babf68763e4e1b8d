"""What the rest of the site uses of this slice: a panel on the home page, sources, the sitemap, names of divisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from outreach.core import clock
from outreach.core.feature import SitemapEntry, SourceEntry
from outreach.counties.forms import AsOf
from outreach.counties.queries.progress import list_trend, national
from outreach.counties.queries.snapshot import CountySnapshot, UnitItem
from outreach.counties.queries.totals import completeness
from outreach.counties.queries.upkeep import find_stored_unit
from outreach.counties.views.frame import Frame, current_view, reading, registry
from outreach.counties.views.progress import trend_bars

TEMPLATE: Final = "counties/_home_panel.html"
#: Digits of a county's code.
LENGTH: Final = 6
#: Counties by code, of the newest generation that was asked for.
_known: dict[str, dict[str, Division]] = {}


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


@dataclass(frozen=True, slots=True)
class Division:
    """A county or province as other slices name it."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Province:
    """A province with the counties that exist today, for choosing one."""

    division: Division
    counties: tuple[Division, ...]


def is_registry_empty(session: Session) -> bool:
    """Whether no counties are loaded at all."""
    return _snapshot(session).size == 0


def find_division(session: Session, code: str) -> Division | None:
    """The county with these six digits, former ones too, or the province with these two (or six) digits."""
    snapshot = _snapshot(session)
    province = snapshot.province_by_code.get(code.ljust(6, "0"))
    if province is not None:
        return Division(province.code, province.name, province.name_en)
    return _names(snapshot).get(code)


def is_present_county(session: Session, code: str) -> bool:
    """Whether a county of today has this code."""
    return len(code) == LENGTH and any(unit.code == code for unit in _snapshot(session).units)


def list_provinces(session: Session) -> tuple[Province, ...]:
    """Provinces in the order of their codes, each with its counties of today."""
    snapshot = _snapshot(session)
    by_province: dict[str, list[Division]] = {}
    for unit in snapshot.units:
        if unit.code:
            by_province.setdefault(unit.province.code, []).append(_division(unit))
    return tuple(
        Province(Division(one.code, one.name, one.name_en), tuple(by_province.get(one.code, ())))
        for one in snapshot.provinces
    )


def _snapshot(session: Session) -> CountySnapshot:
    return registry().read(session).state.snapshot


def _names(snapshot: CountySnapshot) -> dict[str, Division]:
    """Counties by code; where a code was used twice, the present one counts."""
    if snapshot.generation not in _known:
        _known.clear()
        units = sorted(snapshot.by_id.values(), key=lambda unit: unit.is_current)
        _known[snapshot.generation] = {unit.code: _division(unit) for unit in units if unit.code}
    return _known[snapshot.generation]


def _division(unit: UnitItem) -> Division:
    """With its prefecture, because many counties share a name."""
    place = unit.prefecture
    is_apart = place is not None and place.name not in (unit.name, unit.province.name)
    if not is_apart or place is None:
        return Division(unit.code, unit.name, unit.name_en or unit.name)
    english = f"{unit.name_en}, {place.name_en}" if unit.name_en and place.name_en else unit.name_en or unit.name
    return Division(unit.code, f"{place.name}{unit.name}", english)
