"""``flask demo …``."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from outreach.core.db import db
from outreach.core.search.indexer import catch_up
from outreach.labels.demo.load import clear_demo, is_registry_empty, load_demo
from outreach.labels.demo.parts import read_parts
from outreach.labels.queries.published import is_demo_shown

FOLDER = Path(__file__).parents[3] / "content" / "demo"

demo = click.Group("demo", help="The fictional catalogue.")


@demo.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing when any register was loaded before.")
@with_appcontext
def load(*, if_empty: bool) -> None:
    """Load 3,000 fictional products with certificates and spot checks. Twice the same changes nothing."""
    if if_empty and not is_registry_empty(db.session):
        return
    report = load_demo(db.session, read_parts(FOLDER))
    is_shown = is_demo_shown(db.session)
    db.session.commit()
    catch_up()
    counts = {"products": report.registrations, "certificates": report.certificates, "checks": report.spot_checks}
    click.echo(_("演示数据已是最新。") if report.was_there else _("已载入演示数据。"))
    click.echo(_("产品 %(products)d 个，证书 %(certificates)d 份，监督抽查 %(checks)d 次。", **counts))
    if not is_shown:
        click.echo(_("已导入真实登记数据，因此演示数据不对外显示。"))


@demo.command("clear")
@with_appcontext
def clear() -> None:
    """Take every fictional row out of the database."""
    removed = clear_demo(db.session)
    db.session.commit()
    catch_up()
    click.echo(_("已删除演示数据，共 %(count)d 个产品。", count=removed))
