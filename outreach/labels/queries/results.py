"""What the catalogue hands to pages, exports and the API: plain frozen values, ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from outreach.labels.forms import CatalogueQuery


@dataclass(frozen=True, slots=True)
class GradeLabel:
    """A grade with all it takes to print it: never without its edition. ``steps`` is the length of the scale."""

    code: str
    name: str
    name_en: str
    rank: int
    steps: int
    edition_code: str
    standard_no: str


class ProductCard(NamedTuple):
    """One line of a result list. A tuple with names: frozen dataclasses take several times as long to make."""

    id: int
    number: str
    model: str
    product_name: str
    maker_id: int
    maker_name: str
    maker_short_name: str
    brand_name: str
    category_code: str
    category_name: str
    category_name_en: str
    scheme_code: str
    scheme_name: str
    scheme_name_en: str
    edition_code: str
    standard_no: str
    declared_grade: GradeLabel | None
    #: Set when the computed grade is another one.
    differing_grade: GradeLabel | None
    announced_on: date | None
    status: str
    water_use: float | None
    water_metric_code: str
    water_metric_name: str
    water_metric_name_en: str
    water_unit: str
    water_unit_en: str
    water_decimals: int
    is_demo: bool


class FacetValue(NamedTuple):
    """One choice of a facet. A result holds about a hundred, hence a tuple with names."""

    value: str | int
    label: str
    label_en: str
    count: int  # type: ignore[assignment]  # hides a method of tuples that nobody needs here
    is_selected: bool
    #: The query that the facet belongs to, and the field that the choice changes.
    base: CatalogueQuery
    field: str
    #: Heading that the choice stands under, such as the edition of a grade; empty without one.
    group: str = ""
    group_en: str = ""

    @property
    def query(self) -> CatalogueQuery:
        """The whole catalogue query after a click on the choice."""
        return self.base.with_toggled(self.field, self.value)


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter with counts. Counts ignore the facet's own selection; ``hidden`` choices are left out of ``values``."""

    field: str
    parameter: str
    values: tuple[FacetValue, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Chip:
    """Something understood from the words, or a chosen filter; ``query`` is the query without it.

    ``kind``: ``category``, ``grade``, ``maker``, ``brand``, ``status``, ``year``, ``scheme``, ``edition``, ``number``,
    ``model``, ``text``. ``words`` is what the visitor typed for it, empty when it was chosen as a filter.
    """

    kind: str
    label: str
    label_en: str
    words: str
    query: CatalogueQuery


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """The answer to a catalogue query. ``total`` is exact; ``similar`` holds near misses, never mixed with hits."""

    query: CatalogueQuery
    total: int
    #: Registrations of the page in its order.
    item_ids: tuple[int, ...]
    facets: tuple[Facet, ...]
    chips: tuple[Chip, ...]
    pages: int
    #: Near misses of a model code or number (「您是不是要找」).
    similar_ids: tuple[int, ...]
    #: A query text that finds something, offered when this one finds nothing; empty without one.
    did_you_mean: str
    #: Codes of the editions among the hits: more than one makes the page say that grades are not comparable.
    edition_codes: tuple[str, ...]
    #: True while the text index cannot be used and words are matched by the database alone (「简单搜索」).
    is_simple_search: bool
    has_demo: bool
    generation: str
    #: The cards of the ids, where they were read (``Catalogue.search``; ``Catalogue.find`` leaves that to its caller).
    items: tuple[ProductCard, ...] = ()
    similar: tuple[ProductCard, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line under the search box while typing. ``kind`` as in ``Chip``; ``text`` is what it would search for."""

    kind: str
    text: str
    label: str
    label_en: str
    count: int
