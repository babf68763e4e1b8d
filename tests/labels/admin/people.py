"""Two people who work on the registry: who proposes and imports, and who decides."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_babel import refresh
from sqlalchemy.orm import Session

from outreach.core.jobs import JobState
from outreach.core.jobs.worker import Worker
from outreach.core.review import Proposal
from outreach.labels.models_upkeep import ImportDraft
from tests.labels.imports.registers import as_csv
from tests.staff import StaffPages


def in_both_languages(pages: StaffPages, *paths: str) -> None:
    """Fetch pages in Chinese and in English; the context around a test would keep the first language."""
    for language in ("", "/en"):
        refresh()
        for path in paths:
            pages.get(f"{language}{path}")
    refresh()


def newest_proposal(session: Session) -> Proposal:
    return session.scalars(sa.select(Proposal).order_by(Proposal.id.desc()).limit(1)).one()


def decide(
    reviewer: StaffPages, session: Session, step: str = "approve", *, status: int = 303, **data: object
) -> Proposal:
    """Let the second person take a step on the newest proposal."""
    proposal = newest_proposal(session)
    reviewer.post(f"/admin/reviews/{proposal.id}/{step}", status=status, version=proposal.version, **data)
    session.expire_all()
    return proposal


def upload(
    registrar: StaffPages,
    rows: Sequence[dict[str, str]] | bytes,
    name: str = "r-2026-05-01.csv",
    *,
    status: int = 303,
    **data: Any,
) -> str:
    """Upload a register as the form does. Returns where it leads."""
    content = rows if isinstance(rows, bytes) else as_csv(rows).encode()
    given = {"source": "cn-waterlabel", **data, "file": (io.BytesIO(content), name), "token": registrar.token}
    answer = registrar.client.post("/admin/labels/imports/new", data=given, headers=registrar.headers)
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return answer.location or answer.get_data(as_text=True)


def run_jobs(app: Flask) -> list[JobState]:
    """Do every job that waits."""
    worker, states = Worker(app, beat_seconds=60), []
    while state := worker.run_once():
        states.append(state)
    return states


def take_in_browser(
    app: Flask, session: Session, registrar: StaffPages, rows: Any, name: str, **data: Any
) -> ImportDraft:
    """Upload, look, apply: what comes of it as the draft."""
    address = upload(registrar, rows, name, **data)
    registrar.post(f"{address}/apply")
    run_jobs(app)
    session.expire_all()
    return session.scalars(sa.select(ImportDraft).order_by(ImportDraft.id.desc()).limit(1)).one()
