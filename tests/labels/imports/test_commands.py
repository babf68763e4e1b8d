"""``flask labels …`` on a site of its own: what it says, what it leaves, and every faulty file refused in Chinese."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from outreach.core.db import Base, db, is_sqlite
from outreach.core.search.indexer import differences
from outreach.labels.actions import import_locking
from outreach.labels.actions.standards import load_standards
from outreach.labels.actions.standards_files import FOLDER
from outreach.labels.models import ImportRun, Registration
from tests.conftest import run_command
from tests.core.workbooks import inline, write_bomb, write_raw, write_workbook
from tests.labels.imports.registers import FILING, as_csv, filing, filings, write

HEADINGS = list(FILING)


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=words)


def import_(app: Flask, path: Path, *options: str, source: str = "cn-waterlabel") -> Result:
    return run(app, "labels", "import", str(path), "--source", source, *options)


def everything(app: Flask) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(sa.select(table))))
            for name, table in Base.metadata.tables.items()
        }


def sheet_row(line: int, cells: list[str]) -> str:
    return (
        f'<row r="{line}">' + "".join(inline(f"{chr(65 + i)}{line}", cell) for i, cell in enumerate(cells)) + "</row>"
    )


def formula_workbook(path: Path) -> Path:
    cells = list(FILING.values())
    return write_workbook(path, [HEADINGS, [*cells[:7], "=40+4.6", *cells[8:]]])


def far_workbook(path: Path) -> Path:
    return write_raw(path, [sheet_row(1, HEADINGS) + f'<row r="999999">{inline("A999999", "x")}</row>'])


def text(content: str | bytes) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def padded_bomb(path: Path) -> Path:
    write_bomb(path, 300 * 1024 * 1024)
    with path.open("ab") as file:
        file.truncate(5 * 1024 * 1024)
    return path


WIDE = [{**FILING, **{f"列{i}": "" for i in range(200 - len(FILING))}}]
FAULTS: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "zip-bomb": ("a.xlsx", lambda path: write_bomb(path, 300 * 1024 * 1024), "压缩炸弹"),
    "zip-bomb-of-5-mb": ("a.xlsx", padded_bomb, "已损坏"),
    "formula": ("a.xlsx", formula_workbook, "单元格 H2 是公式"),
    "far-cell": ("a.xlsx", far_workbook, "离其他数据太远"),
    "wrong-columns": ("a.csv", text("名称,价格\n甲,1\n"), "缺少列：Product Type、Model、Manufacturer"),
    "one-column-missing": (
        "a.csv",
        text(as_csv([{k: v for k, v in FILING.items() if k != "Registration No."}])),
        "缺少列：Registration No.",
    ),
    "empty": ("a.csv", text(""), "空的"),
    "blank": ("a.csv", text("\n \n"), "空的"),
    "headings-only": ("a.csv", text(",".join(HEADINGS) + "\n"), "只有表头"),
    "200-columns": ("a.csv", text(as_csv(WIDE)), "200 列，最多 100 列"),
    "200-columns-xlsx": ("a.xlsx", lambda path: write_workbook(path, [list(WIDE[0])]), "200 列"),
    "old-excel": ("a.xls", text(b"\xd0\xcf\x11\xe0" + b"\0" * 100), "旧版 Excel"),
    "latin-1": (
        "a.csv",
        text(as_csv([filing(type="Dishwasher", maker="Hausgeräte Müller")]).encode("latin-1")),
        "编码无法识别",
    ),
    "open-quote": ("a.csv", text(as_csv([filing()]) + '"x'), "引号不成对"),
    "broken-late": ("a.csv", text(as_csv(filings(6_000)) + 'a,"b"c\n'), "第 6002 行的引号"),
    "other-source": ("a.csv", text("Submit_ID,Brand\n1,x\n"), "缺少列"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_i06_a_faulty_file_gets_a_chinese_sentence_and_leaves_the_database_untouched(
    site: Flask, tmp_path: Path, fault: str
) -> None:
    name, make, words = FAULTS[fault]
    path = make(tmp_path / name)
    before = everything(site)
    report = tmp_path / "report.csv"
    result = import_(site, path, "--report", str(report))
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output
    assert isinstance(result.exception, SystemExit)
    assert everything(site) == before
    assert sorted(item.name for item in tmp_path.iterdir()) == sorted({name, "data"})


def test_an_import_is_committed_indexed_and_summed_up(site: Flask, tmp_path: Path) -> None:
    rows = [*filings(30), filing(number=""), filing(model=" A "), filing(WEI="46")]
    result = import_(site, write(tmp_path / "r-2026-05-21.csv", rows))
    assert result.exit_code == 0
    for words in (
        "来源 cn-waterlabel，文件 r-2026-05-21.csv，数据日期 2026-05-21",
        "共 33 行：接受 32 行（其中 2 行有备注），拒绝 1 行。",
        "登记：新增 32，更新 0，不变 0，移出名录 0，被新备案取代 0。",
        "没有备案号：1 行（number-missing）",
        "标注等级与计算等级不一致：1 行（grade-differs）",
    ):
        assert words in result.output
    with site.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 32
        assert list(differences()) == []


def test_a_dry_run_says_the_same_and_writes_nothing(site: Flask, tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", [*filings(30), filing(number="")])
    before = everything(site)
    dry = import_(site, path, "--dry-run").output
    assert everything(site) == before
    assert "试运行：什么都没有写入。" in dry
    wet = import_(site, path).output
    said = [line for line in dry.splitlines() if not line.startswith(("试运行", "用时"))]
    assert said == [line for line in wet.splitlines() if not line.startswith("用时")]


def test_i02_the_same_file_again_writes_nothing_and_says_so(site: Flask, tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", filings(30))
    import_(site, path)
    before = everything(site)
    result = import_(site, path)
    assert "这个文件已经导入过，内容没有变化，什么都没有写入。" in result.output
    assert everything(site) == before


def test_the_report_file_has_the_outcome_of_every_row(site: Flask, tmp_path: Path) -> None:
    rows = [filing(), filing(number="", model=" =1 "), filing()]
    report = tmp_path / "report.csv"
    assert import_(site, write(tmp_path / "r.csv", rows), "--report", str(report)).exit_code == 0
    with report.open(encoding="utf-8-sig", newline="") as file:
        found = [(row["行号"], row["结果"], row["原因代码"]) for row in csv.DictReader(file)]
    assert found == [("2", "新增", ""), ("3", "拒绝", "number-missing"), ("4", "新增", "")]


def test_out_and_in_through_the_commands_is_the_same_file(site: Flask, tmp_path: Path) -> None:
    import_(site, write(tmp_path / "r.xlsx", filings(50)))
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    assert "已导出 50 条登记。" in run_command(site, "labels", "export", str(first))
    assert import_(site, first, source="outreach").exit_code == 0
    run_command(site, "labels", "export", str(second))
    assert first.read_bytes() == second.read_bytes()
    assert "r.xlsx" in run_command(site, "labels", "runs")


def test_an_export_needs_a_format_that_there_is(site: Flask, tmp_path: Path) -> None:
    result = run(site, "labels", "export", str(tmp_path / "a.pdf"))
    assert (result.exit_code, "以 .csv、.xlsx 或 .json 结尾" in result.output) == (1, True)


def test_faulty_standards_are_told_by_file_line_and_column(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "standards"))
    grades = folder / "grades.csv"
    grades.write_text(grades.read_text(encoding="utf-8").replace("Grade 3,3,", "Grade 3,x,", 1), encoding="utf-8")
    monkeypatch.setattr("outreach.labels.cli.load_standards", partial(load_standards, folder=folder))
    before = everything(site)
    result = run(site, "labels", "standards")
    assert result.exit_code == 1
    assert "grades.csv:4 rank：「x」不对。" in result.output
    assert everything(site) == before


def test_loading_the_standards_again_changes_nothing(site: Flask) -> None:
    before = everything(site)
    assert "新增 0，更新 0，删除 0，不变 192；重新核对等级 0 条。" in run_command(site, "labels", "standards")
    assert everything(site) == before


def test_i02_a_second_import_waits_and_is_refused_when_the_first_is_long(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("outreach.core.db", "outreach.labels.actions.import_locking"):
        monkeypatch.setattr(f"{module}.BUSY_TIMEOUT_MS", 200)
    path = write(tmp_path / "r.csv", filings(5))
    with site.app_context():
        db.engine.dispose()  # new connections wait as long as the test says
    with site.app_context(), db.engine.connect() as first:
        if is_sqlite(first):
            first.exec_driver_sql("SELECT 1")
        else:
            first.execute(sa.select(sa.func.pg_advisory_xact_lock(import_locking.ADVISORY_KEY)))
        result = import_(site, path)
        assert (result.exit_code, "另一个导入正在进行" in result.output) == (1, True)
        first.rollback()
    assert import_(site, path).exit_code == 0
    with site.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(ImportRun)) == 1
