"""The four real registers: every row accounted for, with the figures that are known of them."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.labels.actions.import_report import Outcome
from outreach.labels.imports.rows import RemarkCode
from outreach.labels.models import (
    Edition,
    Grade,
    GradeCheck,
    ImportRemark,
    ImportRun,
    Maker,
    MeasuredValue,
    Metric,
    ProductName,
    Registration,
    RegistrationEvent,
    RegistrationStatus,
)
from tests.labels.imports.registers import real, take_in

CHINESE = "cn-waterlabel-dishwashers-2026-05-21.csv"
AMERICAN_DISHWASHERS = "us-energystar-dishwashers-2025-09-14.csv"
AMERICAN_WASHERS = "us-energystar-clothes-washers-2025-09-14.csv"
AUSTRALIAN = "au-energyrating-dishwashers-2019-05-21.csv"

TEST_ROWS = set(range(614, 624))
MISMATCHES = {
    "20260129-CWL032020-372070": "2",
    "20260115-CWL032020-754214": "2",
    "20251029-CWL032020-184858": None,
    "20250728-CWL032020-123647": None,
    "20250623-CWL032020-758734": None,
    "20250623-CWL032020-050675": None,
    "20250609-CWL032020-113294": None,
}


def remarks(session: Session, code: RemarkCode) -> list[ImportRemark]:
    query = sa.select(ImportRemark).where(ImportRemark.code == code).order_by(ImportRemark.row_number)
    return list(session.scalars(query))


def figures(session: Session, number: str) -> dict[str, float]:
    query = (
        sa.select(Metric.code, MeasuredValue.value)
        .join(Metric, Metric.id == MeasuredValue.metric_id)
        .join(Registration, Registration.id == MeasuredValue.registration_id)
        .where(Registration.number == number)
    )
    return dict(session.execute(query).all())


def find(session: Session, number: str) -> Registration:
    return session.scalars(sa.select(Registration).where(Registration.number == number)).one()


def test_the_chinese_register_is_accounted_for_row_by_row(registry: Session) -> None:
    report = take_in(registry, real(CHINESE)).report
    assert (report.total, report.accepted, report.refused) == (622, 612, 10)
    assert report.outcomes == {Outcome.ADDED: 612, Outcome.REFUSED: 10}
    assert report.remarks == {
        RemarkCode.BLANKS_CLEANED: 71,
        RemarkCode.LINE_BREAK_CLEANED: 2,
        RemarkCode.POINT_RESTORED: 2,
        RemarkCode.GRADE_DIFFERS: 7,
        RemarkCode.SUPERSEDED: 58,
        RemarkCode.TEST_RECORD: 10,
        RemarkCode.NUMBER_MISSING: 1,
    }
    run = registry.scalars(sa.select(ImportRun)).one()
    assert (run.rows_total, run.rows_accepted, run.rows_refused, run.registrations_added) == (622, 612, 10, 612)
    assert run.rows_remarked == report.remarked
    assert run.as_of_on == date(2026, 5, 21)


def test_all_621_chinese_numbers_resolve_or_are_refused_with_a_reason(registry: Session) -> None:
    path = real(CHINESE)
    take_in(registry, path)
    with path.open(encoding="utf-8", newline="") as file:
        numbers = {row["Registration No."] for row in csv.DictReader(file)} - {""}
    listed = set(registry.scalars(sa.select(Registration.number)))
    refused = set(registry.scalars(sa.select(ImportRemark.number).where(ImportRemark.is_refused)))
    assert len(numbers) == 621
    assert listed | (refused - {""}) == numbers
    assert not listed & refused


def test_exactly_the_ten_test_records_are_refused_with_row_column_reason_and_raw_row(registry: Session) -> None:
    take_in(registry, real(CHINESE))
    found = remarks(registry, RemarkCode.TEST_RECORD)
    assert {remark.row_number for remark in found} == TEST_ROWS
    assert Counter(remark.field for remark in found) == {"Manufacturer": 5, "Announcement Date": 5}
    assert all(remark.is_refused and "测试记录" in remark.message for remark in found)
    assert found[5].raw["Model"] == "W76-2026"
    assert not list(registry.scalars(sa.select(Maker).where(Maker.name == "productor")))


def test_the_seven_declared_grades_that_the_figures_contradict_are_found(registry: Session) -> None:
    take_in(registry, real(CHINESE))
    query = (
        sa.select(Registration.number, Grade.code)
        .outerjoin(Grade, Grade.id == Registration.computed_grade_id)
        .where(Registration.grade_check == GradeCheck.DIFFERS)
    )
    assert dict(registry.execute(query).all()) == MISMATCHES
    messages = {remark.number: remark.message for remark in remarks(registry, RemarkCode.GRADE_DIFFERS)}
    assert messages.keys() == MISMATCHES.keys()
    assert "标注 1 级，按测量值计算为 4/5 级" in messages["20250609-CWL032020-113294"]
    assert "标注 1 级，按测量值计算为 2 级" in messages["20260115-CWL032020-754214"]


def test_every_other_chinese_grade_agrees_with_its_figures(registry: Session) -> None:
    take_in(registry, real(CHINESE))
    checks = dict(
        registry.execute(sa.select(Registration.grade_check, sa.func.count()).group_by(Registration.grade_check)).all()
    )
    assert checks == {GradeCheck.SAME: 605, GradeCheck.DIFFERS: 7}


def test_the_two_lost_decimal_points_are_repaired_and_the_raw_text_is_kept(registry: Session) -> None:
    take_in(registry, real(CHINESE))
    for number in ("20250911-CWL032020-393668", "20250911-CWL032020-437663"):
        assert figures(registry, number)["energy_per_cycle"] == 0.818
        assert find(registry, number).raw["Energy Consumption (kWh/cycle)"] == "0818"
    assert [remark.row_number for remark in remarks(registry, RemarkCode.POINT_RESTORED)] == [296, 297]


def test_blanks_and_line_breaks_are_cleaned_so_that_makers_are_one(registry: Session) -> None:
    take_in(registry, real(CHINESE))
    names = set(registry.scalars(sa.select(Maker.name)))
    assert all(name == " ".join(name.split()) for name in names)
    assert sum("海信" in name for name in names) == 1
    assert sum(name.startswith("Gorenje") for name in names) == 1
    broken = remarks(registry, RemarkCode.LINE_BREAK_CLEANED)
    assert [remark.raw["Manufacturer"] for remark in broken] == ["宁波市栗上创新科技有限公司\n"] * 2


def test_an_older_filing_of_a_model_is_superseded_by_the_newer_one_only(registry: Session) -> None:
    take_in(registry, real(CHINESE))
    superseded = list(
        registry.scalars(sa.select(Registration).where(Registration.status == RegistrationStatus.SUPERSEDED))
    )
    assert len(superseded) == 58
    for old in superseded:
        event = registry.scalars(
            sa.select(RegistrationEvent).where(
                RegistrationEvent.registration_id == old.id, RegistrationEvent.kind == "superseded"
            )
        ).one()
        new = find(registry, event.details["number"])
        assert (new.maker_id, new.edition_id) == (old.maker_id, old.edition_id)
        assert new.model.replace(" ", "").casefold() == old.model.replace(" ", "").casefold()
        assert old.announced_on < new.announced_on == event.on
        assert new.status is RegistrationStatus.LISTED


def test_the_two_editions_of_the_dishwasher_standard_are_kept_apart(registry: Session) -> None:
    take_in(registry, real(CHINESE))
    query = sa.select(Edition.code, sa.func.count()).join(Registration).group_by(Edition.code)
    assert dict(registry.execute(query).all()) == {"gb-38383-2019": 500, "gb-38383-2025": 112}


def test_american_dishwashers_come_in_with_litres_and_a_single_grade(registry: Session) -> None:
    report = take_in(registry, real(AMERICAN_DISHWASHERS), "us-energystar").report
    assert report.outcomes == {Outcome.ADDED: 645}
    product = find(registry, "US-2649236")
    assert figures(registry, product.number) == {
        "water_per_cycle": 12.0376,
        "annual_energy": 240,
        "place_settings": 10,
    }
    assert (product.model, product.declared_grade.code, product.water_use) == ("SPE53C56UC", "certified", 12.0376)
    assert product.announced_on == date(2023, 8, 28)
    assert product.grade_check is GradeCheck.NOT_COMPUTABLE
    assert product.product_name.name == "SPE53C52UC; SPE53C55UC; SPE68C75UC; SPV68C73UC; SPX68C75UC"
    raw = registry.scalars(
        sa.select(MeasuredValue.raw_text).where(
            MeasuredValue.registration_id == product.id, MeasuredValue.metric_id == product.water_metric_id
        )
    ).one()
    assert raw == "3.18 gal"


def test_american_washers_are_told_by_their_columns_and_keep_their_wildcards(registry: Session) -> None:
    report = take_in(registry, real(AMERICAN_WASHERS), "us-energystar").report
    assert report.outcomes == {Outcome.ADDED: 335}
    product = find(registry, "US-3550203")
    assert (product.model, product.model_key) == ("PFQ83HSSW***", "pfq83hssw")
    found = figures(registry, product.number)
    assert found["water_per_cycle"] == pytest.approx(3.0 * 4.6 * 3.785411784, abs=1e-4)
    assert found["annual_water"] == pytest.approx(4106 * 3.785411784, abs=1e-4)
    assert found["drum_volume"] == pytest.approx(4.6 * 28.316846592, abs=1e-4)
    assert product.edition.code == "us-energystar-clothes-washer"


def test_one_american_file_does_not_make_the_other_disappear(registry: Session) -> None:
    take_in(registry, real(AMERICAN_DISHWASHERS), "us-energystar")
    report = take_in(registry, real(AMERICAN_WASHERS), "us-energystar").report
    assert report.delisted == 0


def test_the_australian_register_keeps_stars_as_a_figure_and_one_number_a_model(registry: Session) -> None:
    report = take_in(registry, real(AUSTRALIAN), "au-energyrating").report
    assert report.outcomes == {Outcome.ADDED: 1211, Outcome.REFUSED: 12}
    assert report.remarks == {RemarkCode.BLANKS_CLEANED: 3, RemarkCode.MODEL_PLACEHOLDER: 12}
    product = find(registry, "AU-51544-PD6-P_F-1")
    assert (product.model, product.declared_grade_id, product.announced_on) == ("PD6-P*F-1", None, None)
    assert figures(registry, product.number)["energy_stars"] > 0
    statuses = dict(
        registry.execute(sa.select(Registration.status, sa.func.count()).group_by(Registration.status)).all()
    )
    assert statuses == {RegistrationStatus.LISTED: 1194, RegistrationStatus.DELISTED: 17}
    assert registry.scalar(sa.select(sa.func.count(sa.distinct(ProductName.id)))) > 50


def test_an_australian_registration_expires_with_its_day(registry: Session) -> None:
    path = real(AUSTRALIAN)
    take_in(registry, path, "au-energyrating", as_of_on=date(2022, 1, 1))
    product = registry.scalars(
        sa.select(Registration).where(Registration.status == RegistrationStatus.EXPIRED).limit(1)
    ).one()
    expired = [event for event in product.events if event.status is RegistrationStatus.EXPIRED]
    assert [event.on.isoformat() for event in expired] == [product.raw["ExpDate"]]
