"""The facts of ``content/counties`` brought into the database: added, updated, removed, and nothing when equal.

What an import or a person recorded is never touched. A row that left the files is removed when nothing hangs on it;
otherwise it stays and the report says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.clock import now
from outreach.core.db import Base
from outreach.core.search.outbox import touch_generation
from outreach.counties.actions.facts_files import FOLDER, read_files
from outreach.counties.actions.facts_rows import (
    batch_rows,
    change_rows,
    naming_rows,
    prefecture_rows,
    province_rows,
    total_rows,
    unit_rows,
)
from outreach.counties.actions.histories import dated_stage, list_histories
from outreach.counties.models import (
    Batch,
    CountyUnit,
    Origin,
    Prefecture,
    Province,
    PublishedTotal,
    Stage,
    StageEvent,
    UnitChange,
)
from outreach.counties.queries.corrected import corrected_fields, corrected_namings
from outreach.counties.rules.states import DatedStage, TransitionImpossible, check_transition

#: The body of data that pages and caches of the registry hang on.
GENERATION = "counties"


@dataclass(slots=True)
class FactsReport:
    """How many rows of all files were added, updated, removed or left alone.

    ``kept``: left the files, but something hangs on them. ``refused``: namings that cannot follow what was recorded.
    """

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def has_changes(self) -> bool:
        return bool(self.added or self.updated or self.removed)


def load_facts(session: Session, folder: Path = FOLDER) -> FactsReport:
    """Make the registry's facts equal to the files. Idempotent; touches the generation only when something changed.

    Raises ``FactsInvalid``: the files are faulty, and nothing is written.
    """
    tables = read_files(folder)
    report = FactsReport()
    obsolete: list[Any] = []
    provinces = _sync(session, Province, ("code",), province_rows(tables), report, obsolete)
    prefectures = _sync(session, Prefecture, ("code",), prefecture_rows(tables, provinces), report, obsolete)
    corrected = corrected_fields(session)
    rows = ({**row, **corrected.get(row["slug"], {})} for row in unit_rows(tables, provinces, prefectures))
    units = _sync(session, CountyUnit, ("slug",), rows, report, obsolete)
    change_key = ("unit_id", "kind", "former_name", "former_code")
    _sync(session, UnitChange, change_key, change_rows(tables, units), report, obsolete)
    batches = _sync(session, Batch, ("number",), batch_rows(tables), report, obsolete)
    total_key = ("scope", "total", "as_of_on", "as_of_note")
    _sync(session, PublishedTotal, total_key, total_rows(tables, provinces), report, obsolete)
    _sync_namings(session, list(naming_rows(tables, units, batches)), report)
    _remove(session, obsolete, report)
    if report.has_changes:
        touch_generation(session, GENERATION)
    return report


def _sync(
    session: Session,
    model: type[Any],
    key: tuple[str, ...],
    wanted: Iterable[dict[str, Any]],
    report: FactsReport,
    obsolete: list[Any],
) -> dict[Any, Any]:
    """Add and update the rows of one table, and note those that the files do not name. Returns objects by first key."""
    query = sa.select(model)
    existing = {tuple(getattr(item, name) for name in key): item for item in session.scalars(query)}
    found: dict[Any, Any] = {}
    for attributes in wanted:
        item = existing.pop(tuple(attributes[name] for name in key), None)
        found[attributes[key[0]]] = _written(session, model, item, attributes, report)
    session.flush()
    obsolete += [item for item in existing.values() if getattr(item, "origin", Origin.FACTS) is Origin.FACTS]
    return found


def _written(session: Session, model: type[Any], item: Any, attributes: dict[str, Any], report: FactsReport) -> Any:
    """``item`` with these attributes; a new one when it is None."""
    if item is None:
        item = model(**attributes)
        session.add(item)
        report.added += 1
    elif changed := {name: value for name, value in attributes.items() if getattr(item, name) != value}:
        for name, value in changed.items():
            setattr(item, name, value)
        report.updated += 1
    else:
        report.unchanged += 1
    return item


def _sync_namings(session: Session, wanted: list[dict[str, Any]], report: FactsReport) -> None:
    """The namings of the files beside what imports and people recorded: theirs stay as they are."""
    query = sa.select(StageEvent).where(StageEvent.stage == Stage.DESIGNATED)
    existing = {(event.unit_id, event.batch_id): event for event in session.scalars(query)}
    named = {(attributes["unit_id"], attributes["batch_id"]) for attributes in wanted}
    gone = [event for key, event in existing.items() if key not in named and event.origin is Origin.FACTS]
    _remove(session, gone, report)
    histories, corrected = list_histories(session), corrected_namings(session)
    for attributes in wanted:
        key = (attributes["unit_id"], attributes["batch_id"])
        item = existing.get(key)
        if (item is None and key in corrected) or (item is not None and item.origin is not Origin.FACTS):
            report.unchanged += 1
        elif item is not None or _can_follow(histories.get(attributes["unit_id"], []), attributes):
            _written(session, StageEvent, item, attributes | ({} if item else {"recorded_at": now()}), report)
        else:
            report.refused.append(attributes["name_as_published"])
    session.flush()


def _can_follow(history: list[DatedStage], attributes: dict[str, Any]) -> bool:
    order = max((event.order for event in history), default=0) + 1
    new = dated_stage(Stage.DESIGNATED, attributes["happened_on"], attributes["precision"], order)
    try:
        check_transition(history, new)
    except TransitionImpossible:
        return False
    return True


def _remove(session: Session, obsolete: list[Any], report: FactsReport) -> None:
    """Delete what the files do not name any more, last table first, unless something hangs on it."""
    for item in reversed(obsolete):
        if _is_referenced(session, item) or _is_followed(session, item):
            report.kept.append(f"{item.__tablename__} {_label(item)}")
            continue
        session.delete(item)
        session.flush()
        report.removed += 1


def _label(item: Any) -> str:
    names = ("slug", "code", "number", "name_as_published", "former_name", "scope")
    return next((str(getattr(item, name)) for name in names if getattr(item, name, None)), str(item.id))


def _is_followed(session: Session, item: Any) -> bool:
    """True for a naming after which something was recorded of its unit."""
    if not isinstance(item, StageEvent):
        return False
    others = sa.select(StageEvent.id).where(StageEvent.unit_id == item.unit_id, StageEvent.id != item.id)
    return session.scalar(others.limit(1)) is not None


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
