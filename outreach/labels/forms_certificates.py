"""The address arguments of the list of certificates, as typed values."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Self

from werkzeug.datastructures import MultiDict

from outreach.core.search.text import clean
from outreach.labels.models import CertificateStatus

PAGE_SIZE: Final = 20
MAX_PAGE: Final = 100_000
_CODE = re.compile(r"[a-z0-9_-]{1,64}")
_PAGE = re.compile(r"[1-9][0-9]{0,8}")
_STATUSES = frozenset(status.value for status in CertificateStatus)


@dataclass(frozen=True, slots=True)
class CertificateQuery:
    """What the list was asked for; empty fields do not narrow it."""

    text: str = ""
    category: str = ""
    status: str = ""
    page: int = 1

    def args(self) -> list[tuple[str, str]]:
        """The query as address arguments in one fixed order, defaults left out."""
        pairs = [("q", self.text), ("category", self.category), ("status", self.status)]
        page = [("page", str(self.page))] if self.page != 1 else []
        return [pair for pair in pairs if pair[1]] + page

    def on_page(self, page: int) -> Self:
        return replace(self, page=page)


def parse_certificate_query(args: MultiDict[str, str]) -> CertificateQuery:
    """Read the arguments; anything senseless counts as not given."""
    category, status, page = (args.get(name, "") for name in ("category", "status", "page"))
    return CertificateQuery(
        text=clean(args.get("q", "")),
        category=category if _CODE.fullmatch(category) else "",
        status=status if status in _STATUSES else "",
        page=min(int(page), MAX_PAGE) if _PAGE.fullmatch(page) else 1,
    )
