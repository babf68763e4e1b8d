"""Scoring tables as files: ours is sound and honest, and every fault of another one is named with its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from outreach import create_app
from outreach.config import Settings, SettingsError
from outreach.counties.imports.assessment_files import OUR_FOLDER, read_table
from outreach.counties.imports.assessment_specs import AssessmentTableInvalid, FaultKind
from outreach.counties.rules.assessment_table import Kind
from outreach.counties.wording_assessment import table_fault_sentence
from tests.sites import SiteMaker

Change = Callable[[str, str, str], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of our table."""
    return Path(shutil.copytree(OUR_FOLDER, tmp_path / "table"))


@pytest.fixture
def change(folder: Path) -> Change:
    """``change(file, old, new)``: the folder with one text changed in one file."""

    def changed(name: str, old: str, new: str) -> Path:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return changed


def faults(folder: Path) -> list[tuple[str, int, str, FaultKind]]:
    with pytest.raises(AssessmentTableInvalid) as invalid:
        read_table(folder)
    return [(one.file, one.line, one.column, one.kind) for one in invalid.value.faults]


def test_our_table_says_what_it_holds_and_what_nobody_has_seen() -> None:
    table = read_table()
    assert (len(table.classes), table.classes_total) == (10, 11)
    assert (table.indicators_count, table.indicators_total) == (14, 20)
    assert (table.maximum, table.full_points, table.pass_points) == (106, 100, 85)
    assert table.certainty == "recalled"
    assert not table.is_coherent
    for one in table.indicators:
        assert one.certainty == "recalled", f"{one.code}: no source shows its points"
        assert all(level.certainty == "recalled" for level in one.levels)
        assert all(example.certainty == "sourced" for example in one.examples)
    assert {one.certainty for one in table.conditions} == {"sourced"}
    assert {region.certainty for region in table.regions} == {"recalled"}


def test_every_province_lies_in_one_half_of_the_country() -> None:
    table = read_table()
    halves = {region.code: region.provinces for region in table.regions}
    assert len(halves["north"]) == 15
    assert len(halves["south"]) == 16
    assert not halves["north"] & halves["south"]
    assert table.region_of("110101") == "jingjin"
    assert table.region_chain("jingjin") == ("jingjin", "north", "")


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "column", "kind"),
    [
        ("indicators.csv", "firms,carriers", "firms,karriers", 9, "class", FaultKind.REFERENCE_UNKNOWN),
        ("indicators.csv", "firms,carriers", "FIRMS!,carriers", 9, "code", FaultKind.VALUE_WRONG),
        ("indicators.csv", "proportion,7", "proportion,sieben", 4, "points", FaultKind.VALUE_WRONG),
        ("indicators.csv", "proportion,7", "proportion,0", 4, "points", FaultKind.VALUE_WRONG),
        ("indicators.csv", "proportion,7", "proportion,1e3", 4, "points", FaultKind.VALUE_WRONG),
        (
            "indicators.csv",
            "farm-metering,metering,农业用水计量率",
            "farm-metering,metering,",
            4,
            "name",
            FaultKind.VALUE_MISSING,
        ),
        ("indicators.csv", "industry-metering,metering", "farm-metering,metering", 5, "code", FaultKind.KEY_REPEATED),
        ("indicators.csv", "code,class", "code,klass", 1, "", FaultKind.COLUMNS_WRONG),
        ("indicators.csv", "at-least,proportion,7", "at-least,proportion,7,7", 4, "", FaultKind.CELLS_WRONG),
        ("indicators.csv", "yes-no", "maybe", 6, "kind", FaultKind.VALUE_WRONG),
        ("levels.csv", ",60,7", ",60,6", 0, "indicator", FaultKind.FULL_MARKS_UNREACHABLE),
        ("levels.csv", ",60,7", ",160,7", 0, "indicator", FaultKind.LEVELS_DISORDERED),
        ("levels.csv", ",60,7", ",,7", 0, "indicator", FaultKind.LEVELS_DISORDERED),
        ("levels.csv", "farm-metering,,,,,60,7,recalled,未见原文\n", "", 0, "indicator", FaultKind.LEVELS_MISSING),
        ("levels.csv", "firms,,,,,40,8", "plan-management,,,,,40,8", 0, "indicator", FaultKind.LEVELS_UNWANTED),
        ("levels.csv", "estates,north", "estates,west", 6, "region", FaultKind.REFERENCE_UNKNOWN),
        ("regions.csv", "north,北方,North,,", "north,北方,North,jingjin,", 0, "parent", FaultKind.REGION_CIRCLE),
        ("regions.csv", "11 12,", "eleven,", 2, "provinces", FaultKind.VALUE_WRONG),
        ("conditions.csv", "sourced", "sure", 2, "certainty", FaultKind.VALUE_WRONG),
        ("table.toml", "full_points = 100", "full_points = -1", 0, "full_points", FaultKind.VALUE_WRONG),
        ("table.toml", "pass_points = 85", "pass_points = 101", 0, "pass_points", FaultKind.VALUE_WRONG),
        (
            "table.toml",
            "indicators_total = 20",
            "indicators_total = 9",
            0,
            "indicators_total",
            FaultKind.TOTAL_TOO_SMALL,
        ),
        ("table.toml", "bonus_cap = 10", "bonus_kap = 10", 0, "bonus_kap", FaultKind.KEY_UNKNOWN),
        ("table.toml", "full_points = 100", "full_points = [", 0, "", FaultKind.UNREADABLE),
        ("table.toml", "full_points = 100", "full_points = [1]", 0, "full_points", FaultKind.VALUE_MISSING),
    ],
)
def test_every_fault_has_its_file_row_column_and_reason(
    change: Change, app: Flask, name: str, old: str, new: str, line: int, column: str, kind: FaultKind
) -> None:
    folder = change(name, old, new)
    assert (name, line, column, kind) in faults(folder)
    with pytest.raises(AssessmentTableInvalid) as invalid, app.app_context():
        read_table(folder)
    with app.app_context():
        sentences = [table_fault_sentence(fault) for fault in invalid.value.faults]
    assert all(
        sentence.startswith((name, "levels.csv", "examples.csv")) and sentence.endswith("。") for sentence in sentences
    )


def test_a_missing_folder_and_a_missing_file_are_named(folder: Path, tmp_path: Path) -> None:
    assert faults(tmp_path / "nowhere") == [("", 0, "", FaultKind.FOLDER_MISSING)]
    (folder / "bonus.csv").unlink()
    assert ("bonus.csv", 0, "", FaultKind.FILE_MISSING) in faults(folder)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'code,name\n"', b"\x00" * 50, b"x" * 1_100_000, b""])
def test_a_file_of_rubbish_is_a_fault_and_nothing_worse(folder: Path, content: bytes) -> None:
    (folder / "classes.csv").write_bytes(content)
    assert any(name == "classes.csv" for name, _line, _column, _kind in faults(folder))


def test_a_spreadsheet_may_write_gb18030_or_a_byte_order_mark(folder: Path) -> None:
    for name, encoding in (("classes.csv", "gb18030"), ("indicators.csv", "utf-8-sig")):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace("\n", "\r\n"), encoding=encoding)
    assert read_table(folder).indicators_count == 14


def test_an_operators_table_of_choices_and_steps_can_judge(folder: Path) -> None:
    head = (folder / "table.toml").read_text(encoding="utf-8")
    head = head.replace("full_points = 100", "full_points = 20").replace("pass_points = 85", "pass_points = 15")
    (folder / "table.toml").write_text(head.replace("indicators_total = 20", "indicators_total = 2"), encoding="utf-8")
    first = (folder / "indicators.csv").read_text(encoding="utf-8").splitlines()[0]
    rows = [
        "care,quota,管护,Care,choice,,,,,10,,,,,sourced,sourced,本省细则",
        "saved,plan,节水量,Saved,amount,万 m³,10⁴ m³,at-least,steps,10,,,,,sourced,sourced,本省细则",
    ]
    (folder / "indicators.csv").write_text("\n".join([first, *rows]) + "\n", encoding="utf-8")
    levels = (folder / "levels.csv").read_text(encoding="utf-8").splitlines()[0]
    steps = [
        "care,,good,好,Good,,10,sourced,本省细则",
        "care,,poor,差,Poor,,0,sourced,本省细则",
        "saved,,,,,10,4,sourced,本省细则",
        "saved,,,,,50,10,sourced,本省细则",
    ]
    (folder / "levels.csv").write_text("\n".join([levels, *steps]) + "\n", encoding="utf-8")
    (folder / "examples.csv").write_text("indicator,value,place,place_en,certainty,source\n", encoding="utf-8")
    table = read_table(folder)
    assert table.is_coherent
    assert [one.kind for one in table.indicators] == [Kind.CHOICE, Kind.AMOUNT]


def test_the_site_uses_the_folder_that_the_setting_names_or_the_data_folder_holds(
    folder: Path, change: Change, tmp_path: Path, make_site: SiteMaker
) -> None:
    change("table.toml", 'title = "', 'title = "本省')
    assert make_site(assessment_dir=str(folder)).extensions["assessment_table"].title.startswith("本省")
    shutil.copytree(folder, tmp_path / "data" / "assessment")
    assert make_site(data_dir=str(tmp_path / "data")).extensions["assessment_table"].title.startswith("本省")
    assert not make_site().extensions["assessment_table"].title.startswith("本省")


def test_a_bad_table_ends_the_start_with_one_line(change: Change, tmp_path: Path) -> None:
    folder = change("indicators.csv", "firms,carriers", "firms,karriers")
    settings = Settings(data_dir=str(tmp_path / "bad"), assessment_dir=str(folder)).checked()
    with pytest.raises(SettingsError, match=r"^OUTREACH_ASSESSMENT_DIR .*indicators\.csv 第 9 行 列 class") as refusal:
        create_app(settings)
    assert "\n" not in str(refusal.value)


def test_the_command_names_every_fault(app: Flask, change: Change) -> None:
    with app.app_context():
        fine = app.test_cli_runner().invoke(args=["counties", "assessment", "check"])
        change("conditions.csv", "sourced", "sure")
        folder = change("bonus.csv", "benchmarks,", ",")
        bad = app.test_cli_runner().invoke(args=["counties", "assessment", "check", str(folder)])
    assert fine.exit_code == 0
    assert "14 / 20" in fine.output
    assert bad.exit_code == 1
    assert "conditions.csv 第 2 行 列 certainty" in bad.output
    assert "bonus.csv 第 2 行 列 code" in bad.output
