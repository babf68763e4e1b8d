"""The facts of ``content/counties`` in the database: complete, idempotent, and never against what people recorded."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.content_files import FaultKind
from outreach.core.search.outbox import generation
from outreach.counties.actions.facts import GENERATION, load_facts
from outreach.counties.actions.facts_files import FOLDER, FactsInvalid, read_files
from outreach.counties.actions.name_index import load_names
from outreach.counties.models import (
    Batch,
    CountyUnit,
    Origin,
    Prefecture,
    Province,
    PublishedTotal,
    Stage,
    StageEvent,
    UnitChange,
    UnitKind,
)
from tests import factories
from tests.conftest import SHARED, need

SHARED_FACTS = SHARED / "data" / "counties"


@pytest.fixture
def registry(session: Session) -> Session:
    load_facts(session)
    return session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content files that a test may change."""
    return Path(shutil.copytree(FOLDER, tmp_path / "facts", ignore=shutil.ignore_patterns("assessment")))


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def drop_line(path: Path, start: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(start)]
    assert len(kept) == len(lines) - 1
    path.write_text("".join(kept), encoding="utf-8")


def count(session: Session, model: type, *conditions: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def test_the_registry_is_complete(registry: Session) -> None:
    is_county = CountyUnit.kind == UnitKind.COUNTY
    assert count(registry, Province) == 31
    assert count(registry, Prefecture) == 333
    assert count(registry, CountyUnit, is_county, CountyUnit.is_current) == 2_847
    assert count(registry, CountyUnit, CountyUnit.kind == UnitKind.OTHER) == 6
    assert count(registry, StageEvent, StageEvent.stage == Stage.DESIGNATED) == 208
    assert [batch.announced_count for batch in registry.scalars(sa.select(Batch).order_by(Batch.number))] == [
        65,
        201,
        350,
        478,
        349,
        323,
    ]
    assert registry.scalar(sa.select(sa.func.sum(Batch.announced_count))) == 1_766
    assert count(registry, PublishedTotal) == 20


def test_28_names_occur_more_than_once(registry: Session) -> None:
    query = sa.select(CountyUnit.name).where(CountyUnit.kind == UnitKind.COUNTY, CountyUnit.is_current)
    counted = Counter(registry.scalars(query))
    assert sum(number > 1 for number in counted.values()) == 28


def test_the_divisions_are_those_of_the_collected_data(registry: Session) -> None:
    path = SHARED_FACTS / "divisions.csv"
    need(path.exists(), "the collected data is not there")
    with path.open(encoding="utf-8", newline="") as file:
        expected = [tuple(row.values()) for row in csv.DictReader(file)]
    with (FOLDER / "divisions.csv").open(encoding="utf-8", newline="") as file:
        names = ("code", "name", "level", "parent_code")
        assert [tuple(row[name] for name in names) for row in csv.DictReader(file)] == expected


def test_all_208_published_names_resolve_to_the_right_unit(registry: Session) -> None:
    """6 of them have no code, 4 have changed since."""
    path = SHARED_FACTS / "designations-matched.csv"
    need(path.exists(), "the collected data is not there")
    with path.open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    names = load_names(registry)
    without_code, renamed, wrong = [], [], []
    for row in expected:
        match = names.index.match(row["county_name_as_published"], names.index.find_province(row["province"]) or "")
        unit = names.index.units[match.unit_id] if match.unit_id is not None else None
        if unit is None or (unit.slug if unit.has_code else "") != row["code"]:
            wrong.append(row)
            continue
        without_code += [unit.slug] * (not unit.has_code)
        renamed += [unit.slug] * (row["how"].startswith("former name"))
        if unit.has_code:
            assert unit.name == row["current_name"]
    assert (len(expected), wrong) == (208, [])
    assert len(set(without_code)) == 6
    assert sorted(renamed) == ["350405", "350604", "350605", "610305"]


def test_every_naming_of_the_facts_is_of_the_unit_that_its_name_means(registry: Session) -> None:
    names = load_names(registry)
    for event in registry.scalars(sa.select(StageEvent)):
        unit = names.index.units[event.unit_id]
        assert names.index.match(event.name_as_published, unit.province).unit_id == unit.id
        assert event.origin is Origin.FACTS
        assert event.source_name
        assert event.happened_on is not None


def test_no_address_of_a_copy_is_kept_to_be_led_to(registry: Session) -> None:
    hosts = {
        url.split("/")[2]
        for model in (StageEvent, Batch, PublishedTotal, CountyUnit, UnitChange)
        for url in registry.scalars(sa.select(model.source_url).where(model.source_url != ""))
    }
    assert hosts == {
        "cq.people.com.cn",
        "fj.sina.com.cn",
        "sd.people.com.cn",
        "szb.nxrb.cn",
        "www.fujian.gov.cn",
        "zjrb.zjol.com.cn",
    }


def test_loading_again_changes_nothing_and_keeps_the_generation(registry: Session) -> None:
    token = generation(registry, GENERATION)
    report = load_facts(registry)
    assert (report.added, report.updated, report.removed, report.kept, report.refused) == (0, 0, 0, [], [])
    assert report.unchanged > 3_400
    assert generation(registry, GENERATION) == token != ""


def test_a_changed_row_is_updated_and_one_that_nothing_hangs_on_is_removed(registry: Session, folder: Path) -> None:
    rewrite(folder / "batches.csv", "2019-03-13,2017,,65", "2019-03-14,2017,,66")
    drop_line(folder / "designations.csv", "1,110101,")
    drop_line(folder / "published_totals.csv", "江西省,")
    report = load_facts(registry, folder)
    assert (report.updated, report.removed, report.kept) == (1, 2, [])
    batch = registry.scalars(sa.select(Batch).where(Batch.number == 1)).one()
    assert (batch.announced_on, batch.announced_count) == (date(2019, 3, 14), 66)


def test_what_something_hangs_on_stays_and_is_told(registry: Session, folder: Path) -> None:
    unit = registry.scalars(sa.select(CountyUnit).where(CountyUnit.slug == "110101")).one()
    factories.stage_event(registry, Stage.RECHECKED, unit=unit)
    drop_line(folder / "designations.csv", "1,110101,")
    drop_line(folder / "divisions.csv", "120101,")
    naming = factories.stage_event(
        registry,
        Stage.APPLIED,
        unit=registry.scalars(sa.select(CountyUnit).where(CountyUnit.slug == "120101")).one(),
    )
    report = load_facts(registry, folder)
    assert report.removed == 0
    assert report.kept == ["county_stage_event 东城区", "county_unit 120101"]
    assert registry.get(StageEvent, naming.id) is not None


def test_what_people_recorded_is_never_taken_back(registry: Session) -> None:
    factories.county_batch(registry, 7, origin=Origin.IMPORT, announced_count=None)
    unit = registry.scalars(sa.select(CountyUnit).where(CountyUnit.slug == "120101")).one()
    factories.designation(registry, factories.county_batch(registry, 7), unit=unit)
    report = load_facts(registry)
    assert not report.has_changes
    assert count(registry, Batch) == 7


def test_a_naming_against_what_was_recorded_is_not_written_and_told(registry: Session, folder: Path) -> None:
    unit = registry.scalars(sa.select(CountyUnit).where(CountyUnit.slug == "110101")).one()
    registry.execute(sa.delete(StageEvent).where(StageEvent.unit_id == unit.id))
    factories.designation(registry, registry.scalars(sa.select(Batch).where(Batch.number == 2)).one(), unit=unit)
    report = load_facts(registry, folder)
    assert (report.added, report.refused) == (0, ["东城区"])


@pytest.mark.parametrize(
    ("name", "old", "new", "kind", "column"),
    [
        ("provinces.csv", "370000,", "37000,", FaultKind.VALUE_WRONG, "code"),
        ("divisions.csv", "110102,", "110101,", FaultKind.KEY_REPEATED, "code"),
        ("divisions.csv", "county,110000", "county,119900", FaultKind.UNKNOWN_REFERENCE, "parent_code"),
        ("designations.csv", "1,110101,", "9,110101,", FaultKind.UNKNOWN_REFERENCE, "batch"),
        ("designations.csv", "1,110101,", "1,119999,", FaultKind.UNKNOWN_REFERENCE, "unit"),
        ("designations.csv", "1,110102,", "2,110101,", FaultKind.KEY_REPEATED, "unit"),
        ("batches.csv", "single-source", "sure", FaultKind.VALUE_WRONG, "certainty"),
        ("batches.csv", "number,", "no,", FaultKind.COLUMNS_WRONG, ""),
        ("published_totals.csv", "全国,National,,65", "全国,National,,", FaultKind.VALUE_MISSING, "total"),
        ("changes.csv", "created,653228", "born,653228", FaultKind.VALUE_WRONG, "kind"),
    ],
)
def test_faulty_files_are_refused_with_the_place(
    session: Session, folder: Path, name: str, old: str, new: str, kind: FaultKind, column: str
) -> None:
    rewrite(folder / name, old, new)
    with pytest.raises(FactsInvalid) as caught:
        load_facts(session, folder)
    assert (caught.value.faults[0].file, caught.value.faults[0].kind) == (name, kind)
    assert caught.value.faults[0].column == column
    assert count(session, Province) == 0


def test_a_missing_file_is_told(session: Session, folder: Path) -> None:
    (folder / "batches.csv").unlink()
    with pytest.raises(FactsInvalid) as caught:
        load_facts(session, folder)
    assert [fault.kind for fault in caught.value.faults] == [FaultKind.FILE_MISSING]


def test_every_row_of_the_files_says_how_sure_it_is_and_where_from() -> None:
    for name, rows in read_files().items():
        assert rows, name
        assert all(row.values["source"] and row.values["certainty"] for row in rows), name
