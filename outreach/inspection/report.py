"""The self-inspection as a whole: the clocks as they stand now, and what the newest walk found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from flask import current_app, url_for
from sqlalchemy.orm import Session

from outreach.core.clock import now
from outreach.core.db import db
from outreach.core.i18n import pick
from outreach.core.inspection import Column, Inspection, Pace, ReplyClock, Waiting
from outreach.inspection.lists import thresholds
from outreach.inspection.models import InspectionRun
from outreach.inspection.queries.runs import find_newest_run, found_in
from outreach.inspection.rules.clocks import (
    ColumnState,
    column_verdict,
    count_stale,
    days_since,
    is_overdue,
    is_veto,
)
from outreach.inspection.rules.findings import CHECKS
from outreach.inspection.rules.verdicts import Threshold, Verdict, judge, worst
from outreach.inspection.wording import TITLES

PACE_THRESHOLDS: Final = {Pace.NEWS: "column_news", Pace.NOTICES: "column_notices"}


@dataclass(frozen=True, slots=True)
class Place:
    """One place to mend: its words, the page, and where staff mend it (empty where nobody can by hand)."""

    label: str
    href: str
    mend: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of the report. ``measured_at`` is when the value was true; None when nothing was measured."""

    code: str
    title: str
    value: int | None
    threshold: Threshold
    verdict: Verdict
    measured_at: datetime | None
    places: tuple[Place, ...]

    @property
    def unit(self) -> str:
        return pick(self.threshold.unit, self.threshold.unit_en)


@dataclass(frozen=True, slots=True)
class Report:
    """All checks, the columns behind them, and the walk that the page checks come from."""

    checks: tuple[CheckResult, ...]
    columns: tuple[ColumnState, ...]
    run: InspectionRun | None

    @property
    def verdict(self) -> Verdict:
        return worst([check.verdict for check in self.checks])

    def find(self, code: str) -> CheckResult | None:
        return next((check for check in self.checks if check.code == code), None)

    def count(self, verdict: Verdict) -> int:
        return sum(1 for check in self.checks if check.verdict is verdict)


@dataclass(frozen=True, slots=True)
class Live:
    """What the slices say of themselves at one moment."""

    at: datetime
    columns: tuple[ColumnState, ...]
    waiting: tuple[Waiting, ...] = field(default=())


def make_report(session: Session) -> Report:
    """The report as of now."""
    live = look_at(session, inspections(), now())
    run = find_newest_run(session)
    return Report((*_clock_checks(live), *_walk_checks(run, live.columns)), live.columns, run)


def inspections() -> Iterator[Inspection]:
    """What all slices hand over."""
    return (one for feature in current_app.extensions["features"] for one in feature.inspections)


def look_at(session: Session, given: Iterable[Inspection], at: datetime) -> Live:
    """Ask every column and every clock for answers."""
    columns, waiting = [], []
    for one in given:
        if isinstance(one, Column):
            columns.append(_column_state(session, one, at))
        elif isinstance(one, ReplyClock):
            waiting.extend(one.waiting(session))
    return Live(at, tuple(columns), tuple(sorted(waiting, key=lambda letter: letter.received_at)))


def _column_state(session: Session, column: Column, at: datetime) -> ColumnState:
    newest = column.newest(session)
    days = days_since(newest, at)
    threshold = thresholds().get(PACE_THRESHOLDS.get(column.pace, ""))
    return ColumnState(
        column.code,
        str(column.label),
        column.path,
        column.mend,
        column.pace.value,
        newest,
        column.count(session),
        days,
        column_verdict(days, threshold),
    )


def _clock_checks(live: Live) -> Iterator[CheckResult]:
    newest = max((column.newest_at for column in live.columns if column.newest_at is not None), default=None)
    yield _result("home_update", days_since(newest, live.at), live.at, [])
    stale = [column for column in live.columns if column.verdict in (Verdict.FAILED, Verdict.WARNED)]
    yield _result("stale_columns", count_stale(live.columns), live.at, [_column_place(column) for column in stale])
    empty = [column for column in live.columns if column.is_empty]
    yield _result("empty_columns", len(empty), live.at, [_column_place(column) for column in empty])
    for code, is_late in (("reply_veto", is_veto), ("reply_simple", is_overdue)):
        late = [letter for letter in live.waiting if is_late(letter.received_at, live.at)]
        yield _result(code, len(late), live.at, [Place(one.label, one.href, one.href) for one in late])


def _walk_checks(run: InspectionRun | None, columns: Sequence[ColumnState]) -> Iterator[CheckResult]:
    found = found_in(run) if run is not None else {}
    for code in CHECKS:
        if run is None or code not in found:
            yield _result(code, None, None, [])
            continue
        places = [Place(one.path, one.path, _mend(one.path, columns), one.detail) for one in found[code].troubles]
        yield _result(code, found[code].value, run.finished_at, places)


def _result(code: str, value: int | None, at: datetime | None, places: Sequence[Place]) -> CheckResult:
    threshold = thresholds()[code]
    return CheckResult(code, str(TITLES[code]), value, threshold, judge(value, threshold), at, tuple(places))


def _column_place(column: ColumnState) -> Place:
    detail = "" if column.days is None else str(column.days)
    return Place(column.label, column.path, url_for(column.mend) if column.mend else "", detail)


def _mend(path: str, columns: Sequence[ColumnState]) -> str:
    """Where staff mend a page: at the column that its address belongs to."""
    plain = path.removeprefix("/en") or "/"
    owners = [column for column in columns if column.mend and plain.startswith(column.path)]
    owner = max(owners, key=lambda column: len(column.path), default=None)
    return url_for(owner.mend) if owner is not None else ""


def failing_checks() -> int:
    """How many checks fail now, for the menu."""
    return make_report(db.session).count(Verdict.FAILED)
