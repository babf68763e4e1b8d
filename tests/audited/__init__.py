"""What each staff form that writes needs so that it really writes, for the test that it is recorded (B10).

A module of this package for each slice holds ``SCENARIOS``: endpoint (with ``:case`` behind it where one is not enough)
→ a function that prepares and says what to send. ``EXEMPT`` names endpoints that change nothing, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sqlalchemy.orm import Session

from tests.staff import StaffPages, StaffPagesMaker


@dataclass(frozen=True)
class Sent:
    """One form: by whom, where to, what. ``entries`` is how many objects it changes, so how many entries it writes."""

    pages: StaffPages
    path: str
    data: dict[str, Any] = field(default_factory=dict)
    entries: int = 1


@dataclass(frozen=True)
class World:
    """What scenarios are made from."""

    session: Session
    staff_pages: StaffPagesMaker
    make_proposal: Callable[..., Any]


Scenario = Callable[[World], Sent]


def scenarios() -> dict[str, Scenario]:
    """Every scenario of every slice."""
    return {name: one for module in _modules() for name, one in module.SCENARIOS.items()}


def exempt() -> dict[str, str]:
    """Endpoints that take a form and change nothing."""
    return {name: why for module in _modules() for name, why in module.EXEMPT.items()}


def _modules() -> list[Any]:
    return [import_module(f"{__name__}.{one.name}") for one in iter_modules(__path__)]
