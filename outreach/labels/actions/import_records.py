"""Rows of the import's tables: which columns are written, and from what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.bulk import bulk_insert, bulk_update, reserve_ids
from outreach.core.db import JsonText
from outreach.core.search.text import code_key
from outreach.labels.actions.import_before import Touched, keep_touched
from outreach.labels.actions.import_existing import CONTENT, Content, Existing
from outreach.labels.imports.rows import MeasuredText, RegisterRow, Remark
from outreach.labels.models import ImportRemark, MeasuredValue, Registration, RegistrationEvent, RegistrationStatus
from outreach.labels.queries.import_facts import EditionFacts, Facts

Record = tuple[Any, ...]
#: Row number, whether the row is refused, registration number, remark, raw cells.
Noted = tuple[int, bool, str, Remark, Mapping[str, str]]

#: What follows from a row and its edition, beside ``CONTENT``.
DERIVED: Final = (
    "scheme_id",
    "category_id",
    "model_key",
    "status",
    "water_use",
    "water_metric_id",
    "updated_at",
)
REGISTRATION: Final = ("id", "number", "number_key", *CONTENT, *DERIVED, "raw", "run_id", "row_number", "is_demo")
VALUE: Final = ("registration_id", "metric_id", "value", "raw_text")
EVENT: Final = ("id", "registration_id", "on", "status", "kind", "details", "run_id")
REMARK: Final = ("id", "run_id", "row_number", "is_refused", "number", "field", "code", "message", "raw")
RAW_TEXT_LENGTH: Final = 100
_RAW: Final = JsonText()
#: JSON is spelt the same on every database.
_ANY: Final = sa.engine.default.DefaultDialect()
FIELD_LENGTH: Final = 100


class Recorder:
    """Collects what one chunk of rows writes, and writes it table by table."""

    def __init__(self, session: Session, facts: Facts, run_id: int, moment: datetime) -> None:
        self.session = session
        self.facts = facts
        self.run_id = run_id
        self.moment = moment
        self._water = [metric for metric in facts.metrics.values() if metric.is_water_use]
        self._clear()

    def _clear(self) -> None:
        self._added: list[tuple[RegisterRow, Content]] = []
        self._changed: list[Record] = []
        self._moved: list[Record] = []
        self._reread: list[Record] = []
        self._replaced: list[tuple[int, Sequence[MeasuredText]]] = []
        self._events: list[Record] = []

    def add(self, row: RegisterRow, content: Content) -> None:
        """A registration that was not there."""
        self._added.append((row, content))

    def change(self, owner: int, row: RegisterRow, content: Content, status: RegistrationStatus) -> None:
        """New content of a registration that is there."""
        self._changed.append((*content, *self._derived(row, self.facts.editions[row.edition], status), owner))

    def replace_values(self, owner: int, values: Sequence[MeasuredText]) -> None:
        self._replaced.append((owner, values))

    def confirm(self, known: Existing, row: RegisterRow) -> None:
        """This run's file is what the registration rests on from now on."""
        if _stored(row.raw) == known.raw:
            self._moved.append((self.run_id, row.row_number, known.id))
        else:
            self._reread.append((self.run_id, row.row_number, row.raw, known.id))

    def event(self, owner: int, day: date, status: RegistrationStatus, kind: str, details: dict[str, Any]) -> None:
        self._events.append((owner, day, status, kind, details, self.run_id))

    def flush(self, day: date) -> None:
        """Write everything collected. ``day`` dates the beginning of registrations that name no day."""
        ids = reserve_ids(self.session, Registration, len(self._added))
        records: list[Record] = []
        values: list[Record] = []
        for new_id, (row, content) in zip(ids, self._added, strict=True):
            records.append(self._record(new_id, row, content))
            values += self._values(new_id, row.values)
            self._begin(new_id, row, day)
        self._keep_before()
        bulk_insert(self.session, Registration, REGISTRATION, records)
        bulk_update(self.session, Registration, (*CONTENT, *DERIVED), self._changed)
        bulk_update(self.session, Registration, ("run_id", "row_number"), self._moved)
        bulk_update(self.session, Registration, ("run_id", "row_number", "raw"), self._reread)
        if self._replaced:
            owners = [owner for owner, _figures in self._replaced]
            self.session.execute(sa.delete(MeasuredValue).where(MeasuredValue.registration_id.in_(owners)))
            values += [item for owner, figures in self._replaced for item in self._values(owner, figures)]
        bulk_insert(self.session, MeasuredValue, VALUE, values)
        write_events(self.session, self._events)
        self._clear()

    def _keep_before(self) -> None:
        """Everything changed is confirmed too, so what is confirmed is all that is touched."""
        changed = {row[-1] for row in self._changed}
        replaced = {owner for owner, _figures in self._replaced}
        touched = {
            row[-1]: Touched(row[-1] in changed, has_new_raw, row[-1] in replaced)
            for rows, has_new_raw in ((self._moved, False), (self._reread, True))
            for row in rows
        }
        keep_touched(self.session, self.run_id, touched)

    def _derived(self, row: RegisterRow, edition: EditionFacts, status: RegistrationStatus) -> Record:
        key = code_key(row.model)
        figures = {item.metric: item.value for item in row.values}
        water = next((metric for metric in self._water if metric.code in figures), None)
        use = (figures[water.code], water.id) if water else (None, None)
        return (edition.scheme_id, edition.category_id, key, status, *use, self.moment)

    def _record(self, new_id: int, row: RegisterRow, content: Content) -> Record:
        derived = self._derived(row, self.facts.editions[row.edition], RegistrationStatus(row.status))
        place = (row.raw, self.run_id, row.row_number, row.is_demo)
        return (new_id, row.number, code_key(row.number), *content, *derived, *place)

    def _values(self, owner: int, values: Sequence[MeasuredText]) -> list[Record]:
        metrics = self.facts.metrics
        return [(owner, metrics[item.metric].id, item.value, item.raw_text[:RAW_TEXT_LENGTH]) for item in values]

    def _begin(self, owner: int, row: RegisterRow, day: date) -> None:
        """A registration begins with its announcement, or with the file that first lists it."""
        status, listed = RegistrationStatus(row.status), RegistrationStatus.LISTED
        if row.announced_on:
            self.event(owner, row.announced_on, listed, "announced", {})
        elif status is listed:
            self.event(owner, day, listed, "listed", {})
        if status is not listed:
            self.event(owner, row.status_on or day, status, status.value, {})


def _stored(raw: Mapping[str, str]) -> str | None:
    """A raw row as the database holds it."""
    return _RAW.process_bind_param(raw, _ANY)


def write_events(session: Session, events: Sequence[Record]) -> None:
    """Write events: (registration, day, state, kind, details, run)."""
    ids = reserve_ids(session, RegistrationEvent, len(events))
    bulk_insert(session, RegistrationEvent, EVENT, [(key, *event) for key, event in zip(ids, events, strict=True)])


def write_remarks(
    session: Session,
    run_id: int,
    remarks: Sequence[Noted],
    describe: Callable[[Remark], str],
) -> None:
    """Put down what was noticed of rows, each with its sentence."""
    ids = reserve_ids(session, ImportRemark, len(remarks))
    records = [
        (key, run_id, line, is_refused, number, item.field[:FIELD_LENGTH], item.code.value, describe(item), raw)
        for key, (line, is_refused, number, item, raw) in zip(ids, remarks, strict=True)
    ]
    bulk_insert(session, ImportRemark, REMARK, records)
