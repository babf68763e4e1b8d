"""What the public form carries, signed: when it was handed out, and which file an earlier try left here."""

from __future__ import annotations

import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from outreach.core.clock import now
from outreach.core.limits import client_network
from outreach.inbox.forms import Fault

#: Nobody writes a letter faster; pages that lay open for longer are renewed.
FASTEST: Final = timedelta(seconds=3)
OLDEST: Final = timedelta(hours=12)
#: How long a file waits for a form that was refused.
FILE_TERM: Final = timedelta(hours=2)


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret(), salt=f"inbox-{purpose}")


def secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def new_stamp() -> str:
    """A fresh stamp; each form has its own."""
    return _serializer("form").dumps(secrets.token_urlsafe(12))


def read_stamp(stamp: str) -> tuple[str, Fault | None]:
    """The form's own mark and what is wrong with its age. A stamp that is not ours counts as too old."""
    try:
        mark, made_at = _serializer("form").loads(stamp, max_age=int(OLDEST.total_seconds()), return_timestamp=True)
    except BadData:
        return "", Fault.TOO_OLD
    age = now() - _aware(made_at)
    return str(mark), Fault.TOO_FAST if age < FASTEST else None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def file_mark(file_id: int) -> str:
    """What a refused form carries of the file that was sent with it."""
    return _serializer("file").dumps(file_id)


def read_file_mark(mark: str) -> int | None:
    try:
        return int(_serializer("file").loads(mark, max_age=int(FILE_TERM.total_seconds())))
    except (BadData, ValueError, TypeError):
        return None


def network_mark() -> str:
    """The network that asks, as it may be stored: nobody without the key can find the address again."""
    return hmac.digest(secret().encode(), f"inbox network {client_network()}".encode(), "sha256").hex()
