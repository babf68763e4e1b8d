"""Security headers, who may send an unsafe request, and where to report a fault.

Our own code instead of an extension: the rules are the same for every answer, static files and refusals included,
so they are applied in the WSGI layer (``core.edge``), where an extension cannot reach.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, request

from outreach.config import Settings
from outreach.core import clock, db
from outreach.core.edge import ENDPOINT, REFUSAL
from outreach.core.i18n import absolute_url

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Limits of one statement on PostgreSQL while a visitor waits.
STATEMENT_SECONDS = 15
#: Longest form without files, and longest JSON, in bytes; Werkzeug's own limit leaves such forms out.
LONGEST_TEXT = 512 * 1024
HSTS_SECONDS = 2 * 365 * 86400
SECURITY_TXT_DAYS = 180

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
)

blueprint = Blueprint("security", __name__)


def headers(settings: Settings) -> list[tuple[str, str]]:
    """The headers of every answer."""
    always = [
        ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("Permissions-Policy", PERMISSIONS_POLICY),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
    if settings.public_url.startswith("https://"):
        always.append(("Strict-Transport-Security", f"max-age={HSTS_SECONDS}; includeSubDomains"))
    return always


def is_cross_site() -> bool:
    """Whether a browser says that another site made it send this request. Programs say nothing, and may pass."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None and fetch_site not in ("same-origin", "none"):
        return True
    source = request.headers.get("Origin") or request.headers.get("Referer")
    return source is not None and not _is_own_origin(source)


def _is_own_origin(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    public = urlsplit(str(current_app.config["PUBLIC_URL"]))
    # The host was compared with the settings before the request came this far.
    return parts.scheme == public.scheme and parts.netloc.lower() in (public.netloc.lower(), request.host.lower())


@blueprint.before_app_request
def _guard() -> None:
    """Refuse what ``core.edge`` marked and what another site sends, and say how long the database may take."""
    if refusal := request.environ.get(REFUSAL):
        abort(int(refusal))
    request.environ[ENDPOINT] = request.endpoint
    is_safe = request.method in SAFE_METHODS
    # Nothing sets these back: what streams an answer runs after the request is torn down, and must still read only.
    db.transaction_mode.set("DEFERRED" if is_safe else "IMMEDIATE")
    db.statement_seconds.set(STATEMENT_SECONDS)
    if not is_safe:
        if is_cross_site():
            abort(403)
        if request.mimetype != "multipart/form-data":
            request.max_content_length = LONGEST_TEXT


@blueprint.after_app_request
def _redirect_within(response: Response) -> Response:
    """Write redirects of the router (missing slash, doubled slashes) without a host: nothing to forge."""
    if response.status_code == 308:
        target = urlsplit(response.headers["Location"])
        path = "/" + target.path.lstrip("/")
        response.headers["Location"] = target._replace(scheme="", netloc="", path=path).geturl()
    return response


@blueprint.get("/.well-known/security.txt")
def security_txt() -> Response:
    """RFC 9116: where to report a fault."""
    settings: Settings = current_app.config["SETTINGS"]
    expires = datetime.combine(clock.today() + timedelta(days=SECURITY_TXT_DAYS), time(), UTC)
    lines = [
        f"Contact: {settings.security_contact or absolute_url('/about')}",
        f"Expires: {expires.strftime('%Y-%m-%dT%H:%M:%SZ')}",
        "Preferred-Languages: zh, en",
        f"Canonical: {absolute_url('/.well-known/security.txt')}",
    ]
    answer = Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    answer.cache_control.public = True
    answer.cache_control.max_age = 86400
    return answer


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
