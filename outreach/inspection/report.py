"""The self-inspection as a whole: the clocks as they stand now, and what the newest walk found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from flask import current_app
from sqlalchemy.orm import Session

from outreach.core.clock import now
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
from outreach.inspection.rules.findings import CHECKS, Found
from outreach.inspection.rules.verdicts import WORST_FIRST, Threshold, Verdict, judge, worst
from outreach.inspection.wording import TITLES, detail_words

PACE_THRESHOLDS: Final = {Pace.NEWS: "column_news", Pace.NOTICES: "column_notices"}


@dataclass(frozen=True, slots=True)
class Place:
    """One place to mend: its words, the page, and where staff mend it (empty where nobody can by hand).

    ``href`` is an address of the site with its language; ``mend`` one of the back office without.
    """

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
    is_live: bool
    places: tuple[Place, ...] = ()

    @property
    def unit(self) -> str:
        return pick(self.threshold.unit, self.threshold.unit_en)


@dataclass(frozen=True, slots=True)
class Report:
    """All checks, the worst first, the columns behind them, and the walk that the page checks come from."""

    checks: tuple[CheckResult, ...]
    columns: tuple[ColumnState, ...]
    run: InspectionRun | None

    @property
    def verdict(self) -> Verdict:
        return worst([check.verdict for check in self.checks])

    def count(self, verdict: Verdict) -> int:
        return sum(1 for check in self.checks if check.verdict is verdict)


@dataclass(frozen=True, slots=True)
class Live:
    """What the slices say of themselves at one moment."""

    at: datetime
    columns: tuple[ColumnState, ...]
    waiting: tuple[Waiting, ...] = field(default=())


def make_report(session: Session) -> Report:
    """The report as of now, with every place to mend."""
    live = look_now(session)
    run = find_newest_run(session)
    found = {code: one for code in CHECKS if (one := found_in(run, code)) is not None} if run is not None else {}
    checks = [*_clock_checks(live), *_walk_checks(run, found, live.columns)]
    checks.sort(key=lambda check: WORST_FIRST.index(check.verdict))
    return Report(tuple(checks), live.columns, run)


def count_failing(session: Session) -> int:
    """How many checks fail now, without reading the places of the walk."""
    run = find_newest_run(session)
    measured = run.measured if run is not None else {}
    values = {**{code: measured.get(code) for code in CHECKS}, **clock_values(session)}
    return sum(judge(value, thresholds()[code]) is Verdict.FAILED for code, value in values.items())


def clock_values(session: Session) -> dict[str, int | None]:
    """What the clocks say now, by check."""
    return {check.code: check.value for check in _clock_checks(look_now(session))}


def look_now(session: Session) -> Live:
    """What all slices say of themselves now."""
    features = current_app.extensions["features"]
    return look_at(session, (one for feature in features for one in feature.inspections), now())


def look_at(session: Session, given: Iterable[Inspection], at: datetime) -> Live:
    """Ask every column and every clock for answers."""
    columns: list[ColumnState] = []
    waiting: list[Waiting] = []
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
        _staff_path(column.mend),
        column.pace.value,
        newest,
        column.count(session),
        days,
        column_verdict(days, threshold),
    )


def _staff_path(endpoint: str) -> str:
    """The path of a staff page without language, which commands can say too; empty where there is none."""
    return current_app.url_map.bind("").build(endpoint) if endpoint in current_app.view_functions else ""


def _clock_checks(live: Live) -> Iterator[CheckResult]:
    # What is only announced, such as a standard that comes into force next year, is no update yet.
    moments = [column.newest_at for column in live.columns if column.newest_at and column.newest_at <= live.at]
    newest = max(moments, default=None)
    yield _result("home_update", days_since(newest, live.at), live.at)
    stale = [column for column in live.columns if column.verdict in (Verdict.FAILED, Verdict.WARNED)]
    value = count_stale(live.columns) if live.columns else None
    yield _result("stale_columns", value, live.at, [_column_place(column) for column in stale])
    empty = [column for column in live.columns if column.is_empty]
    value = len(empty) if live.columns else None
    yield _result("empty_columns", value, live.at, [_column_place(column) for column in empty])
    for code, is_late in (("reply_veto", is_veto), ("reply_simple", is_overdue)):
        late = [letter for letter in live.waiting if is_late(letter.received_at, live.at)]
        yield _result(code, len(late), live.at, [_letter_place(one, live.at) for one in late])


def _walk_checks(
    run: InspectionRun | None, found: Mapping[str, Found], columns: Sequence[ColumnState]
) -> Iterator[CheckResult]:
    for code in CHECKS:
        if run is None or code not in found:
            yield _result(code, None, None, is_live=False)
            continue
        troubles = found[code].troubles
        places = [
            Place(one.path, one.path, _mend(one.path, columns), detail_words(code, one.detail)) for one in troubles
        ]
        yield _result(code, found[code].value, run.finished_at, places, is_live=False)


def _result(
    code: str, value: int | None, at: datetime | None, places: Sequence[Place] = (), *, is_live: bool = True
) -> CheckResult:
    threshold = thresholds()[code]
    return CheckResult(code, str(TITLES[code]), value, threshold, judge(value, threshold), at, is_live, tuple(places))


def _column_place(column: ColumnState) -> Place:
    return Place(column.label, column.path, column.mend, detail_words("columns", column.days))


def _letter_place(letter: Waiting, at: datetime) -> Place:
    return Place(letter.label, letter.href, letter.href, detail_words("letters", days_since(letter.received_at, at)))


def _mend(path: str, columns: Sequence[ColumnState]) -> str:
    """Where staff mend a page: at the column that its address belongs to."""
    plain = path.removeprefix("/en") or "/"
    owners = [column for column in columns if column.mend and plain.startswith(column.path)]
    owner = max(owners, key=lambda column: len(column.path), default=None)
    return owner.mend if owner is not None else ""
