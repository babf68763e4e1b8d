"""An import told to people: the summary on the screen, and the file with the outcome of every row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.core.exports import Column, Kind, stream_csv
from outreach.labels.actions.import_report import ImportFile, ImportReport, Outcome, RowReport
from outreach.labels.imports.remarks import LABELS, describe
from outreach.labels.imports.rows import Remark

OUTCOMES: Final[Mapping[Outcome, LazyString]] = {
    Outcome.ADDED: _l("新增"),
    Outcome.UPDATED: _l("更新"),
    Outcome.UNCHANGED: _l("不变"),
    Outcome.MERGED: _l("合并"),
    Outcome.REFUSED: _l("拒绝"),
    Outcome.SUPERSEDED: _l("被取代"),
    Outcome.DELISTED: _l("移出名录"),
}


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the report file: a row with one of its remarks, or with none."""

    row: RowReport
    remark: Remark | None


COLUMNS: Final[Sequence[Column[_Line]]] = (
    Column("row", _l("行号"), lambda line: line.row.row_number or None, Kind.NUMBER),
    Column("number", _l("备案号或登记号"), lambda line: line.row.number),
    Column("outcome", _l("结果"), lambda line: str(OUTCOMES[line.row.outcome])),
    Column("field", _l("列"), lambda line: line.remark.field if line.remark else ""),
    Column("code", _l("原因代码"), lambda line: line.remark.code.value if line.remark else ""),
    Column("message", _l("说明"), lambda line: describe(line.remark) if line.remark else ""),
)


class ReportFile:
    """The report while it is written; it takes its name only when it is complete."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.file.writelines(stream_csv(COLUMNS, []))

    def write(self, reports: Iterable[RowReport]) -> None:
        lines = (_Line(row, remark) for row in reports for remark in row.remarks or (None,))
        pieces = stream_csv(COLUMNS, lines)
        next(pieces)
        self.file.writelines(pieces)


@contextmanager
def report_file(path: Path | None) -> Iterator[ReportFile | None]:
    """The report at ``path``, put there when the block ends well; None without a path."""
    if path is None:
        yield None
        return
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("wb") as file:
            yield ReportFile(file)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def summary_lines(
    file: ImportFile, report: ImportReport, notes: Iterable[str | LazyString], *, is_dry_run: bool
) -> Iterator[str]:
    """The summary, line by line."""
    day = file.as_of_on.isoformat() if file.as_of_on else _("未注明")
    yield _("来源 %(source)s，文件 %(name)s，数据日期 %(day)s", source=file.source, name=file.file_name, day=day)
    for note in notes:
        yield str(note)
    yield _(
        "共 %(total)d 行：接受 %(accepted)d 行（其中 %(remarked)d 行有备注），拒绝 %(refused)d 行。",
        total=report.total,
        accepted=report.accepted,
        remarked=report.remarked,
        refused=report.refused,
    )
    yield _(
        "登记：新增 %(added)d，更新 %(updated)d，不变 %(unchanged)d，移出名录 %(delisted)d，"
        "被新备案取代 %(superseded)d。",
        added=report.outcomes[Outcome.ADDED],
        updated=report.outcomes[Outcome.UPDATED],
        unchanged=report.outcomes[Outcome.UNCHANGED],
        delisted=report.delisted,
        superseded=report.superseded,
    )
    for code, count in sorted(report.remarks.items()):
        yield _("  %(label)s：%(count)d 行（%(code)s）", label=str(LABELS[code]), count=count, code=code.value)
    if report.is_unchanged:
        yield _("这个文件已经导入过，内容没有变化，什么都没有写入。")
    elif is_dry_run:
        yield _("试运行：什么都没有写入。")
