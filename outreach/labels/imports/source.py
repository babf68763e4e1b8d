"""What one source of registers is: its columns, how a row is read, and what its files mean for the registry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from outreach.core.tables import Layout, Table, TableRow
from outreach.labels.imports.rows import RefusedRow, RegisterRow
from outreach.labels.queries.import_facts import Facts

RowReader = Callable[[TableRow], RegisterRow | RefusedRow]


@dataclass(frozen=True, slots=True)
class Source:
    """One source. ``read(table, facts, as_of_on)`` gives the function that reads its rows.

    ``is_full_register``: a file lists everything of the editions that it names, so what is missing has disappeared.
    ``is_refiled``: the same model is filed again after changes, so older filings are superseded.
    """

    name: str
    layouts: Callable[[Facts], Sequence[Layout]]
    read: Callable[[Table, Facts, date], RowReader]
    is_full_register: bool = True
    is_refiled: bool = False
