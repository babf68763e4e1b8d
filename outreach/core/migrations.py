"""The schema's revisions: ``flask db …`` through Flask-Alembic, and whether a database is at the newest one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask
from flask_alembic import Alembic
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from outreach.config import Settings
from outreach.core.db import Base

FOLDER = Path(__file__).parent.parent / "migrations"


class NumberedAlembic(Alembic):
    """Flask-Alembic with revisions that are called 0001, 0002, …"""

    def rev_id(self) -> str:
        return f"{len(list(self.script_directory.walk_revisions())) + 1:04d}"


def _render(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as what they are in the database: old revisions must not need today's code."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def _is_for_other_database(item: object) -> bool:
    """Whether an index of the models is declared for PostgreSQL alone (``ddl_if``, which Alembic does not look at)."""
    return isinstance(item, sa.Index) and bool(item.dialect_options["postgresql"].get("using"))


def init_app(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    app.config["ALEMBIC"] = {"script_location": str(FOLDER), "file_template": "%%(rev)s_%%(slug)s"}
    app.config["ALEMBIC_CONTEXT"] = {
        "compare_type": True,
        "include_object": lambda item, *_rest: not (settings.is_sqlite and _is_for_other_database(item)),
        "render_as_batch": True,
        "render_item": _render,
        "transactional_ddl": True,  # SQLite can, because ``core.db`` opens its transactions itself
        "transaction_per_migration": True,
    }
    NumberedAlembic(app, metadatas=Base.metadata, run_mkdir=False)


@cache
def head() -> str:
    """The newest revision that this code knows."""
    return str(ScriptDirectory(str(FOLDER), version_locations=[str(FOLDER)]).get_current_head())


def is_current(engine: Engine) -> bool:
    """Whether a database answers and is exactly at the newest revision."""
    try:
        with engine.connect() as connection:
            found = connection.scalars(sa.text("SELECT version_num FROM alembic_version")).all()
    except DBAPIError:
        return False
    return list(found) == [head()]
