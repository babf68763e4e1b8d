"""Whole public pages kept in memory until the data behind them changes.

A page is kept by what decides its bytes: path (with its language), arguments, look and day; with it stands the
generation of the data it was made from. So nothing is ever thrown away by hand: a page of an older generation is not
given out again and falls out of the bounded store. Assets need no place in the key: they only change with the process,
and so does this store. Arguments stand in the key as they were sent, so nobody's odd arguments can end up in somebody
else's page.

A view says with ``cached_page`` that its answers may be kept. The WSGI layer ``KeptPages`` sends them: to the next
visitor without waking the application at all, compressed as the browser likes, or as 304 to who has the page already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, ParamSpec

from flask import Flask, Response, current_app, g, make_response, request, session
from flask.typing import ResponseReturnValue
from werkzeug.http import parse_cookie

from outreach.core import clock
from outreach.core.edge import ENDPOINT, REFUSAL
from outreach.core.page_store import GenerationWatch, Key, PageStore, StoredPage
from outreach.core.preferences import Preferences, cookie_name

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

P = ParamSpec("P")

#: Longer arguments are answered but their pages not kept.
QUERY_LENGTH: Final = 1024
#: How long browsers and proxies may show a page without asking again, in seconds.
MAX_AGE: Final = 60
#: Where the WSGI layer leaves the key of the request's page, and a view the page that the layer shall send.
_KEY: Final = "outreach.page_key"
_PAGE: Final = "outreach.page"
_STORE: Final = "page_store"
_WATCH: Final = "generation_watch"


class KeptPages:
    """WSGI layer that answers from the store when it can, and sends the pages that views mark."""

    def __init__(self, app: WSGIApplication, store: PageStore, watch: GenerationWatch, look_cookie: str) -> None:
        self.app = app
        self.store = store
        self.watch = watch
        self.look_cookie = look_cookie

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in ("GET", "HEAD") and REFUSAL not in environ:
            key = environ[_KEY] = self._key(environ)
            page = self.store.get(key)
            if page is not None and page.headers is not None and self.watch.agrees(page.generations):
                environ[ENDPOINT] = page.endpoint
                return page.send(environ, start_response)
        return self._ask(environ, start_response)

    def _key(self, environ: WSGIEnvironment) -> Key:
        """The place of a request's page in the store. The language is still a part of the path here."""
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        return (path, environ.get("QUERY_STRING", ""), self._look(environ), clock.today().isoformat())

    def _look(self, environ: WSGIEnvironment) -> str:
        """The visitor's look as pages show it; cookies that say nothing about it make no difference."""
        cookies = environ.get("HTTP_COOKIE", "")
        chosen = parse_cookie(cookies).get(self.look_cookie, "") if self.look_cookie in cookies else ""
        return Preferences.parse(chosen).key

    def _ask(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let the application answer; when it marks a page, that is sent in the place of its own body."""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if _is_private(status, headers):
                environ.pop(_PAGE, None)
            if (marked := environ.get(_PAGE)) is None:
                return start_response(status, headers, exc_info)
            marked.take_headers(headers)
            return None

        answer = self.app(environ, start)
        page: StoredPage | None = environ.get(_PAGE)
        if page is None:
            return answer
        if close := getattr(answer, "close", None):
            close()
        return page.send(environ, start_response)


def _is_private(status: str, headers: Iterable[tuple[str, str]]) -> bool:
    """Whether an answer is none for everybody, whatever its view thought: an error, or one with a cookie."""
    return not status.startswith("200") or any(name.lower() == "set-cookie" for name, _value in headers)


def init_app(app: Flask) -> None:
    """Give the application its store and its watch, and put the layer in front. Call after the language prefix."""
    store, watch = PageStore(), GenerationWatch()
    app.extensions[_STORE] = store
    app.extensions[_WATCH] = watch
    with app.app_context():
        look_cookie = cookie_name()
    layer = KeptPages(app.wsgi_app, store, watch, look_cookie)
    app.wsgi_app = layer  # type: ignore[method-assign]  # the documented way to add a WSGI layer


def current_generation(name: str) -> str:
    """The token of one body of data, at most a moment old."""
    watch: GenerationWatch = current_app.extensions[_WATCH]
    return watch.token(name)


def built_from(name: str, generation: str) -> None:
    """Note which generation a page was really made from: a snapshot may be a moment behind the token."""
    g.setdefault("page_built_from", {})[name] = generation


def cached_page(
    *names: str, max_age: int = MAX_AGE
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, Response]]:
    """Keep the answers of a public view that depends on the bodies of data ``names``. Only plain 200s are kept."""

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
        @wraps(view)
        def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
            store: PageStore = current_app.extensions[_STORE]
            generations = {name: current_generation(name) for name in names}
            key: Key | None = request.environ.get(_KEY)
            page = store.get(key) if key else None
            if page is not None and page.generations == generations:
                response = Response(page.body(""), content_type=page.content_type)
            else:
                response = make_response(view(*args, **kwargs))
                if not _may_keep(response):
                    return response
                page = StoredPage(
                    response.get_data(), response.headers["Content-Type"], str(request.endpoint), generations, max_age
                )
                if key and len(request.query_string) <= QUERY_LENGTH and is_built_from(generations):
                    store.put(key, page)
            request.environ[_PAGE] = page
            return response

        return answer

    return decorate


def is_built_from(generations: dict[str, str]) -> bool:
    """Whether the answer in hand was made from these generations, as far as ``built_from`` was told."""
    built: dict[str, str] = g.get("page_built_from", {})
    return all(built.get(name, token) == token for name, token in generations.items())


def _may_keep(response: Response) -> bool:
    is_plain = response.status_code == 200 and not response.is_streamed and "Set-Cookie" not in response.headers
    return is_plain and not session.modified
