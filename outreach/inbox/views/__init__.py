"""Pages of letters: the public form with its receipt and status, and the staff's list, letter and figures."""

from outreach.inbox.blueprint import blueprint
from outreach.inbox.views import bulk, feedback, figures, letter, letters, status, steps

__all__ = ["blueprint", "bulk", "feedback", "figures", "letter", "letters", "status", "steps"]
