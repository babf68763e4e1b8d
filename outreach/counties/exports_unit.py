"""What was corrected of one unit and what it reported, as data: the same in its files and in the public API.

Both are about what is said today: on a former day there are none, as on the unit's page.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach.core.exports import Column, Kind
from outreach.core.i18n import pick
from outreach.counties.queries.snapshot import FigureItem, UnitItem
from outreach.counties.rules.dates import format_date

#: The figure that is a remark has no name of its own.
REMARK = "remark"


def additions(unit: UnitItem, *, is_today: bool) -> dict[str, Any]:
    """Corrected steps, corrected fields and yearly figures."""
    return {
        "corrected_steps": _steps(unit) if is_today else [],
        "corrected_fields": _fields(unit) if is_today else [],
        "figures": [_figure(one) for one in ordered_figures(unit)] if is_today else [],
    }


def _steps(unit: UnitItem) -> list[dict[str, Any]]:
    return [
        {
            "is_removed": one.is_removed,
            "stage": str(one.stage),
            "on": format_date(one.on, one.precision),
            "precision": str(one.precision),
            "batch": one.batch.number if one.batch else None,
            "document": one.document,
            "source": one.source_url or one.source_name,
            "certainty": str(one.certainty),
            "reason": one.reason,
            "corrected_on": one.corrected_on.isoformat(),
        }
        for one in unit.corrected
    ]


def _fields(unit: UnitItem) -> list[dict[str, Any]]:
    return [
        {
            "field": one.field,
            "before": one.before,
            "after": one.after,
            "reason": one.reason,
            "corrected_on": one.corrected_on.isoformat(),
        }
        for one in unit.edits
    ]


def _figure(one: FigureItem) -> dict[str, Any]:
    return {
        "year": one.year,
        "code": one.code,
        "kind": one.kind,
        "name": _name(one),
        "value": one.value,
        "unit": _unit_word(one),
        "source": _("县级填报"),
        "published_on": one.approved_on.isoformat(),
    }


def _name(one: FigureItem) -> str:
    return _("备注") if one.kind == REMARK else pick(one.name, one.name_en)


def _unit_word(one: FigureItem) -> str:
    return pick(one.unit_word, one.unit_word_en)


def ordered_figures(unit: UnitItem) -> list[FigureItem]:
    """What the county reported, the newest year first."""
    return sorted(unit.figures, key=lambda one: (-one.year, one.position))


def figure_columns() -> list[Column[FigureItem]]:
    """The columns of the file of figures."""
    return [
        Column("year", _l("年度"), lambda one: one.year, Kind.NUMBER),
        Column("code", _l("指标代码"), lambda one: one.code),
        Column("name", _l("指标"), _name),
        Column("value", _l("填报值"), lambda one: one.value),
        Column("unit", _l("单位"), _unit_word),
        Column("source", _l("来源"), lambda _one: _("县级填报")),
        Column("published_on", _l("公布日期"), lambda one: one.approved_on, Kind.DATE),
    ]
