"""One official list into the registry: which rows name whom, which wait for a person, which are refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from outreach.core.clock import now
from outreach.core.db import BUSY_TIMEOUT_MS, is_sqlite
from outreach.core.search.outbox import touch_generation
from outreach.counties.actions.facts import GENERATION
from outreach.counties.actions.placing import Placed, Placer
from outreach.counties.imports.rows import BatchTotal, ListReport, ListRow, Outcome, RefusedRow, RowReport
from outreach.counties.models import (
    Batch,
    Certainty,
    CountyImportRun,
    DatePrecision,
    NameReview,
    Origin,
    ReviewState,
    Stage,
    StageEvent,
)
from outreach.counties.rules.dates import format_date

#: Any number that nothing else locks by (「县」「域」 in code points).
ADVISORY_KEY: Final = 0x53BF_57DF


class ImportBusy(Exception):
    """Another import, or another writer of the embedded database, is at work."""


class NoRows(Exception):
    """The file has headings and nothing below them."""


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file as the registry records it."""

    name: str
    sha256: str


def lock_lists(session: Session) -> None:
    """Take the right to import until the transaction ends. Raises ``ImportBusy`` after some seconds of waiting."""
    try:
        connection = session.connection()
        if not is_sqlite(connection):
            session.execute(sa.text(f"SET LOCAL lock_timeout = {BUSY_TIMEOUT_MS}"))
            session.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_KEY)))
            session.execute(sa.text("SET LOCAL lock_timeout = DEFAULT"))
    except OperationalError as error:
        session.rollback()
        raise ImportBusy from error


def import_list(session: Session, placer: Placer, file: ListFile, rows: Iterable[ListRow | RefusedRow]) -> ListReport:
    """Place every row and write what is new. The same bytes a second time write nothing. Raises ``NoRows``."""
    placed = [placer.place(row) for row in rows]
    if not placed:
        raise NoRows
    reports = tuple(item.report for item in placed)
    is_known = session.scalar(sa.select(CountyImportRun.id).where(CountyImportRun.sha256 == file.sha256).limit(1))
    is_new = any(item.is_new for item in placed)
    report = ListReport(reports, _totals(placer, reports), is_unchanged=is_known is not None and not is_new)
    if not report.is_unchanged:
        _write(session, placer, file, placed, report)
        touch_generation(session, GENERATION)
    return report


def _totals(placer: Placer, reports: Iterable[RowReport]) -> tuple[BatchTotal, ...]:
    counted = Counter(report.batch for report in reports if report.batch is not None)
    return tuple(
        BatchTotal(number, rows, placer.batches[number].announced_count if number in placer.batches else None)
        for number, rows in sorted(counted.items())
    )


def _write(session: Session, placer: Placer, file: ListFile, placed: list[Placed], report: ListReport) -> None:
    run = CountyImportRun(
        file_name=file.name,
        sha256=file.sha256,
        imported_at=now(),
        rows_total=len(placed),
        rows_accepted=report.count(Outcome.ADDED),
        rows_known=report.count(Outcome.KNOWN),
        rows_review=report.count(Outcome.REVIEW),
        rows_refused=report.count(Outcome.REFUSED),
        report=report_as_data(report),
    )
    session.add(run)
    session.flush()
    batches = {number: batch.id for number, batch in placer.batches.items()}
    for item in placed:
        if item.is_new and item.row is not None and item.row.batch not in batches:
            batches[item.row.batch] = _create_batch(session, item.row)
    session.add_all(
        naming_event(item.row, item.unit_id, batches[item.row.batch], run.id)
        for item in placed
        if item.is_new and item.row is not None and item.unit_id is not None
    )
    session.add_all(_review(item, run.id) for item in placed if item.is_new and item.unit_id is None)
    session.flush()


def report_as_data(report: ListReport) -> dict[str, Any]:
    """The report as it is kept with the run."""
    return {
        "totals": [{"batch": one.batch, "rows": one.rows, "announced": one.announced} for one in report.totals],
        "rows": [
            {
                "row": row.row_number,
                "batch": row.batch,
                "name": row.name,
                "outcome": row.outcome.value,
                "unit": row.unit,
                "remarks": [remark.code.value for remark in row.remarks],
                "candidates": list(row.candidates),
            }
            for row in report.rows
        ],
    }


def _create_batch(session: Session, row: ListRow) -> int:
    """A batch that the registry learns of from a list: how many it names in all is not known."""
    batch = Batch(
        number=row.batch,
        announced_on=row.printed.on,
        precision=DatePrecision(row.printed.precision),
        construction_year=None,
        document=row.document,
        announced_count=None,
        source_url=row.source_url,
        source_name=row.source_name,
        certainty=_certainty(row),
        origin=Origin.IMPORT,
    )
    session.add(batch)
    session.flush()
    return batch.id


def naming_event(row: ListRow, unit_id: int, batch_id: int, run_id: int) -> StageEvent:
    """The naming that a row records."""
    return StageEvent(
        unit_id=unit_id,
        stage=Stage.DESIGNATED,
        happened_on=row.printed.on,
        precision=DatePrecision(row.printed.precision),
        batch_id=batch_id,
        name_as_published=row.name,
        document=row.document,
        source_url=row.source_url,
        source_name=row.source_name,
        certainty=_certainty(row),
        origin=Origin.IMPORT,
        import_run_id=run_id,
        recorded_at=now(),
    )


def _certainty(row: ListRow) -> Certainty:
    """A list that names the paper it is from can be checked against it; without one it is a single source."""
    return Certainty.SOURCED if row.document else Certainty.SINGLE_SOURCE


def _review(item: Placed, run_id: int) -> NameReview:
    assert item.row is not None  # noqa: S101  # refused rows are never new
    return NameReview(
        import_run_id=run_id,
        row_number=item.row.row_number,
        raw=item.row.raw,
        parsed=parsed_row(item.row),
        reason=item.report.remarks[-1].code.value,
        candidates=list(item.candidates),
        state=ReviewState.OPEN,
    )


def parsed_row(row: ListRow) -> dict[str, Any]:
    """What a later decision needs of a row."""
    return {
        "batch": row.batch,
        "announced_on": format_date(row.printed.on, row.printed.precision),
        "province": row.province,
        "name": row.name,
        "document": row.document,
        "source_name": row.source_name,
        "source_url": row.source_url,
    }
