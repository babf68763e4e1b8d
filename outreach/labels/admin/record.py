"""One registration as it is stored: fields, raw row, imports, corrections, proposals, and all that was done to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from flask import abort, render_template
from flask.typing import ResponseReturnValue

from outreach.core.audit import AuditEntry
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.review import State, review_kinds
from outreach.core.review.queries import list_for_target
from outreach.core.review.rules import OPEN
from outreach.core.staff import require, the_staff
from outreach.labels.admin.kinds import REGISTRATION
from outreach.labels.admin.wording import field_name, value_word
from outreach.labels.blueprint import blueprint
from outreach.labels.models import Registration
from outreach.labels.queries.products import list_events
from outreach.labels.queries.upkeep import (
    find_registration,
    list_corrections,
    list_import_history,
    list_remarks_of,
    metric_names,
    values_by_field,
)
from outreach.labels.views.product import grade_label, product_name, steps

#: Entries of the log that the page shows; the whole log is the auditor's.
MOST_ENTRIES: Final = 50


@blueprint.get("/admin/labels/<number>")
@require(Permission.LABELS_VIEW)
def admin_record(number: str) -> ResponseReturnValue:
    """The record with all that is known of it, and what may be done."""
    registration = registration_or_404(number)
    metrics = metric_names(db.session)
    proposals = list_for_target(db.session, REGISTRATION, registration.number)
    return render_template(
        "labels/admin/record.html",
        product=registration,
        name=product_name(registration),
        declared=grade_label(registration.declared_grade, registration.edition),
        computed=grade_label(registration.computed_grade, registration.edition),
        values=values_by_field(registration),
        measured=sorted(registration.values, key=lambda item: item.metric.position),
        corrections={one.field: one for one in list_corrections(db.session, registration.id)},
        former=[one for one in list_corrections(db.session, registration.id, is_active=False) if one.ended_at],
        steps=steps(registration, list_events(db.session, registration.id)),
        history=list_import_history(db.session, registration),
        remarks=list_remarks_of(db.session, registration.number),
        proposals=proposals,
        open_proposals=[one for one in proposals if one.state in OPEN - {State.DRAFT}],
        kinds=review_kinds(),
        entries=list_entries(registration.number),
        field_name=lambda field: field_name(field, metrics),
        value_word=value_word,
        may_edit=the_staff().may(Permission.LABELS_EDIT),
        may_audit=the_staff().may(Permission.AUDIT_READ),
        may_review=the_staff().may(Permission.LABELS_EDIT, Permission.REVIEW_DECIDE),
    )


def registration_or_404(number: str) -> Registration:
    """The registration with exactly this number."""
    found = find_registration(db.session, number) if is_keepable(number) else None
    if found is None:
        abort(404)
    return found


def is_keepable(text: str) -> bool:
    """Whether a database can be asked for the text at all."""
    return "\x00" not in text and text.isprintable()


def list_entries(number: str) -> list[AuditEntry]:
    """What the log holds of one registration, the newest first."""
    query = sa.select(AuditEntry).where(AuditEntry.target_kind == REGISTRATION, AuditEntry.target_key == number)
    return list(db.session.scalars(query.order_by(AuditEntry.number.desc()).limit(MOST_ENTRIES)))


def mark_of(registration: Registration) -> str:
    """A mark of everything that a form shows, so that a form made of older values is noticed."""
    shown: Mapping[str, Any] = values_by_field(registration) | {"status": registration.status.value}
    text = json.dumps(shown, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
