"""Pages of a list: the envelope of the body, and the same links in the ``Link`` header (RFC 8288)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import request

from outreach.core.api.resources import Listing
from outreach.core.i18n import absolute_url

RELATIONS = ("first", "prev", "next", "last")


def page_links(page: int, pages: int) -> dict[str, str | None]:
    """Absolute addresses of this page and its neighbours; None where there is none."""
    numbers = {
        "self": page,
        "first": 1,
        "prev": page - 1 if page > 1 else None,
        "next": page + 1 if page < pages else None,
        "last": pages,
    }
    return {relation: _address(number) if number else None for relation, number in numbers.items()}


def _address(page: int) -> str:
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    query = urlencode([*pairs, ("page", str(page))])
    return absolute_url(f"{request.script_root}{request.path}?{query}")


def envelope(listing: Listing, page: int, per_page: int) -> dict[str, Any] | None:
    """The body of a list; None for a page behind the last."""
    pages = max(1, -(-listing.total // per_page))
    if page > pages:
        return None
    return {
        "total": listing.total,
        "page": page,
        "per_page": per_page,
        "pages": pages,
        "links": page_links(page, pages),
        "items": list(listing.items),
    }


def link_header(links: Mapping[str, str | None]) -> str:
    """The links as the header writes them; an address never holds ``>``, since it is percent-encoded."""
    return ", ".join(f'<{links[relation]}>; rel="{relation}"' for relation in RELATIONS if links[relation])
