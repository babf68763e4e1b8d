"""Figures that fit a grade: inside the recorded limits of a step, and with what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from outreach.labels.demo.chance import Chance
from outreach.labels.rules.grading import Scale

LITRES_PER_GALLON: Final = 3.785411784
LITRES_PER_CUBIC_FOOT: Final = 28.316846592
#: Cycles a year that ENERGY STAR reckons with for clothes washers.
WASHER_CYCLES_PER_YEAR: Final = 295
#: How often a declared figure is the limit itself, as in real filings.
ON_THE_LIMIT: Final = 0.15

Values = dict[str, float]


@dataclass(frozen=True, slots=True)
class Quantity:
    """How a metric is written, and which direction is better; with ``is_neutral`` neither is."""

    name: str
    unit: str
    decimals: int
    is_lower_better: bool
    is_neutral: bool


@dataclass(frozen=True, slots=True)
class _Band:
    """Steps (multiples of the last printed decimal) from ``best`` to ``worst``; smaller is better here, always.

    ``beyond`` is the first that misses the better grade. ``is_limit``: ``worst`` is a recorded limit. ``can_decide``:
    the better grade has a recorded limit that is missed from ``beyond`` on.
    """

    best: int
    worst: int
    beyond: int
    is_limit: bool
    can_decide: bool


def draw_values(
    chance: Chance,
    scale: Scale,
    rank: int,
    spans: Mapping[str, tuple[float, float]],
    quantities: Mapping[str, Quantity],
) -> Values:
    """A figure for every metric of ``spans``: all good enough for ``rank``, one of them too weak for the rank before.

    Where limits are not recorded, the span is shared out evenly among the ranks: better grades have better figures.
    """
    bands = {metric: _band(scale, rank, metric, span, quantities[metric]) for metric, span in spans.items()}
    deciding = [metric for metric, band in bands.items() if band.can_decide]
    decider = chance.pick(deciding) if deciding else ""
    values = {}
    for metric, band in bands.items():
        first = band.beyond if metric == decider or not scale.metrics else band.best
        is_exact = band.is_limit and chance.happens(ON_THE_LIMIT)
        step = band.worst if is_exact else chance.number(min(first, band.worst), band.worst)
        values[metric] = _value(step, quantities[metric])
    return values


def _band(scale: Scale, rank: int, metric: str, span: tuple[float, float], quantity: Quantity) -> _Band:
    best, worst = sorted((_step(span[0], quantity), _step(span[1], quantity)))
    if quantity.is_neutral:
        return _Band(best, worst, best, is_limit=False, can_decide=False)
    known = {step.rank: edge for step in scale.steps if (edge := _edge(scale, step.rank, metric, quantity)) is not None}
    edges = _all_edges(known, best, worst, last=max((step.rank for step in scale.steps), default=1))
    better = max((step.rank for step in scale.steps if step.rank < rank and step.limits), default=0)
    beyond = edges[rank - 1] + (rank > 1)
    return _Band(min(best, edges[rank]), edges[rank], beyond, rank in known, better in known and beyond <= edges[rank])


def _all_edges(known: Mapping[int, int], best: int, worst: int, *, last: int) -> dict[int, int]:
    """The worst step of every rank: the known ones, and evenly between them where none is recorded."""
    knots = {0: best, last: worst, **known}
    edges = {}
    for rank in range(last + 1):
        before = max(knot for knot in knots if knot <= rank)
        after = min(knot for knot in knots if knot >= rank)
        share = (rank - before) / max(1, after - before)
        edges[rank] = knots[before] + floor(share * (knots[after] - knots[before]))
    return edges


def _edge(scale: Scale, rank: int, metric: str, quantity: Quantity) -> int | None:
    """The worst step that the rank still allows, None where its limit of this metric is not recorded."""
    for step in scale.steps:
        for limit in step.limits:
            bound = limit.high if quantity.is_lower_better else limit.low
            if step.rank == rank and limit.metric == metric and bound is not None:
                return _step(bound, quantity)
    return None


def _step(value: float, quantity: Quantity) -> int:
    scaled: float = value * 10**quantity.decimals
    return floor(scaled + 1e-6) if quantity.is_lower_better else -ceil(scaled - 1e-6)


def _value(step: int, quantity: Quantity) -> float:
    return float(abs(step) / 10**quantity.decimals)


def companions(category: str, subtype: str, values: Values, chance: Chance) -> Values:
    """Figures that follow from ``values``: litres from an index, the full flush from the average."""
    derive = _COMPANIONS.get(category)
    return derive(subtype, values, chance) if derive else {}


def _flushes(subtype: str, values: Values, chance: Chance) -> Values:
    """China reckons the average of a dual flush as one full and two reduced ones."""
    if subtype != "dual_flush":
        return {}
    full = floor(values["average_flush"] * chance.number(112, 120) / 10) / 10
    return {"full_flush": full, "half_flush": round((3 * values["average_flush"] - full) / 2, 1)}


def _dishes(_subtype: str, values: Values, _chance: Chance) -> Values:
    """Litres and energy from the indexes (straight lines through the real filings of 2026-05-21); stars by halves."""
    if "energy_star_index" in values:
        return {"energy_stars": floor(values["energy_star_index"] * 2) / 2}
    if "WEI" not in values:
        return {}
    is_newer = "noise" in values
    places = values["place_settings"]
    litres = 12.3 + 0.19 * places if is_newer else 2.4 + 1.6 * places
    energy = 1.37 + 0.024 * places if is_newer else 0.92 + 0.043 * places
    return {
        "water_per_cycle": round(values["WEI"] / 100 * litres, 1),
        "energy_per_cycle": round(values["EEI"] / 100 * energy, 3),
    }


def _washing(_subtype: str, values: Values, _chance: Chance) -> Values:
    if "IWF" not in values:
        return {}
    litres = values["IWF"] * values["drum_volume"] / LITRES_PER_CUBIC_FOOT * LITRES_PER_GALLON
    return {"water_per_cycle": round(litres, 1), "annual_water": float(round(litres * WASHER_CYCLES_PER_YEAR))}


_COMPANIONS: Final[Mapping[str, Callable[[str, Values, Chance], Values]]] = {
    "toilet": _flushes,
    "squat_toilet": _flushes,
    "dishwasher": _dishes,
    "clothes_washer": _washing,
}
