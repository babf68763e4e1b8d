"""Writing, deleting and finding product names the way the site does: change and outbox in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from flask import current_app

from outreach.core.db import db
from outreach.core.search import outbox
from outreach.core.search.indexer import text_index
from outreach.core.search.models import OutboxOperation
from outreach.labels.models import ProductName

KIND = "label-product-name"


def write(names: Mapping[int, str]) -> None:
    """Commit these names by id, new or changed."""
    with db.sessionmaker.begin() as session:
        session.execute(sa.delete(ProductName).where(ProductName.id.in_(names)))
        rows = [{"id": number, "name": name, "name_key": str(number)} for number, name in names.items()]
        session.execute(sa.insert(ProductName), rows)
        outbox.record_changes(session, KIND, names)


def delete(numbers: Iterable[int]) -> None:
    wanted = list(numbers)
    with db.sessionmaker.begin() as session:
        session.execute(sa.delete(ProductName).where(ProductName.id.in_(wanted)))
        outbox.record_changes(session, KIND, wanted, OutboxOperation.DELETE)


def found(text: str) -> list[int]:
    """Ids that the index of the application in hand finds."""
    assert current_app
    return text_index().match(KIND, text).tolist()
