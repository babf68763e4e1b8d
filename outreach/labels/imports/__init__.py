"""From a register's file to rows: read, cleaned with a remark or refused with a reason; every row accounted for.

One module per source maps the file's columns. What the rows do to the database is ``labels/actions/imports``.
"""
