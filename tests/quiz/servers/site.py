"""What runs in a server process of these tests: ``python -m tests.quiz.servers.site PORT FOLDER``. Not a test.

The site as ``flask serve`` serves it, which halts itself with SIGSTOP where a file in FOLDER asks for it:
``submit-PORT`` inside of handing in, when all is written and nothing committed; ``sweep-PORT`` between finding overdue
papers and closing them. Each file halts once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from flask import has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from outreach import create_app
from outreach.core import serving
from outreach.core.db import db
from outreach.quiz.actions.closing import overdue_ids
from outreach.quiz.admin import tasks


def main() -> None:
    """Serve until the process is told to stop."""
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    app = create_app()
    if line := app.extensions.get("quiz_line"):
        line.prefix = f"outreach:test:line:{folder.name}:{os.getppid()}"  # one Redis serves several runs of the tests

    def halt(name: str) -> None:
        file = folder / f"{name}-{port}"
        if file.exists():
            file.unlink()
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)  # this thread must not run on for a moment

    def before_commit(_connection: object) -> None:
        if has_request_context() and request.endpoint == "quiz.submit":
            halt("submit")

    def found_overdue(session: Session, limit: int) -> Sequence[int]:
        ids = overdue_ids(session, limit)
        if ids:
            halt("sweep")
        return ids

    tasks.overdue_ids = found_overdue  # type: ignore[attr-defined]  # a module's name, replaced for this process
    with app.app_context():
        event.listen(db.engine, "commit", before_commit)
    serving.serve(app, hosts=["127.0.0.1"], port=port)


if __name__ == "__main__":
    main()
