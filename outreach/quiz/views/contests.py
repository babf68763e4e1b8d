"""The list of contests, and the page of each with all of its rules."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from outreach.core.db import db
from outreach.quiz.blueprint import blueprint
from outreach.quiz.queries.integrity import integrity_counts
from outreach.quiz.queries.pools import list_quotas
from outreach.quiz.queries.showing import list_draws, list_standings
from outreach.quiz.rules import draw
from outreach.quiz.views.frame import public, standing_or_404
from outreach.quiz.wording_web import PHASES, bracket_names, contest_name, points, quota_sentence, rules_of, span


@blueprint.get("/quiz/")
@public
def contests() -> ResponseReturnValue:
    """All contests that were published, and the way to practice."""
    return render_template(
        "quiz/contests.html",
        standings=list_standings(db.session),
        phases=PHASES,
        contest_name=contest_name,
        points=points,
        span=span,
    )


@blueprint.get("/quiz/<slug>")
@public
def contest(slug: str) -> ResponseReturnValue:
    """What the contest is, when, and by which rules; the same for everybody, whoever asks."""
    standing = standing_or_404(slug)
    found = standing.contest
    plan = draw.plan_from(found.draw_plan) if found.draw_plan else None
    return render_template(
        "quiz/contest.html",
        standing=standing,
        contest=found,
        name=contest_name(found),
        phase=PHASES[standing.phase],
        rules=rules_of(found),
        quotas=[quota_sentence(quota) for quota in list_quotas(db.session, found.id)],
        brackets=list(bracket_names(found).values()),
        plan=plan,
        has_draws=bool(list_draws(db.session, found.id)),
        integrity=integrity_counts(db.session, found.id),
        points=points,
    )
