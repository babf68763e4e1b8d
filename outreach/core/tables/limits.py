"""How much a table may hold, and the one exception of this package."""

from __future__ import annotations

from flask_babel.speaklater import LazyString

MAX_ROWS = 2_000_000
MAX_COLUMNS = 100
#: Characters in one cell (Excel's own limit is 32,767).
MAX_CELL = 40_000
#: Characters in one line of a CSV file.
MAX_LINE = 1_000_000
MAX_SHEETS = 50
#: Entries of an XLSX archive.
MAX_ENTRIES = 500
#: Bytes that an XLSX archive may unpack to.
MAX_UNPACKED = 600 * 1024 * 1024
#: Unpacked to packed size of one entry; real sheets reach about 15.
MAX_RATIO = 50
#: Entries that unpack to less than this are too small for their ratio to matter.
RATIO_FROM = 1024 * 1024
#: The heading row is looked for in so many rows from the top.
HEADING_ROWS = 10


class TableError(Exception):
    """The file is refused; ``message`` says why, for the person who handed it in."""

    def __init__(self, message: str | LazyString) -> None:
        self.message = message
        super().__init__(message)

    def __str__(self) -> str:
        return str(self.message)
