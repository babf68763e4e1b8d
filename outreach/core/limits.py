"""Limits for costly addresses only, such as exports. They protect the site, they never decide a right.

Counted in memory, or in Redis when several processes serve. Without Redis each process counts for itself: a limit
that is too generous for a while is better than an address that is gone.
"""

from __future__ import annotations

import ipaddress

from flask import Flask, Response, request
from flask_limiter import Limiter

from outreach.config import Settings

REDIS_PATIENCE_SECONDS = 0.2
#: One visitor of IPv6 owns a whole /64.
IPV6_PREFIX = 64


def client_network() -> str:
    """Who asks: the address, of IPv6 the /64. Behind proxies the settings say how many to trust."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))


limiter = Limiter(
    key_func=client_network,
    headers_enabled=True,
    swallow_errors=True,
    in_memory_fallback_enabled=True,
    key_prefix="outreach",
)


def init_app(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    address = settings.redis_url or "memory://"
    app.config["RATELIMIT_STORAGE_URI"] = f"redis+{address}" if address.startswith("unix:") else address
    if settings.redis_url:
        patience = REDIS_PATIENCE_SECONDS
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {"socket_connect_timeout": patience, "socket_timeout": patience}
    app.after_request(_wait_only_when_refused)  # before the limiter's own, so that it runs behind it
    limiter.init_app(app)
    # Its hook before each request is for limits of the whole site; there are none, and limited views ask themselves.
    hooks = app.before_request_funcs[None]
    hooks[:] = [hook for hook in hooks if getattr(hook, "__self__", None) is not limiter]


def _wait_only_when_refused(response: Response) -> Response:
    """The limiter says ``Retry-After`` with every answer; only a refused visitor has to wait."""
    if response.status_code < 400:
        response.headers.pop("Retry-After", None)
    return response
