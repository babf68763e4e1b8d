"""Where the contest meets parts of the site that it does not own: the county registry and the audit log.

Everything that crosses is here, so that connecting another part changes this module and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from flask import has_app_context
from sqlalchemy.orm import Session

from outreach.core import audit
from outreach.core.audit import web
from outreach.counties import public as counties

#: Digits of a county's code.
COUNTY_DIGITS: Final = 6

log: Final = structlog.get_logger("outreach.quiz")


@dataclass(frozen=True, slots=True)
class Region:
    """A county or province as rankings name it."""

    code: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something in the back office or on the command line."""

    name: str
    id: int | None = None

    def is_staff(self, signature: str) -> bool:
        """Whether ``signature`` is this person's, also after they changed their name."""
        return self.id is not None and signature.endswith(f"{_SIGN}{self.id}")


#: Between the name and the number of a member of staff, where results say who decided.
_SIGN: Final = " #"


def staff_actor(staff_id: int, name: str) -> Actor:
    """A member of staff: names may be equal and may be changed, so that the number stands behind."""
    return Actor(f"{name}{_SIGN}{staff_id}", staff_id)


def public_name(signature: str) -> str:
    """Who signed, as people outside may read it: without the number."""
    name, sign, number = signature.rpartition(_SIGN)
    return name if sign and number.isdigit() else signature


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done to results, for the audit log."""

    action: str
    target: str
    reason: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegionGroup:
    """A province with its counties, for the field in which participants choose theirs."""

    province: Region
    counties: tuple[Region, ...]


def regions(session: Session, codes: Iterable[str]) -> Mapping[str, Region]:
    """Regions by code (six digits: county, two: province). What the registry does not know is its own name."""
    return {code: _region(session, code) for code in codes}


def _region(session: Session, code: str) -> Region:
    found = counties.find_division(session, code) if has_app_context() else None
    return Region(code, found.name, found.name_en) if found else Region(code, code, code)


def is_county(session: Session, code: str) -> bool:
    """Whether participants may choose this county. While no registry is loaded every code of six digits is one."""
    if len(code) != COUNTY_DIGITS or not code.isascii() or not code.isdigit():
        return False
    return not has_registry(session) or counties.is_present_county(session, code)


def is_region(session: Session, code: str) -> bool:
    """Whether this is a county (six digits, former ones too) or a province (two) of the registry, if one is loaded."""
    if len(code) not in (2, COUNTY_DIGITS) or not code.isascii() or not code.isdigit():
        return False
    return not has_registry(session) or counties.find_division(session, code) is not None


def has_registry(session: Session) -> bool:
    """Whether there are counties to choose from."""
    return has_app_context() and not counties.is_registry_empty(session)


def region_groups(session: Session) -> tuple[RegionGroup, ...]:
    """All provinces with their counties of today."""
    return tuple(
        RegionGroup(_as_region(one.division), tuple(map(_as_region, one.counties)))
        for one in counties.list_provinces(session)
    )


def _as_region(division: counties.Division) -> Region:
    return Region(division.code, division.name, division.name_en)


def record(session: Session, actor: Actor, act: Act) -> None:
    """Write an act to the audit log, in the transaction that does it. Outside of the site (tools) it is only logged."""
    log.info("quiz_act", actor=actor.name, action=act.action, target=act.target, reason=act.reason)
    if not has_app_context():
        return
    kind, _colon, key = act.target.partition(":")
    audit.record(
        session,
        actor=_audited(actor),
        action=act.action.replace(":", "."),
        target=audit.Target(f"quiz_{kind}", key, key),
        before=act.before,
        after=act.after,
        reason=act.reason,
    )


def _audited(actor: Actor) -> audit.Actor:
    if actor.id is None:
        return audit.Actor("system", None, actor.name, web.network())
    return audit.Actor("staff", actor.id, actor.name.removesuffix(f"{_SIGN}{actor.id}"), web.network())
