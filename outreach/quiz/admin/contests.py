"""Contests: the list, one with everything about it, making and changing drafts, units."""

from __future__ import annotations

import csv
import io
from typing import Final

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.db import db
from outreach.core.exports import neutralised
from outreach.core.files import uploaded
from outreach.core.permissions import Permission
from outreach.core.review.queries import list_for_target
from outreach.core.review.rules import OPEN
from outreach.core.staff import require, the_staff
from outreach.quiz import seams
from outreach.quiz.actions.contests import StepImpossible, check
from outreach.quiz.actions.drafts import SlugTaken, Unit, make, replace_units, revise
from outreach.quiz.admin.blueprint import blueprint
from outreach.quiz.admin.reading_units import read_units
from outreach.quiz.admin.samples import UNIT_HEADINGS
from outreach.quiz.admin.shared import LOOKERS, contest_or_404, go_on, page, points, who
from outreach.quiz.admin.steps import possible_steps
from outreach.quiz.admin.wording import contest_fault
from outreach.quiz.forms_admin import (
    MOST_ROWS,
    SPARE_ROWS,
    TABLES,
    ContestForm,
    Fault,
    empty_form,
    form_of,
    parse_contest,
)
from outreach.quiz.models import AgeBand, Contest, ContestStatus
from outreach.quiz.moments import database_now
from outreach.quiz.queries.bank import list_topics, strata
from outreach.quiz.queries.drafts import list_events, list_units, previewers
from outreach.quiz.queries.organising import list_contests
from outreach.quiz.rules.deadlines import phase
from outreach.quiz.wording import contest_sentence

TARGET: Final = "quiz_contest"


@blueprint.get("/contests")
@require(*LOOKERS)
def contests() -> ResponseReturnValue:
    """Every contest."""
    return page("quiz_admin/contests.html", rows=list_contests(db.session))


@blueprint.get("/contests/<slug>")
@require(*LOOKERS)
def contest(slug: str) -> ResponseReturnValue:
    """One contest: what is settled, whether it may open, what was done to it, and every way on."""
    found = contest_or_404(slug)
    is_draft = found.status is ContestStatus.DRAFT
    proposals = [one for one in list_for_target(db.session, TARGET, slug) if one.state in OPEN]
    return page(
        "quiz_admin/contest.html",
        contest=found,
        is_draft=is_draft,
        phase=_phase(found),
        points=points,
        faults=[contest_sentence(fault) for fault in check(db.session, found)] if is_draft else [],
        previewers=previewers(db.session, found) if is_draft else [],
        proposals=proposals,
        events=list_events(db.session, found.id),
        units=list_units(db.session, found.id),
        steps=possible_steps(found),
        may_manage=the_staff().may(Permission.QUIZ_MANAGE),
        is_author=who().is_staff(found.created_by),
    )


def _phase(contest: Contest) -> str:
    windows = tuple((one.opens_at, one.closes_at) for one in contest.rounds)
    return phase(
        database_now(db.session),
        study_from=contest.study_from,
        opens_at=contest.opens_at,
        ends_at=contest.ends_at,
        is_paused=contest.paused_at is not None,
        rounds=windows,
        is_practice_after=contest.is_practice_after,
    ).value


@blueprint.route("/contests/new", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def contest_new() -> ResponseReturnValue:
    """Settle a new contest."""
    if request.method != "POST":
        return _form_page(empty_form(), url_for("quiz_admin.contest_new"))
    form = parse_contest(request.form)
    if form.draft is not None:
        try:
            made = make(db.session, form.draft, form.names, who())
        except SlugTaken:
            db.session.rollback()
            form.faults["slug"] = Fault.TAKEN
        else:
            return go_on(url_for("quiz_admin.contest", slug=made.slug), _("草稿已保存。"))
    return _form_page(form, url_for("quiz_admin.contest_new"), status=422)


@blueprint.route("/contests/<slug>/edit", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def contest_edit(slug: str) -> ResponseReturnValue:
    """Change a draft."""
    found = contest_or_404(slug)
    address, back = url_for("quiz_admin.contest_edit", slug=slug), url_for("quiz_admin.contest", slug=slug)
    if found.status is not ContestStatus.DRAFT:
        return go_on(back, _("已发布的竞赛不能再改设置。"), "warning")
    if request.method != "POST":
        return _form_page(form_of(found), address, found)
    form = parse_contest(request.form, slug=slug)
    if form.draft is None:
        return _form_page(form, address, found, status=422)
    try:
        revise(db.session, found, form.draft, form.names, who())
    except StepImpossible:
        db.session.rollback()
        return go_on(back, _("已发布的竞赛不能再改设置。"), "warning")
    return go_on(back, _("草稿已保存。"))


def _form_page(form: ContestForm, action: str, contest: Contest | None = None, status: int = 200) -> Response:
    counts = strata(db.session)
    spare = {table: min(len(rows) + SPARE_ROWS, MOST_ROWS) for table, rows in form.rows.items()}
    blank = {
        table: {**dict.fromkeys(columns, ""), **({"ages": []} if "ages" in columns else {})}
        for table, columns in TABLES.items()
    }
    return page(
        "quiz_admin/contest_edit.html",
        status,
        form=form,
        action=action,
        contest=contest,
        faults={name: contest_fault(name, fault) for name, fault in form.faults.items()},
        tables={name: [*rows, *[blank[name]] * (spare[name] - len(rows))] for name, rows in form.rows.items()},
        available=[_available(counts, row) for row in form.rows["quota"]],
        counts=counts,
        topic_options=[("", _("不限")), *((topic, topic) for topic in list_topics(db.session))],
        ages=list(AgeBand),
    )


def _available(counts: dict[tuple[str, int, str], int], row: dict[str, str]) -> int:
    """How many questions a row of the quotas may be filled from."""
    return sum(
        count
        for (topic, difficulty, kind), count in counts.items()
        if row["topic"] in ("", topic) and row["difficulty"] in ("", "0", str(difficulty)) and row["kind"] in ("", kind)
    )


@blueprint.route("/contests/<slug>/units", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def units(slug: str) -> ResponseReturnValue:
    """The list of units, replaced by an uploaded table."""
    found = contest_or_404(slug)
    faults: list[str] = []
    if request.method == "POST":
        sent = uploaded("file")
        rows, faults = (
            read_units(sent.read(), lambda code: seams.is_county(db.session, code))
            if sent
            else ([], [_("请选择文件。")])
        )
        if not faults:
            try:
                replace_units(db.session, found, [Unit(*row) for row in rows], who())
            except StepImpossible:
                db.session.rollback()
                faults = [_("竞赛已经发布，单位只能增加，不能删去。")]
            else:
                words = _("已写入 %(n)s 个单位。", n=len(rows))
                return go_on(url_for("quiz_admin.units", slug=slug), words)
    listed = list_units(db.session, found.id)
    return page("quiz_admin/units.html", 422 if faults else 200, contest=found, units=listed, faults=faults)


@blueprint.get("/contests/<slug>/units.csv")
@require(Permission.QUIZ_MANAGE)
def units_csv(slug: str) -> ResponseReturnValue:
    """The list of units as the table that can be handed in again; a template where there is none."""
    found = contest_or_404(slug)
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(UNIT_HEADINGS.values())
    for unit in list_units(db.session, found.id):
        writer.writerow([neutralised(unit.code), neutralised(unit.name), unit.county_code, unit.roll or ""])
    answer = Response("\ufeff" + target.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="units-{found.id}.csv"'
    return answer
