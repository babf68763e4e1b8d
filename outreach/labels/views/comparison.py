"""How a product stands against the limits of its standard and among its like, as values ready to draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from flask import current_app
from flask_babel import gettext as _

from outreach.core.db import db
from outreach.core.formats import quantity
from outreach.core.i18n import pick
from outreach.labels.models import Better, Certainty, GradeRule, Metric, Registration
from outreach.labels.queries.products import Example, list_examples
from outreach.labels.queries.statistics import Comparisons, Standing
from outreach.labels.rules import grading
from outreach.labels.rules.distribution import Bin

#: Free space beside the outermost figures of a scale, as a part of its length.
MARGIN: Final = 0.18


@dataclass(frozen=True, slots=True)
class Limit:
    """Where a grade ends on a scale; ``rank`` of ``steps`` gives it the colour that its badge has."""

    value: float
    label: str
    rank: int
    steps: int


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """One metric with the limits of its grades and the product's figure: the arguments of the chart."""

    metric: Metric
    low: float
    high: float
    limits: tuple[Limit, ...]
    value: float
    certainty: Certainty

    @property
    def better(self) -> str:
        return "higher" if self.metric.better is Better.HIGHER else "lower"

    @property
    def text(self) -> str:
        """The scale in one sentence, for those who do not see it."""
        limits = ", ".join(f"{limit.label} {limit.value}" for limit in self.limits)
        name = pick(self.metric.name, self.metric.name_en)
        value = figure(self.metric, self.value)
        return _("%(name)s的各级界限：%(limits)s；本产品 %(value)s。", name=name, limits=limits, value=value)


@dataclass(frozen=True, slots=True)
class HistogramBin:
    """One bin of the chart."""

    label: str
    count: int
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """A product among its like by one metric."""

    metric: Metric
    value: float
    standing: Standing
    bins: tuple[HistogramBin, ...]
    best: list[Example]

    @property
    def is_higher_better(self) -> bool:
        return self.metric.better is Better.HIGHER


def limit_of(rule: GradeRule) -> float:
    """The bound that a product must keep: the upper one where less is better, else the lower one."""
    bounds = (rule.low, rule.high) if rule.metric.better is Better.HIGHER else (rule.high, rule.low)
    return next(bound for bound in bounds if bound is not None)


def holds(rule: GradeRule, value: float) -> bool:
    """Whether ``value`` lies inside the rule's band."""
    band = grading.Limit(rule.metric.code, rule.low, rule.is_low_inclusive, rule.high, rule.is_high_inclusive)
    return band.holds(value)


def applying(rules: Iterable[GradeRule], registration: Registration) -> list[GradeRule]:
    """The rules of the whole category and of the product's own subtype."""
    return [rule for rule in rules if rule.subtype_id in (None, registration.subtype_id)]


def failing(rules: Sequence[GradeRule], registration: Registration) -> list[tuple[GradeRule, float]]:
    """The conditions of the declared grade that the recorded values miss, with those values."""
    values = values_of(registration)
    return [
        (rule, values[rule.metric_id])
        for rule in rules
        if rule.grade_id == registration.declared_grade_id
        and rule.metric_id in values
        and not holds(rule, values[rule.metric_id])
    ]


def values_of(registration: Registration) -> Mapping[int, float]:
    """Measured values by metric."""
    return {item.metric_id: item.value for item in registration.values}


def scale_bars(rules: Sequence[GradeRule], registration: Registration) -> list[ScaleBar]:
    """A scale for every metric that has both limits and a value, water figures first."""
    values = values_of(registration)
    found: dict[int, list[GradeRule]] = {}
    for rule in rules:
        if rule.metric_id in values:
            found.setdefault(rule.metric_id, []).append(rule)
    steps = len(registration.edition.grades)
    bars = [_scale_bar(group, values[metric_id], steps) for metric_id, group in found.items()]
    return sorted(bars, key=lambda bar: (not bar.metric.is_water_use, bar.metric.position))


def _scale_bar(rules: Sequence[GradeRule], value: float, steps: int) -> ScaleBar:
    ordered = sorted(rules, key=lambda rule: rule.grade.rank)
    limits = _limits(ordered, steps)
    figures = [value, *(limit.value for limit in limits)]
    spare = (max(figures) - min(figures) or max(figures)) * MARGIN
    certainty = max((rule.certainty for rule in ordered), key=grading.CERTAINTIES.index)
    low = max(0.0, min(figures) - spare)
    return ScaleBar(ordered[0].metric, low, max(figures) + spare, limits, value, certainty)


def _limits(ordered: Sequence[GradeRule], steps: int) -> tuple[Limit, ...]:
    """Limits, best grade first; neighbours that share one limit are named together."""
    found = []
    for value, group in groupby(ordered, key=limit_of):
        grades = [rule.grade for rule in group]
        names = dict.fromkeys(pick(grade.name, grade.name_en) for grade in (grades[0], grades[-1]))
        found.append(Limit(_plain(value), "–".join(names), grades[0].rank, steps))
    return tuple(found)


def _plain(value: float) -> float:
    """Whole figures without a decimal point, as standards print them."""
    return int(value) if value == int(value) else value


def compare(registration: Registration, rules: Sequence[GradeRule], generation: str) -> Comparison | None:
    """The product among its like by its water figure, else by the first graded metric that it has a value of."""
    values = values_of(registration)
    graded = [rule.metric for rule in rules if rule.metric_id in values]
    metric = registration.water_metric or next(iter(graded), None)
    if metric is None or metric.id not in values:
        return None
    comparisons: Comparisons = current_app.extensions["comparisons"]
    value = values[metric.id]
    standing = comparisons.standing(db.session, registration, metric, value, generation)
    bins = tuple(HistogramBin(_range(item), item.count, item.is_marked) for item in standing.bins)
    return Comparison(metric, value, standing, bins, list_examples(db.session, standing.best))


def _range(item: Bin) -> str:
    if item.low is None:
        return f"<{item.high:g}"
    return f"≥{item.low:g}" if item.high is None else f"{item.low:g}–{item.high:g}"


def figure(metric: Metric, value: float) -> str:
    """A value with the unit of its metric."""
    return quantity(value, metric.decimals, pick(metric.unit, metric.unit_en))


def json_ld(registration: Registration, url: str) -> dict[str, Any]:
    """The product in the words of schema.org."""
    names = [registration.brand.name if registration.brand else "", registration.model]
    properties = [
        {
            "@type": "PropertyValue",
            "name": pick(item.metric.name, item.metric.name_en),
            "value": item.value,
            "unitText": pick(item.metric.unit, item.metric.unit_en),
        }
        for item in registration.values
    ]
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": " ".join(filter(None, names)),
        "model": registration.model,
        "category": pick(registration.category.name, registration.category.name_en),
        "manufacturer": {"@type": "Organization", "name": registration.maker.name},
        "identifier": registration.number,
        "url": url,
        "additionalProperty": properties,
    }
