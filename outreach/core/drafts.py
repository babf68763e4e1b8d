"""Uploads that are shown before they count: where one stands, and who leads it on. Slices have their own tables."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.jobs.models import ENDED, Job


class DraftState(StrEnum):
    """Where an upload stands."""

    #: The preview is being made.
    READING = "reading"
    #: The preview is there; nothing is written.
    READY = "ready"
    #: The file is not taken; ``fault`` says why.
    REFUSED = "refused"
    APPLYING = "applying"
    APPLIED = "applied"
    DISCARDED = "discarded"


#: Somebody, or a job, has the upload in hand.
BUSY: Final = (DraftState.READING, DraftState.APPLYING)
#: It may be dropped or read again.
IDLE: Final = (DraftState.READY, DraftState.REFUSED)


class Draft(Protocol):
    """What the row of a slice has, beside a ``fault``. ``job_id``: the job that reads or applies it, when one does."""

    @property
    def id(self) -> int: ...

    @property
    def state(self) -> DraftState: ...

    @property
    def job_id(self) -> int | None: ...


def is_stuck(session: Session, draft: Draft) -> bool:
    """Whether the job that had the upload in hand ended without saying so on it."""
    job = session.get(Job, draft.job_id) if draft.job_id else None
    return draft.state in BUSY and (job is None or job.state in ENDED)


def is_idle(session: Session, draft: Draft) -> bool:
    """Whether it may be dropped or read again."""
    return draft.state in IDLE or is_stuck(session, draft)


def move(session: Session, draft: Draft, before: DraftState, after: DraftState) -> bool:
    """Lead the upload on, unless somebody else was faster; ``draft`` is as it stands then, in either case."""
    session.flush()
    model: Any = type(draft)
    moved = session.execute(
        sa.update(model)
        .where(model.id == draft.id, model.state == before)
        .values(state=after, fault="")
        .returning(model.id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    session.refresh(draft)
    return moved is not None


def give_back(session: Session, model: type[Any], draft_id: int, state: DraftState, fault: str) -> None:
    """Say on the upload why nothing was written, unless somebody else has moved it on."""
    draft = session.get(model, draft_id)
    if draft is not None and draft.state in BUSY:
        draft.state, draft.fault = state, fault
