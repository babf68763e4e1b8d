"""``content/standards/*.csv`` read into typed rows. Every fault is found at once, with file, line and column."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path

from outreach.core.content_files import Column, ContentInvalid, Fault, FileSpec, Row, matching, read_content
from outreach.labels.models import Better, Certainty, RuleRole

FOLDER = Path(__file__).parents[3] / "content" / "standards"


class Contradiction(StrEnum):
    """What can be wrong with standards beside what can be wrong with any file."""

    BAND_EMPTY = "band-empty"
    RANKS_BROKEN = "ranks-broken"
    STILL_USED = "still-used"


class StandardsInvalid(ContentInvalid):
    """The standards contradict themselves or each other; nothing was written."""


def _yes_no(text: str) -> bool:
    return {"yes": True, "no": False}[text]


_code = matching(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def _text(name: str, *, is_optional: bool = False) -> Column:
    return Column(name, is_optional=is_optional)


_NAMES = (_text("name"), _text("name_en"))
_PROVENANCE = (Column("certainty", Certainty), _text("source"))
_CODE = Column("code", _code)

FILES: tuple[FileSpec, ...] = (
    FileSpec(
        "schemes",
        (
            _CODE,
            *_NAMES,
            _text("country"),
            _text("authority"),
            _text("authority_en"),
            Column("is_mandatory", _yes_no),
            _text("query_url", is_optional=True),
            _text("note", is_optional=True),
            _text("note_en", is_optional=True),
            *_PROVENANCE,
        ),
        key=("code",),
    ),
    FileSpec("categories", (_CODE, *_NAMES, *_PROVENANCE), key=("code",)),
    FileSpec(
        "subtypes",
        (Column("category", _code), _CODE, *_NAMES, *_PROVENANCE),
        key=("category", "code"),
        refers=((("category",), "categories"),),
    ),
    FileSpec(
        "metrics",
        (
            _CODE,
            *_NAMES,
            _text("unit", is_optional=True),
            _text("unit_en", is_optional=True),
            Column("decimals", int),
            Column("better", Better, is_optional=True, default=None),
            _text("test_condition", is_optional=True),
            Column("is_water_use", _yes_no),
            *_PROVENANCE,
        ),
        key=("code",),
    ),
    FileSpec(
        "editions",
        (
            _CODE,
            Column("scheme", _code),
            Column("category", _code),
            _text("standard_no"),
            _text("title"),
            _text("title_en"),
            _text("rule_no", is_optional=True),
            Column("filings_from", date.fromisoformat, is_optional=True, default=None),
            Column("valid_from", date.fromisoformat, is_optional=True, default=None),
            Column("valid_to", date.fromisoformat, is_optional=True, default=None),
            Column("is_complete", _yes_no),
            _text("date_note", is_optional=True),
            _text("date_note_en", is_optional=True),
            *_PROVENANCE,
        ),
        key=("code",),
        refers=((("scheme",), "schemes"), (("category",), "categories")),
    ),
    FileSpec(
        "grades",
        (Column("edition", _code), _CODE, *_NAMES, Column("rank", int), *_PROVENANCE),
        key=("edition", "code"),
        refers=((("edition",), "editions"),),
    ),
    FileSpec(
        "grade_rules",
        (
            Column("edition", _code),
            Column("grade", _code),
            Column("subtype", _code, is_optional=True, default=""),
            Column("metric", _code),
            Column("low", float, is_optional=True, default=None),
            Column("is_low_inclusive", _yes_no, is_optional=True, default=True),
            Column("high", float, is_optional=True, default=None),
            Column("is_high_inclusive", _yes_no, is_optional=True, default=True),
            Column("role", RuleRole),
            *_PROVENANCE,
        ),
        key=("edition", "grade", "subtype", "metric"),
        refers=((("edition", "grade"), "grades"), (("metric",), "metrics")),
    ),
)


def read_files(folder: Path = FOLDER) -> tuple[dict[str, list[Row]], list[Fault]]:
    """All files as typed rows by file name without ending, and the faults of single lines."""
    return read_content(FILES, folder)
