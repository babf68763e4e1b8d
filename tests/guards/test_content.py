"""What editors write: every file parses, says where it comes from and how sure that is, and holds no map outline."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guards.modules import ROOT

CONTENT = ROOT / "content"
TABLES = sorted(CONTENT.rglob("*.csv"))
LISTS = sorted(CONTENT.rglob("*.toml"))
PAGES = sorted(CONTENT.rglob("*.md"))
#: Words that only a map file has (审图号 rule: no outlines, no tiles).
MAPS = re.compile(r"FeatureCollection|\bTopology\b|topojson|geojson|MultiPolygon|/{z}/{x}/{y}", re.IGNORECASE)
MAP_NAMES = re.compile(
    r"\.(?:geojson|topojson|shp|kml|kmz|mbtiles)$|(?:^|/)china(?:map)?\.(?:json|js|svg)$", re.IGNORECASE
)
#: Folders of the project that are looked through for maps.
SEARCHED = ("content", "static", "outreach", "docs", "tools", "bench")
#: The tables of standards; other tables say how sure they are in words of their own, if they say it.
STANDARDS = [
    path for path in TABLES if path.stem in ("schemes", "editions", "grades", "grade_rules", "metrics", "subtypes")
]
CERTAINTIES = frozenset({"sourced", "data", "data-inferred", "recalled", "disputed"})


def faults_of_table(rows: list[dict[str, str]]) -> Iterator[str]:
    """Rows without source, or with an empty certainty; tables without a column for the source."""
    if not rows:
        yield "no rows"
        return
    if "source" not in rows[0]:
        yield "no column for the source"
        return
    for number, row in enumerate(rows, start=2):
        if not row["source"].strip():
            yield f"row {number}: no source"
        if not (row.get("certainty", "-") or "").strip():
            yield f"row {number}: certainty {row['certainty']!r}"
        if None in row or None in row.values():
            yield f"row {number}: more or fewer cells than columns"


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_every_row_of_a_table_has_a_source_and_a_certainty(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        assert list(faults_of_table(list(csv.DictReader(file)))) == []


def test_a_faulty_table_is_seen() -> None:
    assert list(faults_of_table([]))
    assert list(faults_of_table([{"code": "a"}]))
    assert list(faults_of_table([{"source": "", "certainty": "sourced"}]))
    assert list(faults_of_table([{"source": "x", "certainty": ""}]))


@pytest.mark.parametrize("path", STANDARDS, ids=lambda path: path.name)
def test_every_standard_says_how_sure_it_is(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        assert {row["certainty"] for row in csv.DictReader(file)} <= CERTAINTIES


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_every_list_says_where_it_comes_from_and_when_it_was_reviewed(path: Path) -> None:
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    assert {"source", "certainty", "reviewed_on"} <= set(found)


#: Facts of the county registry, and how sure each row is.
COUNTY_TABLES = sorted((CONTENT / "counties").glob("*.csv"))
COUNTY_CERTAINTIES = frozenset({"sourced", "single-source", "recalled"})


@pytest.mark.parametrize("path", COUNTY_TABLES, ids=lambda path: path.name)
def test_every_county_fact_says_how_sure_it_is(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["certainty"] for row in rows} <= COUNTY_CERTAINTIES
    linked = [row["source_url"] for row in rows if row.get("source_url")]
    assert all(row.startswith(("http://", "https://")) and not re.search(r"//[\d.]+/", row) for row in linked)


def test_the_divisions_are_complete_and_28_names_occur_more_than_once() -> None:
    with (CONTENT / "counties" / "divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    levels = Counter(row["level"] for row in rows)
    assert levels == {"province": 31, "prefecture": 333, "county": 2_847}
    names = Counter(row["name"] for row in rows if row["level"] == "county")
    assert sum(number > 1 for number in names.values()) == 28
    assert all(re.fullmatch(r"[A-Z][A-Za-zü',. -]+", row["name_en"]) for row in rows)
    assert all(re.fullmatch(r"[a-z]+", row["pinyin"]) and len(row["initials"]) == len(row["name"]) for row in rows)


def test_there_is_content() -> None:
    assert len(TABLES) >= 8
    assert len(STANDARDS) == 6
    assert len(LISTS) >= 3


def test_no_map_outline_is_in_the_project() -> None:
    found = []
    for path in (path for folder in SEARCHED for path in (ROOT / folder).rglob("*") if path.is_file()):
        if path.suffix == ".pyc":
            continue
        if MAP_NAMES.search(str(path)) or MAPS.search(path.read_bytes().decode("utf-8", "ignore")):
            found.append(str(path.relative_to(ROOT)))
    assert found == []


@pytest.mark.parametrize("name", ["static/china.json", "content/provinces.geojson"])
def test_a_map_file_is_seen_by_its_name(name: str) -> None:
    assert MAP_NAMES.search(name)


def test_a_map_file_is_seen_by_its_words() -> None:
    assert MAPS.search('{"type": "FeatureCollection", "features": []}')
