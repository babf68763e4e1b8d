"""The registry page: search, facets, units with their states; and the suggestions under the search box."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.i18n import pick
from outreach.core.page_cache import MAX_AGE, cached_page
from outreach.core.search.text import clean
from outreach.counties.blueprint import blueprint
from outreach.counties.forms import FILTERS, PAGE_SIZES, SORTS, USUAL_SIZE, CountyQuery, parse_county_query
from outreach.counties.printed import batch_word
from outreach.counties.queries.results import Facet, RegistryPage, Suggestion
from outreach.counties.queries.snapshot import UnitItem
from outreach.counties.views.frame import DATA, Choice, Frame, frame, reading
from outreach.counties.views.rows import render_rows
from outreach.counties.wording import FACETS, region_word, state_word
from outreach.counties.wording import SORTS as SORT_WORDS

SUGGESTIONS: Final = 8
#: Places of the arguments in an address.
ORDER: Final = {
    name: place
    for place, name in enumerate(("q", *(name for _field, name in FILTERS), "on", "sort", "per_page", "page"))
}


@dataclass(frozen=True, slots=True)
class FacetLinks:
    """A facet with its choices as links."""

    title: str
    parameter: str
    values: tuple[Choice, ...]


def arguments(query: CountyQuery) -> str:
    """The query as an address writes it, with its question mark; empty for the whole registry."""
    pairs = query.args()
    return f"?{urlencode(pairs)}" if pairs else ""


def value_word(field: str, value: str | int) -> str:
    """What a filter's value is called in the language of the page."""
    if field == "states":
        return state_word(str(value))
    if field == "regions":
        return region_word(str(value))
    if field == "batches":
        return batch_word(int(value))
    if field == "years":
        return _("%(year)s年", year=value)
    found = reading().find_province(str(value))
    return pick(found.name, found.name_en) if found else str(value)


def facet_links(facet: Facet, query: CountyQuery, base: str) -> FacetLinks:
    """The facet ready to print: words of the page's language, addresses below ``base``.

    A page has half a hundred choices, so the arguments around those of the facet are written once.
    """
    before, after = _around(query, facet.parameter)

    def href(value: str | int) -> str:
        changed: tuple[str | int, ...] = getattr(query.with_toggled(facet.field, value), facet.field)
        written = "&".join([*before, *(f"{facet.parameter}={one}" for one in changed), *after])
        return f"{base}?{written}" if written else base

    choices = tuple(
        Choice(value_word(facet.field, value.value), href(value.value), value.is_selected, value.count)
        for value in facet.values
    )
    return FacetLinks(str(FACETS[facet.field]), facet.parameter, choices)


def _around(query: CountyQuery, parameter: str) -> tuple[list[str], list[str]]:
    """The written arguments before and after those of one filter, on the first page."""
    pairs = replace(query, page=1).args()
    place = ORDER[parameter]
    before = [urlencode([pair]) for pair in pairs if ORDER[pair[0]] < place]
    return before, [urlencode([pair]) for pair in pairs if ORDER[pair[0]] > place]


def _chips(query: CountyQuery, base: str) -> list[tuple[str, str]]:
    """Label and address without it, for the words and for every chosen filter."""
    chips = [(query.text, base + arguments(replace(query, text="", page=1)))] if query.text else []
    for field, _name in FILTERS:
        for value in getattr(query, field):
            chips.append((value_word(field, value), base + arguments(query.with_toggled(field, value))))
    return chips


def _choices(query: CountyQuery, base: str) -> dict[str, Any]:
    """Links to the same result in another order, in longer or shorter pages, and as files."""
    first = replace(query, page=1)
    whole = arguments(replace(first, per_page=USUAL_SIZE))
    return {
        "sorts": [
            Choice(
                str(SORT_WORDS[sort]) if sort != "code" or not query.text else _("相关度"),
                base + arguments(replace(first, sort=sort)),
                sort == query.sort,
            )
            for sort in SORTS
        ],
        "page_sizes": [
            Choice(str(size), base + arguments(replace(first, per_page=size)), size == query.per_page)
            for size in PAGE_SIZES
        ],
        "files": [(kind.upper(), url_for(f"counties.registry_{kind}") + whole) for kind in ("csv", "xlsx", "json")],
        "kept_arguments": [pair for pair in query.args() if pair[0] not in ("q", "page")],
    }


def _context(page: RegistryPage, here: Frame) -> dict[str, Any]:
    base = url_for("counties.registry")
    query = page.query
    chips = _chips(query, base)
    return {
        "page": page,
        "frame": here,
        "rows": render_rows(page.rows, here, page.generation),
        "similar": render_rows(page.similar, here, page.generation),
        "facets": [facet_links(facet, query, base) for facet in page.facets],
        "chips": chips,
        "subject": " ".join(label for label, _href in chips),
        "selected": sum(len(getattr(query, field)) for field, _name in FILTERS),
        "all_href": base + arguments(CountyQuery(on=query.on)),
        "text_only_href": base + arguments(CountyQuery(text=query.text, on=query.on)),
        "page_href": lambda number: base + arguments(replace(query, page=number)),
        **_choices(query, base),
    }


@blueprint.get("/counties/", endpoint="registry")
@cached_page(DATA)
def registry_page() -> ResponseReturnValue:
    """Units that answer a search, or all. A page number behind the last page does not exist."""
    here = frame()
    page = reading().search(parse_county_query(request.args, here.as_of))
    is_beyond = page.query.page > page.pages
    context = _context(page, here)
    return render_template("counties/registry.html", **context, is_beyond=is_beyond), 404 if is_beyond else 200


@blueprint.get("/counties/suggest")
def suggest() -> ResponseReturnValue:
    """Suggestions for what has been typed, as JSON for static/js/search_box.js."""
    found = reading().suggest(clean(request.args.get("q", "")), limit=SUGGESTIONS)
    answer = jsonify([_suggested(item) for item in found])
    answer.cache_control.public = True
    answer.cache_control.max_age = MAX_AGE
    return answer


def _suggested(item: Suggestion) -> dict[str, Any]:
    subject = item.subject
    label = pick(subject.name, subject.name_en)
    if isinstance(subject, UnitItem):
        place = subject.prefecture or subject.province
        label = _("%(name)s（%(place)s）", name=label, place=pick(place.name, place.name_en))
        return {"kind": "unit", "text": item.text, "label": label, "count": item.count}
    return {"kind": "province", "text": item.text, "label": label, "count": item.count}
