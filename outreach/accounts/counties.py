"""The counties of an account must be in the registry: an unknown one opens nothing today, and who knows what later."""

from __future__ import annotations

from sqlalchemy.orm import Session

from outreach.accounts.forms import FormFault, PersonForm
from outreach.counties.public import find_unit_name


def check_counties(session: Session, form: PersonForm) -> None:
    """Add a fault when the form names a county that the registry does not hold."""
    if "counties" not in form.faults and any(find_unit_name(session, slug) is None for slug in form.county_slugs):
        form.faults["counties"] = FormFault.COUNTIES_UNKNOWN
