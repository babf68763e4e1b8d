"""Pages of the back office that belong to no subject: work waiting, review, audit log, jobs."""

from outreach.admin.blueprint import blueprint
from outreach.admin.views import audit, dashboard, filters, jobs, review_steps, reviews

__all__ = ["audit", "blueprint", "dashboard", "filters", "jobs", "review_steps", "reviews"]
