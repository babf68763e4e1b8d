"""Whether the content files of the standards agree with each other: keys, references, bands, ranks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from outreach.core.content_files import Fault, FaultKind, FileSpec, Row, repeated_keys
from outreach.labels.actions.standards_files import FILES, FOLDER, Contradiction, StandardsInvalid, read_files


def read_standards(folder: Path = FOLDER) -> dict[str, list[Row]]:
    """All files as typed rows by file name without ending. Raises ``StandardsInvalid`` with every fault found."""
    tables, faults = read_files(folder)
    if not faults:
        for spec in FILES:
            faults += _key_faults(spec, tables)
        faults += [*_subtype_faults(tables), *_band_faults(tables["grade_rules"]), *_rank_faults(tables["grades"])]
    if faults:
        raise StandardsInvalid(faults)
    return tables


def _key_faults(spec: FileSpec, tables: dict[str, list[Row]]) -> Iterator[Fault]:
    yield from repeated_keys(spec, tables[spec.name], spec.key[-1])
    known = {target: {row.key for row in tables[target]} for _columns, target in spec.refers}
    for row in tables[spec.name]:
        for columns, target in spec.refers:
            key = tuple(row.values[column] for column in columns)
            if key not in known[target]:
                yield Fault(spec.file, row.line, columns[-1], FaultKind.UNKNOWN_REFERENCE, "/".join(key))


def _subtype_faults(tables: dict[str, list[Row]]) -> Iterator[Fault]:
    """A rule's subtype must belong to the category of the rule's edition."""
    categories = {row.key: row.values["category"] for row in tables["editions"]}
    known = {row.key for row in tables["subtypes"]}
    for row in tables["grade_rules"]:
        subtype, category = row.values["subtype"], categories.get((row.values["edition"],))
        if subtype and category and (category, subtype) not in known:
            yield Fault("grade_rules.csv", row.line, "subtype", FaultKind.UNKNOWN_REFERENCE, f"{category}/{subtype}")


def _band_faults(rules: list[Row]) -> Iterator[Fault]:
    for row in rules:
        low, high = row.values["low"], row.values["high"]
        if (low is None and high is None) or (low is not None and high is not None and low >= high):
            yield Fault("grade_rules.csv", row.line, "high", Contradiction.BAND_EMPTY)


def _rank_faults(grades: list[Row]) -> Iterator[Fault]:
    """The ranks of an edition count from 1 without a gap."""
    ranks: dict[str, list[Row]] = {}
    for row in grades:
        ranks.setdefault(row.values["edition"], []).append(row)
    for edition, rows in ranks.items():
        if sorted(row.values["rank"] for row in rows) != list(range(1, len(rows) + 1)):
            yield Fault("grades.csv", rows[0].line, "rank", Contradiction.RANKS_BROKEN, edition)
