"""Safe reading of tables that people hand in: CSV and XLSX, as rows of text, with every refusal said in Chinese.

``open_table`` decides the format by the file's own bytes, finds the heading row, and yields the rows below it. What
it cannot read faithfully it refuses: formulas, merged cells, damaged text, files that unpack to far more than they are.
"""

from outreach.core.tables.layout import Heading, Layout, heading_key
from outreach.core.tables.limits import MAX_COLUMNS, MAX_ROWS, TableError
from outreach.core.tables.quoting import quoted
from outreach.core.tables.reading import Table, TableRow, file_sha256, open_table

__all__ = [
    "MAX_COLUMNS",
    "MAX_ROWS",
    "Heading",
    "Layout",
    "Table",
    "TableError",
    "TableRow",
    "file_sha256",
    "heading_key",
    "open_table",
    "quoted",
]
