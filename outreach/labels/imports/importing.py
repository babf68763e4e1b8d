"""Importing one file, from its path to the report; every refusal as one Chinese sentence. The caller commits."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from outreach.core.clock import today
from outreach.core.tables import Table, TableError, file_sha256, open_table
from outreach.labels.actions.import_locking import ImportBusy, lock_imports
from outreach.labels.actions.import_report import ImportFile, ImportReport, RowReport
from outreach.labels.actions.imports import NoRows, OlderFile, TooMuchVanished, import_register
from outreach.labels.imports.remarks import describe
from outreach.labels.imports.reports import report_file
from outreach.labels.imports.rows import RefusedRow, RegisterRow
from outreach.labels.imports.source import RowReader, Source
from outreach.labels.queries.import_facts import load_facts

#: Rows between two steps of the progress bar.
STEP: Final = 500
FILE_NAME_LENGTH: Final = 300
#: New objects between two collections of cyclic garbage while an import runs.
COLLECT_AFTER: Final = 200_000

_DAY = re.compile(r"(?<![0-9])([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])")


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What the command was asked for."""

    path: Path
    source: Source
    as_of_on: date | None = None
    report_path: Path | None = None
    is_dry_run: bool = False
    is_partial: bool = False
    is_strict: bool = False
    is_forced: bool = False
    #: Who asks; empty: a command does.
    created_by_name: str = ""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What came of it. ``notes``: what of the file was left unread."""

    file: ImportFile
    report: ImportReport
    notes: Sequence[str | LazyString]


class ImportRefused(Exception):
    """Nothing is taken in; the message says why."""


def day_in_name(path: Path) -> date | None:
    """The last day (YYYY-MM-DD) that a file's name holds."""
    for text in reversed(_DAY.findall(path.name)):
        try:
            return date.fromisoformat(text)
        except ValueError:
            continue
    return None


Watch = Callable[[Sequence[RowReport]], None]


def run_import(
    session: Session,
    request: ImportRequest,
    progress: Callable[[float], None] = lambda _fraction: None,
    watch: Watch = lambda _reports: None,
) -> ImportResult:
    """Import the file in the session's transaction, which is open when this returns. Raises ``ImportRefused``.

    ``watch`` sees the outcome of every row, and at the end what is superseded or disappears.
    """
    try:
        lock_imports(session)
        with _few_collections():
            return _import(session, request, progress, watch)
    except TableError as error:
        raise ImportRefused(str(error)) from error
    except NoRows as error:
        raise ImportRefused(_("文件只有表头，没有数据行。")) from error
    except ImportBusy as error:
        raise ImportRefused(_("另一个导入正在进行，请稍后再试。")) from error
    except OlderFile as error:
        days = {"day": error.as_of_on.isoformat(), "newest": error.newest_on.isoformat()}
        message = _("文件的数据日期 %(day)s 早于已导入的 %(newest)s。确实要用它请加 --force。", **days)
        raise ImportRefused(message) from error
    except TooMuchVanished as error:
        counts = {"missing": error.missing, "known": error.known}
        message = _(
            "已有的 %(known)d 条登记中有 %(missing)d 条不在文件里。如果文件只是一部分，请加 --partial；"
            "如果名录确实少了这么多，请加 --force。",
            **counts,
        )
        raise ImportRefused(message) from error
    except DatabaseError as error:
        raise ImportRefused(_("数据库出错，什么都没有写入：%(error)s", error=str(error.orig))) from error


@contextmanager
def _few_collections() -> Iterator[None]:
    """Rows are millions of short-lived tuples without cycles: looking for cycles would cost a fifth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECT_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _import(session: Session, request: ImportRequest, progress: Callable[[float], None], tell: Watch) -> ImportResult:
    facts = load_facts(session)
    if not facts.editions:
        raise ImportRefused(_("还没有载入标准，请先运行 flask labels standards。"))
    if not request.path.is_file():
        raise TableError(_("文件「%(name)s」打不开。", name=request.path.name))
    file = _file(request)
    with open_table(request.path, request.source.layouts(facts)) as table, report_file(request.report_path) as out:

        def watch(reports: Sequence[RowReport]) -> None:
            if out is not None:
                out.write(reports)
            tell(reports)

        read = request.source.read(table, facts, file.day)
        rows = _rows(table, read, progress)
        report = import_register(session, facts, file, rows, describe=describe, watch=watch)
        result = ImportResult(file, report, table.notes)
    if request.is_strict and report.refused:
        raise ImportRefused(_("有 %(count)d 行被拒绝，按 --strict 的要求什么都没有写入。", count=report.refused))
    return result


def _file(request: ImportRequest) -> ImportFile:
    source, as_of_on = request.source, request.as_of_on or day_in_name(request.path)
    return ImportFile(
        source=source.name,
        file_name=request.path.name[-FILE_NAME_LENGTH:],
        sha256=file_sha256(request.path),
        as_of_on=as_of_on,
        day=as_of_on or today(),
        is_full_register=source.is_full_register and not request.is_partial,
        is_refiled=source.is_refiled,
        is_forced=request.is_forced,
        created_by_name=request.created_by_name,
    )


def _rows(table: Table, read: RowReader, progress: Callable[[float], None]) -> Iterator[RegisterRow | RefusedRow]:
    for count, row in enumerate(table.rows(), start=1):
        if count % STEP == 0:
            progress(table.fraction)
        yield read(row)
    progress(1.0)
