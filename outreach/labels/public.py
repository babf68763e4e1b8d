"""What the rest of the site shows of this slice: a panel on the home page, search examples, sources, the sitemap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

import sqlalchemy as sa
from flask import url_for

from outreach.core.db import db
from outreach.core.feature import SitemapEntry, SourceEntry
from outreach.core.i18n import pick
from outreach.labels.forms import CatalogueQuery
from outreach.labels.models import Category, Certificate, Edition, ImportRun, Registration
from outreach.labels.queries.published import published
from outreach.labels.queries.results import CataloguePage, FacetValue
from outreach.labels.views.cards import render_cards
from outreach.labels.views.catalogue import newest_runs, search
from outreach.labels.wording import source_name

TEMPLATE: Final = "labels/_home_panel.html"
NEWEST: Final = 4
#: Shorter beginnings of a model find too much.
SHORTEST_MODEL: Final = 4
#: Imports listed as sources; older ones are in the database.
SOURCES: Final = 50


def home_panel() -> tuple[str, dict[str, Any]]:
    """Template and context: how many registrations each category has, and the newest ones."""
    page = search(CatalogueQuery(sort="date"))
    categories = [
        {
            "code": item.value,
            "label": pick(item.label, item.label_en),
            "href": url_for("labels.category", code=item.value),
            "count": item.count,
        }
        for item in _categories()
    ]
    return TEMPLATE, {
        "labels_categories": categories,
        "labels_total": page.total,
        "labels_newest": render_cards(page.items[:NEWEST], page.generation),
        "labels_has_demo": page.has_demo,
        "labels_runs": newest_runs(),
    }


def _categories() -> Sequence[FacetValue]:
    facets = search(CatalogueQuery()).facets
    return next((facet.values for facet in facets if facet.field == "categories"), ())


def examples() -> list[str]:
    """Search words that find something now, of several kinds: a product with a grade, a maker, a model's beginning."""
    page = search(CatalogueQuery(sort="date"))
    models = [item.model.partition("-")[0] for item in page.items]
    candidates = [
        *(f"{name} 一级" for name in _largest(page, "categories")[:2]),
        *_largest(page, "makers")[:1],
        *[model for model in models if len(model) >= SHORTEST_MODEL][:1],
    ]
    return [words for words in candidates if search(CatalogueQuery(text=words)).total]


def _largest(page: CataloguePage, field: str) -> list[str]:
    """Values of a facet, those with most registrations first."""
    values = next((facet.values for facet in page.facets if facet.field == field), ())
    return [item.label for item in sorted(values, key=lambda item: -item.count)]


def sources() -> Iterator[SourceEntry]:
    """The imported files, newest first; the demo only while nothing else is shown."""
    is_demo = all(run.is_demo for run in newest_runs())
    query = sa.select(ImportRun).where(ImportRun.is_demo.is_(is_demo), ImportRun.undone_at.is_(None))
    for item in db.session.scalars(query.order_by(ImportRun.id.desc()).limit(SOURCES)):
        counts = (item.rows_total, item.rows_accepted, item.rows_refused)
        name = source_name(item.source)
        yield SourceEntry(name, item.file_name, item.as_of_on, item.imported_at, *counts, item.is_demo)


def sitemap() -> Iterator[SitemapEntry]:
    """Every page of the slice: lists, categories, standards, certificates, and each published registration."""
    for path in ("/labels/", "/labels/standards/", "/labels/certificates/"):
        yield SitemapEntry(path)
    for code in db.session.scalars(sa.select(Category.code).order_by(Category.position)):
        yield SitemapEntry(f"/labels/categories/{code}")
    for code in db.session.scalars(sa.select(Edition.code).order_by(Edition.code)):
        yield SitemapEntry(f"/labels/standards/{code}")
    shown = published(db.session, Certificate)
    for number in db.session.scalars(sa.select(Certificate.number).where(shown).order_by(Certificate.number)):
        yield SitemapEntry(f"/labels/certificates/{quote(number, safe='')}")
    numbers = sa.select(Registration.number).where(published(db.session)).order_by(Registration.id)
    for number in db.session.scalars(numbers, execution_options={"yield_per": 10_000}):
        yield SitemapEntry(f"/labels/{quote(number, safe='')}")
