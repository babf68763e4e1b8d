"""What of the county registry is reviewed: what officers hand in for their county, and what registrars change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from outreach.core import files
from outreach.core.i18n import pick
from outreach.core.permissions import Permission
from outreach.core.review import FieldChange, Proposal, ReviewKind, TargetChanged
from outreach.core.staff import Staff, current_staff
from outreach.counties.actions.correcting import Grounds, correct_fields, correct_step, remove_step
from outreach.counties.actions.decisions import REFUSALS, add_step
from outreach.counties.actions.figures import replace_figures
from outreach.counties.admin import payloads
from outreach.counties.admin.payloads import CORRECTION, FIELDS, FIGURES, FRAME, STEP
from outreach.counties.admin.wording import field_word, value_word
from outreach.counties.assessment import current_table
from outreach.counties.models import CountyUnit
from outreach.counties.queries.upkeep import find_event, find_stored_unit, list_figures
from outreach.counties.rules.assessment_table import Kind


def _current(session: Session, proposal: Proposal) -> Mapping[str, Any]:
    """The fields of ``before`` as they are now."""
    unit = find_stored_unit(session, proposal.target_key)
    before = proposal.before
    if unit is None:
        return {}
    match before["what"]:
        case "fields":
            present = payloads.present_fields(unit, tuple(name for name in before if name not in FRAME))
            return {"what": FIELDS, **present}
        case "correction":
            event = find_event(session, unit.id, before["event_id"])
            return {"what": CORRECTION, "event_id": before["event_id"], **payloads.event_values(event)}
        case "figures":
            stored = stored_figures(session, unit, before["year"])
            return {"what": FIGURES, "year": before["year"], **{code: stored.get(code) for code in _changed(before)}}
    return before


def _changed(values: Mapping[str, Any]) -> list[str]:
    return [name for name in values if name not in FRAME]


def stored_figures(session: Session, unit: CountyUnit, year: int) -> dict[str, str]:
    """The approved figures of a year by code, spelled as a form spells them."""
    levels = {one.code: {item.label: item.code for item in one.levels} for one in current_table().indicators}
    return {
        one.code: levels.get(one.code, {}).get(one.value, one.value) if one.kind == Kind.CHOICE else one.value
        for one in list_figures(session, unit.id, year)
    }


def _apply(session: Session, proposal: Proposal) -> None:
    """Write it, on the registry as it is now: whoever waited for the unit looks once more."""
    unit = find_stored_unit(session, proposal.target_key, is_locked=True)
    if unit is None:
        raise TargetChanged({"unit": None})
    now = _current(session, proposal)
    if changed := {name: now.get(name) for name, value in proposal.before.items() if now.get(name) != value}:
        raise TargetChanged(changed)
    files.keep(session, proposal.files)
    try:
        _write(session, unit, proposal)
    except REFUSALS as refusal:
        raise TargetChanged({"stage": proposal.after.get("stage")}) from refusal


def _write(session: Session, unit: CountyUnit, proposal: Proposal) -> None:
    after, grounds = proposal.after, Grounds(proposal.note, proposal.id)
    if after["what"] == FIELDS:
        correct_fields(session, unit, {name: after[name] for name in _changed(after)}, grounds)
    elif after["what"] == STEP:
        add_step(session, unit, payloads.step_of(after))
    elif after["what"] == FIGURES:
        replace_figures(session, unit, after["year"], payloads.figures_of(after, current_table()), proposal.id)
    else:
        event = find_event(session, unit.id, after["event_id"])
        if event is None:
            raise TargetChanged({"event_id": None})
        if after["is_removed"]:
            remove_step(session, event, grounds)
        else:
            correct_step(session, event, payloads.step_of(after), grounds)


def _describe(proposal: Proposal) -> Sequence[FieldChange]:
    before, after = proposal.before, proposal.after
    if after["what"] == FIGURES:
        return _describe_figures(proposal)
    names = _changed(after)
    if after["what"] == CORRECTION and after["is_removed"]:
        names = ["is_removed", *(name for name in names if name != "is_removed")]
    elif after["what"] == CORRECTION:
        names.remove("is_removed")
    return [
        FieldChange(field_word(name), value_word(name, before.get(name)), value_word(name, after[name]), name)
        for name in names
    ]


def _describe_figures(proposal: Proposal) -> Sequence[FieldChange]:
    indicators = {one.code: one for one in current_table().indicators}
    levels = {one.code: {item.code: item.label for item in one.levels} for one in indicators.values()}

    def word(code: str, value: str | None) -> str:
        if value is None or code not in indicators:
            return value or ""
        yes_no = {"yes": _("是"), "no": _("否")} if indicators[code].kind is Kind.YES_NO else {}
        return {**levels[code], **yes_no}.get(value, f"{value} {indicators[code].unit}".strip())

    return [
        FieldChange(
            _("%(year)s年 %(name)s", year=proposal.after["year"], name=_indicator_word(code)),
            word(code, proposal.before.get(code)),
            word(code, value),
            code,
        )
        for code, value in proposal.after.items()
        if code not in FRAME
    ]


def _indicator_word(code: str) -> str:
    found = next((one for one in current_table().indicators if one.code == code), None)
    return pick(found.name, found.name_en) if found else field_word(code)


def _is_in_scope(staff: Staff, proposal: Proposal) -> bool:
    """County officers touch what is about their own counties; whoever decides touches all."""
    if staff.may(Permission.REVIEW_DECIDE):
        return True
    return staff.may(Permission.COUNTIES_OWN) and proposal.target_key in staff.county_slugs


def _url(proposal: Proposal) -> str:
    """The page of the county that this person may open."""
    staff = current_staff()
    is_officer = staff is not None and not staff.may(Permission.COUNTIES_VIEW)
    return url_for("counties.own_county" if is_officer else "counties.admin_unit", slug=proposal.target_key)


def _officer_edit_url(proposal: Proposal) -> str:
    endpoint = {FIELDS: "own_fields", STEP: "own_step", FIGURES: "own_figures"}[proposal.after["what"]]
    return url_for(f"counties.{endpoint}", slug=proposal.target_key, proposal=proposal.id)


def _staff_edit_url(proposal: Proposal) -> str:
    slug, what = proposal.target_key, proposal.after["what"]
    if what == CORRECTION:
        event_id = proposal.after["event_id"]
        return url_for("counties.admin_step_correct", slug=slug, event_id=event_id, proposal=proposal.id)
    endpoint = {FIELDS: "admin_unit_fields", STEP: "admin_step"}[what]
    return url_for(f"counties.{endpoint}", slug=slug, proposal=proposal.id)


OFFICER_CORRECTION: Final = ReviewKind(
    "county-correction",
    _l("县级更正"),
    Permission.COUNTIES_OWN,
    Permission.REVIEW_DECIDE,
    apply=_apply,
    describe=_describe,
    url=_url,
    current=_current,
    edit_url=_officer_edit_url,
    may_touch=_is_in_scope,
)
OFFICER_FIGURES: Final = ReviewKind(
    "county-figures",
    _l("县级年度数据"),
    Permission.COUNTIES_OWN,
    Permission.REVIEW_DECIDE,
    apply=_apply,
    describe=_describe,
    url=_url,
    current=_current,
    edit_url=_officer_edit_url,
    may_touch=_is_in_scope,
)
RECORD: Final = ReviewKind(
    "county-record",
    _l("县域登记修改"),
    Permission.COUNTIES_EDIT,
    Permission.REVIEW_DECIDE,
    apply=_apply,
    describe=_describe,
    url=_url,
    current=_current,
    edit_url=_staff_edit_url,
)
KINDS: Final = (OFFICER_CORRECTION, OFFICER_FIGURES, RECORD)
