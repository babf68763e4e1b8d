"""``flask demo``: what it says, and that the text index follows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import db
from outreach.core.search.indexer import differences
from outreach.labels.models import Registration
from tests import factories
from tests.conftest import run_command


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Flask]:
    """A migrated site of the test's own: commands commit."""
    app = create_app(Settings(data_dir=str(tmp_path)).checked())
    app.config["TESTING"] = True
    run_command(app, "db", "upgrade")
    yield app
    with app.app_context():
        db.engine.dispose()


def test_load_is_quick_with_its_index_and_says_what_it_did(site: Flask) -> None:
    started = process_time()
    assert "已载入演示数据。\n产品 3000 个，证书 260 份，监督抽查 300 次。" in run_command(site, "demo", "load")
    assert process_time() - started < 3
    with site.app_context():
        assert list(differences()) == []
    assert "演示数据已是最新。" in run_command(site, "demo", "load")


def test_clear_takes_it_out_of_the_index_too(site: Flask) -> None:
    run_command(site, "demo", "load")
    assert "已删除演示数据，共 3000 个产品。" in run_command(site, "demo", "clear")
    with site.app_context():
        assert list(differences()) == []
    assert "已删除演示数据，共 0 个产品。" in run_command(site, "demo", "clear")


def test_load_says_that_a_real_register_hides_the_demo(site: Flask) -> None:
    with site.app_context():
        factories.import_run(db.session)
        db.session.commit()
    assert "演示数据不对外显示" in run_command(site, "demo", "load")


def test_load_if_empty_leaves_a_used_registry_alone(site: Flask) -> None:
    with site.app_context():
        factories.import_run(db.session)
        db.session.commit()
    assert run_command(site, "demo", "load", "--if-empty") == ""
    with site.app_context():
        assert db.session.scalars(sa.select(Registration)).all() == []
