"""Long and regular work of the back office: verifying the audit log, once a day and on request."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa
import structlog
from flask_babel import gettext as _

from outreach.core import jobs
from outreach.core.audit.models import AuditCheck
from outreach.core.audit.reading import find_head
from outreach.core.audit.recording import SYSTEM
from outreach.core.audit.verifying import note_check, verify
from outreach.core.database_clock import database_now
from outreach.core.db import db
from outreach.core.jobs import Job, JobContext, JobState
from outreach.core.search.pending import snapshot

VERIFY: Final = "audit.verify"
AUDIT_FAULTS: Final = "audit_faults"
EVERY: Final = timedelta(hours=24)

log = structlog.get_logger("outreach.audit")


def verify_log(context: JobContext) -> None:
    """Read the whole log without holding anybody up, and note what was found."""
    with snapshot() as session:
        total = find_head(session).number

        def tell(number: int) -> None:
            context.progress(number / max(total, number), _("第 %(n)s 条", n=number))

        faults = verify(session, on_batch=tell)
    if faults:
        log.error(AUDIT_FAULTS, count=len(faults), first=str(faults[0]))
    with context.finishing() as session:
        note_check(session, total, faults, context.actor.name)
        context.report["lines"] = [[_("校验的条数"), total], [_("发现的问题"), len(faults)]]


def verify_daily() -> None:
    """Ask for a verification when the last one is a day old and none is on its way."""
    recent = sa.select(AuditCheck.id).where(AuditCheck.checked_at > database_now(-EVERY))
    asked = sa.select(Job.id).where(Job.kind == VERIFY, Job.state.in_((JobState.WAITING, JobState.RUNNING)))
    with snapshot() as session:
        if session.scalar(recent.limit(1)) or session.scalar(asked.limit(1)):
            return
    with db.sessionmaker.begin() as session:
        jobs.enqueue(session, VERIFY, {}, SYSTEM, _("校验审计日志"))
