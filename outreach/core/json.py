"""JSON in and out: readable Chinese in answers; from visitors only what can be stored and does not exhaust us."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import Flask
from flask.json.provider import DefaultJSONProvider


class CarefulJSONProvider(DefaultJSONProvider):
    """Flask's provider; whatever is wrong with a visitor's JSON is a ``ValueError``, which becomes a 400."""

    ensure_ascii = False
    sort_keys = False

    def loads(self, s: str | bytes, **options: Any) -> Any:
        options.setdefault("parse_constant", _refuse)
        try:
            value = super().loads(s, **options)
        except RecursionError:
            raise ValueError("nested too deep") from None
        # Half of a surrogate pair parses, and then breaks the database driver: UnicodeEncodeError is a ValueError.
        self.dumps(value).encode("utf-8")
        return value


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def init_app(app: Flask) -> None:
    app.json = CarefulJSONProvider(app)
