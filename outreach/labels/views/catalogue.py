"""The catalogue page: search, facets, results; and the suggestions under the search box."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from flask import current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.core.db import db
from outreach.core.formats import as_printed
from outreach.core.i18n import is_english, pick
from outreach.core.page_cache import MAX_AGE, built_from, cached_page, current_generation
from outreach.core.search.text import clean
from outreach.labels.blueprint import blueprint
from outreach.labels.forms import FILTERS, PAGE_SIZES, SORTS, CatalogueQuery, parse_catalogue_query
from outreach.labels.queries.cards import CardReader
from outreach.labels.queries.catalogue import Catalogue
from outreach.labels.queries.results import CataloguePage, Chip, Facet
from outreach.labels.queries.standards import list_official_queries
from outreach.labels.queries.statistics import SourceRun, Sources
from outreach.labels.views.addresses import Addresses, arguments, joined, written
from outreach.labels.views.cards import render_found
from outreach.labels.wording import FACETS
from outreach.labels.wording import SORTS as SORT_WORDS

#: The body of data that every page of this slice hangs on.
DATA: Final = "labels"
SUGGESTIONS: Final = 8
#: Sources that may hold registrations of any scheme; the others are called like the one scheme they hold.
OPEN_SOURCES: Final = frozenset({"outreach", "demo"})


class Choice(NamedTuple):
    """One link among alternatives: a facet value, a sort order, a page size. A page has a hundred, hence a tuple."""

    label: str
    href: str
    is_selected: bool
    count: int = 0  # type: ignore[assignment]  # hides a method of tuples that nobody needs here
    group: str = ""


def search(query: CatalogueQuery) -> CataloguePage:
    """Ask the catalogue, and note which generation of the data answered."""
    catalogue: Catalogue = current_app.extensions["catalogue"]
    page = catalogue.search(db.session, query)
    built_from(DATA, page.generation)
    return page


@dataclass(frozen=True, slots=True)
class FacetLinks:
    """A facet with its choices as links."""

    title: str
    parameter: str
    values: tuple[Choice, ...]
    hidden: int


def facet_links(facet: Facet, addresses: Addresses) -> FacetLinks:
    """The facet of a query ready to print: words of the page's language, and what a click on each leads to."""
    is_chinese, parameter = not is_english(), facet.parameter
    around, query = addresses.around(parameter), addresses.query
    is_chosen = bool(getattr(query, facet.field))
    choices = []
    for value, label, label_en, count, is_selected, _base, field, group, group_en in facet.values:
        # Without a choice so far every click adds the one value; that is most facets of most pages.
        argument = joined(parameter, query.toggled(field, value)) if is_chosen else written(parameter, str(value))
        choices.append(
            Choice(
                label if is_chinese else as_printed(label_en or label),
                around.with_arguments(argument),
                is_selected,
                count,
                group if is_chinese else as_printed(group_en or group),
            )
        )
    return FacetLinks(str(FACETS[facet.field]), parameter, tuple(choices), facet.hidden)


def _choices(addresses: Addresses) -> dict[str, Any]:
    """Links to the same result in another order, in longer or shorter pages, and as files."""
    query, sorts, sizes = addresses.query, addresses.around("sort"), addresses.around("per_page")
    whole = sizes.without.removeprefix(addresses.base)
    return {
        "sorts": [
            Choice(
                str(SORT_WORDS[sort]),
                sorts.with_arguments(written("sort", sort) if sort != SORTS[0] else ""),
                sort == query.sort,
            )
            for sort in SORTS
        ],
        "page_sizes": [
            Choice(
                str(size),
                sizes.with_arguments(written("per_page", str(size)) if size != PAGE_SIZES[0] else ""),
                size == query.per_page,
            )
            for size in PAGE_SIZES
        ],
        "files": [(kind.upper(), url_for(f"labels.catalogue_{kind}") + whole) for kind in ("csv", "xlsx", "json")],
        "all_href": addresses.base,
        "kept_arguments": [pair for pair in query.args() if pair[0] not in ("q", "page")],
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


def _context(page: CataloguePage, read: CardReader) -> dict[str, Any]:
    base = url_for("labels.catalogue")
    addresses = Addresses(page.query, base)
    return {
        "page": page,
        "cards": render_found(page.item_ids, page.generation, read),
        "similar": render_found(page.similar_ids, page.generation, read),
        "facets": [facet_links(facet, addresses) for facet in page.facets],
        "chips": [_chip(chip, base) for chip in page.chips],
        "subject": page.query.text or " ".join(pick(chip.label, chip.label_en) for chip in page.chips),
        "selected": sum(len(getattr(page.query, field)) for field, _name in FILTERS),
        "page_href": addresses.page,
        "meant_href": base + arguments(CatalogueQuery(text=page.did_you_mean)) if page.did_you_mean else "",
        "runs": runs_behind(page),
        "official_queries": list_official_queries(db.session) if not page.item_ids else [],
        **_choices(addresses),
    }


@blueprint.get("/labels/")
@cached_page(DATA)
def catalogue() -> ResponseReturnValue:
    """Results of a search, or everything. A page number behind the last page does not exist."""
    engine: Catalogue = current_app.extensions["catalogue"]
    page, read = engine.find(db.session, parse_catalogue_query(request.args))
    built_from(DATA, page.generation)
    is_beyond = page.query.page > max(page.pages, 1)
    return render_template(
        "labels/catalogue.html", **_context(page, read), is_beyond=is_beyond
    ), 404 if is_beyond else 200


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
