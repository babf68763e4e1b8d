"""Column of the county registry for the self-inspection."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from outreach.core.inspection import Column, Pace
from outreach.counties.queries.upkeep import count_units, newest_step

INSPECTIONS: Final = (
    Column(
        "counties",
        _l("县域节水型社会"),
        "/counties/",
        Pace.NOTICES,
        newest=newest_step,
        count=count_units,
        mend="counties.admin_imports",
    ),
)
