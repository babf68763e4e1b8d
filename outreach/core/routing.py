"""Numbers in addresses: plain digits within what every database takes as a key; anything else is not found."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, ValidationError

LARGEST_KEY = 2**31 - 1


class KeyConverter(IntegerConverter):
    """``<int:id>``: ASCII digits without leading zeros, at most what a PostgreSQL integer holds."""

    regex = "0|[1-9][0-9]{0,9}"

    def to_python(self, value: str) -> int:
        number = int(super().to_python(value))
        if number > LARGEST_KEY:
            raise ValidationError
        return number


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = KeyConverter
