"""I05: while a long file is tried out, others write: the preview stops in its middle until somebody has committed."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.core import files, jobs
from outreach.core.audit import SYSTEM
from outreach.core.clock import now, today
from outreach.core.db import db
from outreach.core.drafts import DraftState
from outreach.core.jobs import JobContext, JobState
from outreach.core.jobs.worker import Worker
from outreach.counties.admin import tasks as county_tasks
from outreach.counties.models import CountyImportRun
from outreach.counties.models_staff import CountyImportDraft
from outreach.labels.actions.standards import load_standards
from outreach.labels.admin import tasks as label_tasks
from outreach.labels.models import Maker, Registration
from outreach.labels.models_upkeep import ImportDraft
from tests import factories
from tests.counties.imports import lists
from tests.labels.imports import registers

#: Longer than any wait for a lock: what is not there by then never comes.
PATIENCE = 30


def register_draft() -> tuple[str, type[Any], int]:
    load_standards(db.session)
    rows = registers.as_csv([registers.filing() for _number in range(1200)])
    stored = files.store(db.session, name="r.csv", content=io.BytesIO(rows.encode()), purpose="t", actor=SYSTEM)
    draft = ImportDraft(
        source="cn-waterlabel",
        file_id=stored.id,
        file_name=stored.name,
        sha256=stored.sha256,
        as_of_on=today(),
        **{f"is_{name}": False for name in ("partial", "strict", "forced")},
        state=DraftState.READING,
        fault="",
        generation="",
        created_by_id=1,
        created_by_name="登记员",
        created_at=now(),
    )
    db.session.add(draft)
    db.session.flush()
    return label_tasks.PREVIEW, ImportDraft, draft.id


def list_draft() -> tuple[str, type[Any], int]:
    factories.unit(db.session, "130121", "井陉县")
    content = lists.as_csv([lists.line()] * 300).encode()
    stored = files.store(db.session, name="l.csv", content=io.BytesIO(content), purpose="t", actor=SYSTEM)
    draft = CountyImportDraft(
        file_id=stored.id,
        file_name=stored.name,
        is_strict=False,
        state=DraftState.READING,
        generation="",
        report={},
        fault="",
        created_by_id=1,
        created_by_name="登记员",
        created_at=now(),
    )
    db.session.add(draft)
    db.session.flush()
    return county_tasks.PREVIEW, CountyImportDraft, draft.id


@pytest.mark.parametrize("make", [register_draft, list_draft])
def test_i05_another_write_goes_through_while_a_long_preview_runs(
    real_site: Flask, monkeypatch: pytest.MonkeyPatch, make: Callable[[], tuple[str, type[Any], int]]
) -> None:
    kind, model, draft_id = make()
    jobs.enqueue(db.session, kind, {"draft_id": draft_id}, SYSTEM)
    db.session.commit()
    is_reading, is_written = threading.Event(), threading.Event()
    waited: list[bool] = []

    def progress(_context: JobContext, _fraction: float, _note: str = "") -> None:
        if not waited:
            is_reading.set()
            waited.append(is_written.wait(PATIENCE))

    monkeypatch.setattr(JobContext, "progress", progress)
    states: list[JobState | None] = []
    worker = threading.Thread(target=lambda: states.append(Worker(real_site, beat_seconds=60).run_once()))
    worker.start()
    try:
        assert is_reading.wait(PATIENCE)
        factories.maker(db.session, "别人写的")
        db.session.commit()
    finally:
        is_written.set()
        worker.join()
    assert (waited, states) == ([True], [JobState.DONE])
    draft = db.session.get_one(model, draft_id)
    assert draft.state == "ready", draft.fault
    assert draft.report["counts"]["total"] in (300, 1200)
    assert db.session.scalars(sa.select(Maker.name)).all() == ["别人写的"]
    for table in (Registration, CountyImportRun):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
