"""A process that does jobs until it is killed: ``python working_process.py SETTINGS``; says when each begins."""

from __future__ import annotations

import sys
import time
from datetime import timedelta

from outreach.core.feature import Feature
from outreach.core.jobs import JobContext
from outreach.core.jobs.worker import Worker
from outreach.labels.models import Maker
from tests.core.real_sites import join_site

LEASE = timedelta(seconds=2)


def slow(context: JobContext) -> None:
    """Write a thousand makers in one transaction, slowly enough to be killed in the middle when told to."""
    with context.finishing() as session:
        for number in range(20):
            session.add(Maker(name=f"m{number}", name_key=f"m{number}", short_name="", is_demo=False))
            session.flush()
            if number == 10:
                sys.stdout.write(f"half {context.job_id}\n")
                sys.stdout.flush()
                time.sleep(float(context.arguments["pause"]))
            context.progress(number / 20, "写入")
        context.report["makers"] = 20


FEATURE = Feature("probe", jobs={"slow": slow})


def main(given: str) -> None:
    app = join_site(given)
    app.extensions["features"] = (*app.extensions["features"], FEATURE)
    worker = Worker(app, lease=LEASE, beat_seconds=0.2)
    while True:
        worker.run_once() or time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1])
