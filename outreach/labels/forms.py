"""Untrusted addresses become typed values here. A senseless filter is dropped, not an error: people share links."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from werkzeug.datastructures import MultiDict

from outreach.core.search.text import clean

SORTS: Final = ("relevance", "grade", "water", "date", "model")
PAGE_SIZES: Final = (20, 50, 100)
MAX_PAGE: Final = 1_000_000
MAX_VALUES: Final = 50

_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_GRADE = re.compile(r"(?:[a-z0-9][a-z0-9.-]{0,63}:)?[a-z0-9.]{1,16}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """What the catalogue page was asked for. Every field has one spelling, so equal questions are equal objects.

    ``grades`` holds ``<edition>:<grade>`` or, for a grade of any edition, ``<grade>``.
    """

    text: str = ""
    categories: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    makers: tuple[int, ...] = ()
    brands: tuple[int, ...] = ()
    editions: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    schemes: tuple[str, ...] = ()
    sort: str = "relevance"
    page: int = 1
    per_page: int = 20

    @property
    def has_filters(self) -> bool:
        return any(getattr(self, field) for field, _name in FILTERS)

    def args(self) -> list[tuple[str, str]]:
        """The query as address arguments in one fixed order, defaults left out."""
        pairs = [("q", self.text)] if self.text else []
        for field, name in FILTERS:
            pairs += [(name, str(value)) for value in getattr(self, field)]
        if self.sort != "relevance":
            pairs.append(("sort", self.sort))
        if self.per_page != PAGE_SIZES[0]:
            pairs.append(("per_page", str(self.per_page)))
        if self.page != 1:
            pairs.append(("page", str(self.page)))
        return pairs

    def toggled(self, field: str, value: str | int) -> tuple[Any, ...]:
        """The values of a filter with one added, or taken out when it is there.

        A grade that was chosen for every edition at once counts as there, and goes as a whole.
        """
        values: tuple[Any, ...] = getattr(self, field)
        meant = value if value in values or field != "grades" else str(value).rpartition(":")[2]
        if meant in values:
            return tuple(item for item in values if item != meant)
        return tuple(sorted((*values, value)))

    def with_toggled(self, field: str, value: str | int) -> Self:
        """The same query on page 1 with one filter value added, or taken out when it is there."""
        fields: dict[str, Any] = {"page": 1, field: self.toggled(field, value)}
        return replace(self, **fields)


#: Filter fields of ``CatalogueQuery`` and their names in addresses, in the order of the page.
FILTERS: Final = (
    ("categories", "category"),
    ("grades", "grade"),
    ("makers", "maker"),
    ("brands", "brand"),
    ("editions", "edition"),
    ("statuses", "status"),
    ("years", "year"),
    ("schemes", "scheme"),
)


def _codes(values: Iterable[str], pattern: re.Pattern[str] = _CODE) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if pattern.fullmatch(value)})[:MAX_VALUES])


def _numbers(values: Iterable[str], pattern: re.Pattern[str] = _NUMBER) -> tuple[int, ...]:
    return tuple(sorted({int(value) for value in values if pattern.fullmatch(value)})[:MAX_VALUES])


def _page(value: str) -> int:
    return min(int(value), MAX_PAGE) if _NUMBER.fullmatch(value) else 1


def parse_catalogue_query(args: MultiDict[str, str]) -> CatalogueQuery:
    """Read the catalogue's address arguments; anything senseless counts as not given."""
    per_page = args.get("per_page", "")
    return CatalogueQuery(
        text=clean(args.get("q", "")),
        categories=_codes(args.getlist("category")),
        grades=_codes(args.getlist("grade"), _GRADE),
        makers=_numbers(args.getlist("maker")),
        brands=_numbers(args.getlist("brand")),
        editions=_codes(args.getlist("edition")),
        statuses=_codes(args.getlist("status")),
        years=_numbers(args.getlist("year"), _YEAR),
        schemes=_codes(args.getlist("scheme")),
        sort=args.get("sort", "") if args.get("sort", "") in SORTS else "relevance",
        page=_page(args.get("page", "")),
        per_page=int(per_page) if per_page in {str(size) for size in PAGE_SIZES} else PAGE_SIZES[0],
    )
