"""The self-assessment as JSON: the table, the answers (which can be loaded again), the result."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from outreach.core.i18n import pick
from outreach.counties.forms_assessment import SCHEMA, Assessment
from outreach.counties.rules.assessment import IndicatorResult, Raise, Result
from outreach.counties.rules.assessment_table import Indicator, Level, Table


def number(value: Decimal | None) -> int | float | None:
    """A decimal as JSON writes it: whole where it is whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def value_of(answer: Any) -> Any:
    """An answer as JSON: numbers, yes or no, codes."""
    return number(answer) if isinstance(answer, Decimal) else answer


def answers_document(asked: Assessment, slug: str = "") -> dict[str, Any]:
    """The answers in the form that the API and the page's own file take."""
    answers = asked.answers
    return {
        "schema": SCHEMA,
        "county": slug or asked.county or None,
        "year": asked.year,
        "region": answers.region or None,
        "answers": {code: value_of(answer) for code, answer in answers.values.items()},
        "conditions": dict(answers.conditions),
        "bonus": {code: number(points) for code, points in answers.bonus.items()},
    }


def table_document(table: Table) -> dict[str, Any]:
    """The whole table with every certainty and source, names in the language of the request."""
    return {
        "title": pick(table.title, table.title_en),
        "document": table.document,
        "note": pick(table.note, table.note_en),
        "official_text": pick(table.official_text, table.official_text_en),
        "certainty": table.certainty,
        "source": table.source,
        "reviewed_on": table.reviewed_on,
        "is_own": table.is_own,
        "is_coherent": table.is_coherent,
        "full_points": number(table.full_points),
        "pass_points": number(table.pass_points),
        "bonus_cap": number(table.bonus_cap),
        "maximum": number(table.maximum),
        "classes_count": len(table.classes),
        "classes_total": table.classes_total,
        "indicators_count": table.indicators_count,
        "indicators_total": table.indicators_total,
        "regions": [{**_named(one), "parent": one.parent or None} for one in table.regions],
        "conditions": [_named(one) for one in table.conditions],
        "classes": [
            {
                **_named(group),
                "points": number(group.points),
                "indicators": [_indicator(one) for one in group.indicators],
            }
            for group in table.classes
        ],
        "bonus": [{**_named(one), "points": number(one.points)} for one in table.bonus],
    }


def _named(item: Any) -> dict[str, Any]:
    return {
        "code": item.code,
        "name": pick(item.name, item.name_en),
        "certainty": str(item.certainty),
        "source": item.source,
    }


def _indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        **_named(indicator),
        "name_certainty": str(indicator.name_certainty),
        "kind": indicator.kind.value,
        "unit": pick(indicator.unit, indicator.unit_en),
        "points": number(indicator.points),
        "direction": indicator.direction.value,
        "below": indicator.below.value,
        "condition": pick(indicator.condition, indicator.condition_en),
        "note": pick(indicator.note, indicator.note_en),
        "levels": [_level(level) for level in indicator.levels],
        "examples": [
            {"value": one.value, "place": pick(one.place, one.place_en), "source": one.source}
            for one in indicator.examples
        ],
    }


def _level(level: Level) -> dict[str, Any]:
    return {
        "region": level.region or None,
        "code": level.code or None,
        "label": pick(level.label, level.label_en) or None,
        "threshold": number(level.threshold),
        "points": number(level.points),
        "certainty": str(level.certainty),
    }


def result_document(result: Result) -> dict[str, Any]:
    """The result with every part."""
    return {
        "region": result.answers.region or None,
        "points": number(result.points),
        "bonus": number(result.bonus),
        "total": number(result.total),
        "lowest": number(result.lowest),
        "highest": number(result.highest),
        "maximum": number(result.table.maximum),
        "answered": result.answered,
        "verdict": result.verdict.value,
        "certainty": str(result.table.certainty),
        "missing_conditions": list(result.missing_conditions),
        "open_conditions": list(result.open_conditions),
        "unanswered": list(result.unanswered),
        "classes": [
            {"code": one.group.code, "points": number(one.points), "maximum": number(one.group.points)}
            for one in result.classes
        ],
        "indicators": [_indicator_result(one) for one in result.indicators],
        "raises": [_raise(one) for one in result.raises],
    }


def _indicator_result(item: IndicatorResult) -> Mapping[str, Any]:
    return {
        "code": item.indicator.code,
        "answer": value_of(item.answer),
        "points": number(item.points),
        "maximum": number(item.indicator.points),
        "gap": number(item.gap),
        "state": item.state.value,
        "needed": number(item.needed),
    }


def _raise(one: Raise) -> Mapping[str, Any]:
    return {
        "code": one.item.indicator.code,
        "gain": number(one.gain),
        "needed": number(one.item.needed),
        "next_figure": number(one.next_figure),
        "next_gain": number(one.next_gain),
    }
