"""Who of the staff sends this request, and what they may do: the request side of accounts.

``core`` knows no tables of accounts: that slice registers a loader, which turns the cookie's random token into a
``Staff``. The cookie holds nothing else, so there is nothing to read in it and nothing to forge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, ParamSpec, Protocol, cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from outreach.core.addresses import is_own_path
from outreach.core.permissions import Permission, Role, permissions_of
from outreach.core.security import SAFE_METHODS

P = ParamSpec("P")

#: A form may be sent as long as the session that it was made for can last.
FORM_SECONDS: Final = 12 * 60 * 60
FORM_FIELD: Final = "token"
FORM_HEADER: Final = "X-Token"
_EXTENSION: Final = "staff"
_SALT: Final = "staff-form"
_STAFF: Final = "outreach.staff"


@dataclass(frozen=True, slots=True)
class Staff:
    """A signed-in member of staff, as the request in hand sees them."""

    id: int
    name: str
    login: str
    roles: frozenset[Role]
    session_id: int
    #: Addresses of the counties that the account is for.
    county_slugs: frozenset[str] = frozenset()
    #: Whether the password or the second factor was proved within the last minutes.
    is_fresh: bool = False

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.roles)

    def may(self, *permissions: Permission) -> bool:
        """Whether they hold any of the rights."""
        return not self.permissions.isdisjoint(permissions)


@dataclass(frozen=True, slots=True)
class Message:
    """What the next page says above its content. ``kind`` as in ``components/notice.html``."""

    text: str
    kind: str = "success"


#: Turns the cookie's token into who it belongs to, or nobody.
Loader = Callable[[str], Staff | None]


def _nobody(_token: str) -> Staff | None:
    return None


def _keep_nothing(_session_id: int, _message: Message) -> None:
    return None


def _take_nothing(_session_id: int) -> Sequence[Message]:
    return ()


def _tell_nobody(_staff: Staff, _endpoint: str, _permissions: frozenset[Permission]) -> None:
    return None


@dataclass(slots=True)
class Hooks:
    """What the accounts do for ``core``."""

    load: Loader = _nobody
    keep_message: Callable[[int, Message], None] = _keep_nothing
    take_messages: Callable[[int], Sequence[Message]] = _take_nothing
    note_denial: Callable[[Staff, str, frozenset[Permission]], None] = field(default=_tell_nobody)


class GuardedView(Protocol):
    """A view behind ``require``: it says which rights open it, and whether they must be proved anew."""

    permissions: frozenset[Permission]
    needs_fresh_proof: bool

    def __call__(self, *args: Any, **kwargs: Any) -> Response: ...


def hooks() -> Hooks:
    """The hooks of the application in hand."""
    return cast(Hooks, current_app.extensions[_EXTENSION])


def register_loader(app: Flask, loader: Loader) -> None:
    """Say who turns tokens into staff."""
    app.extensions.setdefault(_EXTENSION, Hooks()).load = loader


def cookie_name() -> str:
    """``__Host-staff`` where the site is served over TLS, so that no other host can plant it."""
    return "__Host-staff" if _is_secure() else "staff"


def set_cookie(response: Response, token: str) -> None:
    """Give the browser its token, for as long as it is open; the table decides how long that counts."""
    response.set_cookie(cookie_name(), token, path="/", secure=_is_secure(), httponly=True, samesite="Lax")


def clear_cookie(response: Response) -> None:
    """Take the token back."""
    response.delete_cookie(cookie_name(), path="/", secure=_is_secure(), httponly=True, samesite="Lax")


def current_staff() -> Staff | None:
    """Who sends this request; nobody for visitors, and while a second step is missing."""
    if _STAFF not in request.environ:  # and not ``g``, which belongs to the application's context
        token = request.cookies.get(cookie_name(), "")
        request.environ[_STAFF] = hooks().load(token) if token else None
    return cast("Staff | None", request.environ[_STAFF])


def the_staff() -> Staff:
    """Who sends this request, inside of a view behind ``require``."""
    staff = current_staff()
    if staff is None:
        abort(403)
    return staff


def require(*permissions: Permission, fresh: bool = False) -> Callable[[Callable[P, ResponseReturnValue]], GuardedView]:
    """Open a view to staff with any of the rights; ``fresh`` asks for the password again after some minutes.

    Which objects they may touch is for the view to decide.
    """
    if not permissions:
        raise TypeError("a staff view names at least one right")

    def decorate(view: Callable[P, ResponseReturnValue]) -> GuardedView:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
            response = make_response(_detour(permissions, needs_fresh_proof=fresh) or view(*args, **kwargs))
            response.cache_control.no_store = True
            return response

        opened = cast(GuardedView, guarded)
        opened.permissions = frozenset(permissions)
        opened.needs_fresh_proof = fresh
        return opened

    return decorate


def _detour(permissions: tuple[Permission, ...], *, needs_fresh_proof: bool) -> Response | None:
    """Where to go first instead of the view, nowhere when it may answer; what is not allowed ends here (403)."""
    staff = current_staff()
    is_safe = request.method in SAFE_METHODS
    if staff is None:
        if not is_safe:
            abort(403)
        return _redirect("accounts.sign_in", _own_address())
    if not staff.may(*permissions):
        hooks().note_denial(staff, str(request.endpoint), frozenset(permissions))
        abort(403)
    if not is_safe and not is_form_of(staff.session_id):
        abort(403)
    if needs_fresh_proof and not staff.is_fresh:
        return _redirect("accounts.confirm", _own_address() if is_safe else _page_of_the_form())
    return None


def _redirect(endpoint: str, back: str) -> Response:
    return cast(Response, redirect(url_for(endpoint, next=back or None), code=303))


def _own_address() -> str:
    query = request.query_string.decode("utf-8", "replace")
    address = request.script_root + request.path + (f"?{query}" if query else "")
    return address if is_own_path(address) else ""


def _page_of_the_form() -> str:
    """The page that the form stood on, as the browser tells; the guard of ``core.security`` knows it is ours."""
    parts = urlsplit(request.headers.get("Referer", ""))
    address = parts.path + (f"?{parts.query}" if parts.query else "")
    return address if is_own_path(address) else ""


def form_token(session_id: int) -> str:
    """What forms of this session carry, so that no other site and no other session can send them."""
    return _serializer().dumps(session_id)


def is_form_of(session_id: int) -> bool:
    """Whether the request carries the token of this session."""
    token = request.headers.get(FORM_HEADER) or request.form.get(FORM_FIELD, "")
    try:
        return bool(_serializer().loads(token, max_age=FORM_SECONDS) == session_id)
    except BadData:
        return False


def csrf_token() -> str:
    """The token for forms of the page in hand; empty for visitors, whose forms need none."""
    staff = current_staff()
    return form_token(staff.session_id) if staff else ""


def tell(text: str, kind: str = "success") -> None:
    """Say something on the next page. It is kept with the session, in the transaction of the view."""
    hooks().keep_message(the_staff().session_id, Message(text, kind))


def messages() -> Sequence[Message]:
    """What is to be said on this page, once. Only reading shows it: a refused form is shown again without."""
    staff = current_staff()
    if staff is None or request.method not in SAFE_METHODS:
        return ()
    return hooks().take_messages(staff.session_id)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt=_SALT)


def _is_secure() -> bool:
    return str(current_app.config["PUBLIC_URL"]).startswith("https://")


def _load_early() -> None:
    """Ask who it is before a view begins to write: the loader may write too, and SQLite has one writer at a time."""
    if request.path.startswith("/admin"):
        current_staff()


def init_app(app: Flask) -> None:
    app.before_request(_load_early)
    app.extensions.setdefault(_EXTENSION, Hooks())
    app.jinja_env.globals.update(csrf_token=csrf_token, current_staff=current_staff, staff_messages=messages)
