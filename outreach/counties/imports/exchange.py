"""The recorded namings in the columns of the official lists, so that an export can be imported again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from outreach.core.exports import Column
from outreach.counties.actions.name_index import KnownNames, load_names
from outreach.counties.models import Batch, Stage, StageEvent
from outreach.counties.rules.dates import format_date


@dataclass(frozen=True, slots=True)
class Naming:
    """One naming as a line of a list."""

    batch: int
    announced_on: str
    province: str
    name: str
    document: str
    source: str


#: The headings are those that the import reads, in whatever language.
COLUMNS: Final[Sequence[Column[Naming]]] = (
    Column("batch", "批次", lambda row: str(row.batch)),
    Column("announced_on", "公告日期", lambda row: row.announced_on),
    Column("province", "省", lambda row: row.province),
    Column("name", "名称", lambda row: row.name),
    Column("document", "文号", lambda row: row.document),
    Column("source", "来源", lambda row: row.source),
)
#: Where a naming has neither paper nor source, which only old rows of people can lack.
NO_SOURCE: Final = _l("来源未记录")


def iter_namings(session: Session) -> Iterator[Naming]:
    """Every naming, batch by batch. A printed name that does not lead back to its unit gets its prefecture."""
    names = load_names(session)
    query = (
        sa.select(StageEvent)
        .join(StageEvent.batch)
        .options(joinedload(StageEvent.batch), joinedload(StageEvent.unit))
        .where(StageEvent.stage == Stage.DESIGNATED, StageEvent.is_demo.is_(False))
    )
    events = list(session.scalars(query.order_by(Batch.number, StageEvent.id)))
    for event in events:
        batch, unit = event.batch, names.index.units[event.unit_id]
        assert batch is not None  # noqa: S101  # a naming has a batch, says the database
        yield Naming(
            batch=batch.number,
            announced_on=format_date(event.happened_on, event.precision.value),
            province=names.index.provinces[unit.province],
            name=_leading_back(names, event),
            document=event.document,
            source=event.source_url or event.source_name or ("" if event.document else str(NO_SOURCE)),
        )


def _leading_back(names: KnownNames, event: StageEvent) -> str:
    unit = names.index.units[event.unit_id]
    match = names.index.match(event.name_as_published, unit.province)
    return event.name_as_published if match.unit_id == unit.id else f"{unit.prefecture}{unit.name}"
