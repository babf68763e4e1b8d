"""Long work beside the pages: asked for in a transaction, done once, seen while it runs, begun anew when it died."""

from outreach.core.jobs.actions import JobStateWrong, cancel, enqueue, restart
from outreach.core.jobs.context import JobCancelled, JobContext, JobEnds, JobFailed, JobLost
from outreach.core.jobs.models import Job, JobState

__all__ = [
    "Job",
    "JobCancelled",
    "JobContext",
    "JobEnds",
    "JobFailed",
    "JobLost",
    "JobState",
    "JobStateWrong",
    "cancel",
    "enqueue",
    "restart",
]
