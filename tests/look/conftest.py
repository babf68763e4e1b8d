"""Fixtures of the look: one site without data, and its macros ready to call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import db
from tests.markup import Node, parse

Draw = Callable[..., Node]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site without a schema: drawing a component never asks the database."""
    app = create_app(Settings(data_dir=str(tmp_path_factory.mktemp("look"))).checked())
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def draw(site: Flask) -> Iterator[Draw]:
    """``draw("components/chip", "坐便器", href="/x")`` calls the macro that the file is named after."""

    def call(name: str, *args: Any, **kwargs: Any) -> Node:
        module: Any = site.jinja_env.get_template(f"{name}.html").module
        source = str(getattr(module, name.rpartition("/")[2])(*args, **kwargs))
        root, errors = parse(
            f'<!doctype html><html lang="zh-CN"><head><title>x</title></head><body>{source}</body></html>'
        )
        assert not errors, errors
        return root

    with site.test_request_context("/"):
        yield call
