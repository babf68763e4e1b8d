"""The outermost WSGI layer: what holds for every answer, whoever gives it: pages, files, errors, redirects, 304.

It names the request, turns away what no view should see, adds the headers, and writes the request's log line.
A refused request is not answered here: it is emptied, marked, and refused by the application with a proper page.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode

import structlog

from outreach.core.i18n import ENGLISH_PREFIX

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUEST_ID = "outreach.request_id"
#: Status that the application must answer with, instead of looking at the request.
REFUSAL = "outreach.refusal"
#: Endpoint that answered; the application sets it, static files leave it empty.
ENDPOINT = "outreach.endpoint"
#: Asked for by machines under whatever name they know this one; the answers hold no address.
ANY_HOST_PATHS = ("/healthz", "/readyz")
#: What a view says of a picture that pages of other sites may show, such as a badge. Only pictures are believed.
EMBEDDABLE = ("Cross-Origin-Resource-Policy", "cross-origin")
REQUEST_FINISHED = "request_finished"

_HOST = re.compile(r"(?P<name>[0-9a-z.\-_]{1,253}|\[[0-9a-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE)
_BAD_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST_LOGGED_PATH = 200
#: What follows is a secret of who holds the address, and none of the log's business.
_LINKS = "/admin/invitations/"

log = structlog.get_logger("outreach.request")

#: (endpoint, method, status, seconds) of every finished request.
Observer = Callable[[str, str, int, float], None]


class Edge:
    """See the module. ``hosts`` are the names the site answers to, lower case, without ports, the public one first."""

    def __init__(
        self,
        app: WSGIApplication,
        *,
        hosts: Sequence[str],
        headers: Iterable[tuple[str, str]],
        longest_body: int,
        observe: Observer,
    ) -> None:
        self.app = app
        self.hosts = frozenset(hosts)
        self.own_host = hosts[0]
        self.headers = list(headers)
        self.header_names = frozenset(name.lower() for name, _value in self.headers)
        self.longest_body = longest_body
        self.observe = observe

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = perf_counter()
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        request_id = environ[REQUEST_ID] = secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        status = self.refusal(environ)
        if status:
            _empty(environ, status)
            environ["HTTP_HOST"] = self.own_host
        else:
            _repair_query(environ)

        def start(line: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            self._finish(environ, method, path, int(line[:3]), perf_counter() - started)
            return start_response(line, self.with_headers(headers, request_id), exc_info)

        try:
            return self.app(environ, start)
        except Exception:  # nothing below answered: say so rather than drop the connection
            log.exception("request_failed")
            body = b"500\n"
            start("500 Internal Server Error", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
            return [body]

    def refusal(self, environ: WSGIEnvironment) -> int:
        """The status this request must be refused with, 0 when it may pass."""
        raw_path = str(environ.get("REQUEST_URI") or environ.get("RAW_URI") or "").partition("?")[0]
        if _BAD_PERCENT.search(raw_path) or not _is_sane(environ.get("PATH_INFO", "")):
            return 400
        if environ.get("PATH_INFO") not in ANY_HOST_PATHS and not self.is_known_host(environ.get("HTTP_HOST", "")):
            return 400
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()):
            return 400
        return 413 if int(length[:20]) > self.longest_body else 0

    def is_known_host(self, host: str) -> bool:
        match = _HOST.fullmatch(host)
        if match is None or int(match["port"] or 0) > 65535:
            return False
        return match["name"].lower() in self.hosts

    def with_headers(self, headers: list[tuple[str, str]], request_id: str) -> list[tuple[str, str]]:
        """The answer's headers with ours; what the site promises is not left to a view, caching is."""
        kept = [pair for pair in headers if pair[0].lower() not in self.header_names]
        kept += [pair for pair in self.headers if pair[0] != EMBEDDABLE[0] or not _is_embeddable(headers)]
        kept += [EMBEDDABLE] * _is_embeddable(headers)
        kept.append(("X-Request-ID", request_id))
        if not any(name.lower() == "cache-control" for name, _value in headers):
            kept.append(("Cache-Control", "no-store"))
        return kept

    def _finish(self, environ: WSGIEnvironment, method: str, path: str, status: int, seconds: float) -> None:
        endpoint = environ.get(ENDPOINT) or ("static" if path.startswith("/static/") else "none")
        self.observe(endpoint, method, status, seconds)
        log.info(
            REQUEST_FINISHED,
            method=method[:20],
            path=quote(_loggable(path).encode("latin-1", "replace"))[:_LONGEST_LOGGED_PATH],
            endpoint=endpoint,
            status=status,
            milliseconds=round(seconds * 1000, 1),
        )


def _is_embeddable(headers: list[tuple[str, str]]) -> bool:
    """Whether an answer is a picture that other sites may show."""
    if EMBEDDABLE not in headers:
        return False
    return any(name.lower() == "content-type" and value.startswith("image/") for name, value in headers)


def _loggable(path: str) -> str:
    """The path without the secret that some addresses end with."""
    before, mark, _secret = path.partition(_LINKS)
    return before + mark


def _is_sane(path: str) -> bool:
    """Whether a WSGI path is UTF-8 without control characters (which excludes NUL and lone surrogates)."""
    try:
        return _CONTROL.search(path.encode("latin-1").decode("utf-8")) is None
    except UnicodeError:
        return False


def _empty(environ: WSGIEnvironment, status: int) -> None:
    """Take out of a refused request whatever the answer could repeat, but for its language and kind."""
    path = environ.get("PATH_INFO", "")
    prefix = ENGLISH_PREFIX if path.startswith(ENGLISH_PREFIX + "/") else ""
    environ["PATH_INFO"] = prefix + ("/api/" if path.startswith("/api/") or path.endswith(".json") else "/")
    environ["QUERY_STRING"] = ""
    environ[REFUSAL] = status


def _repair_query(environ: WSGIEnvironment) -> None:
    """Put U+FFFD where a query holds NUL or bytes that are no UTF-8: people paste, a search must still answer."""
    query = environ.get("QUERY_STRING", "")
    if "%" not in query and query.isascii():
        return
    raw = unquote_to_bytes(query.encode("latin-1", "replace"))
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if b"\0" not in raw:
            return
    text = query.encode("latin-1", "replace").decode("utf-8", "replace")
    environ["QUERY_STRING"] = urlencode(parse_qsl(text, keep_blank_values=True)).replace("%00", "%EF%BF%BD")
