"""One import from its first row to its last: rows in chunks, what disappeared, what is superseded, the sums.

Everything happens in the caller's transaction, so an import is there as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.bulk import bulk_update
from outreach.core.clock import now
from outreach.core.search.outbox import touch_generation
from outreach.labels.actions.import_before import drop_outdated, keep_states
from outreach.labels.actions.import_corrections import is_state_decided
from outreach.labels.actions.import_grading import Grader
from outreach.labels.actions.import_records import Noted, write_events, write_remarks
from outreach.labels.actions.import_report import ImportFile, ImportReport, Outcome, RowReport
from outreach.labels.actions.import_writer import RegisterWriter
from outreach.labels.actions.superseding import renew_superseded
from outreach.labels.imports.rows import RefusedRow, RegisterRow, Remark, RemarkCode
from outreach.labels.models import ImportRemark, ImportRun, Registration, RegistrationStatus
from outreach.labels.queries.import_facts import Facts
from outreach.labels.queries.scales import load_scales

CHUNK: Final = 5_000
#: More than this share of a register vanishing at once (from so many on) is taken for a wrong file.
VANISHING_SHARE: Final = 0.5
VANISHING_FROM: Final = 100
#: States that disappearing from the register ends.
ENDED_BY_ABSENCE: Final = (
    RegistrationStatus.LISTED,
    RegistrationStatus.SUPERSEDED,
    RegistrationStatus.SUSPENDED,
)


class OlderFile(Exception):
    """The file shows an earlier day than what is in the registry."""

    def __init__(self, as_of_on: date, newest_on: date) -> None:
        self.as_of_on = as_of_on
        self.newest_on = newest_on
        super().__init__(f"{as_of_on} is before {newest_on}")


class TooMuchVanished(Exception):
    """So much of the register is missing in the file that it is rather an extract."""

    def __init__(self, missing: int, known: int) -> None:
        self.missing = missing
        self.known = known
        super().__init__(f"{missing} of {known} would disappear")


class NoRows(Exception):
    """The file has headings and nothing below them."""


def import_register(
    session: Session,
    facts: Facts,
    file: ImportFile,
    rows: Iterable[RegisterRow | RefusedRow],
    *,
    describe: Callable[[Remark], str],
    watch: Callable[[Sequence[RowReport]], None] = lambda _reports: None,
) -> ImportReport:
    """Take in all ``rows``. ``watch`` sees the outcomes of each chunk, and of superseded filings at the end.

    Raises ``OlderFile``, ``TooMuchVanished`` or ``NoRows``; the caller rolls back then, and for a dry run, and when
    the report is ``is_unchanged``.
    """
    work = _Import(session, facts, file, describe, watch)
    for chunk in _chunks(rows):
        work.take(chunk)
    work.finish()
    return work.report


def _chunks(rows: Iterable[RegisterRow | RefusedRow]) -> Iterator[list[RegisterRow | RefusedRow]]:
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


class _Import:
    """The state of one import between its chunks."""

    def __init__(
        self,
        session: Session,
        facts: Facts,
        file: ImportFile,
        describe: Callable[[Remark], str],
        watch: Callable[[Sequence[RowReport]], None],
    ) -> None:
        self.session = session
        self.facts = facts
        self.file = file
        self.describe = describe
        self.watch = watch
        self.report = ImportReport(is_known_file=self._is_known_file())
        self.newest = self._newest_days()
        self.run = self._begin_run()
        self.report.run_id = self.run.id
        self.writer = RegisterWriter(session, facts, Grader(facts, load_scales(session)), file, self.run.id, describe)
        self.editions: set[str] = set()
        self.kept: set[str] = set()

    def _is_known_file(self) -> bool:
        query = sa.select(ImportRun.id).where(
            ImportRun.source == self.file.source,
            ImportRun.sha256 == self.file.sha256,
            ImportRun.undone_at.is_(None),
        )
        return self.session.scalar(query.limit(1)) is not None

    def _newest_days(self) -> dict[int, date]:
        """By edition, the newest day of this source's files that registrations rest on."""
        query = (
            sa.select(Registration.edition_id, sa.func.max(ImportRun.as_of_on))
            .join(ImportRun, ImportRun.id == Registration.run_id)
            .where(ImportRun.source == self.file.source, ImportRun.as_of_on.is_not(None))
            .group_by(Registration.edition_id)
        )
        return {edition_id: day for edition_id, day in self.session.execute(query) if day}

    def _begin_run(self) -> ImportRun:
        counts = ("total", "accepted", "remarked", "refused")
        changes = ("added", "updated", "unchanged", "delisted")
        run = ImportRun(
            source=self.file.source,
            file_name=self.file.file_name,
            sha256=self.file.sha256,
            as_of_on=self.file.as_of_on,
            imported_at=now(),
            created_by_name=self.file.created_by_name,
            **{f"rows_{name}": 0 for name in counts},
            **{f"registrations_{name}": 0 for name in changes},
        )
        self.session.add(run)
        self.session.flush()
        return run

    def take(self, chunk: Sequence[RegisterRow | RefusedRow]) -> None:
        """Write one chunk of rows and count its outcomes."""
        fresh = {row.edition for row in chunk if isinstance(row, RegisterRow)} - self.editions
        for edition in sorted(fresh):
            self._refuse_older(edition)
        self.editions |= fresh
        if not self.report.total:
            self.run.is_demo = any(isinstance(row, RegisterRow) and row.is_demo for row in chunk)
        reports = self.writer.write(chunk)
        for report in reports:
            self.report.outcomes[report.outcome] += 1
            self.report.remarks.update(dict.fromkeys((remark.code for remark in report.remarks), 1))
            if report.outcome is Outcome.REFUSED:
                self._keep(report)
        self.watch(reports)

    def _keep(self, report: RowReport) -> None:
        """A row that could not be read is still in the register, so it has not disappeared; a test record has."""
        if report.number and all(remark.code is not RemarkCode.TEST_RECORD for remark in report.remarks):
            self.kept.add(report.number)

    def _refuse_older(self, edition: str) -> None:
        newest_on = self.newest.get(self.facts.editions[edition].id)
        as_of_on = self.file.as_of_on
        if as_of_on and newest_on and as_of_on < newest_on and not self.file.is_forced:
            raise OlderFile(as_of_on, newest_on)

    def finish(self) -> None:
        """What holds only when all rows are in: disappearances, superseded filings, sums, and the generation."""
        if not self.report.total:
            raise NoRows
        edition_ids = [self.facts.editions[code].id for code in self.editions]
        if self.file.is_full_register:
            self._delist(edition_ids)
        if self.file.is_refiled:
            self._supersede(edition_ids)
        self._sum_up()
        drop_outdated(self.session, self.file.source)
        touch_generation(self.session, "labels")

    def _delist(self, edition_ids: Sequence[int]) -> None:
        """Mark what earlier files of this source listed under these editions, and this one does not."""
        known = sa.and_(Registration.edition_id.in_(edition_ids), ImportRun.source == self.file.source)
        query = (
            sa.select(Registration.id, Registration.number)
            .join(ImportRun, ImportRun.id == Registration.run_id)
            .where(known, Registration.run_id != self.run.id, Registration.status.in_(ENDED_BY_ABSENCE))
            .where(~is_state_decided())
            .order_by(Registration.number)
        )
        gone = {row.id: row.number for row in self.session.execute(query) if row.number not in self.kept}
        missing = list(gone)
        standing = sum(self.report.outcomes[one] for one in (Outcome.UPDATED, Outcome.UNCHANGED)) + len(missing)
        is_suspicious = len(missing) >= VANISHING_FROM and len(missing) > VANISHING_SHARE * standing
        if is_suspicious and not self.file.is_forced:
            raise TooMuchVanished(len(missing), standing)
        delisted = RegistrationStatus.DELISTED
        keep_states(self.session, self.run.id, missing)
        bulk_update(self.session, Registration, ("status", "updated_at"), [(delisted, now(), key) for key in missing])
        day, run_id = self.file.day, self.run.id
        write_events(self.session, [(key, day, delisted, delisted.value, {}, run_id) for key in missing])
        self.report.delisted = len(missing)
        self.watch([RowReport(0, number, Outcome.DELISTED) for number in gone.values()])

    def _supersede(self, edition_ids: Sequence[int]) -> None:
        changes = renew_superseded(self.session, edition_ids, run_id=self.run.id, day=self.file.day)
        self.report.superseded = sum(1 for change in changes if change.by)
        self.report.restored = len(changes) - self.report.superseded
        reports = [
            RowReport(
                change.row_number,
                change.number,
                Outcome.SUPERSEDED,
                (Remark(RemarkCode.SUPERSEDED, value=change.number, detail=change.by),),
            )
            for change in changes
            if change.by and change.run_id == self.run.id
        ]
        noted: list[Noted] = [(one.row_number, False, one.number, one.remarks[0], {}) for one in reports]
        write_remarks(self.session, self.run.id, noted, self.describe)
        if reports:
            self.report.remarks[RemarkCode.SUPERSEDED] = len(reports)
            self.watch(reports)

    def _sum_up(self) -> None:
        accepted_remarks = sa.select(sa.func.count(sa.distinct(ImportRemark.row_number))).where(
            ImportRemark.run_id == self.run.id, ImportRemark.is_refused.is_(False)
        )
        report, run = self.report, self.run
        report.remarked = run.rows_remarked = self.session.scalar(accepted_remarks) or 0
        run.rows_total, run.rows_accepted, run.rows_refused = report.total, report.accepted, report.refused
        run.registrations_added = report.outcomes[Outcome.ADDED]
        run.registrations_updated = report.outcomes[Outcome.UPDATED]
        run.registrations_unchanged = report.outcomes[Outcome.UNCHANGED]
        run.registrations_delisted = report.delisted
        self.session.flush()
