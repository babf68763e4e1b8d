"""Notes of changes are part of the transaction that makes the change."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.db import db
from outreach.core.search import outbox, pending
from outreach.core.search.models import OutboxOperation, SearchOutbox


def rows(session: Session) -> list[tuple[str, int, str]]:
    found = session.execute(sa.select(SearchOutbox).order_by(SearchOutbox.seq)).scalars()
    return [(row.kind, row.object_id, row.operation) for row in found]


def test_changes_are_kept_in_the_order_of_their_writing(session: Session) -> None:
    assert outbox.record_changes(session, "label-maker", [3, 1]) == 2
    outbox.record_changes(session, "label-brand", [2], OutboxOperation.DELETE)
    outbox.record_reload(session, "label-brand")
    assert rows(session) == [
        ("label-maker", 3, "upsert"),
        ("label-maker", 1, "upsert"),
        ("label-brand", 2, "delete"),
        ("label-brand", 0, "reload"),
    ]


def test_no_changes_leave_no_trace(session: Session) -> None:
    assert outbox.record_changes(session, "label-maker", []) == 0
    assert rows(session) == []
    assert outbox.epoch(session) == ""


def test_many_changes_are_recorded_in_few_statements(session: Session) -> None:
    count = outbox.BATCH + 5
    assert outbox.record_changes(session, "label-maker", range(1, count + 1)) == count
    assert session.scalar(sa.select(sa.func.count()).select_from(SearchOutbox)) == count


def test_a_failed_transaction_takes_its_notes_with_it(any_site: Flask) -> None:
    session = db.session
    outbox.touch_generation(session, "labels")
    session.commit()
    before = outbox.generation(session, "labels")
    outbox.record_changes(session, "label-maker", [1])
    outbox.touch_generation(session, "labels")
    session.rollback()
    assert rows(session) == []
    assert outbox.epoch(session) == ""
    assert outbox.generation(session, "labels") == before


def test_the_token_is_empty_before_the_first_write_and_new_after_each(session: Session) -> None:
    assert outbox.generation(session, "labels") == ""
    first = outbox.touch_generation(session, "labels")
    assert outbox.generation(session, "labels") == first != ""
    second = outbox.touch_generation(session, "labels")
    assert outbox.generation(session, "labels") == second != first
    assert outbox.generation(session, "counties") == ""


def test_the_epoch_stays_until_a_restore_renews_it(session: Session) -> None:
    outbox.record_changes(session, "label-maker", [1])
    first = outbox.epoch(session)
    outbox.record_changes(session, "label-maker", [2])
    assert outbox.epoch(session) == first != ""
    assert outbox.renew_epoch(session) == outbox.epoch(session) != first


def test_rows_seen_long_ago_go_and_the_watermark_stays(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox.record_changes(db.session, "label-maker", range(1, 31))
    db.session.commit()
    pending.prune(20)
    assert len(rows(db.session)) == 30
    db.session.rollback()
    monkeypatch.setattr(pending, "RETENTION", timedelta(0))
    monkeypatch.setattr(pending, "BATCH", 7)
    pending.prune(20)
    assert [row[1] for row in rows(db.session)] == list(range(20, 31))
