"""Standards as content: loaded, loaded again, changed, removed, and refused with file and line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.content_files import Fault
from outreach.core.search.outbox import generation
from outreach.labels.actions.standards import load_standards
from outreach.labels.actions.standards_files import FOLDER, Contradiction, StandardsInvalid
from outreach.labels.models import (
    Category,
    Certainty,
    Edition,
    Grade,
    GradeRule,
    MeasuredValue,
    Metric,
    RuleRole,
    Scheme,
    Subtype,
)
from outreach.labels.queries.scales import explain_grade, load_scales
from outreach.labels.rules.grading import compute_grade
from tests import factories

EDITIONS = {
    "gb-38383-2019", "gb-38383-2025", "gb-25502-2017", "gb-25502-2024", "gb-38448-2019", "gb-38448-2025",
    "gb-25501-2010", "gb-25501-2019", "gb-28378-2019", "gb-28377-2019", "gb-30717-2019", "gb-34914-2017",
    "gb-34914-2021", "gb-12021.4-2013", "us-energystar-dishwasher", "us-energystar-clothes-washer",
    "au-energyrating-dishwasher",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content files that a test may change."""
    return Path(shutil.copytree(FOLDER, tmp_path / "standards"))


def change(path: Path, edit: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    after = edit(before)
    assert after != before
    path.write_text(after, encoding="utf-8")


def test_the_content_files_become_the_registry_of_standards(session: Session) -> None:
    report = load_standards(session)
    assert set(session.scalars(sa.select(Edition.code))) == EDITIONS
    assert session.scalar(sa.select(sa.func.count()).select_from(Category)) == 9
    assert session.scalar(sa.select(sa.func.count()).select_from(Scheme)) == 5
    assert report.added > 150
    assert (report.updated, report.removed, report.unchanged) == (0, 0, 0)


def test_loading_twice_changes_nothing_and_keeps_the_caches(session: Session) -> None:
    first = load_standards(session)
    token = generation(session, "labels")
    second = load_standards(session)
    assert not second.has_changes
    assert second.unchanged == first.added
    assert generation(session, "labels") == token != ""


def test_every_limit_says_how_sure_it_is_and_from_where(session: Session) -> None:
    load_standards(session)
    rules = list(session.scalars(sa.select(GradeRule)))
    assert all(rule.source for rule in rules)
    recalled = {rule.grade.edition.code for rule in rules if rule.certainty is Certainty.RECALLED}
    assert {"gb-38448-2019", "gb-25501-2019", "gb-28378-2019", "gb-12021.4-2013"} <= recalled
    limits = {rule.grade.edition.code for rule in rules if rule.role is RuleRole.LIMIT}
    assert limits == {rule.grade.edition.code for rule in rules} - {"gb-38383-2025"}


def test_editions_whose_limits_are_unknown_have_none(session: Session) -> None:
    load_standards(session)
    known = set(session.scalars(sa.select(Edition.code).join(Edition.grades).join(Grade.rules).distinct()))
    unknown = EDITIONS - known
    assert unknown == {
        "gb-25502-2024", "gb-38448-2025", "us-energystar-dishwasher", "us-energystar-clothes-washer",
        "au-energyrating-dishwasher",
    }  # fmt: skip


def test_australian_energy_stars_are_a_figure_and_no_grade(session: Session) -> None:
    load_standards(session)
    australian = session.scalars(sa.select(Edition).where(Edition.code == "au-energyrating-dishwasher")).one()
    assert australian.grades == []
    assert session.scalars(sa.select(Metric).where(Metric.code == "energy_stars")).one().is_water_use is False


def test_an_edited_row_is_updated_and_an_added_one_appears(session: Session, folder: Path) -> None:
    load_standards(session)
    change(folder / "editions.csv", lambda text: text.replace("洗碗机能效水效限定值及等级", "洗碗机标准", 1))
    change(folder / "subtypes.csv", lambda text: text + "shower,ceiling,顶喷花洒,Ceiling,recalled,示例\n")
    report = load_standards(session, folder)
    assert (report.added, report.updated, report.removed) == (1, 1, 0)
    assert session.scalar(sa.select(Subtype.name).where(Subtype.code == "ceiling")) == "顶喷花洒"


def test_a_row_that_is_gone_is_removed_when_nothing_uses_it(session: Session, folder: Path) -> None:
    load_standards(session)
    lines = (folder / "grade_rules.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "grade_rules.csv").write_text("".join(lines[:-1]), encoding="utf-8")
    assert load_standards(session, folder).removed == 1


def test_a_row_that_registrations_use_may_not_go(session: Session, folder: Path) -> None:
    load_standards(session)
    metric = session.scalars(sa.select(Metric).where(Metric.code == "noise")).one()
    product = factories.registration(session)
    session.add(MeasuredValue(registration_id=product.id, metric_id=metric.id, value=44, raw_text="44"))
    change(folder / "metrics.csv", lambda text: "\n".join(x for x in text.split("\n") if not x.startswith("noise,")))
    with pytest.raises(StandardsInvalid) as caught:
        load_standards(session, folder)
    assert caught.value.faults == (Fault("metric", 0, "code", Contradiction.STILL_USED, "noise"),)


@pytest.mark.parametrize(
    ("file", "edit", "fault"),
    [
        ("grades.csv", lambda t: t.replace("edition,", "edition_code,", 1), "1  columns-wrong"),
        ("metrics.csv", lambda t: t.replace(",lower,", ",less,", 1), "2 better value-wrong"),
        ("metrics.csv", lambda t: t.replace("平均用水量", "", 1), "2 name value-missing"),
        ("subtypes.csv", lambda t: t.replace("toilet,", "bath,", 1), "2 category unknown-reference"),
        ("grade_rules.csv", lambda t: t.replace("dual_flush", "triple", 1), "5 subtype unknown-reference"),
        ("grade_rules.csv", lambda t: t.replace(",,,4.0,", ",,,,", 1), "2 high band-empty"),
        ("grades.csv", lambda t: t.replace("Grade 3,3,", "Grade 3,4,", 1), "2 rank ranks-broken"),
        ("schemes.csv", lambda t: t + t.splitlines()[-1] + "\n", "7 code key-repeated"),
        ("editions.csv", lambda t: t.replace("2017-09-01", "2017-13-01", 1), "2 valid_from value-wrong"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_file_line_and_column(
    session: Session, folder: Path, file: str, edit: Callable[[str], str], fault: str
) -> None:
    change(folder / file, edit)
    with pytest.raises(StandardsInvalid) as caught:
        load_standards(session, folder)
    found = caught.value.faults[0]
    assert (found.file, f"{found.line} {found.column} {found.kind}") == (file, fault)
    assert session.scalar(sa.select(sa.func.count()).select_from(Edition)) == 0


def test_a_missing_file_is_named(session: Session, folder: Path) -> None:
    (folder / "grades.csv").unlink()
    with pytest.raises(StandardsInvalid, match=r"grades\.csv:0 +file-missing"):
        load_standards(session, folder)


def test_scales_hold_general_limits_and_those_of_the_subtype(session: Session) -> None:
    load_standards(session)
    editions = dict(session.execute(sa.select(Edition.code, Edition.id)).all())
    named = sa.select(Category.code + "/" + Subtype.code, Subtype.id).join(Category, Category.id == Subtype.category_id)
    subtypes = dict(session.execute(named).all())
    scales = load_scales(session)
    shower = scales[editions["gb-28378-2019"], subtypes["shower/hand_held"]]
    assert compute_grade(shower, {"flow": 5.0}).rank == 2
    unknown = scales[editions["gb-28378-2019"], None]
    assert (unknown.metrics, unknown.is_complete) == ((), False)
    toilet = scales[editions["gb-25502-2017"], subtypes["toilet/dual_flush"]]
    assert set(toilet.metrics) == {"average_flush", "full_flush"}
    assert not scales[editions["gb-12021.4-2013"], subtypes["clothes_washer/drum"]].is_complete


def test_a_registrations_grade_is_explained_by_the_deciding_metric(session: Session) -> None:
    load_standards(session)
    edition = session.scalars(sa.select(Edition).where(Edition.code == "gb-38383-2019")).one()
    metrics = {metric.code: metric for metric in session.scalars(sa.select(Metric))}
    product = factories.registration(session, edition=edition)
    for code, value in {"WEI": 46.0, "EEI": 49.0, "PD": 1.08, "PC": 1.12}.items():
        measured = {"metric_id": metrics[code].id, "value": value, "raw_text": str(value)}
        session.add(MeasuredValue(registration_id=product.id, **measured))
    result = explain_grade(session, product)
    assert (result.rank, result.deciding, result.certainty) == (2, ("WEI",), "data")
