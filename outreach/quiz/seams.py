"""Where the contest meets parts of the site that it does not own: the county registry and the audit log.

Everything that crosses is here, so that connecting another part changes this module and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from sqlalchemy.orm import Session

log: Final = structlog.get_logger("outreach.quiz")


@dataclass(frozen=True, slots=True)
class Region:
    """A county or province as rankings name it; ``population`` is None where no figure with a source is recorded."""

    code: str
    name: str
    name_en: str = ""
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something in the back office or on the command line."""

    name: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done to results, for the audit log."""

    action: str
    target: str
    reason: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def regions(session: Session, codes: Iterable[str]) -> Mapping[str, Region]:
    """Regions by code (six digits: county, two: province). Until a registry is connected a code is its own name."""
    return {code: Region(code, code) for code in codes}


def is_county(session: Session, code: str) -> bool:
    """Whether participants may choose this county. Until a registry is connected every code of six digits is one."""
    return len(code) == 6 and code.isascii() and code.isdigit()


def record(session: Session, actor: Actor, act: Act) -> None:
    """Write an act to the audit log, in the transaction that does it."""
    log.info("quiz_act", actor=actor.name, action=act.action, target=act.target, reason=act.reason)
