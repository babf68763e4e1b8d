"""The triggers that the migration makes are those that the models declare."""

from __future__ import annotations

import runpy

from outreach.core.audit import triggers
from outreach.core.migrations import FOLDER


def test_migration_and_models_make_the_same_triggers() -> None:
    revision = runpy.run_path(str(FOLDER / "0004_audit_review_jobs.py"))
    for name in ("FIRST_HEAD", "SQLITE", "POSTGRESQL", "CLEAN_UP"):
        assert revision[name] == getattr(triggers, name), f"{name} changed: it needs a migration of its own"
