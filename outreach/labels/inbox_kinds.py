"""What the public may write about the catalogue: a record that is wrong, or a label that may be false."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from outreach.core.inbox import InboxKind
from outreach.labels.queries.products import find_number


def _page(session: Session, subject: str) -> str | None:
    found = find_number(session, subject)
    return f"/labels/{quote(found.number, safe='')}" if found is not None else None


KINDS: Final = (
    InboxKind(
        "product",
        _l("产品信息有误或标识疑似不实"),
        _l("产品页面的数据有误，或者实物上的标识与备案不符、查不到。请写明备案号，有照片更好。"),
        page=_page,
        order=10,
    ),
)
