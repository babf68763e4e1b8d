"""Personal data opens only for a stated reason, for a while, and the log knows of it."""

from outreach.core.access.actions import ReasonTooShort, grant, may_read
from outreach.core.access.models import AccessGrant
from outreach.core.access.views import reasoned_access

__all__ = ["AccessGrant", "ReasonTooShort", "grant", "may_read", "reasoned_access"]
