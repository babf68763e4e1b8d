"""Importing one batch list, from its path to the report; every refusal as one Chinese sentence. The caller commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask_babel import gettext as _
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from outreach.core.clock import today
from outreach.core.tables import Table, TableError, file_sha256, open_table
from outreach.counties.actions.batch_lists import ImportBusy, ListFile, NoRows, import_list, lock_lists
from outreach.counties.actions.name_index import KnownNames, load_names
from outreach.counties.actions.placing import Placer
from outreach.counties.imports.batch_lists import LAYOUT, MOST_ROWS, read
from outreach.counties.imports.reports import write_report
from outreach.counties.imports.rows import ListReport, ListRow, Outcome, RefusedRow

FILE_NAME_LENGTH: Final = 300
#: Rows between two steps of the progress bar.
STEP: Final = 100


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What the command was asked for."""

    path: Path
    report_path: Path | None = None
    is_dry_run: bool = False
    is_strict: bool = False


class ImportRefused(Exception):
    """Nothing is taken in; the message says why."""


def run_import(
    session: Session, request: ImportRequest, progress: Callable[[float], None] = lambda _fraction: None
) -> ListReport:
    """Import the file in the session's transaction, which is open when this returns. Raises ``ImportRefused``."""
    try:
        lock_lists(session)
        return _import(session, request, progress)
    except TableError as error:
        raise ImportRefused(str(error)) from error
    except NoRows as error:
        raise ImportRefused(_("文件只有表头，没有数据行。")) from error
    except ImportBusy as error:
        raise ImportRefused(_("另一个导入正在进行，请稍后再试。")) from error
    except OSError as error:
        raise ImportRefused(_("报告写不进「%(name)s」。", name=str(request.report_path))) from error
    except DatabaseError as error:
        raise ImportRefused(_("数据库出错，什么都没有写入：%(error)s", error=str(error.orig))) from error


def _import(session: Session, request: ImportRequest, progress: Callable[[float], None]) -> ListReport:
    names = load_names(session)
    if not names.index.units:
        raise ImportRefused(_("还没有载入县域事实，请先运行 flask counties facts。"))
    if not request.path.is_file():
        raise TableError(_("文件「%(name)s」打不开。", name=request.path.name))
    file = ListFile(request.path.name[-FILE_NAME_LENGTH:], file_sha256(request.path))
    with open_table(request.path, (LAYOUT,)) as table:
        headings = {key: table.headings[position].strip() for key, position in table.positions.items()}
        placer = Placer(session, names, headings)
        report = import_list(session, placer, file, _rows(table, names, progress))
    if request.report_path is not None:
        write_report(request.report_path, report)
    if request.is_strict:
        _refuse_faults(report)
    return report


def _rows(table: Table, names: KnownNames, progress: Callable[[float], None]) -> Iterator[ListRow | RefusedRow]:
    read_row = read(table, names.index.find_province, today())
    for count, row in enumerate(table.rows(), start=1):
        if count > MOST_ROWS:
            raise TableError(_("文件超过 %(limit)d 行。", limit=MOST_ROWS))
        if count % STEP == 0:
            progress(table.fraction)
        yield read_row(row)
    progress(1.0)


def _refuse_faults(report: ListReport) -> None:
    """What ``--strict`` does not let pass: refused rows, and totals that are not the announced ones."""
    if refused := report.count(Outcome.REFUSED):
        raise ImportRefused(_("有 %(count)d 行被拒绝，按 --strict 的要求什么都没有写入。", count=refused))
    if wrong := [total.batch for total in report.totals if total.differs]:
        batches = "、".join(map(str, wrong))
        raise ImportRefused(
            _("第 %(batches)s 批的行数与公布数不符，按 --strict 的要求什么都没有写入。", batches=batches)
        )
