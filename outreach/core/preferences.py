"""How a visitor wants pages to look. Kept in the only cookie of the public site, and only after they asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self

from flask import Response, current_app, has_request_context, request

VIEWS: Final = ("normal", "elder")
THEMES: Final = ("auto", "light", "dark")
LIFETIME: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Preferences:
    """Layout (``elder``: large text, simple pages) and colours (``auto`` follows the device)."""

    view: str = VIEWS[0]
    theme: str = THEMES[0]

    @property
    def key(self) -> str:
        """The spelling in the cookie, and in the key of a cached page."""
        return f"{self.view}.{self.theme}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``key``'s spelling; whatever it does not know counts as not chosen."""
        view, _dot, theme = text.partition(".")
        return cls().chosen(view, theme)

    def chosen(self, view: str, theme: str) -> Self:
        """These preferences with what was newly chosen; empty or unknown choices change nothing."""
        return type(self)(view if view in VIEWS else self.view, theme if theme in THEMES else self.theme)


def current() -> Preferences:
    """What the visitor of this request chose before; the defaults outside of requests."""
    return Preferences.parse(request.cookies.get(cookie_name(), "")) if has_request_context() else Preferences()


def cookie_name() -> str:
    """``__Host-view`` where the site is served over TLS, so that no other host can plant it."""
    return "__Host-view" if _is_secure() else "view"


def remember(response: Response, preferences: Preferences) -> None:
    """Write the cookie, or take it away when everything is as without one."""
    flags = {"path": "/", "secure": _is_secure(), "httponly": True, "samesite": "Lax"}
    if preferences == Preferences():
        response.delete_cookie(cookie_name(), **flags)  # type: ignore[arg-type]  # flags fit the signature by name
    else:
        response.set_cookie(cookie_name(), preferences.key, max_age=LIFETIME, **flags)  # type: ignore[arg-type]  # flags mix truth values and words


def _is_secure() -> bool:
    return str(current_app.config["PUBLIC_URL"]).startswith("https://")
