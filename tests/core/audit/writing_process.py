"""Processes that write the audit log as fast as they can: ``python writing_process.py SETTINGS WRITERS COUNT``."""

from __future__ import annotations

import os
import sys
import traceback

from outreach.core.audit import Actor, Event, Target, record, record_all
from outreach.core.db import db
from tests.core.real_sites import join_site


def write(name: int, count: int) -> None:
    """Single entries and threes, every fifth turn undone."""
    actor = Actor("staff", name, f"第{name}人")
    for number in range(count):
        with db.sessionmaker() as session:
            if number % 3 == 2:
                events = [Event(Target("page", f"{name}-{number}-{part}")) for part in range(3)]
                record_all(session, actor=actor, action="page.bulk", events=events)
            else:
                record(session, actor=actor, action="page.edit", target=Target("page", f"{name}-{number}"))
            (session.rollback if number % 5 == 4 else session.commit)()


def child(given: str, name: int, count: int) -> None:
    """One writer, in a process with connections of its own; ends it."""
    status = 1
    try:
        with join_site(given).app_context():
            write(name, count)
            status = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(status)


def main(given: str, writers: int, count: int) -> int:
    children = []
    for name in range(1, writers + 1):
        process = os.fork()
        if not process:
            child(given, name, count)
        children.append(process)
    return max(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in children)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
