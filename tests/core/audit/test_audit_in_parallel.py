"""Eight processes write at once, roll back now and then, and the log has neither gaps nor forks."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.core.audit import AuditEntry, AuditHead, verify
from outreach.core.db import db
from tests.core.real_sites import start_process

WRITERS, TURNS = 8, 30


@pytest.mark.slow
def test_the_log_stays_gapless_and_valid_under_eight_writers(real_site: Flask) -> None:
    process = start_process(real_site, "tests/core/audit/writing_process.py", str(WRITERS), str(TURNS))
    process.communicate(timeout=120)
    assert process.returncode == 0
    kept = sum(3 if turn % 3 == 2 else 1 for turn in range(TURNS) if turn % 5 != 4) * WRITERS
    assert verify(db.session) == []
    assert db.session.get_one(AuditHead, 1).number == kept
    numbers = db.session.scalars(sa.select(AuditEntry.number).order_by(AuditEntry.number)).all()
    assert list(numbers) == list(range(1, kept + 1))
