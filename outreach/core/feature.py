"""What a slice hands to the factory; menus, home, search, sitemap and feeds are walks over these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from click import Command
from flask import Blueprint, Flask
from flask_babel.speaklater import LazyString

from outreach.core.api.resources import Resource
from outreach.core.inspection import Inspection
from outreach.core.permissions import Permission
from outreach.core.search.index import DocumentSource

if TYPE_CHECKING:
    from outreach.core.staff import Staff


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main navigation. ``endpoint`` is what ``url_for`` takes; ``order`` sorts, small first."""

    label: str | LazyString
    endpoint: str
    order: int = 100


@dataclass(frozen=True, slots=True)
class HeaderSearch:
    """The search form in the head of a slice's pages: where it leads (``q``), what completes it, what it says."""

    endpoint: str
    suggest_endpoint: str
    label: str | LazyString
    placeholder: str | LazyString


class Section(StrEnum):
    """Parts of the back office's menu, in their order."""

    OVERVIEW = "overview"
    REGISTRY = "registry"
    CONTENT = "content"
    PUBLIC = "public"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class AdminItem:
    """One entry of the back office's menu, for staff with the right (with several: with any of them)."""

    label: str | LazyString
    endpoint: str
    permission: Permission | frozenset[Permission]
    order: int = 100
    section: Section = Section.OVERVIEW
    #: How many things wait there for this person; 0 shows nothing.
    badge: Callable[[Staff], int] | None = None


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """One address of ``sitemap.xml``: path below the site root, and the day its content last changed."""

    path: str
    changed_on: str | None = None


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One file that published figures come from. ``as_of_on`` is the day it shows, where that is known."""

    name: str
    file_name: str
    as_of_on: date | None
    imported_at: datetime
    rows_total: int
    rows_accepted: int
    rows_refused: int
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Feature:
    """A slice as the factory sees it. Everything but the name may be left out."""

    name: str
    blueprint: Blueprint | None = None
    cli: Sequence[Command] = ()
    nav: Sequence[NavItem] = ()
    #: The search in the head of the slice's own pages; other pages have that of the first slice with one.
    header_search: HeaderSearch | None = None
    #: Template and context of the slice's panel on the home page.
    home_panel: Callable[[], tuple[str, dict[str, Any]]] | None = None
    #: Search words that find something now, offered under the search box of the home page.
    examples: Callable[[], Sequence[str]] | None = None
    sitemap: Callable[[], Iterable[SitemapEntry]] | None = None
    #: The files behind the slice's figures, newest first, for the page on sources.
    sources: Callable[[], Iterable[SourceEntry]] | None = None
    #: Pages that list this slice's Atom feeds: (title, endpoint).
    feeds: Sequence[tuple[str | LazyString, str]] = ()
    #: Called once with the application after its extensions are ready.
    init_app: Callable[[Flask], None] | None = None
    #: Addresses of the public API (``core.api``).
    api: Sequence[Resource] = ()
    #: Kinds of documents in the text index, with how to read them (``core.search.index.DocumentSource``).
    documents: Sequence[DocumentSource] = ()
    #: Entries of the back office's menu.
    admin: Sequence[AdminItem] = ()
    #: Kinds of proposals that a second person decides on (``core.review``).
    review_kinds: Sequence[Any] = ()
    #: Long work by its kind (``core.jobs``).
    jobs: Mapping[str, Callable[[Any], None]] = field(default_factory=dict)
    #: Columns with their update clocks, and clocks for answers, that the site checks itself by.
    inspections: Sequence[Inspection] = ()
    #: Kinds of letters from the public.
    inbox_kinds: Sequence[Any] = ()
