"""B11: entries cannot be edited or deleted as the application, and by hand it is found out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry, FaultKind, verify
from outreach.core.audit.chain import Keyring, canonical, hash_of
from outreach.core.audit.reading import chain_of, export_lines, find_head
from tests.core.audit.conftest import ByHand, write

FORBIDDEN = (
    "UPDATE audit_entry SET reason = 'x' WHERE number = 2",
    "UPDATE audit_entry SET number = 9 WHERE number = 3",
    "DELETE FROM audit_entry WHERE number = 2",
    "DELETE FROM audit_entry",
    "DELETE FROM audit_head",
    "UPDATE audit_head SET number = 1",
    "INSERT INTO audit_head (id, number, hash) VALUES (1, 0, '')",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_application_can_neither_change_nor_delete_entries(session: Session, statement: str) -> None:
    write(session, 3)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.text(statement))
    assert verify(session) == []


def test_postgresql_refuses_to_empty_the_table(session: Session, backend: str) -> None:
    write(session, 1)
    statement = "TRUNCATE audit_entry" if backend == "postgresql" else _replacement(session)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.text(statement))


def _replacement(session: Session) -> str:
    """SQLite's way round a delete trigger."""
    columns = ", ".join(column.key for column in AuditEntry.__table__.columns)
    return f"INSERT OR REPLACE INTO audit_entry ({columns}) SELECT {columns} FROM audit_entry WHERE number = 1"


EDITS = (
    "actor_kind = 'system'",
    "actor_id = 8",
    "actor_name = '别人'",
    "network = ''",
    "action = 'page.delete'",
    "target_kind = 'x'",
    "target_key = 'x'",
    "target_label = 'x'",
    "before = NULL",
    "after = '{\"n\": 9}'",
    "after = '{broken'",
    "reason = ''",
    "outcome = 'failed'",
    "outcome = 'nonsense'",
    "request_id = 'x'",
    "recorded_at = '2020-01-01 00:00:00'",
)


@pytest.mark.parametrize("edit", EDITS)
def test_one_edited_field_is_found(session: Session, by_hand: ByHand, edit: str) -> None:
    write(session, 4)
    by_hand(f"UPDATE audit_entry SET {edit} WHERE number = 2")
    assert [(fault.number, fault.kind) for fault in verify(session)] == [(2, FaultKind.EDITED)]


def test_every_column_is_covered_by_an_edit_above() -> None:
    edited = {edit.split(" ")[0] for edit in EDITS}
    chained = {"number", "previous_hash", "hash", "key_id", "seal"}
    assert {column.key for column in AuditEntry.__table__.columns} == edited | chained


def test_a_deleted_row_is_found(session: Session, by_hand: ByHand) -> None:
    write(session, 5)
    by_hand("DELETE FROM audit_entry WHERE number IN (2, 3)")
    assert [str(fault) for fault in verify(session)] == ["4: missing (2–3)"]


@pytest.mark.parametrize("count", [0, 2, 4])
def test_a_cut_off_end_is_found(session: Session, by_hand: ByHand, count: int) -> None:
    write(session, 5)
    by_hand(f"DELETE FROM audit_entry WHERE number > {count}")
    assert [fault.kind for fault in verify(session)] == [FaultKind.CUT_OFF]


def test_two_rows_that_changed_places_are_found(session: Session, by_hand: ByHand) -> None:
    write(session, 4)
    by_hand(
        "UPDATE audit_entry SET number = 99 WHERE number = 2",
        "UPDATE audit_entry SET number = 2 WHERE number = 3",
        "UPDATE audit_entry SET number = 3 WHERE number = 99",
    )
    faults = {(fault.number, fault.kind) for fault in verify(session)}
    assert {(2, FaultKind.BROKEN), (3, FaultKind.BROKEN), (2, FaultKind.EDITED)} <= faults


def test_a_log_that_was_chained_anew_without_the_key_is_found(session: Session, by_hand: ByHand) -> None:
    write(session, 4)
    by_hand("UPDATE audit_entry SET reason = '另一个理由' WHERE number = 2")
    _chain_anew(session, Keyring.of(["another key that the site does not have"]))
    assert {fault.kind for fault in verify(session)} == {FaultKind.FORGED}


def _chain_anew(session: Session, keys: Keyring) -> None:
    """What somebody would do who can write the database but does not know the key."""
    previous = ""
    for entry in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)):
        entry.previous_hash = previous
        entry.hash = previous = hash_of(entry)
        entry.seal = keys.seal(entry.hash)
    session.flush()
    session.execute(sa.text("UPDATE audit_head SET hash = :hash"), {"hash": previous})


def test_cutting_off_the_head_as_well_needs_an_anchor_to_be_found(session: Session, by_hand: ByHand) -> None:
    entries = write(session, 5)
    anchor = {5: entries[-1].hash}
    by_hand(
        "DELETE FROM audit_entry WHERE number > 3",
        "UPDATE audit_head SET number = 3, hash = (SELECT hash FROM audit_entry WHERE number = 3)",
    )
    assert verify(session) == []
    assert [(fault.number, fault.kind) for fault in verify(session, anchor)] == [(5, FaultKind.ANCHOR)]


def test_a_replaced_log_does_not_fit_its_anchor(session: Session) -> None:
    write(session, 2)
    assert [fault.kind for fault in verify(session, {1: "0" * 64})] == [FaultKind.ANCHOR]


def test_entries_of_a_former_key_stay_provable(session: Session, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    write(session, 2)
    former = app.extensions["audit_keys"]
    new = Keyring.of(["a new key of more than thirty-two characters"])
    monkeypatch.setitem(app.extensions, "audit_keys", Keyring({**new.keys, **former.keys}))
    write(session, 2)
    assert verify(session) == []
    monkeypatch.setitem(app.extensions, "audit_keys", new)
    assert [(fault.number, fault.kind) for fault in verify(session)] == [
        (1, FaultKind.UNKNOWN_KEY),
        (2, FaultKind.UNKNOWN_KEY),
    ]


def test_an_export_can_be_followed_without_the_key(session: Session) -> None:
    write(session, 3, reason="含 “引号” 和 😀")
    lines = list(export_lines(session))
    assert [(number, whole) for number, _hash, whole in chain_of(iter(lines))] == [(1, True), (2, True), (3, True)]
    values = json.loads(lines[1])
    values["reason"] = "x"
    lines[1] = canonical(values)
    assert [whole for _number, _hash, whole in chain_of(iter(lines))] == [True, False, True]
    assert list(export_lines(session, after=2)) == lines[2:]


def test_the_commands_verify_export_and_print_the_head(session: Session, app: Flask, tmp_path: Path) -> None:
    from outreach.core.audit.cli import audit_group

    write(session, 3)
    session.commit()
    head = find_head(session)
    runner = app.test_cli_runner()
    assert runner.invoke(audit_group, ["head"]).stdout.strip() == f"3:{head.hash}"
    whole = runner.invoke(audit_group, ["verify", "--anchor", f"3:{head.hash}"])
    assert (whole.exit_code, whole.stderr.strip()) == (0, "3 entries, 0 faults")
    assert runner.invoke(audit_group, ["verify", "--anchor", f"3:{'0' * 64}"]).exit_code == 1
    assert runner.invoke(audit_group, ["verify", "--anchor", "nonsense"]).exit_code == 2
    target = tmp_path / "log.jsonl"
    assert runner.invoke(audit_group, ["export", str(target)]).exit_code == 0
    assert target.read_bytes().count(b"\n") == 3
    assert runner.invoke(audit_group, ["export", str(target)]).exit_code == 1, "an older copy is never overwritten"
