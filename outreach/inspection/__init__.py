"""Self-inspection: the site checks itself against the rules for government websites."""

from flask_babel import lazy_gettext as _l

from outreach.core.feature import AdminItem, Feature, Section
from outreach.core.permissions import Permission
from outreach.inspection import views
from outreach.inspection.cli import inspect
from outreach.inspection.report import failing_checks
from outreach.inspection.tasks import run_job

feature = Feature(
    "inspection",
    blueprint=views.blueprint,
    cli=(inspect,),
    admin=(
        AdminItem(
            _l("网站自查"),
            "inspection.overview",
            Permission.INSPECTION_VIEW,
            order=20,
            section=Section.OVERVIEW,
            badge=lambda _staff: failing_checks(),
        ),
    ),
    jobs={views.JOB: run_job},
)
