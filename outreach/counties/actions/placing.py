"""Placing the rows of a list one after the other: who is named, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.counties.actions.histories import list_histories
from outreach.counties.actions.name_index import KnownNames
from outreach.counties.imports.rows import ListRow, Outcome, RefusedRow, Remark, RemarkCode, RowReport
from outreach.counties.models import Batch, NameReview, ReviewState, Stage, StageEvent
from outreach.counties.queries.corrected import corrected_namings
from outreach.counties.rules.dates import PrintedDate, first_day, format_date, last_day
from outreach.counties.rules.matching import How, Match, Reason
from outreach.counties.rules.states import DatedStage, TransitionImpossible, check_transition

Key = tuple[int, str, str]

_HOW = {
    How.TRADITIONAL: RemarkCode.TRADITIONAL,
    How.PREFIX: RemarkCode.PREFIX,
    How.FORMER_NAME: RemarkCode.FORMER_NAME,
    How.CONVERTED: RemarkCode.CONVERTED,
    How.NO_CODE: RemarkCode.NO_CODE,
    How.ENDED: RemarkCode.ENDED,
}
_REASONS = {Reason.AMBIGUOUS: RemarkCode.AMBIGUOUS, Reason.UNKNOWN_NAME: RemarkCode.UNKNOWN_NAME}


@dataclass(frozen=True, slots=True)
class Placed:
    """One row with its outcome. ``is_new``: there is something to write, an event (``unit_id``) or a review."""

    report: RowReport
    row: ListRow | None = None
    unit_id: int | None = None
    candidates: tuple[int, ...] = ()
    is_new: bool = False


class _Refused(Exception):
    """A row that cannot be taken in, with what was noticed of it and the reason."""

    def __init__(self, row: ListRow, code: RemarkCode, field: str = "", value: str = "", detail: str = "") -> None:
        super().__init__(code.value)
        self.remarks = (*row.remarks, Remark(code, field, value, detail))


class Placer:
    """The registry as rows are held against it; it remembers what earlier rows of the file said."""

    def __init__(self, session: Session, names: KnownNames, headings: Mapping[str, str]) -> None:
        self.names = names
        self.headings = headings
        self.batches = {batch.number: batch for batch in session.scalars(sa.select(Batch))}
        self.histories = list_histories(session)
        self.order = max((event.order for events in self.histories.values() for event in events), default=0)
        query = sa.select(StageEvent.unit_id, Batch.number).join(Batch, Batch.id == StageEvent.batch_id)
        self.namings = {(unit_id, number) for unit_id, number in session.execute(query)}
        numbers = {batch.id: batch.number for batch in self.batches.values()}
        # What people corrected away counts as known: a list does not bring it back.
        self.namings |= {(unit_id, numbers[batch_id]) for unit_id, batch_id in corrected_namings(session)}
        self.reviews = {review_key(review): review for review in session.scalars(sa.select(NameReview))}
        #: Dates of batches that the file brings, by number.
        self.fresh: dict[int, PrintedDate] = {}
        self.seen: dict[Key, int] = {}
        self.named_here: dict[tuple[int, int], int] = {}

    def place(self, row: ListRow | RefusedRow) -> Placed:
        """The row's outcome."""
        if isinstance(row, RefusedRow):
            report = RowReport(row.row_number, row.batch, row.name, Outcome.REFUSED, remarks=row.remarks)
            return Placed(report)
        try:
            return self._place(self._dated(self._first_of_its_kind(row)))
        except _Refused as refusal:
            report = RowReport(row.row_number, row.batch, row.name, Outcome.REFUSED, remarks=refusal.remarks)
            return Placed(report)

    def _first_of_its_kind(self, row: ListRow) -> ListRow:
        key = (row.batch, row.province, row.name)
        if key in self.seen:
            raise _Refused(row, RemarkCode.DUPLICATE, self.headings["name"], row.name, str(self.seen[key]))
        self.seen[key] = row.row_number
        return row

    def _dated(self, row: ListRow) -> ListRow:
        """The row with the date that counts: its own where it has one, which must agree with its batch's."""
        batch = self.batches.get(row.batch)
        known = PrintedDate(batch.announced_on, batch.precision.value) if batch else self.fresh.get(row.batch)
        field = self.headings["announced"]
        if known is None or known.on is None:
            if row.printed.on is None and batch is None:
                raise _Refused(row, RemarkCode.DATE_MISSING, field)
            if batch is None:
                self.fresh[row.batch] = row.printed
                return _noted(row, Remark(RemarkCode.BATCH_CREATED, self.headings["batch"], str(row.batch)))
            return row
        if row.printed.on is None:
            return _noted(replace(row, printed=known), Remark(RemarkCode.DATE_OF_BATCH, field))
        if not _overlap(known, row.printed) or (batch is None and known != row.printed):
            raise _Refused(row, RemarkCode.DATE_CONTRADICTS, field, row.raw.get(field, ""), _shown(known))
        if known != row.printed and _days(row.printed) < _days(known):
            return _noted(row, Remark(RemarkCode.DATE_FINER, field, _shown(row.printed), _shown(known)))
        return replace(row, printed=known)

    def _place(self, row: ListRow) -> Placed:
        review = self.reviews.get((row.batch, row.province, row.name))
        if review is not None and review.state is not ReviewState.OPEN:
            return self._decided(row, review)
        match = self.names.index.match(row.name, row.province)
        if match.reason is Reason.WRONG_PROVINCE:
            raise _Refused(row, RemarkCode.WRONG_PROVINCE, self.headings["province"], row.name, self._provinces(match))
        if match.reason is not None:
            return self._to_review(row, match.candidates, _REASONS[match.reason], review)
        assert match.unit_id is not None  # noqa: S101  # no reason means a unit
        if self._ended_before(match.unit_id, row):
            followers = (self.names.id_of(slug) for slug in self.names.successors.get(match.unit_id, ()))
            candidates = (match.unit_id, *(key for key in followers if key is not None))
            return self._to_review(row, candidates, RemarkCode.ENDED_BEFORE, review)
        return self._name(_noted(row, *self._told(match, row)), match.unit_id)

    def _decided(self, row: ListRow, review: NameReview) -> Placed:
        """A row that a person has decided on before."""
        if review.unit_id is not None and (review.unit_id, row.batch) not in self.namings:
            return self._name(_noted(row, Remark(RemarkCode.ASSIGNED, value=str(review.id))), review.unit_id)
        code = RemarkCode.DISMISSED if review.state is ReviewState.DISMISSED else RemarkCode.ASSIGNED
        unit = self.names.slug(review.unit_id) if review.unit_id is not None else ""
        remarks = (*row.remarks, Remark(code, value=str(review.id)))
        return Placed(RowReport(row.row_number, row.batch, row.name, Outcome.KNOWN, unit, remarks))

    def _to_review(
        self, row: ListRow, candidates: Iterable[int], code: RemarkCode, review: NameReview | None
    ) -> Placed:
        candidates = tuple(candidates)
        slugs = tuple(self.names.slug(key) for key in candidates)
        remarks = (*row.remarks, Remark(code, self.headings["name"], row.name))
        report = RowReport(row.row_number, row.batch, row.name, Outcome.REVIEW, "", remarks, slugs)
        return Placed(report, row, candidates=candidates, is_new=review is None)

    def _name(self, row: ListRow, unit_id: int) -> Placed:
        """The naming of a unit, unless it is known, repeated or impossible."""
        slug, key = self.names.slug(unit_id), (unit_id, row.batch)
        if key in self.named_here:
            raise _Refused(row, RemarkCode.DUPLICATE, self.headings["name"], row.name, str(self.named_here[key]))
        self.named_here[key] = row.row_number
        if key in self.namings:
            return Placed(RowReport(row.row_number, row.batch, row.name, Outcome.KNOWN, slug, row.remarks))
        self._check(row, unit_id)
        self.namings.add(key)
        report = RowReport(row.row_number, row.batch, row.name, Outcome.ADDED, slug, row.remarks)
        return Placed(report, row, unit_id, is_new=True)

    def _check(self, row: ListRow, unit_id: int) -> None:
        self.order += 1
        event = DatedStage(Stage.DESIGNATED.value, row.printed.on, row.printed.precision, self.order)
        history = self.histories.setdefault(unit_id, [])
        try:
            check_transition(history, event)
        except TransitionImpossible as error:
            earlier = "、".join(str(number) for unit, number in sorted(self.namings) if unit == unit_id)
            raise _Refused(row, RemarkCode.ALREADY_NAMED, self.headings["name"], row.name, earlier) from error
        history.append(event)

    def _ended_before(self, unit_id: int, row: ListRow) -> bool:
        """True for a unit that was no more on the first day that the naming can mean."""
        ended_on = self.names.ended_on.get(unit_id)
        begin = first_day(row.printed.on, row.printed.precision)
        return ended_on is not None and begin is not None and begin > ended_on

    def _told(self, match: Match, row: ListRow) -> list[Remark]:
        unit = self.names.index.units[match.unit_id or 0]
        field = self.headings["name"]
        return [Remark(_HOW[how], field, row.name, f"{unit.name} {unit.slug}") for how in How if how in match.how]

    def _provinces(self, match: Match) -> str:
        units = (self.names.index.units[key] for key in match.candidates)
        return "、".join(dict.fromkeys(self.names.index.provinces[unit.province] for unit in units))


def review_key(review: NameReview) -> Key:
    """What makes a row of a later list the same question."""
    return (int(review.parsed["batch"]), str(review.parsed["province"]), str(review.parsed["name"]))


def _noted(row: ListRow, *remarks: Remark) -> ListRow:
    return replace(row, remarks=(*row.remarks, *remarks))


def _overlap(one: PrintedDate, other: PrintedDate) -> bool:
    starts = [day for item in (one, other) if (day := first_day(item.on, item.precision))]
    ends = [day for item in (one, other) if (day := last_day(item.on, item.precision))]
    return not starts or not ends or max(starts) <= min(ends)


def _days(printed: PrintedDate) -> int:
    begin, end = first_day(printed.on, printed.precision), printed.last
    return (end - begin).days if begin and end else 0


def _shown(printed: PrintedDate) -> str:
    return format_date(printed.on, printed.precision)
