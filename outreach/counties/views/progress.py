"""The country and its provinces against the targets, by printed totals: bars and the same numbers as tables, no map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template

from outreach.core.formats import count, quantity
from outreach.core.i18n import pick
from outreach.core.page_cache import cached_page
from outreach.counties.blueprint import blueprint
from outreach.counties.printed import batch_word, dated
from outreach.counties.queries.progress import Share, TrendPoint, list_shares, list_trend, national
from outreach.counties.queries.targets import list_targets, newest_target
from outreach.counties.queries.totals import completeness
from outreach.counties.views.frame import DATA, Frame, current_view, frame


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar as the chart takes it: ``value`` and ``target`` in percent of its length."""

    label: str
    href: str
    value: float
    text: str
    target: float | None = None
    note: str = ""
    is_marked: bool = False


@blueprint.get("/counties/progress")
@cached_page(DATA)
def progress() -> str:
    """Shares of the provinces that printed a total, the national trend by batch, the targets, and what is unknown."""
    here = frame()
    view = current_view(here.as_of)
    shares = list_shares(view)
    total, counties, percent = national(view)
    return render_template(
        "counties/progress.html",
        frame=here,
        shares=shares,
        known=[share for share in shares if share.percent is not None],
        unknown=[share for share in shares if share.percent is None],
        bars=[share_bar(share, here) for share in shares if share.percent is not None],
        trend=list_trend(view),
        trend_bars=trend_bars(list_trend(view), here, counties),
        national={"total": total, "counties": counties, "percent": percent},
        targets=list_targets(),
        target=newest_target(),
        completeness=completeness(view),
    )


def share_bar(share: Share, here: Frame) -> Bar:
    """A province's bar with the mark of its target."""
    percent = share.percent or 0.0
    return Bar(
        label=pick(share.province.name, share.province.name_en),
        href=here.link("province", code=share.province.code),
        value=min(percent, 100.0),
        text=quantity(percent, 1, "%"),
        target=share.target,
        is_marked=share.is_reached,
    )


def trend_bars(points: list[TrendPoint], here: Frame, counties: int) -> list[Bar]:
    """The sum of the announced numbers after each batch, as a part of all county-level divisions."""
    return [_trend_bar(point, here, counties) for point in points]


def _trend_bar(point: TrendPoint, here: Frame, counties: int) -> Bar:
    values: dict[str, Any] = {"value": min(point.cumulative / counties * 100, 100.0) if counties else 0.0}
    return Bar(
        label=batch_word(point.batch.number),
        href=here.link("batch", number=point.batch.number),
        text=count(point.cumulative),
        note=dated(point.batch.announced_on, point.batch.precision),
        **values,
    )
