"""The audit log: who did what, when, to what, why; append-only, numbered without gaps, chained and sealed."""

from outreach.core.audit.models import AuditCheck, AuditEntry, AuditHead, Outcome
from outreach.core.audit.recording import SYSTEM, Actor, Event, Target, record, record_all
from outreach.core.audit.values import masked
from outreach.core.audit.verifying import Fault, FaultKind, verify
from outreach.core.audit.web import actor_of, record_at_once

__all__ = [
    "SYSTEM",
    "Actor",
    "AuditCheck",
    "AuditEntry",
    "AuditHead",
    "Event",
    "Fault",
    "FaultKind",
    "Outcome",
    "Target",
    "actor_of",
    "masked",
    "record",
    "record_all",
    "record_at_once",
    "verify",
]
