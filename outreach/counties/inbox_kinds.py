"""What the public may write about the registry: a record of a county that is wrong."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from outreach.core.inbox import InboxKind
from outreach.counties.queries.upkeep import find_stored_unit


def _page(session: Session, subject: str) -> str | None:
    found = find_stored_unit(session, subject)
    return f"/counties/{quote(found.slug, safe='')}" if found is not None else None


KINDS: Final = (
    InboxKind(
        "county",
        _l("县域记录有误"),
        _l("对县（区、市）达标状态、批次或文件的记录有异议。请写明县名和依据的文件。"),
        page=_page,
        order=20,
    ),
)
