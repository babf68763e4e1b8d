"""The back office's own pages: work waiting, review, audit log, jobs, saved views of lists."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from outreach.admin import tasks
from outreach.admin.queries.jobs import count_unsettled
from outreach.admin.views import blueprint
from outreach.admin.views.reviews import REVIEW_RIGHTS
from outreach.core.audit.reading import newest_check
from outreach.core.chores import chores
from outreach.core.db import db
from outreach.core.feature import AdminItem, Feature, Section
from outreach.core.permissions import Permission
from outreach.core.review.queries import count_to_decide
from outreach.core.staff import Staff

#: Whoever may ask for long work.
JOB_RIGHTS = frozenset(
    {
        Permission.SYSTEM_MANAGE,
        Permission.LABELS_IMPORT,
        Permission.LABELS_UNDO,
        Permission.COUNTIES_IMPORT,
        Permission.AUDIT_READ,
    }
)
VERIFY_SECONDS = 3600.0


def _to_decide(staff: Staff) -> int:
    return count_to_decide(db.session, staff)


def _unsettled(staff: Staff) -> int:
    return count_unsettled(db.session, staff)


def _faults(_staff: Staff) -> int:
    check = newest_check(db.session)
    return check.fault_count if check else 0


def _init_app(app: Flask) -> None:
    chores(app).add("audit check", tasks.verify_daily, VERIFY_SECONDS)


feature = Feature(
    "admin",
    blueprint=blueprint,
    admin=(
        AdminItem(_l("工作台"), "admin.dashboard", Permission.STAFF_SELF, order=0),
        AdminItem(_l("审核"), "admin.reviews", REVIEW_RIGHTS, order=10, badge=_to_decide),
        AdminItem(_l("任务"), "admin.jobs", JOB_RIGHTS, order=40, section=Section.SYSTEM, badge=_unsettled),
        AdminItem(
            _l("审计日志"), "admin.audit", Permission.AUDIT_READ, order=50, section=Section.SYSTEM, badge=_faults
        ),
    ),
    jobs={tasks.VERIFY: tasks.verify_log},
    init_app=_init_app,
)
