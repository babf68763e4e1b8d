"""Single cells and rows: what is cleaned with a remark, and what is refused with row, column and reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.labels.imports.cells import clean_text, parse_day
from outreach.labels.imports.remarks import LABELS, describe
from outreach.labels.imports.rows import Remark, RemarkCode
from outreach.labels.models import ImportRemark, MeasuredValue, Metric, Registration
from tests.labels.imports.conftest import Importer
from tests.labels.imports.registers import as_csv, filing, take_in

NUMBER = "20260501-CWL032020-999999"

BAD = [
    ({"number": ""}, "Registration No.", "number-missing", "没有备案号"),
    ({"number": "20261301-CWL032020-123456"}, "Registration No.", "number-malformed", "不是备案号"),
    ({"number": "123"}, "Registration No.", "number-malformed", "「123」不是备案号"),
    ({"number": "９９"}, "Registration No.", "number-malformed", "不是备案号"),
    ({"maker": ""}, "Manufacturer", "text-missing", "不能为空"),
    ({"maker": " \t "}, "Manufacturer", "text-missing", "不能为空"),
    ({"maker": "productor"}, "Manufacturer", "test-record", "不是企业名称"),
    ({"model": "M" * 301}, "Model", "text-too-long", "超过 300 个字符"),
    ({"model": "ﷺ" * 60}, "Model", "text-too-long", "超过 300 个字符"),
    ({"model": "a\x00b"}, "Model", "text-unreadable", "控制字符"),
    ({"model": "a\x1bb"}, "Model", "text-unreadable", "控制字符"),
    ({"day": "2024/13/1"}, "Announcement Date", "date-wrong", "「2024/13/1」不是日期"),
    ({"day": "2026-02-30"}, "Announcement Date", "date-wrong", "不是日期"),
    ({"day": "昨天"}, "Announcement Date", "date-wrong", "不是日期"),
    ({"grade": "6"}, "Water Efficiency Grade", "grade-unknown", "「6」不是该标准的等级"),
    ({"grade": ""}, "Water Efficiency Grade", "text-missing", "不能为空"),
    ({"standard": "GB 1-1900"}, "Standard", "standard-unknown", "没有收录标准「GB 1-1900」"),
    ({"standard": ""}, "Standard", "text-missing", "不能为空"),
    ({"WEI": "1e5"}, "WEI", "value-wrong", "「1e5」不是数值"),
    ({"WEI": "44,6"}, "WEI", "value-wrong", "不是数值"),
    ({"WEI": "nan"}, "WEI", "value-wrong", "不是数值"),
    ({"WEI": "inf"}, "WEI", "value-wrong", "不是数值"),
    ({"WEI": "007"}, "WEI", "value-wrong", "不是数值"),
    ({"WEI": "0446"}, "WEI", "value-wrong", "不是数值"),
    ({"WEI": "-3"}, "WEI", "value-out-of-range", "超出合理范围"),
    ({"WEI": "99999999999"}, "WEI", "value-out-of-range", "超出合理范围"),
    ({"WEI": "44.6" + "0" * 200}, "WEI", "value-out-of-range", "超出合理范围"),
    ({"WEI": "=1+1"}, "WEI", "value-wrong", "不是数值"),
]


@pytest.mark.parametrize(("change", "field", "code", "words"), BAD)
def test_i03_a_bad_cell_refuses_its_row_with_row_column_and_reason(
    registry: Session, import_rows: Importer, change: dict[str, str], field: str, code: str, words: str
) -> None:
    good = filing()
    result = import_rows([good, filing(**{"number": NUMBER, **change})])
    assert (result.report.accepted, result.report.refused) == (1, 1)
    remark = registry.scalars(sa.select(ImportRemark).where(ImportRemark.is_refused)).one()
    assert (remark.row_number, remark.field, remark.code) == (3, field, code)
    assert words in remark.message
    assert len(remark.raw) == 15
    assert list(registry.scalars(sa.select(Registration.number))) == [good["Registration No."]]


def test_i03_all_faults_of_a_row_are_told_at_once(registry: Session, import_rows: Importer) -> None:
    import_rows([filing(), filing(number="", WEI="x", EEI="y", day="z")])
    found = registry.scalars(sa.select(ImportRemark.field).where(ImportRemark.is_refused))
    assert set(found) == {"Registration No.", "WEI", "EEI", "Announcement Date"}


def test_i03_a_number_that_comes_twice_with_other_content_is_refused_the_second_time(
    registry: Session, import_rows: Importer
) -> None:
    first = filing(model="A")
    report = import_rows([first, {**first, "Model": "B"}, dict(first)]).report
    assert report.remarks == {RemarkCode.NUMBER_REPEATED: 1, RemarkCode.DUPLICATE_MERGED: 1}
    assert (report.accepted, report.refused) == (2, 1)
    assert list(registry.scalars(sa.select(Registration.model))) == ["A"]


@pytest.mark.parametrize(
    ("change", "metric", "value", "code"),
    [
        ({"WEI": " 44.6 "}, "WEI", 44.6, "blanks-cleaned"),
        ({"WEI": "４４．６"}, "WEI", 44.6, "width-cleaned"),
        ({"energy": "0818"}, "energy_per_cycle", 0.818, "decimal-point-restored"),
        ({"PD": "1.25", "Noise dB(A)": "/"}, "noise", None, "no-value"),
        ({"Noise dB(A)": "—"}, "noise", None, "no-value"),
    ],
)
def test_a_readable_figure_is_taken_with_a_remark_and_its_raw_text(
    registry: Session, import_rows: Importer, change: dict[str, str], metric: str, value: float | None, code: str
) -> None:
    report = import_rows([filing(**change)]).report
    assert report.remarks == {RemarkCode(code): 1}
    found = registry.scalar(sa.select(MeasuredValue.value).join(Metric).where(Metric.code == metric))
    assert found == value


@pytest.mark.parametrize("day", ["2026-05-01", "2026/5/1", "2026.5.1", "2026年5月1日", "46143"])
def test_days_are_read_in_every_usual_spelling(registry: Session, import_rows: Importer, day: str) -> None:
    import_rows([filing(number=NUMBER, day=day)])
    assert registry.scalars(sa.select(Registration.announced_on)).one() == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("text", "is_american", "day"),
    [
        ("08/28/2023", True, date(2023, 8, 28)),
        ("28/08/2023", True, None),
        ("08/28/2023", False, None),
        ("2023-8-28", True, date(2023, 8, 28)),
        ("２０２３-08-28", False, date(2023, 8, 28)),
        ("2023-08-28 00:00", False, None),
        ("0000-01-01", False, None),
    ],
)
def test_only_american_files_have_the_month_first(text: str, is_american: bool, day: date | None) -> None:
    assert parse_day(text, is_american=is_american) == day


@pytest.mark.parametrize("grade", ["1", "1级", "1 级", "一级", "１级"])
def test_grades_are_read_in_every_usual_spelling(registry: Session, import_rows: Importer, grade: str) -> None:
    import_rows([filing(grade=grade)])
    assert registry.scalars(sa.select(Registration)).one().declared_grade.code == "1"


def test_contradictions_inside_a_row_are_remarked(registry: Session, import_rows: Importer) -> None:
    row = filing(number="20260502-CWL032025-000001", type="净水机")
    report = import_rows([row]).report
    assert report.remarks == {
        RemarkCode.NUMBER_DATE_DIFFERS: 1,
        RemarkCode.NUMBER_RULE_DIFFERS: 1,
        RemarkCode.CATEGORY_DIFFERS: 1,
    }


def test_cells_beyond_the_headings_refuse_the_row(registry: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(as_csv([filing(), filing()]).rstrip() + ",多出来的\n", encoding="utf-8")
    assert take_in(registry, path).report.refused == 1
    remark = registry.scalars(sa.select(ImportRemark)).one()
    assert (remark.row_number, remark.code) == (3, "cells-beyond")
    assert "「多出来的」" in remark.message


def test_every_remark_has_a_label_and_a_sentence() -> None:
    for code in RemarkCode:
        assert str(LABELS[code])
        sentence = describe(Remark(code, "列", "值\n" * 100, "详情"))
        assert sentence.endswith("。")
        assert "\n" not in sentence
        assert "%(" not in sentence


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    cleaned, _code = clean_text(text)
    assert clean_text(cleaned) == (cleaned, None)
