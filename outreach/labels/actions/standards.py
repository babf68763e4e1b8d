"""The standards of ``content/standards`` brought into the database: added, updated, removed, and nothing when equal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.content_files import Fault, Row
from outreach.core.db import Base
from outreach.core.search.outbox import touch_generation
from outreach.labels.actions.standards_checks import read_standards
from outreach.labels.actions.standards_files import FOLDER, Contradiction, StandardsInvalid
from outreach.labels.models import Category, Edition, Grade, GradeRule, Metric, Scheme, Subtype

#: Ids of loaded rows: file name → key in the file → id.
Ids = dict[str, dict[tuple[Any, ...], int]]


@dataclass(slots=True)
class StandardsReport:
    """How many rows of all files were added, updated, removed or left alone."""

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0

    @property
    def has_changes(self) -> bool:
        return bool(self.added or self.updated or self.removed)


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a file goes: its model, the attributes that are its key there, and a row's attributes."""

    name: str
    model: type[Any]
    key: tuple[str, ...]
    attributes: Callable[[Row, Ids, int], dict[str, Any]]


def _plain(*left_out: str, has_position: bool = False) -> Callable[[Row, Ids, int], dict[str, Any]]:
    """The row's values as they are, without some columns, with its place in the file where the order matters."""

    def attributes(row: Row, _ids: Ids, position: int) -> dict[str, Any]:
        kept = {name: value for name, value in row.values.items() if name not in left_out}
        return {**kept, "position": position} if has_position else kept

    return attributes


def _subtype(row: Row, ids: Ids, position: int) -> dict[str, Any]:
    values = _plain("category", "certainty", "source")(row, ids, position)
    return {**values, "category_id": ids["categories"][(row.values["category"],)]}


def _edition(row: Row, ids: Ids, position: int) -> dict[str, Any]:
    links = {
        "scheme_id": ids["schemes"][(row.values["scheme"],)],
        "category_id": ids["categories"][(row.values["category"],)],
    }
    return {**_plain("scheme", "category")(row, ids, position), **links}


def _grade(row: Row, ids: Ids, position: int) -> dict[str, Any]:
    return {**_plain("edition")(row, ids, position), "edition_id": ids["editions"][(row.values["edition"],)]}


def _rule(row: Row, ids: Ids, position: int) -> dict[str, Any]:
    values = row.values
    links = {
        "grade_id": ids["grades"][(values["edition"], values["grade"])],
        "metric_id": ids["metrics"][(values["metric"],)],
        "subtype_id": ids["rule_subtypes"].get((values["edition"], values["subtype"])),
    }
    return {**_plain("edition", "grade", "subtype", "metric")(row, ids, position), **links}


#: In the order in which they refer to each other.
TARGETS = (
    _Target("schemes", Scheme, ("code",), _plain("certainty", "source", has_position=True)),
    _Target("categories", Category, ("code",), _plain("certainty", "source", has_position=True)),
    _Target("subtypes", Subtype, ("category_id", "code"), _subtype),
    _Target("metrics", Metric, ("code",), _plain("certainty", "source", has_position=True)),
    _Target("editions", Edition, ("code",), _edition),
    _Target("grades", Grade, ("edition_id", "code"), _grade),
    _Target("grade_rules", GradeRule, ("grade_id", "subtype_id", "metric_id"), _rule),
)


def load_standards(session: Session, folder: Path = FOLDER) -> StandardsReport:
    """Make the database's standards equal to the files. Idempotent; touches the generation only when something changed.

    Raises ``StandardsInvalid``: the files are faulty, or leave out something that registrations still use.
    """
    tables = read_standards(folder)
    report, ids = StandardsReport(), Ids()
    obsolete: list[Any] = []
    for target in TARGETS:
        if target.model is GradeRule:
            ids["rule_subtypes"] = _rule_subtypes(tables["editions"], ids)
        obsolete += _sync(session, target, tables[target.name], ids, report)
    _remove(session, obsolete, report)
    if report.has_changes:
        touch_generation(session, "labels")
    return report


def _rule_subtypes(editions: list[Row], ids: Ids) -> dict[tuple[Any, ...], int]:
    """Subtype ids by (edition, subtype): a rule names the subtype only, its edition has the category."""
    return {
        (row.values["code"], subtype): subtype_id
        for row in editions
        for (category, subtype), subtype_id in ids["subtypes"].items()
        if category == row.values["category"]
    }


def _sync(session: Session, target: _Target, rows: list[Row], ids: Ids, report: StandardsReport) -> list[Any]:
    """Add and update the rows of one file. Returns the objects that the file does not name any more."""
    existing = {
        tuple(getattr(item, name) for name in target.key): item for item in session.scalars(sa.select(target.model))
    }
    found: dict[tuple[Any, ...], Any] = {}
    for position, row in enumerate(rows, start=1):
        attributes = target.attributes(row, ids, position)
        item = existing.pop(tuple(attributes[name] for name in target.key), None)
        if item is None:
            item = target.model(**attributes)
            session.add(item)
            report.added += 1
        elif changed := {name: value for name, value in attributes.items() if getattr(item, name) != value}:
            for name, value in changed.items():
                setattr(item, name, value)
            report.updated += 1
        else:
            report.unchanged += 1
        found[row.key] = item
    session.flush()
    ids[target.name] = {key: item.id for key, item in found.items()}
    return list(existing.values())


def _remove(session: Session, obsolete: list[Any], report: StandardsReport) -> None:
    """Delete what the files do not name any more, last file first. Raises ``StandardsInvalid`` for what is in use."""
    faults = []
    for item in reversed(obsolete):
        if _is_referenced(session, item):
            faults.append(
                Fault(f"{item.__tablename__}", 0, "code", Contradiction.STILL_USED, getattr(item, "code", ""))
            )
            continue
        session.delete(item)
        session.flush()
        report.removed += 1
    if faults:
        raise StandardsInvalid(faults)


def _is_referenced(session: Session, item: Any) -> bool:
    """True when any row of any table points at ``item``."""
    own = item.__table__
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table is own:
                query = sa.select(sa.literal(1)).select_from(table).where(key.parent == item.id).limit(1)
                if session.scalar(query) is not None:
                    return True
    return False
