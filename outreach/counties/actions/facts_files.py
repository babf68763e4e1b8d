"""``content/counties/*.csv`` read into typed rows. Every fault is found at once, with file, line and column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from outreach.core.content_files import (
    Column,
    ContentInvalid,
    Fault,
    FaultKind,
    FileSpec,
    Row,
    matching,
    read_content,
    repeated_keys,
)
from outreach.counties.models import Certainty, ChangeKind, Region
from outreach.counties.rules.dates import PrintedDate, parse_date

FOLDER: Final = Path(__file__).parents[3] / "content" / "counties"


class FactsInvalid(ContentInvalid):
    """The facts contradict themselves or each other; nothing was written."""


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _optional(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, is_optional=True) for name in names)


_CODE: Final = matching(r"[1-9][0-9]{5}")
_SLUG: Final = matching(r"[1-9][0-9]{5}|[a-z][a-z-]{0,63}")
_DATE: Final = Column("announced_on", parse_date, is_optional=True, default=PrintedDate())
_CERTAINTY: Final = Column("certainty", Certainty)
_SPELT: Final = _texts("name", "name_en", "pinyin", "initials")
_SHOWN_SOURCE: Final = (*_texts("source_name"), *_optional("source_url"), _CERTAINTY, *_texts("source"))
_CODE_COLUMN: Final = Column("code", _CODE)

FILES: Final[tuple[FileSpec, ...]] = (
    FileSpec(
        "provinces",
        (
            _CODE_COLUMN,
            *_texts("name", "name_en", "short_name"),
            Column("region", Region),
            Column("region_certainty", Certainty),
            _CERTAINTY,
            *_texts("source"),
        ),
        key=("code",),
    ),
    FileSpec(
        "divisions",
        (
            _CODE_COLUMN,
            *_SPELT,
            Column("level", matching("province|prefecture|county")),
            Column("parent_code", _CODE, is_optional=True),
            _CERTAINTY,
            *_texts("source"),
        ),
        key=("code",),
    ),
    FileSpec(
        "former_units",
        (
            _CODE_COLUMN,
            *_SPELT,
            Column("province", _CODE),
            Column("prefecture", _CODE, is_optional=True),
            _CERTAINTY,
            *_texts("source"),
        ),
        key=("code",),
    ),
    FileSpec(
        "units_without_code",
        (
            Column("slug", matching(r"[a-z][a-z-]{0,63}")),
            *_SPELT,
            Column("province", _CODE),
            Column("prefecture", _CODE, is_optional=True),
            *_texts("note", "note_en"),
            *_SHOWN_SOURCE,
        ),
        key=("slug",),
    ),
    FileSpec(
        "changes",
        (
            Column("kind", ChangeKind),
            Column("unit", _SLUG),
            *_optional("former_name"),
            Column("former_code", _CODE, is_optional=True, default=None),
            Column("happened_on", parse_date, is_optional=True, default=PrintedDate()),
            *_optional("document", "note", "note_en", "source_url"),
            _CERTAINTY,
            *_texts("source"),
        ),
        key=("unit", "kind", "former_name", "former_code"),
    ),
    FileSpec(
        "batches",
        (
            Column("number", int),
            _DATE,
            Column("construction_year", int, is_optional=True, default=None),
            *_optional("document"),
            Column("announced_count", int),
            *_optional("note", "note_en"),
            *_SHOWN_SOURCE,
        ),
        key=("number",),
    ),
    FileSpec(
        "designations",
        (
            Column("batch", int),
            Column("unit", _SLUG),
            *_texts("province", "name_as_published"),
            _DATE,
            *_SHOWN_SOURCE,
        ),
        key=("unit",),
    ),
    FileSpec(
        "published_totals",
        (
            *_texts("scope", "scope_en"),
            Column("province", _CODE, is_optional=True),
            Column("total", int),
            Column("as_of", parse_date, is_optional=True, default=PrintedDate()),
            *_optional("as_of_note", "as_of_note_en", "share_as_published"),
            *_SHOWN_SOURCE,
        ),
        key=("scope", "total", "as_of", "as_of_note"),
    ),
)


def read_files(folder: Path = FOLDER) -> dict[str, list[Row]]:
    """All files as typed rows by file name without ending. Raises ``FactsInvalid`` with every fault found."""
    tables, faults = read_content(FILES, folder)
    if not faults:
        for spec in FILES:
            faults += repeated_keys(spec, tables[spec.name], spec.key[0])
        faults += _dangling(tables)
    if faults:
        raise FactsInvalid(faults)
    return tables


def _dangling(tables: dict[str, list[Row]]) -> Iterator[Fault]:
    """References that lead nowhere: to provinces, prefectures, units and batches."""
    levels: dict[str, set[Any]] = {"province": set(), "prefecture": set(), "county": set()}
    for row in tables["divisions"]:
        levels[row.values["level"]].add(row.values["code"])
    units = levels["county"] | {row.values["code"] for row in tables["former_units"]}
    units |= {row.values["slug"] for row in tables["units_without_code"]}
    provinces = {row.values["code"] for row in tables["provinces"]}
    names = {row.values["name"] for row in tables["provinces"]}
    known: tuple[tuple[str, str, set[Any]], ...] = (
        ("divisions", "parent_code", {"", *provinces, *levels["prefecture"]}),
        ("former_units", "province", provinces),
        ("former_units", "prefecture", {"", *levels["prefecture"]}),
        ("units_without_code", "province", provinces),
        ("units_without_code", "prefecture", {"", *levels["prefecture"]}),
        ("changes", "unit", units),
        ("designations", "unit", units),
        ("designations", "province", names),
        ("designations", "batch", {row.values["number"] for row in tables["batches"]}),
        ("published_totals", "province", {"", *provinces}),
    )
    for name, column, targets in known:
        for row in tables[name]:
            if row.values[column] not in targets:
                kind = FaultKind.UNKNOWN_REFERENCE
                yield Fault(f"{name}.csv", row.line, column, kind, str(row.values[column]))
