"""Rows of the content files as attributes of the models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from outreach.core.content_files import Row
from outreach.counties.models import (
    Batch,
    CountyUnit,
    DatePrecision,
    Origin,
    Prefecture,
    Province,
    Stage,
    UnitKind,
)
from outreach.counties.rules.dates import PrintedDate

Tables = Mapping[str, list[Row]]
Attributes = Iterator[dict[str, Any]]

_SPELT: Final = ("name", "name_en", "pinyin", "initials")
_SOURCE: Final = ("source_name", "source_url", "certainty")


def _taken(row: Row, *names: str) -> dict[str, Any]:
    return {name: row.values[name] for name in names}


def _dated(printed: PrintedDate, column: str) -> dict[str, Any]:
    return {column: printed.on, "precision": DatePrecision(printed.precision)}


def province_rows(tables: Tables) -> Attributes:
    names = ("code", "name", "name_en", "short_name", "region", "region_certainty")
    for position, row in enumerate(tables["provinces"], start=1):
        yield {**_taken(row, *names), "position": position}


def prefecture_rows(tables: Tables, provinces: Mapping[str, Province]) -> Attributes:
    for row in tables["divisions"]:
        if row.values["level"] == "prefecture":
            yield {**_taken(row, "code", "name", "name_en"), "province_id": provinces[row.values["parent_code"]].id}


def unit_rows(tables: Tables, provinces: Mapping[str, Province], prefectures: Mapping[str, Prefecture]) -> Attributes:
    """Counties as they are, those that are no more, and units without a code."""
    nothing = {"note": "", "note_en": "", "source_url": ""}
    for name, is_current in (("divisions", True), ("former_units", False)):
        for row in tables[name]:
            code = row.values["code"]
            if row.values.get("level", "county") != "county":
                continue
            prefecture = prefectures.get(row.values["parent_code"] if is_current else row.values["prefecture"])
            yield {
                **_taken(row, "code", *_SPELT, "certainty"),
                **nothing,
                "slug": code,
                "kind": UnitKind.COUNTY,
                "province_id": provinces[f"{code[:2]}0000"].id,
                "prefecture_id": prefecture.id if prefecture else None,
                "is_current": is_current,
                "source_name": row.values["source"],
            }
    for row in tables["units_without_code"]:
        prefecture = prefectures.get(row.values["prefecture"])
        yield {
            **_taken(row, "slug", *_SPELT, "note", "note_en", *_SOURCE),
            "code": None,
            "kind": UnitKind.OTHER,
            "province_id": provinces[row.values["province"]].id,
            "prefecture_id": prefecture.id if prefecture else None,
            "is_current": True,
        }


def change_rows(tables: Tables, units: Mapping[str, CountyUnit]) -> Attributes:
    names = ("kind", "former_name", "former_code", "document", "note", "note_en", "source_url", "certainty")
    for row in tables["changes"]:
        yield {
            "unit_id": units[row.values["unit"]].id,
            **_taken(row, *names),
            **_dated(row.values["happened_on"], "happened_on"),
            "source_name": row.values["source"],
        }


def batch_rows(tables: Tables) -> Attributes:
    names = ("number", "construction_year", "document", "announced_count", "note", "note_en")
    for row in tables["batches"]:
        dated = _dated(row.values["announced_on"], "announced_on")
        yield {**_taken(row, *names, *_SOURCE), **dated, "origin": Origin.FACTS}


def total_rows(tables: Tables, provinces: Mapping[str, Province]) -> Attributes:
    names = ("scope", "scope_en", "total", "as_of_note", "as_of_note_en", "share_as_published")
    for row in tables["published_totals"]:
        province = provinces.get(row.values["province"])
        dated = _dated(row.values["as_of"], "as_of_on")
        yield {**_taken(row, *names, *_SOURCE), **dated, "province_id": province.id if province else None}


def naming_rows(tables: Tables, units: Mapping[str, CountyUnit], batches: Mapping[int, Batch]) -> Attributes:
    """A naming that prints no date has the date of its batch."""
    for row in tables["designations"]:
        batch = batches[row.values["batch"]]
        printed = row.values["announced_on"]
        dated = _dated(printed, "happened_on")
        if printed.on is None:
            dated = {"happened_on": batch.announced_on, "precision": batch.precision}
        yield {
            "unit_id": units[row.values["unit"]].id,
            "stage": Stage.DESIGNATED,
            **dated,
            "batch_id": batch.id,
            **_taken(row, "name_as_published", *_SOURCE),
            "document": batch.document,
            "origin": Origin.FACTS,
        }
