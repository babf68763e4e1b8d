"""The parts of the documents that follow the code: tables of settings and commands, and the data dictionary.

``python -m tools.documents`` writes them; a test fails when they are out of date.
"""

from __future__ import annotations

import inspect
import re
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import click
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Mapper

from outreach import create_app
from outreach.config import PREFIX, Settings
from outreach.core.db import Base

ROOT: Final = Path(__file__).parent.parent
README: Final = ROOT / "README.md"
DICTIONARY: Final = ROOT / "docs/data-dictionary.md"
#: Commands that every Flask application has.
FLASKS_OWN: Final = frozenset({"run", "shell", "routes"})
#: What ``flask db`` has beyond what operators and developers of this site use.
RARE: Final = frozenset({"db mkdir", "db heads", "db branches", "db log", "db show", "db stamp", "db merge"})


def settings_table() -> str:
    """Every setting with its default and its help text."""
    rows = [
        f"| `{PREFIX}{one.name.upper()}` | {_code(one.default)} | {one.metadata['help']} |" for one in fields(Settings)
    ]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])


def _code(value: object) -> str:
    return f"`{value}`" if value else "(empty)"


def commands_table(app: Flask) -> str:
    """Every command of the site with the first line of its help."""
    rows = [f"| `flask {name}` | {text} |" for name, text in sorted(_commands(app.cli)) if name not in RARE]
    return "\n".join(["| command | what it does |", "|---|---|", *rows])


def _commands(group: click.Group, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, command in group.commands.items():
        if not prefix and name in FLASKS_OWN:
            continue
        if isinstance(command, click.Group):
            yield from _commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", _first_line(command.help or "")


def _first_line(text: str) -> str:
    return inspect.cleandoc(text).split("\n\n")[0].replace("\n", " ").split(". ")[0].rstrip(".") + "."


def data_dictionary() -> str:
    """Every table and column as the models declare them, with what their docstrings and comments say."""
    parts = ["# Data dictionary", "", "Written by `make documents` from the models; do not edit."]
    for mapper in sorted(Base.registry.mappers, key=lambda one: str(one.local_table)):
        parts += ["", f"## {mapper.local_table}", "", _docstring(mapper), "", *_columns(mapper)]
    return "\n".join(parts) + "\n"


def _docstring(mapper: Mapper[Any]) -> str:
    return " ".join(inspect.cleandoc(mapper.class_.__doc__ or "").split())


def _columns(mapper: Mapper[Any]) -> Iterator[str]:
    remarks = _remarks(mapper.class_)
    yield "| column | type | remarks |"
    yield "|---|---|---|"
    for column in mapper.local_table.c:
        yield f"| `{column.name}` | {_type(column)} | {'; '.join(_notes(column, remarks))} |"


def _type(column: sa.Column[Any]) -> str:
    kind = column.type
    if isinstance(kind, sa.Enum):
        return "one of " + ", ".join(f"`{word}`" for word in kind.enums)
    return str(kind.compile(dialect=sa.create_engine("sqlite://").dialect)).lower()


def _notes(column: sa.Column[Any], remarks: dict[str, str]) -> Iterator[str]:
    if column.primary_key:
        yield "key"
    for key in column.foreign_keys:
        yield f"→ `{key.target_fullname}`"
    if column.unique:
        yield "unique"
    if column.nullable:
        yield "may be empty"
    if column.name in remarks:
        yield remarks[column.name]


def _remarks(model: type) -> dict[str, str]:
    """The ``#:`` comments above a model's columns."""
    found: dict[str, str] = {}
    pending: list[str] = []
    for line in inspect.getsource(model).splitlines():
        if match := re.fullmatch(r"\s+#: (.*)", line):
            pending.append(match[1])
        elif (match := re.match(r"\s+(\w+): Mapped\[", line)) and pending:
            found[match[1]] = " ".join(pending).rstrip(".").replace("|", "\\|")
            pending = []
        else:
            pending = []
    return found


def filled(text: str, name: str, table: str) -> str:
    """``text`` with what stands between the marks of ``name`` replaced."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not pattern.search(text):
        raise LookupError(f"no marks of {name}")
    return pattern.sub(lambda match: f"{match[1]}\n{table}\n\n{match[2]}", text)


def documents() -> dict[Path, str]:
    """What each document must be."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=folder, log_level="ERROR").checked())
        readme = filled(README.read_text(encoding="utf-8"), "settings", settings_table())
        return {README: filled(readme, "commands", commands_table(app)), DICTIONARY: data_dictionary()}


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
