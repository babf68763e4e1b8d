"""The demonstration catalogue brought into the database and taken out again. Nothing here commits."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.search.models import OutboxOperation
from outreach.core.search.outbox import record_changes, touch_generation
from outreach.labels.actions.standards import load_standards
from outreach.labels.demo.filings import make_filings
from outreach.labels.demo.outlines import load_outlines, load_quantities
from outreach.labels.demo.papers import make_certificates, make_spot_checks
from outreach.labels.demo.parts import Parts
from outreach.labels.demo.writer import INDEXED, Named, Writer
from outreach.labels.models import Brand, Certificate, ImportRun, Maker, ProductName, Registration, SpotCheck
from outreach.labels.models_upkeep import MakerMerge


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What a load did. ``was_there``: the very same catalogue was loaded already."""

    registrations: int
    certificates: int
    spot_checks: int
    was_there: bool


def load_demo(session: Session, parts: Parts) -> DemoReport:
    """Bring the demonstration catalogue in, in place of an older one. Twice the same changes nothing."""
    load_standards(session)
    outlines, quantities = load_outlines(session), load_quantities(session)
    digest = sha256(f"{parts.digest} {outlines} {quantities}".encode()).hexdigest()
    if session.scalar(sa.select(ImportRun.id).where(ImportRun.is_demo, ImportRun.sha256 == digest)) is not None:
        return _report(session, was_there=True)
    clear_demo(session)
    filings = make_filings(parts, outlines, quantities)
    rows = dict.fromkeys(("rows_total", "rows_accepted", "registrations_added"), len(filings))
    writer = Writer(session, parts, quantities, {"sha256": digest, **rows})
    writer.registrations(filings)
    writer.certificates(make_certificates(parts, filings))
    writer.spot_checks(make_spot_checks(parts, filings, quantities))
    touch_generation(session, "labels")
    return _report(session, was_there=False)


def _report(session: Session, *, was_there: bool) -> DemoReport:
    registrations, certificates, spot_checks = (
        session.scalar(sa.select(sa.func.count()).select_from(model).where(model.is_demo)) or 0
        for model in (Registration, Certificate, SpotCheck)
    )
    return DemoReport(registrations, certificates, spot_checks, was_there)


def clear_demo(session: Session) -> int:
    """Take every row of the demonstration catalogue out; returns how many registrations that were.

    Names that a real register uses too stay, and are no demonstration any more.
    """
    names = session.scalars(sa.select(Registration.product_name_id).where(Registration.is_demo).distinct()).all()
    session.execute(sa.delete(MakerMerge).where(MakerMerge.maker_id.in_(sa.select(Maker.id).where(Maker.is_demo))))
    session.execute(sa.update(Maker).where(Maker.is_demo).values(merged_into_id=None))
    for model in (SpotCheck, Certificate, Registration):
        removed = session.execute(sa.delete(model).where(model.is_demo).returning(model.id)).all()
    runs = session.execute(sa.delete(ImportRun).where(ImportRun.is_demo).returning(ImportRun.id)).all()
    _clear_names(session, Maker, Maker.is_demo, Registration.maker_id, Certificate.maker_id)
    _clear_names(session, Brand, Brand.is_demo, Registration.brand_id)
    _clear_names(session, ProductName, ProductName.id.in_(names), Registration.product_name_id)
    for kind in (Maker, Brand):
        session.execute(sa.update(kind).where(kind.is_demo).values(is_demo=False))
    if removed or runs:
        touch_generation(session, "labels")
    return len(removed)


def _clear_names(session: Session, model: Named, condition: sa.SQLColumnExpression[bool], *users: Any) -> None:
    """Delete the names that fit ``condition`` and that no column of ``users`` points at, and tell the index."""
    unused = [~sa.exists().where(user == model.id) for user in users]
    gone = session.scalars(sa.delete(model).where(condition, *unused).returning(model.id)).all()
    record_changes(session, dict(INDEXED)[model], gone, OutboxOperation.DELETE)


def is_registry_empty(session: Session) -> bool:
    """True when no registration, fictional or real, was ever loaded."""
    return session.scalar(sa.select(ImportRun.id).limit(1)) is None
