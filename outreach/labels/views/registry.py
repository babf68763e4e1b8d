"""Pages of makers, categories and standards: what the registrations hang on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.core import clock
from outreach.core.db import db
from outreach.core.i18n import pick
from outreach.core.page_cache import cached_page
from outreach.core.search.text import clean
from outreach.labels.blueprint import blueprint
from outreach.labels.forms import CatalogueQuery, parse_catalogue_query
from outreach.labels.models import Edition, GradeRule
from outreach.labels.queries.makers import find_maker, list_certificates_of_maker, list_spot_checks_of_maker
from outreach.labels.queries.standards import (
    find_category,
    find_edition,
    list_editions,
    list_rules,
)
from outreach.labels.queries.vocabulary import synonyms
from outreach.labels.views.addresses import Addresses, arguments
from outreach.labels.views.cards import render_cards
from outreach.labels.views.catalogue import DATA, facet_links, runs_behind, runs_of, search
from outreach.labels.views.certificates import certificate_state

#: Registrations shown as the best of an edition.
BEST = 5


@blueprint.get("/labels/makers/<int:maker_id>")
@cached_page(DATA)
def maker(maker_id: int) -> ResponseReturnValue:
    """A maker with its registrations, certificates and spot checks."""
    found = find_maker(db.session, maker_id)
    if found is None:
        abort(404)
    number = parse_catalogue_query(request.args).page
    page = search(CatalogueQuery(makers=(maker_id,), sort="date", page=number))
    if number > max(page.pages, 1):
        abort(404)
    catalogue, own = url_for("labels.catalogue"), url_for("labels.maker", maker_id=maker_id)
    shown = [facet for facet in page.facets if facet.field in ("categories", "grades", "statuses")]
    return render_template(
        "labels/maker.html",
        maker=found,
        page=page,
        cards=render_cards(page.items, page.generation),
        facets=[facet_links(facet, Addresses(page.query, catalogue)) for facet in shown],
        catalogue_href=catalogue + arguments(CatalogueQuery(makers=(maker_id,))),
        page_href=lambda number: own + (f"?page={number}" if number > 1 else ""),
        certificates=list_certificates_of_maker(db.session, found),
        spot_checks=list_spot_checks_of_maker(db.session, found),
        state_of=certificate_state,
        runs=runs_behind(page),
    )


@dataclass(frozen=True, slots=True)
class EditionBest:
    """An edition with its listed registrations that use least water."""

    edition: Edition
    total: int
    href: str
    cards: list[Any]


@blueprint.get("/labels/categories/<code>")
@cached_page(DATA)
def category(code: str) -> ResponseReturnValue:
    """A category: everyday names, standards with dates, and the best of each edition that is in force."""
    found = find_category(db.session, clean(code))
    if found is None:
        abort(404)
    editions = [edition for edition in list_editions(db.session) if edition.category_id == found.id]
    page = search(CatalogueQuery(categories=(found.code,), sort="date"))
    return render_template(
        "labels/category.html",
        category=found,
        names=everyday_names(found.code),
        editions=editions,
        best=[best for edition in editions if is_in_force(edition) if (best := _best_of(edition)).total],
        page=page,
        newest=render_cards(page.items[:BEST], page.generation),
        catalogue_href=url_for("labels.catalogue") + arguments(CatalogueQuery(categories=(found.code,))),
        runs=runs_of({edition.scheme.code for edition in editions}),
    )


def everyday_names(code: str) -> list[str]:
    """What people call a category in Chinese."""
    return [
        item.word for item in synonyms() if item.kind == "category" and item.target == code and not item.word.isascii()
    ]


def is_in_force(edition: Edition) -> bool:
    """Whether nothing says that an edition has ended or has not begun."""
    today = clock.today()
    return (edition.valid_to is None or edition.valid_to >= today) and (
        edition.valid_from is None or edition.valid_from <= today
    )


def _best_of(edition: Edition) -> EditionBest:
    listed = CatalogueQuery(
        categories=(edition.category.code,), editions=(edition.code,), statuses=("listed",), sort="water"
    )
    page = search(listed)
    cards = render_cards(page.items[:BEST], page.generation)
    return EditionBest(edition, page.total, url_for("labels.catalogue") + arguments(listed), cards)


@blueprint.get("/labels/standards/")
@cached_page(DATA)
def standards() -> ResponseReturnValue:
    """All standards by category, with how many registrations each has."""
    editions = list_editions(db.session)
    found = next((facet.values for facet in search(CatalogueQuery()).facets if facet.field == "editions"), ())
    return render_template(
        "labels/standards.html",
        groups=[(category, list(group)) for category, group in groupby(editions, key=lambda edition: edition.category)],
        counts={item.value: item.count for item in found},
        runs=runs_of({edition.scheme.code for edition in editions}),
    )


@blueprint.get("/labels/standards/<edition>")
@cached_page(DATA)
def standard(edition: str) -> ResponseReturnValue:
    """One edition: dates, grades with every recorded limit, its certainty and source, and what is not known."""
    found = find_edition(db.session, clean(edition))
    if found is None:
        abort(404)
    rules = list_rules(db.session, found.id)
    others = [item for item in list_editions(db.session) if item.category_id == found.category_id]
    query = CatalogueQuery(editions=(found.code,))
    return render_template(
        "labels/standard.html",
        edition=found,
        tables=limit_tables(rules),
        others=[item for item in others if item.id != found.id],
        ungraded=[grade for grade in found.grades if grade.id not in {rule.grade_id for rule in rules}],
        total=search(query).total,
        catalogue_href=url_for("labels.catalogue") + arguments(query),
    )


def limit_tables(rules: list[GradeRule]) -> list[tuple[str, list[GradeRule]]]:
    """The rules under the name of the part of the category that they hold for, empty for the whole."""
    return [
        (pick(subtype.name, subtype.name_en) if subtype else "", list(group))
        for subtype, group in groupby(rules, key=lambda rule: rule.subtype)
    ]
