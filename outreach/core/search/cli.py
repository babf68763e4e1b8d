"""``flask search …``: rebuild the text index, see how it stands, compare it with the database."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from outreach.core.search.index import IndexBusy, IndexUnavailable
from outreach.core.search.indexer import catch_up, differences, index_state, text_index
from outreach.core.search.maintained import Health, Progress

#: Differences that are listed one by one.
LISTED = 20

search = AppGroup("search", help="The text index behind the search box.")


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """A bar on a terminal that learns its length on the way."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def advance(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield advance


@search.command()
@click.option("--if-needed", "is_conditional", is_flag=True, help="Only catch up, unless the index is unusable.")
def rebuild(*, is_conditional: bool) -> None:
    """Build the index anew beside the serving one and put it in its place. May be interrupted."""
    started = time.monotonic()
    try:
        if is_conditional and text_index().verdict().health in (Health.FRESH, Health.BEHIND):
            done = _("搜索索引已跟上 %(count)d 处变更", count=catch_up().count)
        else:
            with progress_bar(_("重建搜索索引")) as progress:
                done = _("搜索索引已建好，共 %(count)d 条", count=text_index().rebuild(progress))
    except IndexBusy:
        raise click.ClickException(_("另一个进程正在更新搜索索引。")) from None
    click.echo(_("%(done)s，用时 %(seconds).1f 秒。", done=done, seconds=time.monotonic() - started))


@search.command()
def status() -> None:
    """Print whether the index can be read, and what it has not seen. Exits with 1 when it cannot be read."""
    state = index_state(current_app)
    click.echo(_("索引可用。") if state.usable else _("索引不可用：%(reason)s", reason=state.reason))
    if state.rebuilding:
        click.echo(_("正在重建。"))
    click.echo(
        _("尚未收录的变更：%(count)d 处，最早的在 %(seconds)d 秒前。", count=state.lag, seconds=state.lag_seconds)
        if state.lag
        else _("没有尚未收录的变更。")
    )
    sys.exit(0 if state.usable else 1)


@search.command()
def verify() -> None:
    """Compare every document of the index with the database. Exits with 1 when they are not equal."""
    found: Counter[str] = Counter()
    try:
        for difference in differences():
            found[difference.what] += 1
            if found.total() <= LISTED:
                click.echo(f"{difference.what}: {difference.kind} {difference.object_id}", err=True)
    except IndexUnavailable as error:
        raise click.ClickException(_("索引不可用：%(reason)s", reason=str(error))) from error
    if found:
        raise click.ClickException(
            _(
                "索引与数据库不一致：缺 %(missing)d 条，过时 %(stale)d 条，多余 %(extra)d 条。",
                missing=found["missing"],
                stale=found["stale"],
                extra=found["extra"],
            )
        )
    click.echo(_("索引与数据库一致。"))
