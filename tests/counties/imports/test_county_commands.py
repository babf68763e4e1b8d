"""``flask counties …`` on a site of its own: what it says, what it leaves, and every faulty file refused in Chinese."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from outreach.core.db import Base, db, is_sqlite
from outreach.counties.actions import batch_lists
from outreach.counties.actions.facts import load_facts
from outreach.counties.actions.facts_files import FOLDER
from outreach.counties.models import CountyImportRun, NameReview, ReviewState, StageEvent
from tests.conftest import run_command
from tests.core.workbooks import write_bomb, write_workbook
from tests.counties.imports.lists import DAY, HEADINGS, PAPER, ROW, as_csv, line, write


def run(app: Flask, *words: str) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["counties", *words])


def everything(app: Flask) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(sa.select(table))))
            for name, table in Base.metadata.tables.items()
        }


def refused(app: Flask, *words: str) -> str:
    """What a refused command says; it must leave everything as it was."""
    before = everything(app)
    result = run(app, *words)
    assert (result.exit_code, type(result.exception)) == (1, SystemExit), result.output
    assert everything(app) == before
    return result.output


def text(content: str | bytes) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


WIDE = [*HEADINGS, *(f"列{number}" for number in range(194))]
FAULTS: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "zip-bomb": ("a.xlsx", lambda path: write_bomb(path, 300 * 1024 * 1024), "压缩炸弹"),
    "formula": ("a.xlsx", lambda path: write_workbook(path, [HEADINGS, [*ROW[:3], "=A1", *ROW[4:]]]), "D2 是公式"),
    "wrong-columns": ("a.csv", text("县,市\n甲,乙\n"), "缺少列：批次、公告日期、省、名称"),
    "empty": ("a.csv", text(""), "空的"),
    "headings-only": ("a.csv", text(as_csv([])), "只有表头"),
    "200-columns": ("a.csv", text(as_csv([ROW], WIDE)), "200 列，最多 100 列"),
    "column-twice": ("a.csv", text(as_csv([ROW], [*HEADINGS[:5], "名 称"])), "「名 称」出现了不止一次"),
    "old-excel": ("a.xls", text(b"\xd0\xcf\x11\xe0" + b"\0" * 100), "旧版 Excel"),
    "open-quote": ("a.csv", text(as_csv([ROW]) + '"x'), "引号不成对"),
    "too-long": ("a.csv", text(as_csv([ROW] * 20_001)), "超过 20000 行"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_i06_a_faulty_file_gets_a_chinese_sentence_and_leaves_the_database_untouched(
    site: Flask, tmp_path: Path, fault: str
) -> None:
    name, make, words = FAULTS[fault]
    path = make(tmp_path / name)
    said = refused(site, "import", str(path), "--report", str(tmp_path / "report.csv"))
    assert words in said
    assert sorted(item.name for item in tmp_path.iterdir()) == [name]


def test_hostile_cells_are_refused_row_by_row(site: Flask, tmp_path: Path) -> None:
    rows = [line("井\x00陉县"), line("<script>alert(1)</script>"), line("=1+1"), line("＝cmd|' /C calc'!A0")]
    result = run(site, "import", str(write(tmp_path / "a.csv", rows)))
    assert result.exit_code == 0, result.output
    assert "待人工核对 3，拒绝 1。" in result.output
    assert "井␣陉县" in result.output


def test_headings_may_be_wide_and_spaced_and_dates_may_be_cells(site: Flask, tmp_path: Path) -> None:
    headings = ["第几批", "公告 日期", "省　份", "县（市、区）名称", "文号"]
    path = write_workbook(tmp_path / "a.xlsx", [["名单"], headings, [7, date(2025, 11, 20), "河北", "井陉县", PAPER]])
    assert "新增命名 1" in run(site, "import", str(path)).output
    with site.app_context():
        event = db.session.scalars(sa.select(StageEvent).where(StageEvent.document == PAPER)).one()
        assert (event.happened_on, event.precision.value) == (date(2025, 11, 20), "day")


def test_an_import_is_committed_and_summed_up(site: Flask, tmp_path: Path) -> None:
    rows = [line(), line("市中区", "山东省"), line("正定县", "山东省"), line("辛集市", batch="3", on="2020-12-01")]
    result = run(site, "import", str(write(tmp_path / "list.csv", rows)))
    assert result.exit_code == 0
    for words in (
        "文件 list.csv 共 4 行：新增命名 2，已有 0，待人工核对 1，拒绝 1。",
        "第 3 批公告 350 个，本文件 1 行，数目不符。",
        "第 7 批：本文件 3 行，公布数未知。",
        "第 3 行：「市中区」可能指几个单位，请从候选中选定。",
        "第 4 行：「正定县」不在所填的省，而在：河北省。",
    ):
        assert words in result.output
    with site.app_context():
        assert db.session.scalar(sa.select(sa.func.count(CountyImportRun.id))) == 1


def test_a_dry_run_says_the_same_and_writes_nothing(site: Flask, tmp_path: Path) -> None:
    path = write(tmp_path / "list.csv", [line(), line("市中区", "山东省"), line("正定县", "山东省")])
    before = everything(site)
    dry = run(site, "import", str(path), "--dry-run").output
    assert everything(site) == before
    assert "试运行：什么都没有写入。" in dry
    wet = run(site, "import", str(path)).output
    said = [row for row in dry.splitlines() if not row.startswith(("试运行", "用时"))]
    assert said == [row for row in wet.splitlines() if not row.startswith("用时")]


def test_i02_the_same_file_again_writes_nothing_and_says_so(site: Flask, tmp_path: Path) -> None:
    path = write(tmp_path / "list.csv", [line(), line("市中区", "山东省"), line("正定县", "山东省")])
    run(site, "import", str(path))
    before = everything(site)
    result = run(site, "import", str(path))
    assert "这个文件已经导入过，内容没有变化，什么都没有写入。" in result.output
    assert everything(site) == before


def test_a_changed_file_with_the_same_question_asks_it_only_once(site: Flask, tmp_path: Path) -> None:
    run(site, "import", str(write(tmp_path / "a.csv", [line("市中区", "山东省")])))
    run(site, "import", str(write(tmp_path / "b.csv", [line("市中区", "山东省"), line()])))
    with site.app_context():
        assert db.session.scalar(sa.select(sa.func.count(NameReview.id))) == 1
        assert db.session.scalar(sa.select(sa.func.count(CountyImportRun.id))) == 2


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([line(), line("正定县", "山东省")], "有 1 行被拒绝"),
        ([line(batch="3", on="2020-12-01")], "第 3 批的行数与公布数不符"),
    ],
)
def test_strict_takes_in_nothing_when_something_is_wrong(
    site: Flask, tmp_path: Path, rows: list[tuple[str, ...]], words: str
) -> None:
    assert words in refused(site, "import", str(write(tmp_path / "list.csv", rows)), "--strict")


def test_the_report_file_has_the_outcome_of_every_row(site: Flask, tmp_path: Path) -> None:
    rows = [line(), line("市中区", "山东省"), line("=1+1", "山东省")]
    report = tmp_path / "report.csv"
    run(site, "import", str(write(tmp_path / "list.csv", rows)), "--report", str(report))
    with report.open(encoding="utf-8-sig", newline="") as file:
        found = [(row["行号"], row["名称"], row["结果"], row["候选单位"]) for row in csv.DictReader(file)]
    assert found == [
        ("2", "井陉县", "新增命名", ""),
        ("3", "市中区", "待人工核对", "370103 370402"),
        ("4", "'=1+1", "待人工核对", ""),
    ]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_out_and_in_again_is_the_same_file_and_nothing_is_added(site: Flask, tmp_path: Path, suffix: str) -> None:
    first, second = tmp_path / f"first.{suffix}", tmp_path / f"second.{suffix}"
    assert "已导出 208 条命名。" in run_command(site, "counties", "export", str(first))
    assert "共 208 行：新增命名 0，已有 208，待人工核对 0，拒绝 0。" in run(site, "import", str(first)).output
    run_command(site, "counties", "export", str(second))
    assert first.read_bytes() == second.read_bytes()


def test_an_export_fills_an_empty_registry_again(site: Flask, tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    run_command(site, "counties", "export", str(first))
    with site.app_context(), db.engine.begin() as connection:
        connection.execute(sa.delete(StageEvent))
    assert "新增命名 208，已有 0，待人工核对 0，拒绝 0。" in run(site, "import", str(first)).output
    run_command(site, "counties", "export", str(second))
    assert first.read_text("utf-8") == second.read_text("utf-8")


def test_an_export_needs_a_format_that_there_is(site: Flask, tmp_path: Path) -> None:
    assert "以 .csv、.xlsx 或 .json 结尾" in refused(site, "export", str(tmp_path / "a.pdf"))


def test_a_person_decides_who_is_meant_and_later_lists_know(site: Flask, tmp_path: Path) -> None:
    rows = [line("市中区", "山东省"), line("铁西区", "辽宁省"), line("火星县")]
    run(site, "import", str(write(tmp_path / "a.csv", rows)))
    listed = run(site, "reviews").output
    assert "第 7 批  山东省「市中区」  可能指几个单位  候选：济南市市中区 370103、枣庄市市中区 370402" in listed
    assert "候选：无" in listed
    ids = [row.split()[0] for row in listed.splitlines()[:3]]
    assert "已认定：「铁西区」是 铁西区（210106）。" in run(site, "assign", ids[1], "210106").output
    assert "已排除核对单" in run(site, "dismiss", ids[2], "--note", "查无此县").output
    assert "这张核对单已经处理过。" in refused(site, "assign", ids[1], "210106")
    assert "这张核对单已经处理过。" in refused(site, "dismiss", ids[2], "--note", "x")
    assert "没有核对单 99999。" in refused(site, "assign", "99999", "210106")
    assert "没有单位「nowhere」" in refused(site, "assign", ids[0], "nowhere")
    assert "不能接着「公布命名」" in refused(site, "assign", ids[0], "370103")
    assert "共 1 条。" in run(site, "reviews").output
    assert "共 3 条。" in run(site, "reviews", "--all").output
    again = run(site, "import", str(write(tmp_path / "b.csv", [*rows, line()])), "--report", str(tmp_path / "r.csv"))
    assert "新增命名 1，已有 2，待人工核对 1，拒绝 0。" in again.output
    with site.app_context():
        states = db.session.scalars(sa.select(NameReview.state).order_by(NameReview.id)).all()
    assert states == [ReviewState.OPEN, ReviewState.ASSIGNED, ReviewState.DISMISSED]


def test_single_steps_are_recorded_in_their_order_and_impossible_ones_refused(site: Flask) -> None:
    paper = ("--document", "鲁水节字〔2024〕1号", "--source", "https://www.example.cn/a")
    kept = ("event", "add", "371482", "--stage", "kept", "--on", "2024-03", *paper)
    assert "单位当时是「已命名」，不能接着「复核通过，保持命名」" in refused(site, *kept)
    assert (
        "已记录：禹城市（371482）。" in run(site, "event", "add", "371482", "--stage", "rechecked", *paper[:2]).output
    )
    assert "已记录" in run(site, *kept).output
    with site.app_context():
        query = sa.select(StageEvent).where(StageEvent.stage == "kept")
        event = db.session.scalars(query).one()
        assert (event.happened_on, event.precision.value, event.origin.value) == (date(2024, 3, 1), "month", "staff")
        assert (event.source_url, event.source_name) == ("https://www.example.cn/a", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("371482", "--stage", "rechecked", "--on", "昨天", "--document", "x"), "「昨天」不是日期。"),
        (("371482", "--stage", "rechecked", "--on", "2099", "--document", "x"), "「2099」还没有到。"),
        (("371482", "--stage", "rechecked", "--on", "2024"), "文号和来源至少要填一个。"),
        (("371482", "--stage", "rechecked", "--document", "x" * 301), "文字太长"),
        (("371482", "--stage", "rechecked", "--document", "x\x07"), "无法识别的字符"),
        (("371482", "--stage", "designated", "--document", "x"), "命名要有批次"),
        (("371482", "--stage", "kept", "--batch", "3", "--document", "x"), "命名要有批次"),
        (("130121", "--stage", "designated", "--batch", "77", "--document", "x"), "没有第 77 批"),
        (("371482", "--stage", "designated", "--batch", "3", "--document", "x"), "这一批已有命名"),
        (("500999", "--stage", "applied", "--document", "x"), "没有单位「500999」"),
    ],
)
def test_a_step_that_cannot_be_recorded_is_refused_with_the_reason(
    site: Flask, words: tuple[str, ...], said: str
) -> None:
    assert said in refused(site, "event", "add", *words)


def test_a_former_code_leads_to_the_unit_that_goes_on(site: Flask) -> None:
    result = run(site, "event", "add", "610322", "--stage", "rechecked", "--on", "2024", "--document", "x")
    assert "已记录：凤翔区（610305）。" in result.output


def test_loading_the_facts_again_changes_nothing(site: Flask) -> None:
    before = everything(site)
    assert "新增 0，更新 0，删除 0，不变" in run_command(site, "counties", "facts")
    assert everything(site) == before


def test_faulty_facts_are_told_by_file_line_and_column(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "counties"))
    batches = folder / "batches.csv"
    batches.write_text(batches.read_text(encoding="utf-8").replace("2019-03-13,", "2019-03-33,", 1), encoding="utf-8")
    monkeypatch.setattr("outreach.counties.cli.load_facts", partial(load_facts, folder=folder))
    assert "batches.csv:2 announced_on：「2019-03-33」不对。" in refused(site, "facts")


def test_a_list_before_the_facts_is_refused(site: Flask, tmp_path: Path) -> None:
    with site.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
    assert "请先运行 flask counties facts" in refused(site, "import", str(write(tmp_path / "a.csv", [ROW])))


def test_i02_a_second_import_waits_and_is_refused_when_the_first_is_long(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("outreach.core.db", "outreach.counties.actions.batch_lists"):
        monkeypatch.setattr(f"{module}.BUSY_TIMEOUT_MS", 200)
    path = write(tmp_path / "list.csv", [ROW])
    with site.app_context():
        db.engine.dispose()  # new connections wait as long as the test says
    with site.app_context(), db.engine.connect() as first:
        if is_sqlite(first):
            first.exec_driver_sql("SELECT 1")
        else:
            first.execute(sa.select(sa.func.pg_advisory_xact_lock(batch_lists.ADVISORY_KEY)))
        result = run(site, "import", str(path))
        assert (result.exit_code, "另一个导入正在进行" in result.output) == (1, True)
        first.rollback()
    assert run(site, "import", str(path)).exit_code == 0
    assert DAY in path.read_text("utf-8")
