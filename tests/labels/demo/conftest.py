"""The demonstration catalogue, loaded once for the tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.db import db
from outreach.labels.demo.cli import FOLDER
from outreach.labels.demo.load import load_demo
from outreach.labels.demo.parts import Parts, read_parts
from tests.conftest import isolated


@pytest.fixture(scope="session")
def parts() -> Parts:
    return read_parts(FOLDER)


@pytest.fixture(scope="module")
def loaded(app: Flask, parts: Parts) -> Iterator[Session]:
    """A session that sees the whole catalogue; undone after the module."""
    with app.app_context(), isolated(app):
        load_demo(db.session, parts)
        yield db.session
