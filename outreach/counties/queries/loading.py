"""Read the registry into a ``CountySnapshot``: one statement a table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.search.outbox import generation
from outreach.counties.models import (
    Batch,
    CountyUnit,
    Prefecture,
    Province,
    PublishedTotal,
    StageEvent,
    UnitChange,
    UnitKind,
)
from outreach.counties.models_staff import CorrectedStep, UnitCorrection, YearlyFigure
from outreach.counties.queries.divisions import list_existences
from outreach.counties.queries.snapshot import (
    BatchItem,
    ChangeItem,
    CorrectedItem,
    CountySnapshot,
    EditItem,
    EventItem,
    FigureItem,
    PrefectureItem,
    ProvinceItem,
    TotalItem,
    UnitItem,
)
from outreach.counties.rules.dates import UNKNOWN
from outreach.counties.rules.existence import Existence

#: Name of the body of data that everything here hangs on.
DATA: Final = "counties"
#: How often the load starts again when somebody writes meanwhile, before it takes what it has.
ATTEMPTS: Final = 3
REGIONS: Final = ("north", "south")

Record = Mapping[str, Any]


def load_snapshot(session: Session) -> CountySnapshot:
    """Read everything. Not every database shows one moment to all statements, so a write meanwhile starts it again.

    The snapshot carries the token from before its load: when in doubt it counts as stale and is read again.
    """
    for _attempt in range(ATTEMPTS - 1):
        token = generation(session, DATA)
        snapshot = _load(session, token)
        if generation(session, DATA) == token:
            return snapshot
    return _load(session, generation(session, DATA))


def _load(session: Session, token: str) -> CountySnapshot:
    records = _records(session, CountyUnit)
    provinces = _provinces(session, records)
    batches, events = _events(session)
    changes: dict[int, list[ChangeItem]] = defaultdict(list)
    for record in _records(session, UnitChange):
        changes[record["unit_id"]].append(_change(record))
    prefectures = {
        record["id"]: PrefectureItem(*(record[name] for name in ("id", "code", "name", "name_en")))
        for record in _records(session, Prefecture)
    }
    additions: dict[str, dict[int, list[Any]]] = _additions(session, {batch.id: batch for batch in batches})
    everything = [
        _unit(record, provinces, prefectures, tuple(events[record["id"]]), tuple(changes[record["id"]]))._replace(
            corrected=tuple(additions["corrected"].get(record["id"], ())),
            edits=tuple(additions["edits"].get(record["id"], ())),
            figures=tuple(additions["figures"].get(record["id"], ())),
        )
        for record in records
    ]
    totals = [TotalItem(*(record[name] for name in TotalItem._fields)) for record in _records(session, PublishedTotal)]
    return _snapshot(token, list(provinces.values()), batches, totals, everything, list_existences(session))


def _records(session: Session, model: type[Any]) -> Sequence[Record]:
    """All rows of a table by id, enums as their values."""
    rows = session.execute(sa.select(*model.__table__.columns).order_by(model.id)).mappings().all()
    return [{name: getattr(value, "value", value) for name, value in row.items()} for row in rows]


def _provinces(session: Session, units: Sequence[Record]) -> dict[int, ProvinceItem]:
    counted = Counter(
        unit["province_id"] for unit in units if unit["is_current"] and unit["kind"] == UnitKind.COUNTY.value
    )
    names = ("id", "code", "name", "name_en", "short_name", "region", "region_certainty")
    records = sorted(_records(session, Province), key=lambda record: (record["position"], record["code"]))
    return {
        record["id"]: ProvinceItem(**{name: record[name] for name in names}, counties=counted[record["id"]])
        for record in records
    }


def _events(session: Session) -> tuple[list[BatchItem], dict[int, list[EventItem]]]:
    """The batches in their order with how much is recorded of each, and the steps of each unit."""
    records = _records(session, StageEvent)
    recorded = Counter(record["batch_id"] for record in records)
    names = BatchItem._fields[:-1]
    batches = [
        BatchItem(**{name: record[name] for name in names}, recorded=recorded[record["id"]])
        for record in sorted(_records(session, Batch), key=lambda record: int(record["number"]))
    ]
    by_id = {batch.id: batch for batch in batches}
    events: dict[int, list[EventItem]] = defaultdict(list)
    for record in records:
        events[record["unit_id"]].append(_event(record, by_id.get(record["batch_id"])))
    return batches, events


def _event(record: Record, batch: BatchItem | None) -> EventItem:
    on, precision = record["happened_on"], record["precision"]
    if batch is not None and (on is None or precision == UNKNOWN):
        on, precision = batch.announced_on, batch.precision
    fields = {name: record[name] for name in EventItem._fields if name in record}
    return EventItem(**{**fields, "on": on, "precision": precision, "batch": batch})


def _additions(session: Session, batches: Mapping[int, BatchItem]) -> dict[str, dict[int, list[Any]]]:
    """What staff and counties added, by its field of ``UnitItem`` and the unit."""
    items: dict[str, list[Any]] = {
        "corrected": [_corrected(one, batches.get(one["batch_id"])) for one in _records(session, CorrectedStep)],
        "edits": [EditItem(*(one[name] for name in EditItem._fields)) for one in _records(session, UnitCorrection)],
        "figures": [FigureItem(*(one[name] for name in FigureItem._fields)) for one in _records(session, YearlyFigure)],
    }
    found: dict[str, dict[int, list[Any]]] = {}
    for name, listed in items.items():
        by_unit = found.setdefault(name, {})
        for item in listed:
            by_unit.setdefault(item.unit_id, []).append(item)
    return found


def _corrected(record: Record, batch: BatchItem | None) -> CorrectedItem:
    on, precision = record["happened_on"], record["precision"]
    if batch is not None and (on is None or precision == UNKNOWN):
        on, precision = batch.announced_on, batch.precision
    fields = {name: record[name] for name in CorrectedItem._fields if name in record}
    return CorrectedItem(**{**fields, "on": on, "precision": precision, "batch": batch})


def _change(record: Record) -> ChangeItem:
    fields = {name: record[name] for name in ChangeItem._fields if name in record}
    return ChangeItem(**{**fields, "on": record["happened_on"], "former_code": record["former_code"] or ""})


def _unit(
    record: Record,
    provinces: Mapping[int, ProvinceItem],
    prefectures: Mapping[int, PrefectureItem],
    events: tuple[EventItem, ...],
    changes: tuple[ChangeItem, ...],
) -> UnitItem:
    fields = {name: record[name] for name in UnitItem._fields if name in record}
    places = {
        "code": record["code"] or "",
        "province": provinces[record["province_id"]],
        "prefecture": prefectures.get(record["prefecture_id"]),
    }
    return UnitItem(**{**fields, **places, "events": events, "changes": changes})


def _place(unit: UnitItem, positions: Mapping[int, int]) -> tuple[int, str]:
    """Province by province, by code; units without a code behind the others of their prefecture."""
    area = unit.prefecture.code[:4] if unit.prefecture else unit.province.code[:2]
    return positions[unit.province.id], unit.code or f"{area}~{unit.slug}"


def _snapshot(
    token: str,
    provinces: list[ProvinceItem],
    batches: list[BatchItem],
    totals: list[TotalItem],
    everything: list[UnitItem],
    divisions: list[Existence],
) -> CountySnapshot:
    positions = {province.id: place for place, province in enumerate(provinces, 1)}
    everything.sort(key=lambda unit: _place(unit, positions))
    units = [unit for unit in everything if unit.is_current]
    by_id = {unit.id: unit for unit in everything}
    moments = [event.recorded_at for unit in everything for event in unit.events]
    names = [(unit.pinyin, row) for row, unit in enumerate(units)]
    return CountySnapshot(
        generation=token,
        provinces=provinces,
        province_by_code={province.code: province for province in provinces},
        batches=batches,
        totals=totals,
        units=units,
        by_slug={unit.slug: unit for unit in everything},
        by_id=by_id,
        successors=_successors(everything),
        row_of={unit.id: row for row, unit in enumerate(units)},
        province_codes=np.array([positions[unit.province.id] for unit in units], np.uint8),
        region_codes=np.array([REGIONS.index(unit.province.region) + 1 for unit in units], np.uint8),
        by_name=np.array([row for _name, row in sorted(names)], np.int32),
        divisions=divisions,
        recorded_at=max(moments, default=None),
    )


def _successors(units: Sequence[UnitItem]) -> dict[str, list[UnitItem]]:
    """Units that go on under another code, by the former code; one that was split has several."""
    found: dict[str, list[UnitItem]] = {}
    for unit in sorted(units, key=attrgetter("code")):
        for code in dict.fromkeys(change.former_code for change in unit.changes):
            if code and code != unit.code:
                found.setdefault(code, []).append(unit)
    return found
