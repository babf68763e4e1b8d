"""Makers, brands and product names: each kept once, found or added by the folded name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.bulk import bulk_insert, reserve_ids
from outreach.core.search.outbox import record_changes
from outreach.core.search.text import fold
from outreach.labels.models import Brand, Maker, ProductName
from outreach.labels.rules.makers import short_name

Named = type[Maker | Brand | ProductName]
#: Kinds of text units, see ``labels/documents``.
KINDS: Final[dict[Named, str]] = {Maker: "label-maker", Brand: "label-brand", ProductName: "label-product-name"}

_PUNCTUATION = re.compile(r"\s*([,.()])\s*")


def name_key(name: str) -> str:
    """What decides that two names are one: the folded name, without blanks around brackets, commas and stops."""
    return _PUNCTUATION.sub(r"\1", fold(name))


class NameBook:
    """Ids of one kind of name. Remembers what it has seen, so each name costs one look-up in an import."""

    def __init__(self, session: Session, model: Named) -> None:
        self.session = session
        self.model = model
        self._keys: dict[str, str] = {}
        self._ids: dict[str, int] = {}

    def learn(self, names: Iterable[str], *, is_demo: bool = False) -> None:
        """Make sure that every one of ``names`` has an id; empty names have none."""
        wanted = {self._key(name): name for name in sorted(set(names)) if name}
        unseen = [key for key in wanted if key not in self._ids]
        if not unseen:
            return
        self._find(unseen)
        missing = {key: wanted[key] for key in unseen if key not in self._ids}
        if missing:
            self._add(missing, is_demo=is_demo)

    def id(self, name: str) -> int | None:
        """The id of a name that was learned; None for the empty name."""
        return self._ids[self._key(name)] if name else None

    def _key(self, name: str) -> str:
        key = self._keys.get(name)
        if key is None:
            key = self._keys[name] = name_key(name)
        return key

    def _find(self, keys: list[str]) -> None:
        model = self.model
        # A maker that was found to be another one leads to that one.
        chosen = sa.func.coalesce(Maker.merged_into_id, Maker.id) if model is Maker else model.id
        for row in self.session.execute(sa.select(model.name_key, chosen).where(model.name_key.in_(keys))):
            self._ids[row[0]] = row[1]
        if model is Maker:
            self._renew_short_names(keys)

    def _renew_short_names(self, keys: list[str]) -> None:
        """Bring short names up to the words that are known now."""
        known = self.session.execute(sa.select(Maker.id, Maker.name, Maker.short_name).where(Maker.name_key.in_(keys)))
        changed = [
            {"id": row.id, "short_name": short} for row in known if (short := short_name(row.name)) != row.short_name
        ]
        if changed:
            self.session.execute(sa.update(Maker), changed)
            record_changes(self.session, KINDS[Maker], [row["id"] for row in changed])

    def _add(self, names: dict[str, str], *, is_demo: bool) -> None:
        ids = reserve_ids(self.session, self.model, len(names))
        rows = [
            {"id": new_id, "name": name, "name_key": key, **self._extras(name, is_demo=is_demo)}
            for new_id, (key, name) in zip(ids, names.items(), strict=True)
        ]
        bulk_insert(self.session, self.model, list(rows[0]), [tuple(row.values()) for row in rows])
        record_changes(self.session, KINDS[self.model], ids)
        self._ids.update(zip(names, ids, strict=True))

    def _extras(self, name: str, *, is_demo: bool) -> dict[str, Any]:
        if self.model is Maker:
            return {"short_name": short_name(name), "is_demo": is_demo}
        return {"is_demo": is_demo} if self.model is Brand else {}
