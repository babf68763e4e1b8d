"""The registrar's list of units, and one unit with all that may be changed of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.db import db
from outreach.core.i18n import pick
from outreach.core.permissions import Permission
from outreach.core.staff import require, the_staff
from outreach.counties.admin import sending
from outreach.counties.admin.desk import Desk, fields_page, record_context, step_page, unit_or_404
from outreach.counties.admin.kinds import KINDS, RECORD
from outreach.counties.admin.wording import CERTAINTY_WORDS, ORIGINS, PROPOSAL_STATES
from outreach.counties.blueprint import blueprint
from outreach.counties.forms_staff import STAFF_FIELDS, UnitQuery, parse_unit_query
from outreach.counties.printed import batch_word
from outreach.counties.queries.results import UnitRow
from outreach.counties.queries.state import State
from outreach.counties.queries.upkeep import PAGE_SIZE, find_event, waiting_slugs
from outreach.counties.views.frame import reading
from outreach.counties.wording import STATES

DESK: Final = Desk(
    RECORD,
    "counties.admin_unit",
    STAFF_FIELDS,
    needs_document=False,
    crumb=lambda: (_("县域登记"), url_for("counties.admin_units")),
)
_ORDERS: Final[dict[str, Callable[[UnitRow], Any]]] = {
    "name": lambda row: row.unit.pinyin,
    "changed": lambda row: max((event.recorded_at.isoformat() for event in row.unit.events), default=""),
}


@blueprint.get("/admin/counties/")
@require(Permission.COUNTIES_VIEW)
def admin_units() -> ResponseReturnValue:
    """Every unit, filtered and sorted; those that are no more too when they are looked for by name."""
    query = parse_unit_query(request.args)
    waiting = waiting_slugs(db.session)
    state = reading().state
    found = _found(state, query, waiting)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(query.page, pages)

    def href(**changes: object) -> str:
        """Address of this list with other arguments."""
        return url_for("counties.admin_units", **query.as_args(**changes))

    return render_template(
        "counties/admin/units.html",
        query=query,
        rows=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        total=len(found),
        page=page,
        pages=pages,
        href=href,
        waiting=waiting,
        **_options(state),
    )


def _options(state: State) -> dict[str, Any]:
    snapshot = state.snapshot
    return {
        "state_options": [(one.value, word) for one, word in STATES.items()],
        "province_options": [(one.code, pick(one.name, one.name_en)) for one in snapshot.provinces],
        "certainty_options": [(one.value, word) for one, word in CERTAINTY_WORDS.items()],
        "source_options": [(one.value, word) for one, word in ORIGINS.items()],
        "batch_options": [(one.number, batch_word(one.number)) for one in snapshot.batches],
        "certainty_words": CERTAINTY_WORDS,
    }


def _found(state: State, query: UnitQuery, waiting: set[str]) -> list[UnitRow]:
    view = state.days.get(None)
    rows = [UnitRow(unit, standing) for unit, standing in zip(state.snapshot.units, view.standings, strict=True)]
    found = [row for row in rows if _fits(row, query, waiting)]
    if query.sort in _ORDERS:
        found.sort(key=_ORDERS[query.sort], reverse=query.sort == "changed")
    return found


def _fits(row: UnitRow, query: UnitQuery, waiting: set[str]) -> bool:
    unit = row.unit
    marks = {unit.certainty, *(event.certainty for event in unit.events)}
    return (
        (not query.words or any(query.words.casefold() in text for text in _texts(row)))
        and (not query.state or row.standing.state == query.state)
        and (not query.province or unit.province.code == query.province)
        and (not query.certainty or query.certainty in marks)
        and (not query.source or any(event.origin == query.source for event in unit.events))
        and (not query.batch or any(event.batch and event.batch.number == query.batch for event in unit.events))
        and (not query.waiting or unit.slug in waiting)
    )


def _texts(row: UnitRow) -> tuple[str, ...]:
    unit = row.unit
    return (unit.full_name, unit.slug, unit.name_en.casefold(), unit.pinyin, *unit.former_names)


@blueprint.get("/admin/counties/<slug>")
@require(Permission.COUNTIES_VIEW)
def admin_unit(slug: str) -> ResponseReturnValue:
    """One unit as it is recorded, and what may be done."""
    unit = unit_or_404(slug)
    return render_template(
        "counties/admin/unit.html",
        proposals=sending.visible_proposals(slug, KINDS),
        states=PROPOSAL_STATES,
        may_edit=the_staff().may(Permission.COUNTIES_EDIT),
        certainty_words=CERTAINTY_WORDS,
        **record_context(unit),
    )


@blueprint.route("/admin/counties/<slug>/fields", methods=["GET", "POST"])
@require(Permission.COUNTIES_EDIT)
def admin_unit_fields(slug: str) -> ResponseReturnValue:
    """Correct a unit's English name, notes or certainty."""
    return fields_page(DESK, unit_or_404(slug))


@blueprint.route("/admin/counties/<slug>/steps/new", methods=["GET", "POST"])
@require(Permission.COUNTIES_EDIT)
def admin_step(slug: str) -> ResponseReturnValue:
    """Record a step of the procedure."""
    return step_page(DESK, unit_or_404(slug))


@blueprint.route("/admin/counties/<slug>/steps/<int:event_id>", methods=["GET", "POST"])
@require(Permission.COUNTIES_EDIT)
def admin_step_correct(slug: str, event_id: int) -> ResponseReturnValue:
    """Correct a wrong step, or strike it out."""
    unit = unit_or_404(slug)
    return step_page(DESK, unit, find_event(db.session, unit.id, event_id) or abort(404))
