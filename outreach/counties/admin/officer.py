"""The county officer's desk: the own counties, and no other, through whatever address."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.clock import today
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.review import Proposal
from outreach.core.staff import Staff, require, the_staff
from outreach.counties.admin import payloads, sending
from outreach.counties.admin.desk import Desk, fields_page, handed_in, record_context, shown_name, step_page
from outreach.counties.admin.kinds import OFFICER_CORRECTION, OFFICER_FIGURES, stored_figures
from outreach.counties.admin.wording import PROPOSAL_STATES, said
from outreach.counties.assessment import current_table
from outreach.counties.blueprint import blueprint
from outreach.counties.forms_assessment import INDICATOR
from outreach.counties.forms_figures import REMARK, FiguresForm, asked, parse_figures, parse_year, years
from outreach.counties.forms_staff import OFFICER_FIELDS
from outreach.counties.models import CountyUnit
from outreach.counties.queries.upkeep import count_sent_back, find_stored_unit, find_stored_units

DESK: Final = Desk(
    OFFICER_CORRECTION,
    "counties.own_county",
    OFFICER_FIELDS,
    needs_document=True,
    crumb=lambda: (_("我的县（区）"), url_for("counties.own")),
)


def own_unit_or_404(slug: str) -> CountyUnit:
    """The unit, when the account is for it. Of any other nobody here learns whether it exists."""
    if slug not in the_staff().county_slugs:
        abort(404)
    return find_stored_unit(db.session, slug) or abort(404)


def badge(staff: Staff) -> int:
    """How many of the own proposals came back."""
    return count_sent_back(db.session, staff.county_slugs, staff.id)


@blueprint.get("/admin/county")
@require(Permission.COUNTIES_OWN)
def own() -> ResponseReturnValue:
    """The own county; the choice among several."""
    units = find_stored_units(db.session, the_staff().county_slugs)
    if len(units) == 1:
        return redirect(url_for("counties.own_county", slug=units[0].slug), code=303)
    names = [(unit.slug, shown_name(unit)) for unit in units]
    return render_template("counties/admin/own_choice.html", names=names)


@blueprint.get("/admin/county/<slug>")
@require(Permission.COUNTIES_OWN)
def own_county(slug: str) -> ResponseReturnValue:
    """The own county: record, steps, the next date, figures, and what was handed in."""
    unit = own_unit_or_404(slug)
    return render_template(
        "counties/admin/own.html",
        proposals=sending.visible_proposals(slug, (OFFICER_CORRECTION, OFFICER_FIGURES)),
        states=PROPOSAL_STATES,
        has_others=len(the_staff().county_slugs) > 1,
        **record_context(unit),
    )


@blueprint.route("/admin/county/<slug>/fields", methods=["GET", "POST"])
@require(Permission.COUNTIES_OWN)
def own_fields(slug: str) -> ResponseReturnValue:
    """Correct the own county's English name or notes."""
    return fields_page(DESK, own_unit_or_404(slug))


@blueprint.route("/admin/county/<slug>/step", methods=["GET", "POST"])
@require(Permission.COUNTIES_OWN)
def own_step(slug: str) -> ResponseReturnValue:
    """Hand in a step of the own county, with its date and document."""
    return step_page(DESK, own_unit_or_404(slug))


@blueprint.route("/admin/county/<slug>/figures", methods=["GET", "POST"])
@require(Permission.COUNTIES_OWN)
def own_figures(slug: str) -> ResponseReturnValue:
    """Hand in the figures of a year."""
    unit = own_unit_or_404(slug)
    earlier = sending.revised(OFFICER_FIGURES, slug, payloads.FIGURES)
    if request.method != "POST":
        return _figures(unit, _typed(unit, earlier), earlier, {})
    form = parse_figures(request.form, current_table(), today())
    file_ids = sending.take_files(form.faults, earlier)
    if form.faults or form.year is None:
        db.session.rollback()
        return _figures(own_unit_or_404(slug), form.typed, earlier, said(form.faults))
    return _hand_in(unit, form, file_ids, earlier)


def _hand_in(unit: CountyUnit, form: FiguresForm, file_ids: tuple[int, ...], earlier: Proposal | None) -> Response:
    assert form.year is not None  # noqa: S101  # the view has looked
    present = stored_figures(db.session, unit, form.year)
    payload = payloads.figures_payload(form.year, present, form.values, file_ids)
    target = payloads.county_target(unit)
    proposal = sending.hand_in(OFFICER_FIGURES, target, payload, form.values.get(REMARK, ""), earlier)
    return handed_in(DESK.href(unit), proposal)


def _typed(unit: CountyUnit, earlier: Proposal | None) -> dict[str, str]:
    """What the form shows first: the draft, else what stands for the year."""
    year = earlier.after["year"] if earlier else parse_year(request.args.get("year", ""), today()) or today().year - 1
    values = earlier.after if earlier else stored_figures(db.session, unit, year)
    typed = {INDICATOR + one.code: values.get(one.code) or "" for one in asked(current_table())}
    return {**typed, REMARK: values.get(REMARK) or "", "year": str(year)}


def _figures(unit: CountyUnit, typed: Any, earlier: Proposal | None, faults: dict[str, str]) -> Response:
    page = render_template(
        "counties/admin/figures.html",
        unit=unit,
        full_name=shown_name(unit),
        typed=typed,
        earlier=earlier,
        faults=faults,
        indicators=asked(current_table()),
        prefix=INDICATOR,
        year_options=[(str(year), _("%(year)s年", year=year)) for year in years(today())],
    )
    return make_response(page, 422 if faults else 200)
