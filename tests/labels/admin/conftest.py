"""Fixtures of the registry's staff pages: registers that were imported, and who works on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from outreach.labels.actions.standards import load_standards
from outreach.labels.imports.importing import ImportResult
from tests.labels.imports.registers import take_in, write

Importer = Callable[..., ImportResult]


@pytest.fixture
def registry(session: Session) -> Session:
    """A session in which the standards are loaded."""
    load_standards(session)
    return session


@pytest.fixture
def import_rows(registry: Session, tmp_path: Path) -> Importer:
    """Imports rows as a file: ``import_rows([filing(...)], "a-2026-05-21.csv", source=…)``."""

    def take(rows: list[dict[str, str]], name: str = "a-2026-05-21.csv", **options: object) -> ImportResult:
        return take_in(registry, write(tmp_path / name, rows), **options)

    return take
