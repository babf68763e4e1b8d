"""The sentences for what a load of the registry's content files did."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from outreach.counties.actions.facts import FactsReport


def facts_lines(report: FactsReport) -> Iterator[str]:
    """What a load did, line by line."""
    yield _(
        "县域事实：新增 %(added)d，更新 %(updated)d，删除 %(removed)d，不变 %(unchanged)d。",
        added=report.added,
        updated=report.updated,
        removed=report.removed,
        unchanged=report.unchanged,
    )
    for name in report.kept:
        yield _("不再出现在文件里，但还被使用，已保留：%(name)s", name=name)
    for name in report.refused:
        yield _("命名与已有记录矛盾，没有写入：%(name)s", name=name)
