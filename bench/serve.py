"""What runs inside a measured server process: ``python -m bench.serve KIND PORT [BYTES]``.

``site``: our site as ``make run`` serves it; ``unkept``: the same without its store of rendered pages;
``static``: a bare Flask application with one page of ``BYTES`` bytes, on the same server.
"""

from __future__ import annotations

import sys

from flask import Flask
from waitress import serve

THREADS = 8


def static_application(size: int) -> Flask:
    """One page of ``size`` bytes: what Flask itself can do with such a page."""
    app = Flask("static_page", static_folder=None)
    page = "<!doctype html><html lang=zh-CN><title>x</title>".ljust(size, "x")

    @app.get("/")
    def index() -> str:
        return page

    return app


def _serve_site(port: int, *, is_kept: bool) -> None:
    from outreach import create_app  # imported here, so that the static page's process holds nothing of the site
    from outreach.core import serving

    app = create_app()
    if not is_kept:
        app.extensions["page_store"].limit = 0
    serving.serve(app, hosts=["127.0.0.1"], port=port)


def main() -> None:
    """Serve until the process is told to stop."""
    kind, port = sys.argv[1], int(sys.argv[2])
    if kind == "static":
        serve(static_application(int(sys.argv[3])), host="127.0.0.1", port=port, threads=THREADS, ident="", _quiet=True)
    else:
        _serve_site(port, is_kept=kind == "site")


if __name__ == "__main__":
    main()
