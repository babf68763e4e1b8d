"""Loading and clearing: idempotent, marked, complete, and hidden as soon as a real register is in."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.db import Base
from outreach.core.search.outbox import generation
from outreach.labels.actions.standards import load_standards
from outreach.labels.demo.load import clear_demo, is_registry_empty, load_demo
from outreach.labels.demo.parts import Parts
from outreach.labels.models import (
    Certificate,
    ImportRun,
    Maker,
    ProductName,
    Registration,
)
from outreach.labels.queries.published import is_demo_shown, published
from tests import factories

#: Tables that only ever grow, or that belong to the standards.
KEPT = frozenset({"search_outbox", "data_generation", "search_epoch"})


def count(session: Session, model: type[Any], *conditions: Any) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def sizes(session: Session) -> dict[str, int]:
    tables = [table for table in Base.metadata.sorted_tables if table.name not in KEPT]
    return {table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables}


def test_loading_twice_changes_nothing(session: Session, parts: Parts) -> None:
    first = load_demo(session, parts)
    before, token = sizes(session), generation(session, "labels")
    second = load_demo(session, parts)
    assert (first.was_there, second.was_there) == (False, True)
    assert (second.registrations, second.certificates, second.spot_checks) == (3000, 260, 300)
    assert (sizes(session), generation(session, "labels")) == (before, token)


def test_clearing_leaves_nothing_behind(session: Session, parts: Parts) -> None:
    load_standards(session)
    before = sizes(session)
    load_demo(session, parts)
    token = generation(session, "labels")
    assert clear_demo(session) == 3000
    assert sizes(session) == before
    assert generation(session, "labels") != token
    assert clear_demo(session) == 0


def test_clearing_keeps_what_a_real_register_uses(session: Session, parts: Parts) -> None:
    load_demo(session, parts)
    name = session.scalars(sa.select(ProductName).order_by(ProductName.id)).first()
    maker = session.scalars(sa.select(Maker).order_by(Maker.id)).first()
    assert name is not None
    assert maker is not None
    real = factories.registration(session, product_name_id=name.id, maker=maker)
    clear_demo(session)
    session.expire_all()
    assert session.scalars(sa.select(Registration)).all() == [real]
    assert session.scalars(sa.select(ProductName)).all() == [name]
    assert session.scalars(sa.select(Maker)).all() == [maker]
    assert not maker.is_demo


def test_a_real_register_hides_the_demo(session: Session, parts: Parts) -> None:
    load_demo(session, parts)
    assert is_demo_shown(session)
    assert count(session, Registration, published(session)) == 3000
    factories.registration(session)
    assert not is_demo_shown(session)
    assert count(session, Registration, published(session)) == 1
    assert count(session, Certificate, published(session, Certificate)) == 0


def test_a_changed_catalogue_takes_the_place_of_the_old_one(session: Session, parts: Parts) -> None:
    load_demo(session, parts)
    load_standards(session)
    run = session.scalars(sa.select(ImportRun)).one()
    run.sha256 = "0" * 64
    session.flush()
    assert not load_demo(session, parts).was_there
    assert count(session, Registration) == 3000
    assert count(session, ImportRun) == 1


def test_only_an_untouched_registry_is_empty(session: Session) -> None:
    assert is_registry_empty(session)
    factories.import_run(session)
    assert not is_registry_empty(session)
