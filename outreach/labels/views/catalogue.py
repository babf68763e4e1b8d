"""The catalogue page: search, facets, results; and the suggestions under the search box."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote_plus

from flask import current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.core.db import db
from outreach.core.formats import as_printed
from outreach.core.i18n import is_english, pick
from outreach.core.page_cache import MAX_AGE, built_from, cached_page, current_generation
from outreach.core.search.text import clean
from outreach.labels.blueprint import blueprint
from outreach.labels.forms import FILTERS, PAGE_SIZES, SORTS, CatalogueQuery, parse_catalogue_query
from outreach.labels.queries.catalogue import Catalogue
from outreach.labels.queries.results import CataloguePage, Chip, Facet
from outreach.labels.queries.standards import list_official_queries
from outreach.labels.queries.statistics import SourceRun, Sources
from outreach.labels.views.cards import render_cards
from outreach.labels.wording import FACETS
from outreach.labels.wording import SORTS as SORT_WORDS

#: The body of data that every page of this slice hangs on.
DATA: Final = "labels"
SUGGESTIONS: Final = 8
#: Places of the arguments in an address.
ORDER: Final = {
    name: place for place, name in enumerate(("q", *(name for _field, name in FILTERS), "sort", "per_page"))
}
#: Sources that may hold registrations of any scheme; the others are called like the one scheme they hold.
OPEN_SOURCES: Final = frozenset({"outreach", "demo"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One link among alternatives: a facet value, a sort order, a page size."""

    label: str
    href: str
    is_selected: bool
    count: int = 0
    group: str = ""


def search(query: CatalogueQuery) -> CataloguePage:
    """Ask the catalogue, and note which generation of the data answered."""
    catalogue: Catalogue = current_app.extensions["catalogue"]
    page = catalogue.search(db.session, query)
    built_from(DATA, page.generation)
    return page


@lru_cache(maxsize=8192)
def _pair(name: str, value: str) -> str:
    return f"{name}={quote_plus(value)}"


def arguments(query: CatalogueQuery) -> str:
    """The query as an address writes it, with its question mark; empty for the whole catalogue."""
    written = "&".join(_pair(name, value) for name, value in query.args())
    return f"?{written}" if written else ""


@dataclass(frozen=True, slots=True)
class FacetLinks:
    """A facet with its choices as links."""

    title: str
    parameter: str
    values: tuple[Choice, ...]
    hidden: int


def facet_links(facet: Facet, query: CatalogueQuery, base: str) -> FacetLinks:
    """The facet of ``query`` ready to print: words of the page's language, addresses below ``base``.

    A page has a hundred choices, so what they share is worked out once: the language, and the arguments around.
    """
    is_chinese = not is_english()
    before, after = _around(query, facet.parameter)
    choices = tuple(
        Choice(
            label=value.label if is_chinese else as_printed(value.label_en or value.label),
            href=base + _joined(before, facet.parameter, query.toggled(facet.field, value.value), after),
            is_selected=value.is_selected,
            count=value.count,
            group=value.group if is_chinese else as_printed(value.group_en or value.group),
        )
        for value in facet.values
    )
    return FacetLinks(str(FACETS[facet.field]), facet.parameter, choices, facet.hidden)


def _around(query: CatalogueQuery, parameter: str) -> tuple[list[str], list[str]]:
    """The written arguments before and after those of one filter, on the first page."""
    pairs = replace(query, page=1).args()
    place = ORDER[parameter]
    before = [_pair(name, value) for name, value in pairs if ORDER[name] < place]
    return before, [_pair(name, value) for name, value in pairs if ORDER[name] > place]


def _joined(before: list[str], parameter: str, values: Iterable[str | int], after: list[str]) -> str:
    written = "&".join([*before, *(_pair(parameter, str(value)) for value in values), *after])
    return f"?{written}" if written else ""


def _choices(page: CataloguePage, base: str) -> dict[str, Any]:
    """Links to the same result in another order, in longer or shorter pages, and as files."""
    query = replace(page.query, page=1)
    whole = arguments(replace(query, per_page=PAGE_SIZES[0]))
    return {
        "sorts": [
            Choice(str(SORT_WORDS[sort]), base + arguments(replace(query, sort=sort)), sort == query.sort)
            for sort in SORTS
        ],
        "page_sizes": [
            Choice(str(size), base + arguments(replace(query, per_page=size)), size == query.per_page)
            for size in PAGE_SIZES
        ],
        "files": [(kind.upper(), url_for(f"labels.catalogue_{kind}") + whole) for kind in ("csv", "xlsx", "json")],
        "all_href": base,
        "kept_arguments": [pair for pair in query.args() if pair[0] != "q"],
    }


def newest_runs() -> Sequence[SourceRun]:
    """The newest import of each source."""
    sources: Sources = current_app.extensions["sources"]
    return sources.newest(db.session, current_generation(DATA))


def runs_of(schemes: Collection[str]) -> list[SourceRun]:
    """The newest import of each source that registrations of these schemes may come from."""
    return [run for run in newest_runs() if run.source in schemes or run.source in OPEN_SOURCES]


def runs_behind(page: CataloguePage) -> list[SourceRun]:
    """The sources of a result."""
    found = next((facet.values for facet in page.facets if facet.field == "schemes"), ())
    return runs_of(page.query.schemes or {str(item.value) for item in found if item.count})


def _chip(chip: Chip, base: str) -> tuple[str, str, str]:
    """Label, address without it, and the visitor's words where they are others than the label."""
    label = pick(chip.label, chip.label_en)
    words = "" if chip.words == label else as_printed(chip.words)
    return as_printed(label), base + arguments(chip.query), words


def _context(page: CataloguePage) -> dict[str, Any]:
    base = url_for("labels.catalogue")
    return {
        "page": page,
        "cards": render_cards(page.items, page.generation),
        "similar": render_cards(page.similar, page.generation),
        "facets": [facet_links(facet, page.query, base) for facet in page.facets],
        "chips": [_chip(chip, base) for chip in page.chips],
        "subject": page.query.text or " ".join(pick(chip.label, chip.label_en) for chip in page.chips),
        "selected": sum(len(getattr(page.query, field)) for field, _name in FILTERS),
        "page_href": lambda number: base + arguments(replace(page.query, page=number)),
        "meant_href": base + arguments(CatalogueQuery(text=page.did_you_mean)) if page.did_you_mean else "",
        "runs": runs_behind(page),
        "official_queries": list_official_queries(db.session) if not page.items else [],
        **_choices(page, base),
    }


@blueprint.get("/labels/")
@cached_page(DATA)
def catalogue() -> ResponseReturnValue:
    """Results of a search, or everything. A page number behind the last page does not exist."""
    page = search(parse_catalogue_query(request.args))
    is_beyond = page.query.page > max(page.pages, 1)
    return render_template("labels/catalogue.html", **_context(page), is_beyond=is_beyond), 404 if is_beyond else 200


@blueprint.get("/labels/suggest")
def suggest() -> ResponseReturnValue:
    """Suggestions for what has been typed, as JSON for static/js/search_box.js."""
    engine: Catalogue = current_app.extensions["catalogue"]
    found = engine.suggest(db.session, clean(request.args.get("q", "")), limit=SUGGESTIONS)
    words = [
        {"kind": item.kind, "text": item.text, "label": pick(item.label, item.label_en), "count": item.count}
        for item in found
    ]
    answer = jsonify(words)
    answer.cache_control.public = True
    answer.cache_control.max_age = MAX_AGE
    return answer
