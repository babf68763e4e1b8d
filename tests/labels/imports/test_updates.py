"""The next file of a source: what is added, changed, gone or back; and the files that are not taken."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.search.models import SearchOutbox
from outreach.core.search.outbox import generation
from outreach.labels.actions.import_report import Outcome
from outreach.labels.actions.regrading import regrade
from outreach.labels.imports.importing import ImportRefused, day_in_name
from outreach.labels.models import (
    Grade,
    GradeCheck,
    GradeRule,
    ImportRun,
    Maker,
    MeasuredValue,
    Registration,
    RegistrationEvent,
    RegistrationStatus,
)
from tests.labels.imports.conftest import Importer
from tests.labels.imports.registers import as_csv, filing, filings, take_in, write


def events(session: Session, number: str) -> list[tuple[str, str, dict[str, Any]]]:
    query = (
        sa.select(RegistrationEvent)
        .join(Registration)
        .where(Registration.number == number)
        .order_by(RegistrationEvent.id)
    )
    return [(event.on.isoformat(), event.kind, event.details) for event in session.scalars(query)]


def status(session: Session, row: dict[str, str]) -> RegistrationStatus:
    query = sa.select(Registration.status).where(Registration.number == row["Registration No."])
    return session.scalars(query).one()


def counts(session: Session) -> list[int]:
    tables = (Registration, MeasuredValue, RegistrationEvent, ImportRun, Maker, SearchOutbox)
    return [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables]


def test_a_newer_file_adds_updates_keeps_and_marks_what_disappeared(registry: Session, import_rows: Importer) -> None:
    kept, changed, gone, new = (filing(model=name) for name in "ABCD")
    import_rows([kept, changed, gone], "r-2026-05-01.csv")
    report = import_rows([kept, {**changed, "WEI": "50", "Model": "B2"}, new], "r-2026-06-01.csv").report
    assert report.outcomes == {Outcome.UNCHANGED: 1, Outcome.UPDATED: 1, Outcome.ADDED: 1}
    assert report.delisted == 1
    assert status(registry, gone) is RegistrationStatus.DELISTED
    assert events(registry, gone["Registration No."])[-1] == ("2026-06-01", "delisted", {})
    assert events(registry, changed["Registration No."])[-1] == (
        "2026-06-01",
        "updated",
        {"model": ["B", "B2"], "computed_grade": ["1", "2"], "WEI": [44.6, 50.0]},
    )
    product = registry.scalars(sa.select(Registration).where(Registration.model == "B2")).one()
    assert product.model_key == "b2"
    assert product.grade_check is GradeCheck.DIFFERS
    assert [value.value for value in product.values if value.metric.code == "WEI"] == [50.0]


def test_what_a_newer_file_confirms_rests_on_that_file(registry: Session, import_rows: Importer) -> None:
    row = filing()
    import_rows([row], "r-2026-05-01.csv")
    import_rows([filing(), row], "r-2026-06-01.csv")
    product = registry.scalars(sa.select(Registration).where(Registration.number == row["Registration No."])).one()
    assert (product.run.as_of_on, product.row_number) == (date(2026, 6, 1), 3)
    assert [kind for _on, kind, _details in events(registry, product.number)] == ["announced"]


def test_what_comes_back_is_listed_again(registry: Session, import_rows: Importer) -> None:
    row, other = filing(), filing()
    import_rows([row, other], "r-2026-05-01.csv")
    import_rows([other], "r-2026-06-01.csv")
    import_rows([row, other], "r-2026-07-01.csv")
    assert status(registry, row) is RegistrationStatus.LISTED
    assert [kind for _on, kind, _details in events(registry, row["Registration No."])] == [
        "announced",
        "delisted",
        "relisted",
    ]


def test_what_is_gone_is_marked_once(registry: Session, import_rows: Importer) -> None:
    row, other = filing(), filing()
    import_rows([row, other], "r-2026-05-01.csv")
    import_rows([other], "r-2026-06-01.csv")
    assert import_rows([other, filing()], "r-2026-07-01.csv").report.delisted == 0


def test_an_edition_that_the_file_does_not_name_is_left_alone(registry: Session, import_rows: Importer) -> None:
    old = filing()
    new = filing(number="20260501-CWL032025-000001", standard="GB 38383-2025")
    import_rows([old, new], "r-2026-05-01.csv")
    assert import_rows([new], "r-2026-06-01.csv").report.delisted == 0
    assert status(registry, old) is RegistrationStatus.LISTED


def test_a_row_that_cannot_be_read_any_more_has_not_disappeared(registry: Session, import_rows: Importer) -> None:
    row, other = filing(), filing()
    import_rows([row, other], "r-2026-05-01.csv")
    report = import_rows([{**row, "WEI": "x"}, other], "r-2026-06-01.csv").report
    assert (report.refused, report.delisted) == (1, 0)
    assert status(registry, row) is RegistrationStatus.LISTED


def test_an_extract_adds_and_updates_only(registry: Session, import_rows: Importer) -> None:
    row = filing()
    import_rows([row], "r-2026-05-01.csv")
    report = import_rows([filing()], "r-2026-06-01.csv", is_partial=True).report
    assert (report.outcomes[Outcome.ADDED], report.delisted) == (1, 0)


def test_i02_the_same_file_twice_changes_nothing_and_says_so(registry: Session, import_rows: Importer) -> None:
    rows = filings(20)
    import_rows(rows)
    before, token = counts(registry), generation(registry, "labels")
    with registry.begin_nested() as step:
        report = import_rows(rows).report
        assert report.is_unchanged
        step.rollback()
    assert counts(registry) == before
    assert generation(registry, "labels") == token


def test_i02_a_corrected_file_of_the_same_day_is_taken(registry: Session, import_rows: Importer) -> None:
    rows = filings(20)
    import_rows(rows)
    report = import_rows([{**rows[0], "WEI": "44.9"}, *rows[1:]]).report
    assert not report.is_unchanged
    assert report.outcomes == {Outcome.UPDATED: 1, Outcome.UNCHANGED: 19}


def test_an_older_file_is_refused_unless_it_is_forced(registry: Session, import_rows: Importer) -> None:
    row = filing()
    import_rows([row], "r-2026-05-01.csv")
    with pytest.raises(ImportRefused, match="2026-04-01 早于已导入的 2026-05-01"):
        import_rows([row], "r-2026-04-01.csv")


def test_a_forced_older_file_is_taken(registry: Session, import_rows: Importer) -> None:
    row = filing()
    import_rows([row], "r-2026-05-01.csv")
    report = import_rows([{**row, "WEI": "44"}], "r-2026-04-01.csv", is_forced=True).report
    assert report.outcomes == {Outcome.UPDATED: 1}


def test_a_file_that_lacks_most_of_the_register_is_refused(registry: Session, import_rows: Importer) -> None:
    rows = filings(300)
    import_rows(rows, "r-2026-05-01.csv")
    with pytest.raises(ImportRefused, match="已有的 300 条登记中有 200 条不在文件里"):
        import_rows(rows[:100], "r-2026-06-01.csv")


def test_a_file_that_lacks_much_of_the_register_is_taken_when_forced(registry: Session, import_rows: Importer) -> None:
    rows = filings(300)
    import_rows(rows, "r-2026-05-01.csv")
    assert import_rows(rows[:100], "r-2026-06-01.csv", is_forced=True).report.delisted == 200


def test_filings_are_superseded_by_newer_ones_of_the_same_model_only(registry: Session, import_rows: Importer) -> None:
    old, new = filing(model="AB 1.1", day="2025-01-01"), filing(model="ab1.1", day="2025-02-01")
    twin = filing(model="AB1.1", day="2025-02-01")
    other = filing(model="AB11", day="2025-03-01")
    elsewhere = filing(model="AB1.1", day="2025-03-01", maker="青岛海尔洗碗机有限公司")
    report = import_rows([old, new, twin, other, elsewhere]).report
    assert report.superseded == 1
    assert status(registry, old) is RegistrationStatus.SUPERSEDED
    assert {status(registry, row) for row in (new, twin, other, elsewhere)} == {RegistrationStatus.LISTED}


def test_a_superseded_filing_stands_again_when_the_newer_one_is_gone(registry: Session, import_rows: Importer) -> None:
    old, new = filing(model="A", day="2025-01-01"), filing(model="A", day="2025-02-01")
    import_rows([old, new], "r-2026-05-01.csv")
    report = import_rows([old], "r-2026-06-01.csv").report
    assert report.restored == 1
    assert status(registry, old) is RegistrationStatus.LISTED
    assert [kind for _on, kind, _details in events(registry, old["Registration No."])] == [
        "announced",
        "superseded",
        "relisted",
    ]


def test_a_superseded_filing_stays_so_when_nothing_changes(registry: Session, import_rows: Importer) -> None:
    old, new = filing(model="A", day="2025-01-01"), filing(model="A", day="2025-02-01")
    import_rows([old, new], "r-2026-05-01.csv")
    report = import_rows([old, new], "r-2026-06-01.csv").report
    assert report.outcomes == {Outcome.UNCHANGED: 2}
    assert not report.has_changes


def test_new_names_are_put_down_for_the_text_index_once(registry: Session, import_rows: Importer) -> None:
    import_rows([filing(), filing(), filing(maker="海信（山东）厨卫有限公司"), filing(maker="海信(山东)厨卫有限公司")])
    kinds = list(registry.scalars(sa.select(SearchOutbox.kind)))
    assert kinds == ["label-maker"] * 2
    assert set(registry.scalars(sa.select(Maker.short_name))) == {"方太", "海信"}


def test_each_writing_import_renews_the_generation(registry: Session, import_rows: Importer) -> None:
    before = generation(registry, "labels")
    import_rows([filing()])
    assert generation(registry, "labels") not in ("", before)


def test_a_file_with_refused_rows_is_refused_as_a_whole_when_strict(import_rows: Importer) -> None:
    with pytest.raises(ImportRefused, match="有 1 行被拒绝"):
        import_rows([filing(), filing(WEI="x")], is_strict=True)


def test_a_file_with_headings_only_is_refused(import_rows: Importer, registry: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(as_csv([filing()]).splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(ImportRefused, match="只有表头"):
        take_in(registry, path)


def test_without_standards_the_import_says_what_to_do(session: Session, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="flask labels standards"):
        take_in(session, write(tmp_path / "a.csv", [filing()]))


def test_changed_limits_change_the_computed_grades(registry: Session, import_rows: Importer) -> None:
    import_rows([filing(), filing(WEI="46")])
    assert regrade(registry) == 0
    rule = registry.scalars(sa.select(GradeRule).join(Grade).where(Grade.rank == 1, GradeRule.high == 45.0)).one()
    rule.high = 47.0
    registry.flush()
    before = generation(registry, "labels")
    assert regrade(registry) == 1
    assert generation(registry, "labels") != before
    assert set(registry.scalars(sa.select(Registration.grade_check))) == {GradeCheck.SAME}


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("cn-waterlabel-dishwashers-2026-05-21.csv", date(2026, 5, 21)),
        ("2024-01-01-to-2026-05-21.xlsx", date(2026, 5, 21)),
        ("a-2026-13-45-2026-05-21-x.csv", date(2026, 5, 21)),
        ("a-2026-13-45.csv", None),
        ("a-12026-05-21.csv", None),
        ("a.csv", None),
    ],
)
def test_the_day_of_a_file_is_read_from_its_name(name: str, day: date | None) -> None:
    assert day_in_name(Path(name)) == day
