"""A process for tests to kill: on each line of its input it forks a child that indexes until it is killed.

``python indexing_process.py DATA_DIR``, then ``rebuild`` or ``edit`` a line; answers each with the child's id.
``rebuild`` builds the index again and again. ``edit`` gives ``GROUP`` names one new word together, and applies that.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count

from flask import Flask

from outreach import create_app
from outreach.config import Settings
from outreach.core.search.index import IndexBusy
from outreach.core.search.indexer import catch_up, text_index
from tests.core.search import product_names

GROUP = range(1, 31)


def rebuild(_app: Flask) -> None:
    while True:
        text_index().rebuild()


def edit(_app: Flask) -> None:
    for turn in count():
        product_names.write({number: f"净水机 v{os.getpid()}t{turn}" for number in GROUP})
        try:
            catch_up()
        except IndexBusy:
            continue


def main(folder: str) -> None:
    app = create_app(Settings(data_dir=folder).checked())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # killed children need no burial
    for line in sys.stdin:
        child = os.fork()
        if not child:
            with app.app_context():
                {"rebuild": rebuild, "edit": edit}[line.strip()](app)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
