"""Kinds of letters: our own, and what the slices hand over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from outreach.core.addresses import is_own_path
from outreach.core.inbox import InboxKind

#: The kind that a link in the foot of every page asks for.
SITE: Final = "site"


def _own_page(_session: Session, subject: str) -> str | None:
    return subject if is_own_path(subject) else None


OWN: Final = (
    InboxKind(
        SITE,
        _l("网站找错"),
        _l("链接打不开、内容有误、有错别字、页面无法使用。请写明网址和错在哪里。"),
        page=_own_page,
        order=30,
    ),
    InboxKind("enquiry", _l("咨询与建议"), _l("关于水效标识、节水产品认证和本站服务的问题或建议。"), order=40),
)


def inbox_kinds() -> Mapping[str, InboxKind]:
    """Every kind by its code, in their order. Of two with the same code, a slice's counts."""
    features = current_app.extensions["features"]
    handed = [kind for feature in features for kind in feature.inbox_kinds if feature.name != "inbox"]
    found = {kind.code: kind for kind in (*OWN, *handed)}
    return dict(sorted(found.items(), key=lambda item: item[1].order))
