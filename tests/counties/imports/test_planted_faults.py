"""One list with every fault that lists have, and exactly what is said of each row; on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.counties.imports.remarks import describe
from outreach.counties.imports.reports import total_sentence
from outreach.counties.imports.rows import BatchTotal
from outreach.counties.models import Batch, CountyImportRun, NameReview, StageEvent
from tests.counties.imports.lists import HEADINGS, line, take_in, write


class Planted(NamedTuple):
    """One row of the list and what must become of it: outcome, unit or candidates, remarks."""

    row: tuple[str, ...]
    outcome: str
    units: str = ""
    remarks: str = ""


PLANTED = (
    Planted(line(), "added", "130121", "batch-created"),
    # 1 to 5: the province
    Planted(line("正定县", "山东省"), "refused", "", "wrong-province"),
    Planted(line("长安区", "广东省"), "refused", "", "wrong-province"),
    Planted(line("元氏县", ""), "refused", "", "province-missing"),
    Planted(line("元氏县", "河北省石家庄市"), "refused", "", "province-unknown"),
    Planted(line("巴林左旗", "內蒙古"), "added", "150422"),
    # 6 to 10: names of former days
    Planted(line("太谷县", "山西省"), "added", "140703", "converted"),
    Planted(line("庫車縣", "新疆"), "added", "652902", "converted traditional"),
    Planted(line("沙县", "福建省"), "refused", "", "converted already-named"),
    Planted(line("射洪县", "四川省"), "review", "510981", "unknown-name"),
    Planted(line("江北区", "重庆市"), "review", "500105 500157", "ended-before"),
    # 11 to 15: names that many bear, or nobody
    Planted(line("市中区", "山东省"), "review", "370103 370402", "ambiguous"),
    Planted(line("铁西区", "辽宁省"), "review", "210106 210303", "ambiguous"),
    Planted(line("火星县", "河北省"), "review", "", "unknown-name"),
    Planted(line("青岛市历城区", "山东省"), "review", "370112", "unknown-name"),
    Planted(line("", "河北省"), "refused", "", "name-missing"),
    # 16 to 20: repetitions
    Planted(line(), "refused", "", "duplicate"),
    Planted(line("石家庄市井陉县"), "refused", "", "prefix duplicate"),
    Planted(line("市中区", "山东省"), "refused", "", "duplicate"),
    Planted(line("东城区", "北京市"), "refused", "", "already-named"),
    Planted(line("东莞市莞城街道", "广东省", "6", "2023"), "known", "dongguan-guancheng", "prefix no-code"),
    # 21 to 25: how it is written
    Planted(line("赞　皇　县"), "added", "130129", "blanks-cleaned"),
    Planted(line("涞⽔县"), "added", "130623", "width-cleaned"),
    Planted(line("鹽都區", "江蘇省"), "added", "320903", "traditional"),
    Planted(line("河北省灵寿县"), "added", "130126", "prefix"),
    Planted(line("延边州敦化市", "吉林省", "第七批"), "added", "222403", "prefix"),
    # 26 to 32: batches and dates
    Planted(line("高邑县", batch=""), "refused", "", "batch-missing"),
    Planted(line("高邑县", batch="第X批"), "refused", "", "batch-wrong"),
    Planted(line("高邑县", on="2025-13-40"), "refused", "", "date-wrong"),
    Planted(line("高邑县", on="2099-01-01"), "refused", "", "date-in-future"),
    Planted(line("高邑县", on="2025-10-01"), "refused", "", "date-contradicts"),
    Planted(line("高邑县", batch="3", on="2024-05-01"), "refused", "", "date-contradicts"),
    Planted(line("高邑县", batch="8", on=""), "refused", "", "date-missing"),
    # 33 to 38: dates that are put right, and what cannot be kept
    Planted(line("深泽县", batch="3", on=""), "added", "130128", "date-of-batch"),
    Planted(line("无极县", batch="2", on="2019年9月2日"), "added", "130130", "date-finer"),
    Planted(line("平山县", document=""), "refused", "", "source-missing"),
    Planted(line("平山县\x01"), "refused", "", "text-unreadable"),
    Planted(line("平" * 10_000), "refused", "", "text-too-long"),
    Planted((*line("平山县"), "备注"), "refused", "", "cells-beyond"),
)
#: The wrong totals: batch 7 is new, the others lack most of what was announced.
TOTALS = (
    BatchTotal(2, 1, 201),
    BatchTotal(3, 2, 350),
    BatchTotal(6, 1, 323),
    BatchTotal(7, 32, None),
    BatchTotal(8, 1, None),
)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_list_with_planted_faults_yields_exactly_the_expected_report(
    registry: Session, tmp_path: Path, suffix: str
) -> None:
    planted = [item for item in PLANTED if suffix == "csv" or "\x01" not in item.row[3]]  # a workbook cannot hold it
    path = write(tmp_path / f"list.{suffix}", [item.row for item in planted])
    report = take_in(registry, path)
    found = [
        (row.row_number, row.outcome.value, row.unit or " ".join(row.candidates), _codes(row.remarks))
        for row in report.rows
    ]
    expected = [(number, item.outcome, item.units, item.remarks) for number, item in enumerate(planted, start=2)]
    assert found == expected
    missing = len(PLANTED) - len(planted)
    assert report.totals == tuple(
        BatchTotal(one.batch, one.rows - missing * (one.batch == 7), one.announced) for one in TOTALS
    )


def _codes(remarks: object) -> str:
    return " ".join(remark.code.value for remark in remarks)  # type: ignore[attr-defined]  # a tuple of remarks


def test_there_are_thirty_faults_and_more() -> None:
    assert sum(bool(item.remarks) for item in PLANTED) >= 30


def test_what_is_written_is_what_the_report_says(registry: Session, tmp_path: Path) -> None:
    before = registry.scalar(sa.select(sa.func.count(StageEvent.id))) or 0
    take_in(registry, write(tmp_path / "list.csv", [item.row for item in PLANTED]))
    added = [item for item in PLANTED if item.outcome == "added"]
    assert registry.scalar(sa.select(sa.func.count(StageEvent.id))) == before + len(added)
    reviews = registry.scalars(sa.select(NameReview).order_by(NameReview.row_number)).all()
    assert [review.reason for review in reviews] == [item.remarks for item in PLANTED if item.outcome == "review"]
    assert reviews[0].raw == dict(zip(HEADINGS, line("射洪县", "四川省"), strict=True))
    run = registry.scalars(sa.select(CountyImportRun)).one()
    counts = (run.rows_total, run.rows_accepted, run.rows_known, run.rows_review, run.rows_refused)
    assert counts == (len(PLANTED), len(added), 1, 6, len(PLANTED) - len(added) - 7)
    batch = registry.scalars(sa.select(Batch).where(Batch.number == 7)).one()
    assert (batch.announced_count, batch.origin.value, batch.certainty.value) == (None, "import", "sourced")
    assert registry.scalar(sa.select(Batch.id).where(Batch.number == 8)) is None


def test_every_remark_of_the_report_is_a_sentence(registry: Session, tmp_path: Path) -> None:
    report = take_in(registry, write(tmp_path / "list.csv", [item.row for item in PLANTED]))
    sentences = {remark.code.value: describe(remark) for row in report.rows for remark in row.remarks}
    assert all(sentence.endswith("。") and len(sentence) < 200 for sentence in sentences.values())
    assert sentences["wrong-province"] == "「长安区」不在所填的省，而在：河北省、陕西省。"
    assert sentences["duplicate"] == "「市中区」与第 13 行重复。"
    assert sentences["already-named"] == "「东城区」已在第 1 批命名，仍然有效。"
    assert sentences["text-unreadable"] == "「平山县␣」含有无法识别的字符。"


def test_totals_are_told_against_the_announced_number() -> None:
    assert total_sentence(BatchTotal(5, 348, 349)) == "第 5 批公告 349 个，本文件 348 行，数目不符。"
    assert total_sentence(BatchTotal(5, 349, 349)) == "第 5 批公告 349 个，本文件 349 行，数目相符。"
    assert total_sentence(BatchTotal(7, 3, None)) == "第 7 批：本文件 3 行，公布数未知。"
