"""Draws: what was promised before, what was opened after, and everything that one needs to draw again."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import Response, abort, json, make_response, render_template
from flask.typing import ResponseReturnValue

from outreach.core.db import db
from outreach.core.exports import content_disposition
from outreach.core.i18n import pick
from outreach.quiz import seams
from outreach.quiz.actions.claims import list_winners
from outreach.quiz.actions.draws import proof_of
from outreach.quiz.blueprint import blueprint
from outreach.quiz.models import DrawRecord, DrawState
from outreach.quiz.queries.showing import find_draw, list_draws
from outreach.quiz.rules import draw, masks
from outreach.quiz.views.frame import public, standing_or_404
from outreach.quiz.wording_web import PRIZE_STATES, contest_name, points

SCRIPT: Final = Path(__file__).parents[3] / "tools" / "verify_draw.py"


@blueprint.get("/quiz/<slug>/draw", endpoint="draw")
@public
def draws(slug: str) -> ResponseReturnValue:
    """All draws of a contest, with how to check each."""
    contest = standing_or_404(slug).contest
    records = list_draws(db.session, contest.id)
    if not records and not contest.draw_plan:
        abort(404)
    return render_template(
        "quiz/draw.html",
        contest=contest,
        name=contest_name(contest),
        draws=[_shown(record) for record in records],
        plan=draw.plan_from(contest.draw_plan) if contest.draw_plan else None,
        points=points,
        pick=pick,
        has_script=SCRIPT.is_file(),
    )


def _shown(record: DrawRecord) -> dict[str, Any]:
    winners = list_winners(db.session, record.id) if record.state is not DrawState.COMMITTED else []
    names = seams.regions(db.session, {county for _place, _prize, _nickname, county, _state in winners})
    return {
        "record": record,
        "plan": draw.plan_from(record.plan),
        "is_revealed": bool(record.seed),
        "is_superseded": record.state is DrawState.SUPERSEDED,
        "winners": [
            (
                place,
                prize,
                masks.masked_name(nickname) or "—",
                pick(names[county].name, names[county].name_en),
                PRIZE_STATES[state],
            )
            for place, prize, nickname, county, state in winners
        ],
    }


@blueprint.get("/quiz/<slug>/draw/<name>-<int:turn>.json")
@public
def draw_proof(slug: str, name: str, turn: int) -> ResponseReturnValue:
    """The published file of one draw: the whole entrant list, the hashes, and after the draw seed and winners."""
    contest = standing_or_404(slug).contest
    record = find_draw(db.session, contest.id, name[:64], turn)
    if record is None:
        abort(404)
    text = json.dumps(asdict(proof_of(db.session, record)), ensure_ascii=False, indent=1)
    headers = {"Content-Type": "application/json", "Content-Disposition": content_disposition(f"{slug}-{name}.json")}
    return make_response(text + "\n", headers)


@blueprint.get("/quiz/verify_draw.py")
def draw_script() -> Response:
    """The program that draws again, with nothing but Python's standard library."""
    text = _script()
    if not text:
        abort(404)
    headers = {"Content-Disposition": content_disposition("verify_draw.py")}
    answer = Response(text, content_type="text/plain; charset=utf-8", headers=headers)
    answer.cache_control.max_age = 3600
    return answer


@cache
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8") if SCRIPT.is_file() else ""
