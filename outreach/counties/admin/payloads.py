"""Proposals about a county as plain values, and back. The same fields stand before and after.

``what`` says which change it is: fields of the unit, a new step, a corrected step, or the figures of a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from outreach.core.audit import Target
from outreach.core.review import Payload
from outreach.counties.actions.decisions import NewStep
from outreach.counties.actions.figures import Figure
from outreach.counties.forms_figures import REMARK
from outreach.counties.models import CountyUnit, Stage, StageEvent
from outreach.counties.rules.assessment_table import Kind, Table
from outreach.counties.rules.dates import format_date, parse_date
from outreach.counties.rules.sources import is_web_address

COUNTY: Final = "county"
FIELDS, STEP, CORRECTION, FIGURES = "fields", "step", "correction", "figures"
#: Fields of a payload that say what it is about, and are no change themselves.
FRAME: Final = ("what", "event_id", "year")
NO_STEP: Final[Mapping[str, Any]] = dict.fromkeys(("stage", "on", "document", "source", "batch", "note"))

Values = Mapping[str, Any]


def full_name(unit: CountyUnit) -> str:
    """A unit with prefecture and province, as an address writes it."""
    place = unit.prefecture.name if unit.prefecture and unit.prefecture.name != unit.province.name else ""
    return f"{unit.province.name}{place}{unit.name}"


def county_target(unit: CountyUnit) -> Target:
    """A unit as the log and proposals name it."""
    return Target(COUNTY, unit.slug, full_name(unit))


def present_fields(unit: CountyUnit, names: tuple[str, ...]) -> dict[str, str]:
    """What the fields say now."""
    return {name: str(getattr(unit, name)) for name in names}


def fields_payload(present: Mapping[str, str], values: Mapping[str, str], file_ids: tuple[int, ...]) -> Payload:
    """The fields that change."""
    changed = {name: value for name, value in values.items() if present[name] != value}
    before = {"what": FIELDS, **{name: present[name] for name in changed}}
    return Payload(before, {"what": FIELDS, **changed}, file_ids)


def step_values(step: NewStep) -> dict[str, Any]:
    """A step as plain values."""
    return {
        "stage": step.stage.value,
        "on": format_date(step.printed.on, step.printed.precision),
        "document": step.document,
        "source": step.source_url or step.source_name,
        "batch": step.batch,
        "note": step.note,
    }


def event_values(event: StageEvent | None) -> dict[str, Any]:
    """A recorded step as plain values; nothing for one that is gone."""
    if event is None:
        return {**NO_STEP, "is_removed": True}
    return {
        "stage": event.stage.value,
        "on": format_date(event.happened_on, event.precision.value),
        "document": event.document,
        "source": event.source_url or event.source_name,
        "batch": event.batch.number if event.batch else None,
        "note": event.note,
        "is_removed": False,
    }


def step_payload(step: NewStep, file_ids: tuple[int, ...]) -> Payload:
    """A new step."""
    return Payload({"what": STEP, **NO_STEP}, {"what": STEP, **step_values(step)}, file_ids)


def correction_payload(event: StageEvent, step: NewStep | None, file_ids: tuple[int, ...]) -> Payload:
    """A step that says something else, or is struck out (None)."""
    frame = {"what": CORRECTION, "event_id": event.id}
    present = event_values(event)
    wanted = {**present, "is_removed": True} if step is None else {**step_values(step), "is_removed": False}
    return Payload({**frame, **present}, {**frame, **wanted}, file_ids)


def step_of(values: Values) -> NewStep:
    """The step that plain values say."""
    source = str(values["source"] or "")
    is_address = is_web_address(source)
    return NewStep(
        stage=Stage(values["stage"]),
        printed=parse_date(str(values["on"] or "")),
        document=str(values["document"] or ""),
        source_name="" if is_address else source,
        source_url=source if is_address else "",
        note=str(values["note"] or ""),
        batch=values["batch"],
    )


def figures_payload(year: int, present: Values, values: Mapping[str, str], file_ids: tuple[int, ...]) -> Payload:
    """The figures of a year in place of those that stand there."""
    codes = list(dict.fromkeys((*values, *present)))
    frame = {"what": FIGURES, "year": year}
    before = {code: present.get(code) for code in codes}
    return Payload({**frame, **before}, {**frame, **{code: values.get(code) for code in codes}}, file_ids)


def figures_of(values: Values, table: Table) -> list[Figure]:
    """The figures with the words of the table in use, in its order; what the table does not know keeps its code."""
    given = {code: str(value) for code, value in values.items() if code not in FRAME and value is not None}
    found = []
    for one in table.indicators:
        if (value := given.pop(one.code, None)) is None:
            continue
        level = next((item for item in one.levels if one.kind is Kind.CHOICE and item.code == value), None)
        words = (level.label, level.label_en) if level else (value, "")
        found.append(Figure(one.code, one.kind.value, one.name, one.name_en, *words, one.unit, one.unit_en))
    remark = given.pop(REMARK, None)
    found += [Figure(code, "other", code, code, value) for code, value in sorted(given.items())]
    return [*found, Figure(REMARK, REMARK, "", "", remark)] if remark else found
