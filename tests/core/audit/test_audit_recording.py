"""Writing the log: with the change or not at all, whatever the values are."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.core import clock
from outreach.core.audit import Actor, AuditEntry, AuditHead, Event, Outcome, Target, masked, record, record_all, verify
from outreach.core.audit.values import plain
from outreach.core.audit.web import record_at_once
from outreach.labels.models import Maker
from tests import factories
from tests.core.audit.conftest import EDITOR, PAGE, write

HOSTILE = (
    "\x00",
    "\ud800 half",
    "x" * 10_000,
    "=1+1",
    "<script>alert(1)</script>",
    "',);DROP TABLE audit_entry;--",
    "😀‮",
    "a\nb\r\nc",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_are_kept_and_verify(session: Session, text: str) -> None:
    record(
        session,
        actor=Actor("public", None, text, text),
        action=text,
        target=Target(text, text, text),
        before={text: text},
        after={"list": [text, {"deep": text}]},
        reason=text,
    )
    session.commit()
    assert verify(session) == []


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.dates() | st.decimals(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.dictionaries(st.text(max_size=10), json_like, max_size=5))
def test_any_values_verify_after_a_round_through_the_database(session: Session, values: dict[str, Any]) -> None:
    record(session, actor=EDITOR, action="page.edit", target=PAGE, before=values, after=values)
    session.flush()
    session.expire_all()
    assert verify(session) == []


def test_values_are_plain() -> None:
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    given = {"day": date(2026, 5, 1), "at": moment, "outcome": Outcome.DONE, "much": 2**70, "d": Decimal("1.50")}
    assert plain(given) == {
        "day": "2026-05-01",
        "at": "2026-05-01T00:00:00+00:00",
        "outcome": "done",
        "much": str(2**70),
        "d": "1.50",
    }
    assert plain({"set": {2, 1}, "nan": float("nan")}) == {"set": [1, 2], "nan": "nan"}


def test_entry_and_change_are_one_transaction(session: Session) -> None:
    maker = factories.maker(session)
    session.commit()
    maker.short_name = "新"
    record(session, actor=EDITOR, action="maker.edit", target=Target("maker", str(maker.id)))
    session.rollback()
    assert session.get_one(Maker, maker.id).short_name != "新"
    assert session.scalars(sa.select(AuditEntry)).all() == []
    assert session.get_one(AuditHead, 1, populate_existing=True).number == 0


def test_an_action_on_several_objects_is_one_entry_each(session: Session) -> None:
    write(session)
    events = [Event(Target("page", str(n)), before={"n": n}) for n in range(4)]
    entries = record_all(session, actor=EDITOR, action="page.bulk", events=events, reason="一并处理")
    assert [entry.number for entry in entries] == [2, 3, 4, 5]
    assert {entry.reason for entry in entries} == {"一并处理"}
    assert record_all(session, actor=EDITOR, action="page.bulk", events=[]) == []
    assert verify(session) == []


def test_the_moment_is_the_database_s(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2001, 1, 1, tzinfo=UTC))
    entry = write(session)[0]
    assert entry.recorded_at.year > 2025
    assert entry.recorded_at.tzinfo is not None


def test_a_refusal_is_kept_although_the_request_writes_nothing(session: Session, app: Flask) -> None:
    maker = factories.maker(session)
    session.commit()
    maker.short_name = "不该留下"
    with app.test_request_context("/admin/", environ_base={"REMOTE_ADDR": "192.0.2.9"}):
        number = record_at_once(actor=EDITOR, action="page.edit", target=PAGE, reason="no right")
    assert session.get_one(AuditEntry, number).outcome is Outcome.DENIED
    assert session.get_one(Maker, maker.id, populate_existing=True).short_name != "不该留下"


def test_personal_values_become_marks_that_only_tell_same_from_different(session: Session) -> None:
    first = masked({"phone": "13800001234", "title": "题"}, {"phone"})
    assert first["title"] == "题"
    assert "1234" not in first["phone"]
    assert first == masked({"phone": "13800001234", "title": "题"}, {"phone"})
    assert first["phone"] != masked({"phone": "13800001235"}, {"phone"})["phone"]
    assert masked({"phone": "", "mail": None}, {"phone", "mail"}) == {"phone": "", "mail": ""}
