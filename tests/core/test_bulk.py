"""Many rows at once: every type arrives as it was, and ids stay free for everybody else."""

from __future__ import annotations

from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.bulk import bulk_insert, bulk_update, reserve_ids
from outreach.labels.models import Maker, Registration, RegistrationEvent, RegistrationStatus
from tests import factories

EVENT = ("id", "registration_id", "on", "status", "kind", "details", "run_id")


def test_rows_arrive_with_their_types(session: Session) -> None:
    product = factories.registration(session)
    details = {"型号": ["a\tb\n", None], "WEI": [44.6, 45]}
    (new_id,) = reserve_ids(session, RegistrationEvent, 1)
    row = (new_id, product.id, date(2026, 5, 21), RegistrationStatus.DELISTED, "a\\b\t\n", details, None)
    bulk_insert(session, RegistrationEvent, EVENT, [row])
    event = session.scalars(sa.select(RegistrationEvent).where(RegistrationEvent.id == new_id)).one()
    assert (event.id, event.registration_id, event.on, event.status, event.kind, event.details, event.run_id) == row


def test_reserved_ids_are_new_and_do_not_collide_with_later_ones(session: Session) -> None:
    before = factories.maker(session, "甲").id
    ids = reserve_ids(session, Maker, 3)
    assert len(set(ids)) == 3
    assert min(ids) > before
    columns = ("id", "name", "name_key", "short_name", "is_demo")
    bulk_insert(session, Maker, columns, [(key, f"乙{key}", f"乙{key}", "", False) for key in ids])
    assert factories.maker(session, "丙").id not in {before, *ids}


def test_changes_reach_the_rows_they_name(session: Session) -> None:
    one, two = factories.registration(session), factories.registration(session)
    moment = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
    bulk_update(session, Registration, ("status", "updated_at"), [(RegistrationStatus.EXPIRED, moment, one.id)])
    session.expire_all()
    assert (one.status, one.updated_at) == (RegistrationStatus.EXPIRED, moment)
    assert two.status is RegistrationStatus.LISTED


def test_nothing_to_write_is_no_statement(session: Session) -> None:
    bulk_insert(session, Maker, ("id",), [])
    bulk_update(session, Registration, ("status",), [])
    assert list(reserve_ids(session, Maker, 0)) == []
