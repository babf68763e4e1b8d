"""The report: clocks as they stand now, the verdict of each check, and the pages that show them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.clock import now
from outreach.core.inspection import Pace
from outreach.core.jobs import Job
from outreach.core.permissions import Role
from outreach.inspection.actions.runs import keep_run
from outreach.inspection.lists import thresholds, wrong_words
from outreach.inspection.report import clock_values, count_failing, make_report
from outreach.inspection.rules.findings import CHECKS, Found, Trouble, Walk
from outreach.inspection.rules.verdicts import Verdict
from outreach.inspection.wording import TITLES
from tests.guards.test_rights import WRITES_BY_LOOKING
from tests.inspection.sites import column, waiting
from tests.staff import StaffPages, StaffPagesMaker

Only = Callable[..., None]


def verdicts(session: Session) -> dict[str, tuple[int | None, str]]:
    return {check.code: (check.value, check.verdict.value) for check in make_report(session).checks}


def walked(session: Session, **found: tuple[int, list[tuple[str, str]]]) -> None:
    """Keep a walk that found these."""
    checks = {code: Found(0, ()) for code in CHECKS}
    for code, (value, places) in found.items():
        checks[code] = Found(value, tuple(Trouble(*place) for place in places))
    clocks = clock_values(session)
    keep_run(session, Walk([], known=10), checks, clocks, started_at=now(), requested_by="李编辑")
    session.commit()


@pytest.fixture
def editor(staff_pages: StaffPagesMaker) -> StaffPages:
    return staff_pages(Role.EDITOR)


def test_nothing_is_claimed_of_what_was_not_measured(session: Session, only: Only) -> None:
    only()
    found = verdicts(session)
    assert set(found) == set(TITLES)
    silent = (*CHECKS, "home_update", "stale_columns", "empty_columns")
    assert {found[code] for code in silent} == {(None, "unknown")}
    assert found["reply_veto"] == (0, "passed")


@pytest.mark.parametrize(
    ("days", "pace", "verdict"),
    [
        (9, Pace.NEWS, "passed"),
        (10, Pace.NEWS, "warned"),
        (14, Pace.NEWS, "failed"),
        (149, Pace.NOTICES, "passed"),
        (150, Pace.NOTICES, "warned"),
        (180, Pace.NOTICES, "failed"),
        (9999, Pace.NONE, "passed"),
    ],
)
def test_a_column_ages(session: Session, only: Only, days: int, pace: Pace, verdict: str) -> None:
    only(column("a", days, pace=pace))
    report = make_report(session)
    assert [one.verdict.value for one in report.columns] == [verdict]


def test_columns_that_stand_still_and_empty_ones_are_counted(session: Session, only: Only) -> None:
    only(column("new", 1), *(column(str(n), 20) for n in range(4)), column("empty", None, entries=0))
    found = verdicts(session)
    assert found["home_update"] == (1, "passed")
    assert found["stale_columns"] == (4, "warned")
    assert found["empty_columns"] == (1, "warned")
    only(*(column(str(n), 20) for n in range(5)))
    found = verdicts(session)
    assert (found["home_update"], found["stale_columns"]) == ((20, "failed"), (5, "failed"))


def test_what_lies_in_the_future_is_no_update_of_the_home_page(session: Session, only: Only) -> None:
    only(column("old", 20, pace=Pace.NONE), column("announced", -90, pace=Pace.NONE))
    assert verdicts(session)["home_update"] == (20, "failed")


def test_letters_that_wait_run_two_clocks(session: Session, only: Only) -> None:
    only(waiting(1, 12, 95))
    found = verdicts(session)
    assert (found["reply_simple"], found["reply_veto"]) == ((2, "failed"), (1, "failed"))
    late = next(check for check in make_report(session).checks if check.code == "reply_veto")
    assert [(place.label, place.href) for place in late.places] == [("2026-00095", "/admin/inbox/2026-00095")]


def test_the_worst_stands_first_and_the_menu_counts_it(session: Session, only: Only, editor: StaffPages) -> None:
    only(column("a", 20), waiting(95))
    walked(session, personal_data=(1, [("/x", "mobile: 138****5678")]), slow_pages=(0, []))
    report = make_report(session)
    assert [check.verdict for check in report.checks[:4]] == [Verdict.FAILED] * 4
    assert count_failing(session) == report.count(Verdict.FAILED) == 4
    assert "4网站自查" in editor.get("/admin/").text(".board__tasks").replace(" ", "")


def test_the_overview_shows_value_limit_time_and_where_to_go(session: Session, only: Only, editor: StaffPages) -> None:
    only(column("news", 20, mend="inbox.letters"))
    page = editor.get("/admin/inspection")
    assert "还没有检查过页面" in page.text("main")
    walked(session, dead_links=(2, [("/a", "/gone → 404"), ("/news/b", "/gone2 → 404")]))
    walked(session, dead_links=(1, [("/news/b", "/gone2 → 404")]))
    page = editor.get("/admin/inspection")
    row = next(node for node in page.all("tbody tr") if "站内失效链接" in node.text)
    assert "不合格" in row.text
    assert "1 个起不合格" in row.text.replace("\u202f", " ")
    assert "比上次少 1" in row.text
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", row.text)
    assert row.all("svg polyline")
    clock = next(node for node in page.all("tbody tr") if "Column news" in node.text)
    assert [link.get("href") for link in clock.all("a")] == ["/news/", "/admin/inbox"]
    editor.get("/en/admin/inspection")


def test_a_check_shows_source_places_history_and_where_to_mend(
    session: Session, only: Only, editor: StaffPages
) -> None:
    only(column("news", 1, mend="inbox.letters"))
    for value in (3, 0, 2):
        walked(session, dead_links=(value, [("/news/b", "/gone → 404"), ("/c", "/gone → 404")][:value]))
    page = editor.get("/admin/inspection/dead_links")
    assert thresholds()["dead_links"].source in page.text("main")
    assert page.links["/news/b"] == "/news/b"
    assert "由开发人员处理" in page.text("main")
    assert [link.get("href") for link in page.all("tbody a") if "去处理" in link.text] == ["/admin/inbox"]
    assert page.texts(".sparkline-table td") == ["2", "0", "3"]
    assert len(page.one("polyline").get("points").split()) == 3
    editor.get("/en/admin/inspection/dead_links")


def test_every_check_has_a_page_in_both_languages(session: Session, only: Only, editor: StaffPages) -> None:
    only(column("a", 20), column("b", None, 0), waiting(95))
    walked(session, **{code: (1, [("/x", "mobile: 138****5678")]) for code in CHECKS})
    for code in TITLES:
        editor.get(f"/admin/inspection/{code}")
        editor.get(f"/en/admin/inspection/{code}")
    editor.get("/admin/inspection/nonsense", status=404)


def test_the_list_of_wrong_words_can_be_read(editor: StaffPages) -> None:
    page = editor.get("/admin/inspection/wrong_words")
    assert {word.wrong for word in wrong_words()} <= set(page.texts("tbody th"))


def test_all_places_can_be_taken_away(session: Session, only: Only, editor: StaffPages) -> None:
    only(waiting(95))
    walked(session, wrong_words=(1, [("/x", "=cmd()")]))
    answer = editor.raw("/admin/inspection.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["检查项", "结论", "位置", "问题", "数值时间"]
    assert ["错别字和不当用语", "不合格", "/x", "'=cmd()"] in [row[:4] for row in rows]
    assert len(rows) == 4


def test_a_walk_is_asked_for_once(session: Session, editor: StaffPages, staff_pages: StaffPagesMaker) -> None:
    first = editor.post("/admin/inspection/runs")
    job = session.scalars(sa.select(Job)).one()
    assert first.location == f"/admin/jobs/{job.id}"
    assert job.kind == "inspection"
    editor.get(f"/admin/jobs/{job.id}")
    assert "正在检查" in editor.get("/admin/inspection").text("main")
    editor.post("/admin/inspection/runs")
    assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 1
    assert "inspection.start" in WRITES_BY_LOOKING


def test_who_may_not_look_is_refused(staff_pages: StaffPagesMaker) -> None:
    for role in (Role.COUNTY_OFFICER, Role.JUROR, Role.SECURITY_ADMIN):
        stranger = staff_pages(role).client
        for path in ("", "/dead_links", ".csv"):
            assert stranger.get(f"/admin/inspection{path}").status_code == 403


def test_the_badge_is_at_most_a_moment_old(app: Flask, session: Session, only: Only, monkeypatch: Any) -> None:
    only(waiting(95))
    badge = app.extensions["inspection_badge"]
    assert badge.value() == 2
    monkeypatch.setattr("outreach.inspection.badge.count_failing", lambda _session: 7)
    assert badge.value() == 2
    badge.forget()
    assert badge.value() == 7
    badge.forget()
