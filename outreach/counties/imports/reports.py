"""An imported list told to people: the summary on the screen, and the file with the outcome of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach.core.exports import Column, Kind, stream_csv
from outreach.counties.imports.remarks import LABELS, OUTCOMES, describe
from outreach.counties.imports.rows import BatchTotal, ListReport, Outcome, Remark, RowReport


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the report file: a row with one of its remarks, or with none."""

    row: RowReport
    remark: Remark | None


COLUMNS: Final[Sequence[Column[_Line]]] = (
    Column("row", _l("行号"), lambda line: line.row.row_number, Kind.NUMBER),
    Column("batch", _l("批次"), lambda line: line.row.batch, Kind.NUMBER),
    Column("name", _l("名称"), lambda line: line.row.name),
    Column("outcome", _l("结果"), lambda line: str(OUTCOMES[line.row.outcome])),
    Column("unit", _l("单位"), lambda line: line.row.unit),
    Column("field", _l("列"), lambda line: line.remark.field if line.remark else ""),
    Column("code", _l("原因代码"), lambda line: line.remark.code.value if line.remark else ""),
    Column("message", _l("说明"), lambda line: describe(line.remark) if line.remark else ""),
    Column("candidates", _l("候选单位"), lambda line: " ".join(line.row.candidates)),
)


def write_report(path: Path, report: ListReport) -> None:
    """The outcome of every row as CSV; the file takes its name only when it is complete."""
    lines = (_Line(row, remark) for row in report.rows for remark in row.remarks or (None,))
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(stream_csv(COLUMNS, lines))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def summary_lines(name: str, report: ListReport, *, is_dry_run: bool) -> Iterator[str]:
    """The summary, line by line."""
    yield _(
        "文件 %(name)s 共 %(total)d 行：新增命名 %(added)d，已有 %(known)d，待人工核对 %(review)d，拒绝 %(refused)d。",
        name=name,
        total=len(report.rows),
        added=report.count(Outcome.ADDED),
        known=report.count(Outcome.KNOWN),
        review=report.count(Outcome.REVIEW),
        refused=report.count(Outcome.REFUSED),
    )
    yield from map(total_sentence, report.totals)
    codes = Counter(remark.code for row in report.rows for remark in row.remarks)
    for code, count in sorted(codes.items()):
        yield _("  %(label)s：%(count)d 行（%(code)s）", label=str(LABELS[code]), count=count, code=code.value)
    for row in report.rows:
        if row.outcome in (Outcome.REFUSED, Outcome.REVIEW):
            for remark in row.remarks[-1:] if row.outcome is Outcome.REVIEW else row.remarks:
                yield _("  第 %(row)d 行：%(message)s", row=row.row_number, message=describe(remark))
    if report.is_unchanged:
        yield _("这个文件已经导入过，内容没有变化，什么都没有写入。")
    elif is_dry_run:
        yield _("试运行：什么都没有写入。")


def total_sentence(total: BatchTotal) -> str:
    """How the file stands against the announced number of a batch."""
    if total.announced is None:
        return _("第 %(batch)d 批：本文件 %(rows)d 行，公布数未知。", batch=total.batch, rows=total.rows)
    counts = {"batch": total.batch, "announced": total.announced, "rows": total.rows}
    if total.differs:
        return _("第 %(batch)d 批公告 %(announced)d 个，本文件 %(rows)d 行，数目不符。", **counts)
    return _("第 %(batch)d 批公告 %(announced)d 个，本文件 %(rows)d 行，数目相符。", **counts)
