"""Flask's application, without the work that our pages do not need: half of a small page's time was spent on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Flask, Request, has_request_context, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from outreach.core.templates import PageEnvironment

#: Options of ``url_for``; as None they change nothing.
_OPTIONS: Final = frozenset({"_anchor", "_method", "_scheme", "_external"})


class Sessions(SecureCookieSessionInterface):
    """Flask's own sessions; whoever brings no cookie gets an empty one without any signature being prepared."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if app.secret_key and self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class Application(Flask):
    """The site. Addresses without arguments are written once per language: a page links to a score of them."""

    jinja_environment = PageEnvironment
    session_interface = Sessions()

    def __init__(self, name: str) -> None:
        super().__init__(name, static_folder=None)
        #: Address of an endpoint below a script root; there are no more of them than endpoints and languages.
        self._plain_addresses: dict[tuple[str, str], str] = {}

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """``func`` itself: no view and no hook of ours is a coroutine, and to ask costs more than most hooks do."""
        return func

    def url_for(self, endpoint: str, **values: Any) -> str:
        """As ``flask.Flask.url_for``."""
        is_plain = all(name in _OPTIONS and value is None for name, value in values.items())
        if not is_plain or endpoint.startswith(".") or not has_request_context():
            return super().url_for(endpoint, **values)
        key = (endpoint, request.script_root)
        if key not in self._plain_addresses:
            self._plain_addresses[key] = super().url_for(endpoint, **values)
        return self._plain_addresses[key]
