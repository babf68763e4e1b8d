"""Taking a whole import back: row by row what it was, and every number keeps resolving."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import sqlalchemy as sa
from flask_babel import refresh
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.core.clock import today
from outreach.core.search.outbox import generation
from outreach.labels.actions.correcting import Decision, correct, set_status
from outreach.labels.actions.import_undoing import CannotUndo, undo_import
from outreach.labels.actions.merging import merge_makers
from outreach.labels.models import ImportRun, Maker, Registration, RegistrationStatus
from outreach.labels.models_upkeep import Correction, RegistrationBefore, RetiredNumber
from outreach.labels.queries.undoing import Why, find_obstacle, look_ahead
from outreach.labels.queries.upkeep import find_registration
from tests.labels.admin.conftest import Importer
from tests.labels.admin.states import registry_rows
from tests.labels.imports.registers import filing, take_in, write
from tests.pages import Pages

WHY = Decision("核对纸质材料")


def run(session: Session, result: Any) -> ImportRun:
    return session.get_one(ImportRun, result.report.run_id)


def undo(session: Session, result: Any) -> None:
    undo_import(session, run(session, result), by="王小明", reason="文件有误")


def why(session: Session, result: Any) -> Why | None:
    found = find_obstacle(session, run(session, result))
    return found.why if found else None


NUMBERS = [f"202605{day:02}-CWL032020-{day:06}" for day in range(1, 7)]
#: One filing of a file: which number, and what of it differs.
ROW = st.fixed_dictionaries(
    {
        "model": st.sampled_from(["A-1", "B-2"]),
        "maker": st.sampled_from(["宁波甲厨具有限公司", "宁波乙厨具有限公司"]),
        "WEI": st.sampled_from(["44.6", "50", "56"]),
        "grade": st.sampled_from(["1", "2"]),
        "Noise dB(A)": st.sampled_from(["", "48"]),
    }
)
FILE = st.dictionaries(st.sampled_from(NUMBERS), ROW, min_size=1)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(files=st.lists(FILE, min_size=2, max_size=3), is_partial=st.booleans(), field=st.sampled_from(["", "model"]))
def test_undoing_the_newest_import_leaves_what_the_one_before_left(
    registry: Session, tmp_path: Path, files: list[dict[str, dict[str, str]]], is_partial: bool, field: str
) -> None:
    point = registry.begin_nested()
    results, before = [], []
    for place, file in enumerate(files):
        before.append(registry_rows(registry))
        rows = [
            filing(number=number, day=f"{number[:4]}-{number[4:6]}-{number[6:8]}", **row)
            for number, row in file.items()
        ]
        path = write(tmp_path / f"r-2026-06-{place + 1:02}.csv", rows)
        results.append(take_in(registry, path, is_partial=is_partial and place > 0, is_forced=True))
        if field and place == 0:
            number = next(iter(file))
            registration = find_registration(registry, number)
            assert registration is not None
            correct(registry, registration, {field: "C-3"}, WHY)
    for result, state in zip(reversed(results[1:]), reversed(before[1:]), strict=True):
        undo(registry, result)
        assert registry_rows(registry) == state
    point.rollback()


def test_numbers_that_only_the_import_brought_keep_resolving(
    registry: Session, import_rows: Importer, pages: Pages
) -> None:
    kept, brought = filing(model="AA-1"), filing(model="BB-2")
    import_rows([kept], "r-2026-05-01.csv")
    second = import_rows([kept, brought], "r-2026-06-01.csv")
    number = brought["Registration No."]
    registry.commit()
    assert "BB-2" in pages.get(f"/labels/{number}").text("h1")
    undo(registry, second)
    registry.commit()
    page = pages.get(f"/labels/{number}")
    assert "收录已撤销" in page.text("main")
    assert "没有" not in page.text("h1")
    assert registry.scalars(sa.select(RetiredNumber.number)).all() == [number]
    assert number not in pages.client.get("/labels.csv").get_data(as_text=True)
    import_rows([kept, brought], "r-2026-07-01.csv")
    registry.commit()
    assert "收录已撤销" not in pages.get(f"/labels/{number}").text("main")


def test_the_data_of_a_retired_number_answer_as_its_page_does(
    registry: Session, import_rows: Importer, pages: Pages
) -> None:
    brought = filing(model="BB-2", number="20260501-CWL032020-700001")
    undo(registry, import_rows([brought], "r-2026-05-01.csv"))
    registry.commit()
    number, otherwise = "20260501-CWL032020-700001", "20260501cwl032020700001"
    for kind in ("", ".json", ".csv"):
        assert pages.raw(f"/labels/{otherwise}{kind}", status=301).location.endswith(f"/labels/{number}{kind}")
        assert pages.raw(f"/labels/{number}{kind}").status_code == 200
        pages.raw(f"/labels/20260501-CWL032020-799999{kind}", status=404)
    found = pages.raw(f"/labels/{number}.json").get_json()
    assert (found["number"], found["model"], found["status"]) == (number, "BB-2", "retired")
    assert found["status_name"] == "收录已撤销"
    assert "不再展示" in found["note"]
    assert found["url"].endswith(f"/labels/{number}")
    said = pages.raw(f"/api/v1/products/{otherwise}").get_json()
    assert said == found, "the API says the same, whatever the spelling"
    document = pages.raw("/api/openapi.json").get_json()
    answers = document["paths"]["/api/v1/products/{number}"]["get"]["responses"]["200"]["content"]["application/json"]
    schema = {**answers["schema"], "components": document["components"]}
    jsonschema_rs.validator_for(schema).validate(said)
    pages.raw("/api/v1/products/20260501-CWL032020-799999", status=404)
    table = pages.raw(f"/labels/{number}.csv").get_data(as_text=True)
    assert "收录已撤销" in table
    refresh()  # the test's context keeps the first language
    assert pages.raw(f"/en/labels/{number}.json").get_json()["status_name"] == "Entry taken back"


def test_what_is_undone_is_told_to_caches(registry: Session, import_rows: Importer) -> None:
    import_rows([filing()], "r-2026-05-01.csv")
    second = import_rows([filing()], "r-2026-06-01.csv")
    token = generation(registry, "labels")
    undo(registry, second)
    assert generation(registry, "labels") != token


def test_only_the_newest_import_of_a_source_can_be_undone_then_the_one_before(
    registry: Session, import_rows: Importer
) -> None:
    row = filing()
    first = import_rows([row], "r-2026-05-01.csv")
    second = import_rows([{**row, "WEI": "50"}], "r-2026-06-01.csv")
    assert why(registry, first) is Why.NOT_NEWEST
    with pytest.raises(CannotUndo):
        undo(registry, first)
    undo(registry, second)
    assert why(registry, second) is Why.DONE
    assert why(registry, first) is None
    undo(registry, first)
    assert registry.scalar(sa.select(sa.func.count()).select_from(Registration)) == 0


def test_the_same_file_can_be_imported_again_after_it_was_undone(registry: Session, import_rows: Importer) -> None:
    rows = [filing()]
    undo(registry, import_rows(rows, "r-2026-05-01.csv"))
    assert not import_rows(rows, "r-2026-05-01.csv").report.is_unchanged


def test_an_import_that_staff_worked_on_is_not_undone(registry: Session, import_rows: Importer) -> None:
    row, other = filing(model="AA-1"), filing(model="BB-2")
    import_rows([row, other], "r-2026-05-01.csv")
    second = import_rows([{**row, "WEI": "50"}, other], "r-2026-06-01.csv")
    untouched = find_registration(registry, other["Registration No."])
    assert untouched is not None
    correct(registry, untouched, {"model": "BB-3"}, WHY)
    assert why(registry, second) is None, "it was only found again by the import"
    changed = find_registration(registry, row["Registration No."])
    assert changed is not None
    set_status(registry, changed, RegistrationStatus.SUSPENDED, Decision("抽查", document="公告 1 号", on=today()))
    obstacle = find_obstacle(registry, run(registry, second))
    assert obstacle is not None
    assert (obstacle.why, list(obstacle.numbers)) == (Why.DECIDED, [row["Registration No."]])


def test_undoing_respects_makers_that_were_merged_since(registry: Session, import_rows: Importer) -> None:
    row = filing(maker="宁波甲厨具有限公司")
    import_rows([row, filing(maker="宁波乙厨具有限公司")], "r-2026-05-01.csv")
    second = import_rows([{**row, "WEI": "50"}], "r-2026-06-01.csv", is_partial=True)
    first, into = (
        registry.scalars(sa.select(Maker).where(Maker.name == f"宁波{one}厨具有限公司")).one() for one in "甲乙"
    )
    merge_makers(registry, first, into, "同一企业")
    undo(registry, second)
    registration = find_registration(registry, row["Registration No."])
    assert registration is not None
    assert registration.maker_id == into.id


def test_corrections_that_an_import_carried_over_or_ended_come_back(registry: Session, import_rows: Importer) -> None:
    row = filing(model="AA-1")
    import_rows([row], "r-2026-05-01.csv")
    registration = find_registration(registry, row["Registration No."])
    assert registration is not None
    correct(registry, registration, {"model": "AA-2", "WEI": 50.0}, WHY)
    before = registry_rows(registry)
    second = import_rows([{**row, "Model": "AA-2", "WEI": "51"}], "r-2026-06-01.csv")
    active = registry.scalars(sa.select(Correction).where(Correction.ended_at.is_(None))).all()
    assert [(one.field, one.register_value, one.value) for one in active] == [("WEI", 51.0, 50.0)]
    undo(registry, second)
    assert registry_rows(registry) == before


def test_the_demonstration_and_runs_without_copies_are_not_undone(registry: Session, import_rows: Importer) -> None:
    row = filing()
    import_rows([row], "r-2026-05-01.csv")
    second = import_rows([{**row, "WEI": "50"}], "r-2026-06-01.csv")
    registry.execute(sa.delete(RegistrationBefore))
    assert why(registry, second) is Why.TOO_OLD
    run(registry, second).is_demo = True
    assert why(registry, second) is Why.DEMO


def test_copies_of_old_runs_are_dropped(registry: Session, import_rows: Importer) -> None:
    row = filing()
    results = [import_rows([{**row, "WEI": str(44 + n)}], f"r-2026-05-{n + 1:02}.csv") for n in range(6)]
    kept = set(registry.scalars(sa.select(RegistrationBefore.run_id)))
    assert kept == {result.report.run_id for result in results[-3:]}


def test_the_outlook_names_what_would_happen(registry: Session, import_rows: Importer) -> None:
    row, new = filing(), filing()
    import_rows([row], "r-2026-05-01.csv")
    second = import_rows([{**row, "WEI": "50"}, new], "r-2026-06-01.csv")
    outlook = look_ahead(registry, run(registry, second))
    assert (outlook.removed, outlook.restored) == (1, 1)
    assert list(outlook.removed_numbers) == [new["Registration No."]]


def test_a_filing_that_was_only_found_again_and_then_superseded_stands_again(
    registry: Session, import_rows: Importer
) -> None:
    old = filing(model="AA-1", day="2026-04-01")
    import_rows([old], "r-2026-05-01.csv")
    before = registry_rows(registry)
    second = import_rows([old, filing(model="AA-1", day="2026-05-20")], "r-2026-06-01.csv")
    assert second.report.superseded == 1
    undo(registry, second)
    assert registry_rows(registry) == before
