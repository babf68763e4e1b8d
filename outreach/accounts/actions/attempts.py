"""Counting attempts to sign in. Runs in a transaction of its own, committed before the password is looked at.

The three rows of an attempt are locked in a fixed order (PostgreSQL; SQLite's transaction is the only writer anyway),
so fifty attempts at once are counted one after the other, whichever machines they reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outreach.accounts.models import AttemptKind, SignInFailure, StaffSession, StaffUser, Stage
from outreach.accounts.rules.lockout import Counter, Counters, decide
from outreach.core.database_clock import read_clock

#: A network counts as known to its account so long after a sign-in from there.
KNOWN_FOR: Final = timedelta(days=30)
LONGEST_WAIT_MS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Subject:
    """What is being guessed: the password or the code of a login, from a network."""

    what: str
    login: str
    network: str

    def keys(self) -> dict[AttemptKind, str]:
        """The key of each counter, in the order in which the rows are locked."""
        return {
            AttemptKind.ACCOUNT: _digest(self.what, self.login),
            AttemptKind.NETWORK: _digest(self.network),
            AttemptKind.PAIR: _digest(self.what, self.login, self.network),
        }


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def claim(session: Session, subject: Subject) -> bool:
    """Whether this attempt may be looked at. From now on it counts as failed, until ``forgive``.

    Everything that can be read before is read before: while the rows are locked, others wait.
    """
    _wait_for_turn(session)
    keys, is_known, now = subject.keys(), _is_known(session, subject), read_clock(session)
    if _turned_away(session, keys, now):
        return False
    rows = _locked_rows(session, keys, now)
    counters = Counters(*(_counter(rows[kind]) for kind in keys))
    is_admitted, after = decide(counters, now, is_known_network=is_known)
    for kind, counter in zip(keys, (after.account, after.network, after.pair), strict=True):
        _write(rows[kind], counter)
    session.flush()
    return is_admitted


def _turned_away(session: Session, keys: Mapping[AttemptKind, str], now: datetime) -> bool:
    """Whether a lock stands already: counted in one statement, without new rows for whatever a locked network tries."""
    for kind in (AttemptKind.NETWORK, AttemptKind.PAIR):
        ours = (SignInFailure.kind == kind, SignInFailure.key == keys[kind], SignInFailure.locked_until > now)
        turned = session.execute(sa.update(SignInFailure).where(*ours).values(refused=SignInFailure.refused + 1))
        if turned.rowcount:  # type: ignore[attr-defined]  # an update counts its rows
            return True
    return False


def _wait_for_turn(session: Session) -> None:
    """Let fifty attempts on one account stand in line, longer than a visitor's page may wait for a lock."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text(f"SET LOCAL lock_timeout = {LONGEST_WAIT_MS}"))


def forgive(session: Session, subject: Subject) -> None:
    """The attempt was right: take it back, and forget the failures of this account from this network."""
    rows = _locked_rows(session, subject.keys(), read_clock(session))
    session.delete(rows[AttemptKind.PAIR])
    for kind in (AttemptKind.ACCOUNT, AttemptKind.NETWORK):
        _write(rows[kind], _counter(rows[kind]).forgiven())


def _locked_rows(session: Session, keys: Mapping[AttemptKind, str], now: datetime) -> dict[AttemptKind, SignInFailure]:
    """The three rows, made where they are missing, and locked one after the other in the order of ``keys``.

    One statement inserts or locks each row. Two would not do: between them a right attempt may take its pair away,
    and making it again while others wait for the account is a deadlock.
    """
    values = [{"kind": kind, "key": key, "failures": 0, "refused": 0, **_both(now)} for kind, key in keys.items()]
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = insert(SignInFailure).values(values)
    unchanged = {"key": rows.excluded.key}
    locking = rows.on_conflict_do_update(index_elements=["kind", "key"], set_=unchanged).returning(SignInFailure)
    found = session.scalars(locking, execution_options={"populate_existing": True})
    return {row.kind: row for row in found}


def _both(now: datetime) -> dict[str, Any]:
    return {"since_at": now, "last_at": now}


def _is_known(session: Session, subject: Subject) -> bool:
    """Whether the owner of the account signed in from this network lately."""
    query = sa.select(StaffSession.id).join(StaffUser, StaffUser.id == StaffSession.staff_id)
    since = read_clock(session) - KNOWN_FOR
    ours = (StaffUser.login == subject.login, StaffSession.network == subject.network)
    return (
        session.scalar(query.where(*ours, StaffSession.stage == Stage.OPEN, StaffSession.created_at > since).limit(1))
        is not None
    )


def _counter(row: SignInFailure) -> Counter:
    return Counter(row.failures, row.refused, row.since_at, row.last_at, row.locked_until)


def _write(row: SignInFailure, counter: Counter) -> None:
    row.failures, row.refused, row.locked_until = counter.failures, counter.refused, counter.locked_until
    row.since_at, row.last_at = counter.since_at, counter.last_at
