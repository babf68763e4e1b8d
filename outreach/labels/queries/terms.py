"""Every word of one generation that names a filter: the register's own names, and what people say instead."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from outreach.core.search.text import fold
from outreach.labels.queries.dictionary import Term
from outreach.labels.queries.snapshot import CatalogueSnapshot
from outreach.labels.queries.vocabulary import FIELDS, FILLER, synonyms
from outreach.labels.rules.makers import without_legal_form

_STANDARD = re.compile(r"(?P<body>[A-Z/]+)\s*(?P<number>[0-9.]+)-(?P<year>[0-9]{4})")


def list_terms(snapshot: CatalogueSnapshot) -> Iterator[Term]:
    """All terms."""
    yield from _synonyms(snapshot)
    for kind, field in (("category", "categories"), ("scheme", "schemes"), ("status", "statuses")):
        axis = snapshot.axes[field]
        for value, labels in zip(axis.values, axis.labels, strict=True):
            for word in labels:
                yield Term(kind, word, field, value, *labels)
    for item in snapshot.registry.grades.all:
        yield Term("grade", item.label.name, "grades", item.label.code, item.label.name, item.label.name_en)
    yield from _editions(snapshot)
    yield from _years(snapshot)
    yield from _makers(snapshot)
    yield from _brands(snapshot)


def _synonyms(snapshot: CatalogueSnapshot) -> Iterator[Term]:
    grades = {item.label.code: (item.label.name, item.label.name_en) for item in snapshot.registry.grades.all}
    for synonym in synonyms():
        if synonym.kind == FILLER:
            yield Term(FILLER, synonym.word, "", "", "", "")
            continue
        if synonym.kind == "maker":
            continue
        field = FIELDS[synonym.kind]
        axis = snapshot.axes[field]
        codes = axis.codes.get(synonym.target)
        if codes:
            labels = grades[synonym.target] if field == "grades" else axis.labels[codes[0] - 1]
            yield Term(synonym.kind, synonym.word, field, synonym.target, *labels)


def _editions(snapshot: CatalogueSnapshot) -> Iterator[Term]:
    """A standard by its full number, without the letters, and without the year (then all its editions are meant)."""
    axis = snapshot.axes["editions"]
    for item, labels in zip(snapshot.registry.editions.all, axis.labels, strict=True):
        words = [item.standard_no]
        if match := _STANDARD.fullmatch(item.standard_no):
            body, number, year = match["body"], match["number"], match["year"]
            words += [f"{number}-{year}", f"{body} {number}", number]
        for word in words:
            yield Term("edition", word, "editions", item.code, *labels)


def _years(snapshot: CatalogueSnapshot) -> Iterator[Term]:
    axis = snapshot.axes["years"]
    for year, labels in zip(axis.values, axis.labels, strict=True):
        for word in (f"{year}年", f"{year}年度", str(year)):
            yield Term("year", word, "years", year, *labels)


def _makers(snapshot: CatalogueSnapshot) -> Iterator[Term]:
    """Makers by what the register prints and what that is shortened to, then by what else people call them."""
    by_short_name: dict[str, list[int]] = defaultdict(list)
    for maker_id, name, short_name in snapshot.maker_names:
        label = short_name or name
        by_short_name[fold(short_name)].append(maker_id)
        for word in filter(None, dict.fromkeys((short_name, without_legal_form(name), name))):
            yield Term("maker", word, "makers", maker_id, label, label)
    labels = {maker_id: short_name or name for maker_id, name, short_name in snapshot.maker_names}
    for maker_id, name, short_name in snapshot.maker_aliases:
        for word in filter(None, dict.fromkeys((short_name, without_legal_form(name), name))):
            yield Term("maker", word, "makers", maker_id, labels[maker_id], labels[maker_id])
    for synonym in synonyms():
        if synonym.kind == "maker":
            for maker_id in by_short_name[fold(synonym.target)]:
                yield Term("maker", synonym.word, "makers", maker_id, synonym.target, synonym.target)


def _brands(snapshot: CatalogueSnapshot) -> Iterator[Term]:
    axis = snapshot.axes["brands"]
    for brand_id, labels in zip(axis.values, axis.labels, strict=True):
        yield Term("brand", labels[0], "brands", brand_id, *labels)
