"""Self-inspection: the site checks itself against the rules for government websites."""

from flask_babel import lazy_gettext as _l

from outreach.core.feature import AdminItem, Feature, Section
from outreach.core.permissions import Permission
from outreach.inspection import badge, views
from outreach.inspection.blueprint import blueprint
from outreach.inspection.cli import inspect
from outreach.inspection.tasks import JOB, run_job

__all__ = ["feature", "views"]

feature = Feature(
    "inspection",
    blueprint=blueprint,
    cli=(inspect,),
    admin=(
        AdminItem(
            _l("网站自查"),
            "inspection.overview",
            Permission.INSPECTION_VIEW,
            order=20,
            section=Section.OVERVIEW,
            badge=badge.failing_checks,
        ),
    ),
    jobs={JOB: run_job},
    init_app=badge.init_app,
)
