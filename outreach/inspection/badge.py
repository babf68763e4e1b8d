"""The number beside the menu's entry: asked on every staff page, so it may be a moment old."""

from __future__ import annotations

import time
from typing import Final

from flask import Flask, current_app

from outreach.core.db import db
from outreach.core.staff import Staff
from outreach.inspection.report import count_failing

_EXTENSION: Final = "inspection_badge"


class Badge:
    """How many checks fail, counted at most every ``seconds``."""

    def __init__(self, seconds: float = 30.0) -> None:
        self.seconds = seconds
        self._value = 0
        self._until = 0.0

    def value(self) -> int:
        if time.monotonic() >= self._until:
            self._value = count_failing(db.session)
            self._until = time.monotonic() + self.seconds
        return self._value

    def forget(self) -> None:
        """Count anew the next time."""
        self._until = 0.0


def badge() -> Badge:
    found: Badge = current_app.extensions[_EXTENSION]
    return found


def failing_checks(_staff: Staff) -> int:
    """For the menu."""
    return badge().value()


def init_app(app: Flask) -> None:
    app.extensions[_EXTENSION] = Badge()
