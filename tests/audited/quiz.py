"""Forms of the organisers of contests."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from outreach.core import files
from outreach.core.audit import actor_of
from outreach.core.permissions import Role
from outreach.quiz.actions.certificates import issue
from outreach.quiz.actions.claims import claim, offer
from outreach.quiz.actions.contests import freeze, pause
from outreach.quiz.actions.draws import commit_draw, reveal
from outreach.quiz.actions.review import appeal, void
from outreach.quiz.formats import FORMATS
from outreach.quiz.keys import keys_from
from outreach.quiz.models import Attempt, Contest, DrawWinner, IntegritySignal, SignalState
from outreach.quiz.moments import database_now
from outreach.quiz.queries import contents, pools
from outreach.quiz.seams import Actor
from tests.audited import Scenario, Sent, World
from tests.quiz import stage
from tests.quiz.admin import typed
from tests.quiz.admin.conftest import PLAN, Played, play
from tests.quiz.questions import single

OTHER = Actor("另一位 #999", 999)
REASON = {"reason": "按核查结果处理"}


def _played(world: World) -> Played:
    contents.forget()
    pools.forget()
    return play(world.session, stage.contest(world.session, draw_plan=PLAN.as_dict()), rights=(10, 7))


def _draft(world: World) -> Contest:
    contents.forget()
    pools.forget()
    return typed.draft(world.session)


def _organiser(world: World) -> Any:
    return world.staff_pages(Role.ORGANISER, name="李组织")


def _on_contest(path: str, data: dict[str, Any] | None = None, entries: int = 1, **prepared: Any) -> Scenario:
    def prepare(world: World) -> Sent:
        played, pages = _played(world), _organiser(world)
        for step in prepared.get("steps", ()):
            step(world.session, played.contest, OTHER, "理由")
        world.session.commit()
        return Sent(pages, played.path(path), data or {}, entries)

    return prepare


def _on_draft(path: str, data: dict[str, Any] | Callable[[], dict[str, Any]], entries: int = 1) -> Scenario:
    def prepare(world: World) -> Sent:
        contest = _draft(world)
        return Sent(
            _organiser(world), f"/admin/contests/{contest.slug}{path}", data() if callable(data) else data, entries
        )

    return prepare


def _new(world: World) -> Sent:
    _draft(world)
    return Sent(_organiser(world), "/admin/contests/new", {**typed.contest(), "slug": "another"})


def _attempt(path: str, data: dict[str, Any], entries: int = 1, *, is_void: bool = False) -> Scenario:
    def prepare(world: World) -> Sent:
        played = _played(world)
        if is_void:
            void(world.session, played.attempt_ids[0], OTHER, "理由")
        pages = _organiser(world)
        world.session.commit()
        return Sent(pages, played.path(f"/attempts/{played.attempt_ids[0]}{path}"), data, entries)

    return prepare


def _signal(world: World) -> Sent:
    played = _played(world)
    values = {"weight": 80, "found_at": database_now(world.session), "state": SignalState.WAITING, "details": {}}
    ids = {"contest_id": played.contest.id, "attempt_id": played.attempt_ids[0]}
    signal = IntegritySignal(kind="too-fast", **ids, **values)
    world.session.add(signal)
    world.session.commit()
    return Sent(_organiser(world), played.path(f"/signals/{signal.id}"), {**REASON, "decision": "confirm"})


def _appeal(world: World) -> Sent:
    played, session = _played(world), world.session
    void(session, played.attempt_ids[0], OTHER, "理由")
    public_id = session.scalars(sa.select(Attempt.public_id).where(Attempt.id == played.attempt_ids[0])).one()
    made = appeal(session, public_id, played.participant_ids[0], "我没有作弊")
    session.commit()
    data = {"answer": "核实后支持", "decision": "grant"}
    return Sent(_organiser(world), played.path(f"/appeals/{made.id}"), data, 2)


def _participant(world: World) -> Sent:
    played = _played(world)
    data = {"county": "110102", "unit": "", "bracket": "", **REASON}
    return Sent(_organiser(world), played.path(f"/people/{played.participant_ids[0]}"), data)


def _certificate(world: World) -> Sent:
    played, session = _played(world), world.session
    attempt = session.get_one(Attempt, played.attempt_ids[0])
    made = issue(session, attempt.public_id, attempt.participant_id, "参与者")
    session.commit()
    return Sent(_organiser(world), played.path(f"/certificates/{made.id}/revoke"), REASON)


def _ended(world: World) -> Played:
    played = _played(world)
    now = database_now(world.session)
    played.contest.opens_at, played.contest.closes_at = now - timedelta(days=3), now - timedelta(hours=1)
    world.session.commit()
    return played


def _keys(pages: Any) -> Any:
    return keys_from(pages.app.config["SETTINGS"])


def _draws(world: World) -> Sent:
    return Sent(_organiser(world), _ended(world).path("/draws"), {"day": "", "public_source": ""})


def _draw(name: str, data: dict[str, Any], entries: int = 1, *, is_revealed: bool = False) -> Scenario:
    def prepare(world: World) -> Sent:
        played, pages = _ended(world), _organiser(world)
        record = commit_draw(world.session, _keys(pages), played.contest, PLAN, OTHER)
        if is_revealed:
            reveal(world.session, _keys(pages), record.id, OTHER)
        world.session.commit()
        return Sent(pages, played.path(f"/draws/{record.id}/{name}"), data, entries)

    return prepare


def _contact(name: str) -> Scenario:
    def prepare(world: World) -> Sent:
        played, pages, session = _ended(world), _organiser(world), world.session
        keys = _keys(pages)
        record = commit_draw(session, keys, played.contest, PLAN, OTHER)
        reveal(session, keys, record.id, OTHER)
        won = session.get_one(DrawWinner, (record.id, 1))
        code = offer(session, keys, record.id, 1, won.participant_id)
        claim(session, keys, record.id, 1, won.participant_id, code, "13800000000")
        session.commit()
        return Sent(pages, played.path(f"/draws/{record.id}/{name}"), {"access_reason": "寄送一等奖奖品"})

    return prepare


def _bank(path: str, data: dict[str, Any] | Callable[[], dict[str, Any]], entries: int = 1) -> Scenario:
    def prepare(world: World) -> Sent:
        _played(world)
        return Sent(_organiser(world), f"/admin/questions{path}", data() if callable(data) else data, entries)

    return prepare


def _import(world: World) -> Sent:
    pages = _organiser(world)
    data = FORMATS["csv"].write([("new-1", single("导入的新题是什么？"))]).data
    kept = files.store(world.session, name="q.csv", content=data, purpose="quiz-import", actor=actor_of(pages.person))
    world.session.commit()
    return Sent(pages, f"/admin/questions/import/{kept.id}?file_format=csv")


def _preview(world: World) -> Sent:
    contest = _draft(world)
    return Sent(_organiser(world), f"/admin/contests/{contest.slug}/preview")


def _units_file() -> dict[str, Any]:
    table = "单位编码,单位名称,县域编码,人数\r\nS001,第一小学,110101,500\r\n"
    return {"file": (io.BytesIO(table.encode()), "units.csv")}


SCENARIOS: dict[str, Scenario] = {
    "quiz_admin.appeal": _appeal,
    "quiz_admin.attempt_step:restore": _attempt("/restore", REASON, is_void=True),
    "quiz_admin.attempt_step:void": _attempt("/void", REASON),
    "quiz_admin.bank_export": _bank("/export", {"file_format": "gift"}),
    "quiz_admin.bank_import_check": _import,
    "quiz_admin.certificate_issue": _attempt("/certificate", {}),
    "quiz_admin.certificate_revoke": _certificate,
    "quiz_admin.contest_edit": _on_draft("/edit", lambda: {**typed.contest(), "title": "改过的名称"}),
    "quiz_admin.contest_new": _new,
    "quiz_admin.contest_propose": _on_draft("/propose", {}, 2),
    "quiz_admin.contest_step:extend": _on_contest("/steps/extend", {**REASON, "until": "2099-01-01T10:00"}),
    "quiz_admin.contest_step:finalise": _on_contest("/steps/finalise", REASON),
    "quiz_admin.contest_step:freeze": _on_contest("/steps/freeze", REASON),
    "quiz_admin.contest_step:pause": _on_contest("/steps/pause", REASON),
    "quiz_admin.contest_step:resume": _on_contest("/steps/resume", REASON, steps=(pause,)),
    "quiz_admin.contest_step:unfreeze": _on_contest("/steps/unfreeze", REASON, steps=(freeze,)),
    "quiz_admin.contest_step:withdraw": _on_contest("/steps/withdraw", REASON),
    "quiz_admin.draw_redraw": _draw("redraw", REASON, 2, is_revealed=True),
    "quiz_admin.draw_reveal": _draw("reveal", {}),
    "quiz_admin.draws": _draws,
    "quiz_admin.integrity_search": _on_contest("/integrity/search"),
    "quiz_admin.participant": _participant,
    "quiz_admin.preview": _preview,
    "quiz_admin.question_edit": _bank("/by-code/Q0000/edit", lambda: typed.question(single("第 0 题换了说法？")), 2),
    "quiz_admin.question_key": _bank(
        "/by-code/Q0000/1/key", lambda: {**typed.question(single("第 0 题是什么？", right=1)), **REASON}, 2
    ),
    "quiz_admin.question_new": _bank(
        "/new", lambda: {**typed.question(single("全新的题是什么？")), "code": "new-2"}, 2
    ),
    "quiz_admin.question_retire": _bank("/by-code/Q0000/retire", REASON),
    "quiz_admin.report_export": _on_contest("/reports/export", {"table": "counties", "format": "csv"}),
    "quiz_admin.report_job": _on_contest("/reports/items"),
    "quiz_admin.shipping": _contact("shipping"),
    "quiz_admin.signal_decide": _signal,
    "quiz_admin.units": _on_draft("/units", _units_file),
    "quiz_admin.winner": _contact("winners/1"),
}
EXEMPT = {
    "quiz_admin.bank_import": "keeps a file for its own trial run; what is written of it is recorded",
}
