"""The clock of answers, for the self-inspection."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from outreach.core.inspection import ReplyClock, Waiting
from outreach.inbox.queries.letters import list_waiting


def _waiting(session: Session) -> list[Waiting]:
    return [Waiting(one.number, one.received_at, f"/admin/inbox/{one.number}") for one in list_waiting(session)]


REPLY_CLOCK = ReplyClock("inbox", _l("公众来件"), _waiting)
