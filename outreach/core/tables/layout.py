"""Which columns a reader wants, and finding the row that names them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from outreach.core.tables.limits import MAX_COLUMNS, TableError


def heading_key(text: str) -> str:
    """A heading as it is compared: width, case and blanks do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@dataclass(frozen=True, slots=True)
class Heading:
    """One column that a reader knows: its key in code and every heading that means it."""

    key: str
    names: tuple[str, ...]
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of table, known by its required headings."""

    name: str
    headings: tuple[Heading, ...]

    def positions(self, cells: Sequence[str]) -> dict[str, int]:
        """Where each known column stands in a heading row. Raises ``TableError`` for one that is there twice."""
        known = {heading_key(name): heading.key for heading in self.headings for name in heading.names}
        found: dict[str, int] = {}
        for position, cell in enumerate(cells):
            key = known.get(heading_key(cell))
            if key is None:
                continue
            if key in found:
                raise TableError(_l("列「%(name)s」出现了不止一次。", name=cell.strip()))
            found[key] = position
        return found

    def missing(self, found: Iterable[str]) -> list[str]:
        """The names of required columns that are not among ``found``."""
        there = set(found)
        return [heading.names[0] for heading in self.headings if heading.is_required and heading.key not in there]


@dataclass(frozen=True, slots=True)
class Match:
    """A found heading row: its index from 0, its layout, and where the known columns stand."""

    row: int
    layout: Layout
    cells: tuple[str, ...]
    positions: dict[str, int]


def find_headings(rows: Sequence[Sequence[str]], layouts: Sequence[Layout]) -> Match | None:
    """The first of ``rows`` that has all required columns of a layout."""
    for index, cells in enumerate(rows):
        for layout in layouts:
            positions = layout.positions(cells)
            if not layout.missing(positions):
                trimmed = _trimmed(cells)
                if len(trimmed) > MAX_COLUMNS:
                    raise too_many_columns(len(trimmed))
                return Match(index, layout, trimmed, positions)
    return None


def refusal(rows: Sequence[Sequence[str]], layouts: Sequence[Layout]) -> TableError:
    """Why no row of ``rows`` is the heading row, told by the row that comes nearest."""
    filled = [cells for cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        return TableError(_l("文件是空的，没有任何数据。"))
    widest = max(len(_trimmed(cells)) for cells in filled)
    if widest > MAX_COLUMNS:
        return too_many_columns(widest)
    pairs = [(layout, cells) for layout in layouts for cells in filled]
    layout, cells = max(pairs, key=lambda pair: (len(pair[0].positions(pair[1])), -len(pair[0].missing(()))))
    missing = layout.missing(layout.positions(cells))
    found = [cell.strip()[:20] for cell in _trimmed(cells)][:12]
    return TableError(
        _l(
            "缺少列：%(missing)s。文件里找到的列是：%(found)s。请检查文件与来源是否对应。",
            missing="、".join(missing),
            found="、".join(found),
        )
    )


def too_many_columns(count: int) -> TableError:
    return TableError(_l("文件有 %(count)d 列，最多 %(limit)d 列。", count=count, limit=MAX_COLUMNS))


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """``cells`` without empty ones at the end."""
    last = max((index for index, cell in enumerate(cells) if cell.strip()), default=-1)
    return tuple(cells[: last + 1])
