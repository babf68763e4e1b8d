"""How provinces and the country stand against the targets: printed totals only, never the recorded rows.

A share is a printed total divided by the number of county-level divisions today. The rows that the registry happens to
hold say nothing about a share, so a province without a printed total has none.
"""

from __future__ import annotations

from dataclasses import dataclass

from outreach.counties.queries.days import DayView
from outreach.counties.queries.results import Recorded
from outreach.counties.queries.snapshot import BatchItem, ProvinceItem, TotalItem
from outreach.counties.queries.targets import newest_target
from outreach.counties.queries.totals import NATION, newest_total, recorded_by_province


@dataclass(frozen=True, slots=True)
class Share:
    """A province against its target; without a printed total everything but ``recorded`` is empty."""

    province: ProvinceItem
    recorded: int
    total: TotalItem | None
    #: Percent of the county-level divisions of today.
    percent: float | None
    target: int

    @property
    def is_reached(self) -> bool:
        return self.percent is not None and self.percent >= self.target


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A batch with how many counties all batches up to it name."""

    batch: BatchItem
    cumulative: int
    #: The same as the Ministry printed it, where that was seen.
    total: TotalItem | None


def target_of(province: ProvinceItem) -> int:
    """The newest target of the province's half of the country, in percent."""
    return newest_target().of(province.region)


def _share(item: Recorded, province: ProvinceItem) -> Share:
    percent = item.total.total / province.counties * 100 if item.total and province.counties else None
    return Share(province, item.recorded, item.total, percent, target_of(province))


def list_shares(view: DayView) -> list[Share]:
    """All provinces, those with a share first, the largest first; the others in the usual order."""
    shares = [
        _share(item, item.subject) for item in recorded_by_province(view) if isinstance(item.subject, ProvinceItem)
    ]
    return sorted(shares, key=lambda share: -(share.percent if share.percent is not None else -1))


def find_share(view: DayView, province: ProvinceItem) -> Share:
    """One province."""
    return next(share for share in list_shares(view) if share.province.id == province.id)


def list_trend(view: DayView) -> list[TrendPoint]:
    """The batches by the day, each with the sum of the announced numbers up to it."""
    found: list[TrendPoint] = []
    cumulative = 0
    for batch in view.batches:
        cumulative += batch.announced_count or 0
        found.append(TrendPoint(batch, cumulative, _printed(view, cumulative)))
    return found


def _printed(view: DayView, count: int) -> TotalItem | None:
    """The national total of exactly this number."""
    nation = [total for total in view.snapshot.totals if total.province_id is None and total.scope == NATION]
    return next((total for total in nation if total.total == count), None)


def national(view: DayView) -> tuple[TotalItem | None, int, float | None]:
    """The newest national total by the day, the number of county-level divisions today, and the share in percent."""
    total = newest_total(view.snapshot, None, view.day)
    counties = sum(province.counties for province in view.snapshot.provinces)
    return total, counties, total.total / counties * 100 if total and counties else None
