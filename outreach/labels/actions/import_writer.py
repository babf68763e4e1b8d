"""Rows of a register against what is there: added, updated with dated events, unchanged, or repeated in the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from outreach.core.clock import now
from outreach.labels.actions.import_corrections import corrected, load_corrections, note_register
from outreach.labels.actions.import_existing import Content, Existing, find_existing
from outreach.labels.actions.import_grading import Graded, Grader
from outreach.labels.actions.import_names import NameBook
from outreach.labels.actions.import_records import Noted, Recorder, write_remarks
from outreach.labels.actions.import_report import ImportFile, Outcome, RowReport
from outreach.labels.imports.rows import RefusedRow, RegisterRow, Remark, RemarkCode
from outreach.labels.models import Brand, Maker, ProductName, RegistrationStatus
from outreach.labels.queries.import_facts import Facts

#: Words of the fields in an event's details, by place in ``Content``; the check is told by the grades.
FIELDS: Final = (
    "edition",
    "subtype",
    "maker",
    "brand",
    "product_name",
    "model",
    "declared_grade",
    "computed_grade",
    "",
    "announced_on",
)


class RegisterWriter:
    """Writes the rows of one import. ``describe`` gives a remark's sentence."""

    def __init__(
        self,
        session: Session,
        facts: Facts,
        grader: Grader,
        file: ImportFile,
        run_id: int,
        describe: Callable[[Remark], str],
    ) -> None:
        self.session = session
        self.facts = facts
        self.grader = grader
        self.file = file
        self.run_id = run_id
        self.describe = describe
        self.makers, self.brands = NameBook(session, Maker), NameBook(session, Brand)
        self.product_names = NameBook(session, ProductName)
        self.moment = now()
        self.recorder = Recorder(session, facts, run_id, self.moment)
        self.corrections = load_corrections(session)
        self._codes = _codes_by_id(facts)

    def write(self, rows: Sequence[RegisterRow | RefusedRow]) -> list[RowReport]:
        """Write one chunk. Returns the outcome of each row, in order."""
        rows = [self._corrected(row) if isinstance(row, RegisterRow) else row for row in rows]
        taken = [row for row in rows if isinstance(row, RegisterRow)]
        self._learn_names(taken)
        existing = find_existing(self.session, {row.number for row in taken})
        seen: dict[str, RegisterRow] = {}
        reports = [
            self._take(row, existing.get(row.number), seen)
            if isinstance(row, RegisterRow)
            else RowReport(row.row_number, row.number, Outcome.REFUSED, row.remarks)
            for row in rows
        ]
        self.recorder.flush(self.file.day)
        self._write_remarks(rows, reports)
        return reports

    def _corrected(self, row: RegisterRow) -> RegisterRow:
        """The row with what staff decided in the place of what the register says."""
        fields = self.corrections.get(row.number)
        if not fields:
            return row
        note_register(self.session, row, fields, self.run_id, self.moment)
        return corrected(row, fields)

    def _learn_names(self, rows: Sequence[RegisterRow]) -> None:
        for is_demo in {row.is_demo for row in rows}:
            chosen = [row for row in rows if row.is_demo is is_demo]
            self.makers.learn((row.maker for row in chosen), is_demo=is_demo)
            self.brands.learn((row.brand for row in chosen), is_demo=is_demo)
            self.product_names.learn(row.product_name for row in chosen)

    def _take(self, row: RegisterRow, known: Existing | None, seen: dict[str, RegisterRow]) -> RowReport:
        """Decide what one row does; the writing is collected for the whole chunk."""
        graded = self.grader.grade(row)
        content = self._content(row, graded)
        first = seen.get(row.number)
        if first is not None:
            return _repeated(row, is_same=first.content == row.content)
        if known is not None and known.run_id == self.run_id:
            return _repeated(row, is_same=not self._differences(known, row, content))
        seen[row.number] = row
        remarks = (*row.remarks, graded.remark) if graded.remark else row.remarks
        if known is None:
            self.recorder.add(row, content)
            return RowReport(row.row_number, row.number, Outcome.ADDED, remarks)
        outcome, changes = self._meet(known, row, content)
        return RowReport(row.row_number, row.number, outcome, remarks, changes)

    def _content(self, row: RegisterRow, graded: Graded) -> Content:
        edition = self.facts.editions[row.edition]
        maker_id = self.makers.id(row.maker)
        if maker_id is None:
            raise ValueError(f"row {row.row_number} has no maker")
        return (
            edition.id,
            edition.subtypes.get(row.subtype),
            maker_id,
            self.brands.id(row.brand),
            self.product_names.id(row.product_name),
            row.model,
            edition.grades.get(row.declared_grade),
            graded.computed_grade_id,
            graded.check,
            row.announced_on,
        )

    def _meet(self, known: Existing, row: RegisterRow, content: Content) -> tuple[Outcome, dict[str, list[Any]]]:
        """Bring a registration up to its row, with dated events for what changed."""
        details = self._differences(known, row, content)
        status = self._next_status(known.status, RegistrationStatus(row.status))
        is_changed = bool(details) or status is not known.status or content != known.content
        if self.file.is_full_register or is_changed:
            self.recorder.confirm(known, row)
        if not is_changed:
            return Outcome.UNCHANGED, {}
        self.recorder.change(known.id, row, content, status)
        if details:
            self.recorder.replace_values(known.id, row.values)
            self.recorder.event(known.id, self.file.day, status, "updated", details)
        if status is not known.status:
            kind = "relisted" if status is RegistrationStatus.LISTED else status.value
            self.recorder.event(known.id, row.status_on or self.file.day, status, kind, {})
            details = {**details, "status": [known.status.value, status.value]}
        return Outcome.UPDATED, details

    def _next_status(self, before: RegistrationStatus, told: RegistrationStatus) -> RegistrationStatus:
        """The register tells the state, but whether a filing is superseded is worked out after all rows are in."""
        is_worked_out = self.file.is_refiled and told is RegistrationStatus.LISTED
        return before if is_worked_out and before is RegistrationStatus.SUPERSEDED else told

    def _differences(self, known: Existing, row: RegisterRow, content: Content) -> dict[str, list[Any]]:
        """What changed, as data: field or metric → [before, after]."""
        found: dict[str, list[Any]] = {}
        names = {"maker": row.maker, "brand": row.brand, "product_name": row.product_name}
        for field, before, after in zip(FIELDS, known.content, content, strict=True):
            if before == after or not field:
                continue
            if field in names:
                found[field] = [known.names[field], names[field]]
            else:
                found[field] = [self._word(field, before), self._word(field, after)]
        old = {self._codes["metric"][metric]: value for metric, value in known.values.items()}
        new = {item.metric: item.value for item in row.values}
        changed = [metric for metric in self.facts.metrics if old.get(metric) != new.get(metric)]
        return found | {metric: [old.get(metric), new.get(metric)] for metric in changed}

    def _word(self, field: str, value: Any) -> Any:
        if isinstance(value, date):
            return value.isoformat()
        return self._codes[field].get(value, value) if field in self._codes else value

    def _write_remarks(self, rows: Sequence[RegisterRow | RefusedRow], reports: Sequence[RowReport]) -> None:
        remarks: list[Noted] = []
        for row, report in zip(rows, reports, strict=True):
            is_refused = report.outcome is Outcome.REFUSED
            for remark in report.remarks:
                raw = row.raw if is_refused else one_cell(row.raw, remark.field)
                remarks.append((row.row_number, is_refused, row.number, remark, raw))
        write_remarks(self.session, self.run_id, remarks, self.describe)


def _repeated(row: RegisterRow, *, is_same: bool) -> RowReport:
    """A number that the file has named before: merged when the rows say the same, else refused."""
    outcome = Outcome.MERGED if is_same else Outcome.REFUSED
    code = RemarkCode.DUPLICATE_MERGED if is_same else RemarkCode.NUMBER_REPEATED
    return RowReport(row.row_number, row.number, outcome, (Remark(code, value=row.number),))


def one_cell(raw: Mapping[str, str], field: str) -> dict[str, str]:
    """The raw cell under the heading ``field``; the whole raw row is kept with its registration."""
    return {heading: cell for heading, cell in raw.items() if field and heading.strip() == field}


def _codes_by_id(facts: Facts) -> dict[str, dict[int, str]]:
    """Codes for the words of events, by id."""
    editions = facts.editions.values()
    grades = {grade_id: code for edition in editions for code, grade_id in edition.grades.items()}
    return {
        "edition": {edition.id: edition.code for edition in editions},
        "subtype": {key: code for edition in editions for code, key in edition.subtypes.items()},
        "declared_grade": grades,
        "computed_grade": grades,
        "metric": {metric.id: metric.code for metric in facts.metrics.values()},
    }
