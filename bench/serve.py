"""What runs inside a measured server process: ``python -m bench.serve KIND PORT [BYTES]``.

``site``: our site as ``make run`` serves it; ``unkept``: the same without its store of rendered pages, and with every
cache of the query modules emptied before each request; ``bare``: without its kept cards and lines of filters as well;
``static``: a bare Flask application with one page of ``BYTES`` bytes, on the same server.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

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


def _serve_site(port: int, kind: str) -> None:
    from outreach import create_app  # imported here, so that the static page's process holds nothing of the site
    from outreach.core import serving

    app = create_app()
    if kind != "site":
        app.extensions["page_store"].limit = 0
        _forget_before_requests(app, is_bare=kind == "bare")
    serving.serve(app, hosts=["127.0.0.1"], port=port)


def _forget_before_requests(app: Flask, *, is_bare: bool) -> None:
    """Empty what could keep a part of an answer before each request. The time this takes is part of the measurement."""
    from bench.engines import forgetter
    from outreach.core import choices

    app.test_client().get("/labels/")  # loads the snapshot, whose caches are to be found
    forget_queries, wsgi = forgetter(), app.wsgi_app

    def forgetful(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        forget_queries()
        if is_bare:
            app.extensions["result_cards"].clear()
            choices.pieces.cache_clear()
        return wsgi(environ, start_response)

    app.wsgi_app = forgetful  # type: ignore[method-assign]  # the documented way to add a WSGI layer


def main() -> None:
    """Serve until the process is told to stop."""
    kind, port = sys.argv[1], int(sys.argv[2])
    if kind == "static":
        serve(static_application(int(sys.argv[3])), host="127.0.0.1", port=port, threads=THREADS, ident="", _quiet=True)
    else:
        _serve_site(port, kind)


if __name__ == "__main__":
    main()
