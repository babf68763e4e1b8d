"""The walk over all slices' addresses for ``sitemap.xml``, in parts that search engines accept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from flask import current_app

from outreach.core.feature import SitemapEntry

#: Addresses in one part; the protocol allows 50,000.
PART_SIZE: Final = 10_000
OWN_PATHS: Final = ("/", "/about", "/freshness", "/accessibility", "/privacy", "/sitemap", "/api/docs")


def own_pages() -> Iterable[SitemapEntry]:
    """The pages of this slice."""
    return (SitemapEntry(path) for path in OWN_PATHS)


def all_entries() -> Iterator[SitemapEntry]:
    """Every address of every slice, in the order of the slices."""
    for feature in current_app.extensions["features"]:
        if feature.sitemap is not None:
            yield from feature.sitemap()


def count_parts() -> int:
    """How many parts the sitemap has; at least one."""
    return max(1, -(-sum(1 for entry in all_entries()) // PART_SIZE))


def entries_of(part: int) -> list[SitemapEntry]:
    """The addresses of one part, counted from 1; none behind the last."""
    return list(islice(all_entries(), (part - 1) * PART_SIZE, part * PART_SIZE))
