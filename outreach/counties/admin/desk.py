"""What the officer's and the registrar's pages of one county share: the record, and the forms that change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from outreach.core.clock import today
from outreach.core.db import db
from outreach.core.i18n import is_english
from outreach.core.review import Proposal, ReviewKind
from outreach.core.staff import tell
from outreach.counties.actions.correcting import check_step
from outreach.counties.actions.decisions import REFUSALS, check_new_step
from outreach.counties.admin import payloads, sending
from outreach.counties.admin.wording import CERTAINTY_WORDS, said
from outreach.counties.forms_staff import Faults, StepForm, parse_fields, parse_step_form
from outreach.counties.imports.refusals import decision_sentence
from outreach.counties.models import CountyUnit, Stage, StageEvent
from outreach.counties.printed import dated
from outreach.counties.queries.upkeep import find_stored_unit, list_figures
from outreach.counties.rules.states import RULE_PROVINCES, next_due
from outreach.counties.views.frame import Frame, frame, reading
from outreach.counties.views.unit import steps
from outreach.counties.wording import STAGES


@dataclass(frozen=True, slots=True)
class Desk:
    """From where a county is changed: the kind of proposal, the county's page there, what the forms hold."""

    kind: ReviewKind
    page: str
    fields: tuple[str, ...]
    needs_document: bool
    crumb: Callable[[], tuple[str, str]]

    def href(self, unit: CountyUnit) -> str:
        """The county's page at this desk."""
        return url_for(self.page, slug=unit.slug)


def unit_or_404(slug: str) -> CountyUnit:
    """The unit with exactly this address."""
    return find_stored_unit(db.session, slug) or abort(404)


def shown_name(unit: CountyUnit) -> str:
    """A unit with prefecture and province, in the language of the page."""
    if not is_english():
        return payloads.full_name(unit)
    places = [unit.prefecture.name_en] if unit.prefecture and unit.prefecture.name != unit.province.name else []
    return ", ".join([unit.name_en, *places, unit.province.name_en])


def record_context(unit: CountyUnit) -> dict[str, Any]:
    """What a page of one county shows: state, steps, the next date with its rule, figures."""
    here: Frame = frame()
    found = reading().find_unit(unit.slug, None)
    if found is None:  # recorded a moment ago, and not yet in this process's memory
        abort(404)
    due = next_due([event.dated for event in found.row.unit.events], here.as_of.today)
    figures = list_figures(db.session, unit.id)
    return {
        "unit": unit,
        "full_name": shown_name(unit),
        "standing": found.row.standing,
        "steps": steps(found.row, None),
        "due": due,
        "due_word": dated(due.on, due.precision) if due else "",
        "is_due_rule_seen": unit.province.code in RULE_PROVINCES,
        "figures": [(year, list(items)) for year, items in groupby(figures, key=lambda one: one.year)],
    }


def fields_page(desk: Desk, unit: CountyUnit) -> Response:
    """The form of a county's names and notes; what is sent goes into the review."""
    earlier = sending.revised(desk.kind, unit.slug, payloads.FIELDS)
    present = payloads.present_fields(unit, desk.fields)
    proposed = {**present, **_proposed(earlier)}
    if request.method != "POST":
        return _fields(desk, unit, proposed, earlier, earlier.note if earlier else "", {})
    form = parse_fields(request.form, desk.fields, present)
    file_ids = sending.take_files(form.faults, earlier)
    if form.faults:
        db.session.rollback()
        return _fields(desk, unit_or_404(unit.slug), form.values, earlier, form.reason, said(form.faults))
    payload = payloads.fields_payload(present, form.values, file_ids)
    return _handed_in(
        desk, unit, sending.hand_in(desk.kind, payloads.county_target(unit), payload, form.reason, earlier)
    )


def _proposed(earlier: Proposal | None) -> dict[str, str]:
    after = earlier.after if earlier else {}
    return {name: str(value) for name, value in after.items() if name not in payloads.FRAME}


def _fields(desk: Desk, unit: CountyUnit, values: Any, earlier: Proposal | None, reason: str, faults: Any) -> Response:
    page = render_template(
        "counties/admin/fields.html",
        unit=unit,
        full_name=shown_name(unit),
        desk=desk,
        values=values,
        earlier=earlier,
        reason=reason,
        faults=faults,
        certainty_options=[(mark.value, word) for mark, word in CERTAINTY_WORDS.items()],
    )
    return make_response(page, 422 if faults else 200)


def step_page(desk: Desk, unit: CountyUnit, event: StageEvent | None = None) -> Response:
    """The form of a step: a new one, or (with ``event``) one that is wrong."""
    earlier = sending.revised(desk.kind, unit.slug, payloads.STEP if event is None else payloads.CORRECTION)
    if request.method != "POST":
        given = earlier.after if earlier else payloads.event_values(event) if event else payloads.NO_STEP
        typed = {name: "" if value is None else str(value) for name, value in given.items()}
        typed["removed"] = "1" if given.get("is_removed") else ""
        return _step(desk, unit, event, typed, earlier, earlier.note if earlier else "", {})
    sent: MultiDict[str, str] = request.form.copy() if event else MultiDict({**request.form, "removed": ""})
    form = parse_step_form(sent, today(), asks_reason=True, needs_document=desk.needs_document)
    faults = said(form.faults) or _impossible(unit, event, form)
    found: Faults = dict(form.faults)
    file_ids = sending.take_files(found, earlier) if not faults else ()
    faults = faults or said(found)
    if faults:
        event_id = event.id if event else None
        db.session.rollback()
        event = db.session.get(StageEvent, event_id) if event_id else None
        typed = {**form.typed, "removed": "1" if form.is_removed else ""}
        return _step(desk, unit_or_404(unit.slug), event, typed, earlier, form.reason, faults)
    if event is not None:
        payload = payloads.correction_payload(event, form.step, file_ids)
    else:
        assert form.step is not None  # noqa: S101  # no fault means a step
        payload = payloads.step_payload(form.step, file_ids)
    return _handed_in(
        desk, unit, sending.hand_in(desk.kind, payloads.county_target(unit), payload, form.reason, earlier)
    )


def _impossible(unit: CountyUnit, event: StageEvent | None, form: StepForm) -> dict[str, str]:
    """The rule's sentence for a step that cannot follow what is recorded."""
    try:
        if event is not None:
            if form.step is not None and payloads.event_values(event) == {
                **payloads.step_values(form.step),
                "is_removed": False,
            }:
                return {"stage": _("内容没有改动。")}
            check_step(db.session, event, form.step)
        elif form.step is not None:
            check_new_step(db.session, unit, form.step)
    except REFUSALS as refusal:
        return {"stage": decision_sentence(refusal)}
    return {}


def _step(
    desk: Desk,
    unit: CountyUnit,
    event: StageEvent | None,
    typed: Any,
    earlier: Proposal | None,
    reason: str,
    faults: Any,
) -> Response:
    page = render_template(
        "counties/admin/step.html",
        unit=unit,
        full_name=shown_name(unit),
        desk=desk,
        event=event,
        typed=typed,
        earlier=earlier,
        reason=reason,
        faults=faults,
        stage_options=[(stage.value, STAGES[stage]) for stage in Stage],
    )
    return make_response(page, 422 if faults else 200)


def _handed_in(desk: Desk, unit: CountyUnit, proposal: Proposal) -> Response:
    return handed_in(desk.href(unit), proposal)


def handed_in(address: str, proposal: Proposal) -> Response:
    """Say that it waits for a second person, and commit."""
    tell(_("已提交审核，提案编号 %(n)s。", n=proposal.id))
    db.session.commit()
    return make_response(redirect(address, code=303))
