"""The page of one registration, and the same record as data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup, escape

from outreach.core.db import db
from outreach.core.i18n import absolute_url, pick
from outreach.core.page_cache import cached_page, current_generation
from outreach.core.search.text import clean, code_key
from outreach.labels.blueprint import blueprint
from outreach.labels.models import Edition, Grade, GradeCheck, Registration, RegistrationEvent, RegistrationStatus
from outreach.labels.models_upkeep import Correction, RetiredNumber
from outreach.labels.queries.products import (
    find_number,
    list_certificates_of,
    list_events,
    list_other_filings,
    list_remarks,
    list_spot_checks,
    load_product,
    newer_filing,
)
from outreach.labels.queries.results import GradeLabel
from outreach.labels.queries.standards import list_rules
from outreach.labels.queries.upkeep import find_retired, list_corrections
from outreach.labels.views.catalogue import DATA
from outreach.labels.views.certificates import certificate_state
from outreach.labels.views.comparison import applying, compare, failing, json_ld, scale_bars
from outreach.labels.wording import FIELDS, event_word, status_word

#: What an unknown number may look like to be offered as search words.
_PLAUSIBLE = re.compile(r"[0-9A-Za-z][0-9A-Za-z -]{2,39}")


@blueprint.get("/labels/<number>")
@cached_page(DATA)
def product(number: str) -> ResponseReturnValue:
    """The record of a number; another spelling of it leads there, an unknown one to a search."""
    found = find_number(db.session, number)
    if found is None and (retired := find_retired(db.session, clean(number), code_key(number))):
        return _retired(retired, number)
    if found is None:
        wanted = clean(number)
        words = wanted if _PLAUSIBLE.fullmatch(wanted) else ""
        return render_template("labels/product_missing.html", words=words), 404
    if found.number != number:
        return redirect(url_for("labels.product", number=found.number), 301)
    return render_template("labels/product.html", **_context(load_product(db.session, found.id)))


def _retired(retired: RetiredNumber, number: str) -> ResponseReturnValue:
    """A number whose import was taken back still says what it was and what became of it."""
    if retired.number != number:
        return redirect(url_for("labels.product", number=retired.number), 301)
    return render_template("labels/product_retired.html", retired=retired)


def _context(registration: Registration) -> dict[str, Any]:
    session = db.session
    rules = applying(list_rules(session, registration.edition_id), registration)
    filings = list_other_filings(session, registration)
    measured = sorted(registration.values, key=lambda item: item.metric.position)
    return {
        "product": registration,
        "name": product_name(registration),
        "declared": grade_label(registration.declared_grade, registration.edition),
        "computed": grade_label(registration.computed_grade, registration.edition),
        "is_differing": registration.grade_check is GradeCheck.DIFFERS,
        "failing": failing(rules, registration),
        "bars": scale_bars(rules, registration),
        "comparison": compare(registration, rules, current_generation(DATA)),
        "steps": steps(registration, list_events(session, registration.id)),
        "corrections": shown_corrections(registration, list_corrections(session, registration.id)),
        "filings": filings,
        "newer": newer_filing(filings) if registration.status is RegistrationStatus.SUPERSEDED else None,
        "certificates": list_certificates_of(session, registration),
        "spot_checks": list_spot_checks(session, registration),
        "remarks": list_remarks(session, registration),
        "data_block": json_ld(registration, absolute_url(url_for("labels.product", number=registration.number))),
        "measured": measured,
        "capacities": [item for item in measured if item.metric.better is None],
        "state_of": certificate_state,
    }


def product_name(registration: Registration) -> str:
    """What people call the product: brand or maker, then model."""
    maker = registration.maker.short_name or registration.maker.name
    return f"{registration.brand.name if registration.brand else maker} {registration.model}"


def grade_label(grade: Grade | None, edition: Edition) -> GradeLabel | None:
    """A grade with all it takes to print it."""
    if grade is None:
        return None
    place = (len(edition.grades), edition.code, edition.standard_no)
    return GradeLabel(grade.code, grade.name, grade.name_en, grade.rank, *place)


def steps(registration: Registration, events: Sequence[RegistrationEvent]) -> list[dict[str, Any]]:
    """The life of a registration for the timeline, newest first; the announcement where nothing else is recorded."""
    metrics = {item.metric.code: pick(item.metric.name, item.metric.name_en) for item in registration.values}
    found = [
        {"on": event.on, "title": event_word(event.kind), "text": _details(event, metrics), "is_current": False}
        for event in events
    ]
    if not found and registration.announced_on:
        found = [{"on": registration.announced_on, "title": event_word("announced"), "text": "", "is_current": True}]
    for newest in found[:1]:
        newest["is_current"] = True
    return found


def _details(event: RegistrationEvent, metrics: Mapping[str, str]) -> str:
    """What changed, in one line: each field before → after, or the filing that stands in the place of this one."""
    if isinstance(number := event.details.get("number"), str):
        link = Markup('<a href="{}">{}</a>').format(url_for("labels.product", number=number), number)
        return escape(_("新备案：")) + link
    if document := event.details.get("document"):
        return escape(_("依据文件：")) + str(document)
    parts = [
        Markup("{}{}{} → {}").format(
            _field_name(key, metrics), _("："), *("—" if item in (None, "") else item for item in value)
        )
        for key, value in event.details.items()
        if isinstance(value, list) and len(value) == 2
    ]
    return escape(_("；")).join(parts)


@dataclass(frozen=True, slots=True)
class ShownCorrection:
    """A field that stands otherwise here than in the register: both values in words, since when, and why."""

    label: str
    register_value: str
    value: str
    on: date
    reason: str
    document: str


def shown_corrections(registration: Registration, corrections: Sequence[Correction]) -> list[ShownCorrection]:
    """The corrections that hold, in words; a state's are told by its day and document."""
    metrics = {item.metric.code: pick(item.metric.name, item.metric.name_en) for item in registration.values}
    return [
        ShownCorrection(
            _("状态") if one.field == "status" else _field_name(one.field, metrics),
            _shown(one.field, one.register_value),
            _shown(one.field, one.value),
            one.on,
            one.reason,
            one.document,
        )
        for one in corrections
    ]


def _shown(field: str, value: Any) -> str:
    if value in (None, ""):
        return "—"
    return status_word(value) if field == "status" else str(value)


def _field_name(key: str, metrics: Mapping[str, str]) -> str:
    return str(FIELDS[key]) if key in FIELDS else metrics.get(key, key)
