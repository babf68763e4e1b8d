"""What everybody sees of a contest: rules, rankings, draws, practice, certificates. No cookie, no person."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask, g
from sqlalchemy.orm import Session

from outreach.quiz.actions.claims import my_prizes
from outreach.quiz.actions.contests import freeze, withdraw
from outreach.quiz.actions.draws import commit_draw, reveal
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.populations import load_populations
from outreach.quiz.actions.snapshots import take_snapshot
from outreach.quiz.models import Contest, Participant
from outreach.quiz.queries.populations import Figure
from outreach.quiz.rules.draw import DrawPlan, Prize
from outreach.quiz.seams import Actor
from tests.pages import Pages
from tests.quiz import stage
from tests.quiz.web.visiting import Visitor

PLAN = DrawPlan((Prize("水杯", 2, "Cup"),))


def counted(session: Session, contest: Contest) -> None:
    """What the folder and the snapshot do now and then."""
    while fold(session).deltas:
        pass
    take_snapshot(session, contest)
    session.commit()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_rules_stand_in_full_on_the_contests_page(app: Flask, session: Session, prefix: str) -> None:
    stage.contest(session, draw_plan=PLAN.as_dict(), minimum_sample=7, attempts_per_day=2, attempts_total=3)
    session.commit()
    page = Pages(app).get(f"{prefix}/quiz/water")
    text = page.text("main")
    for figure in ("10", "20", "12", "2", "3", "7", "180", "14", "90"):
        assert figure in text
    assert page.response.headers["Cache-Control"] == "public, max-age=10"
    g.pop("unique_ids", None)  # requests of a test share what is one request's own
    assert (
        app.test_client()
        .get(f"{prefix}/quiz/water", headers={"If-None-Match": page.response.headers["ETag"]})
        .status_code
        == 304
    )


def test_a_draft_and_a_withdrawn_contest_are_not_there(app: Flask, session: Session, contest: Contest) -> None:
    withdraw(session, contest, stage.AUTHOR, "试")
    session.commit()
    for part in ("", "/join", "/ranking", "/draw", "/me", "/return"):
        Pages(app).get(f"/quiz/water{part}", status=404)


def test_rankings_mask_people_and_hide_small_samples(
    session: Session, visitors: Callable[[], Visitor], contest: Contest
) -> None:
    contest.minimum_sample = 2
    session.commit()
    for county, nickname in (("110101", "张三丰"), ("110101", "李四光"), ("320115", "独自一人")):
        one = visitors()
        one.join(county=county, nickname=nickname)
        one.send(one.get(one.start()), "/submit")
    counted(session, contest)
    page = visitors().get("/quiz/water/ranking")
    assert len(page.all("tbody tr")) == 3
    assert "张**" in page.text("main")
    for name in ("张三丰", "李四光", "独自一人"):
        for part in ("ranking", "ranking.json", "ranking.csv", "ranking.json?board=counties"):
            assert name not in visitors().raw(f"/quiz/water/{part}").get_data(as_text=True)
    rows = {row["key"]: row for row in visitors().raw("/quiz/water/ranking.json", board="counties").get_json()["rows"]}
    assert (rows["110101"]["participants"], rows["110101"]["place"]) == (2, 1)
    assert (rows["320115"]["participants"], rows["320115"]["score"], rows["320115"]["place"]) == (None, None, None)
    assert "少于 2 人" in visitors().get("/quiz/water/ranking", board="counties").text("main")


def test_rankings_per_head_show_their_populations_or_say_why_there_are_none(
    session: Session, visitors: Callable[[], Visitor], contest: Contest
) -> None:
    contest.minimum_sample = 2
    session.commit()
    for nickname in ("张三丰", "李四光"):
        one = visitors()
        one.join(county="110101", nickname=nickname)
        one.send(one.get(one.start()), "/submit")
    counted(session, contest)
    for board in ("counties", "provinces"):
        assert "还没有载入注明出处和年份的常住人口数" in visitors().get("/quiz/water/ranking", board=board).text("main")
    load_populations(session, {"110101": Figure(150_000, 2020, "某县统计公报")}, Actor("clerk"))
    counted(session, contest)
    assert "没有这些地区" in visitors().get("/quiz/water/ranking", board="provinces").text("main")
    found = visitors().raw("/quiz/water/ranking.json", board="counties", scope="per-head:0").get_json()
    row = found["rows"][0]
    assert (row["population"], row["population_year"], row["population_source"]) == (150_000, 2020, "某县统计公报")
    assert (row["per_10k"], found["minimum_sample"]) == ("0.133", 2)
    assert found["population_class_edges"] == [200_000, 500_000, 1_000_000]
    table = visitors().raw("/quiz/water/ranking.csv", board="counties", scope="per-head:0").get_data(as_text=True)
    assert "人口数的来源" in table
    assert "某县统计公报" in table
    for prefix, source in (("", "某县统计公报，2020 年（1 个地区）"), ("/en", "某县统计公报, 2020 (1 region")):
        page = visitors().get(f"{prefix}/quiz/water/ranking", board="counties", scope="per-head:0")
        cells = page.texts("tbody td, tbody th")
        assert "0.133" in cells
        assert "150,000" in " ".join(cells)
        assert source in page.text("main")


def test_the_freeze_is_everywhere(session: Session, visitors: Callable[[], Visitor], contest: Contest) -> None:
    first = visitors()
    first.join()
    first.send(first.get(first.start()), "/submit")
    counted(session, contest)
    freeze(session, contest, stage.AUTHOR)
    session.commit()
    second = visitors()
    second.join(nickname="后来的人")
    address = second.start()
    second.send(second.get(address), "/submit")
    counted(session, contest)
    assert len(visitors().raw("/quiz/water/ranking.json").get_json()["rows"]) == 1
    assert visitors().raw("/quiz/water/ranking.csv").get_data(as_text=True).count("\r\n") == 2
    assert "已封榜" in visitors().get("/quiz/water/ranking").text("main")
    for page in (second.get(address), second.get("/quiz/water/me")):
        assert "封榜" in page.text("main")
        assert not any("名次" in text for text in page.texts(".stat__label"))


def test_a_draw_is_published_before_and_after_and_its_winners_are_masked(
    app: Flask, session: Session, visitors: Callable[[], Visitor], contest: Contest
) -> None:
    people = [visitors() for _turn in range(4)]
    for number, one in enumerate(people):
        one.join(nickname=f"节水的人{'甲乙丙丁'[number]}")
        one.send(one.get(one.start()), "/submit")
    keys = app.extensions["quiz_keys"]
    record = commit_draw(session, keys, contest, PLAN, stage.AUTHOR)
    session.commit()
    before = visitors().raw("/quiz/water/draw/final-1.json").get_json()
    assert (before["seed"], before["winners"], len(before["entrants"])) == ("", [], 4)
    assert "抽奖时公布" in visitors().get("/quiz/water/draw").text("main")
    reveal(session, keys, record.id, stage.AUTHOR)
    session.commit()
    page = visitors().get("/quiz/water/draw")
    assert record.seed in page.text("main")
    assert "节****" in page.text("tbody")
    after = json.loads(visitors().raw("/quiz/water/draw/final-1.json").data)
    assert len(after["winners"]) == 2
    script = visitors().raw("/quiz/verify_draw.py").get_data(as_text=True)
    space: dict[str, object] = {"__name__": "verify"}
    exec(compile(script, "verify_draw.py", "exec"), space)  # our own program, as visitors get it
    assert list(space["faults"](after)) == []  # type: ignore[operator]  # a function of the program


def test_a_winner_claims_with_the_code_once(app: Flask, session: Session, visitors: Callable[[], Visitor]) -> None:
    contest = session.scalars(sa.select(Contest)).one()
    winner = visitors()
    winner.join()
    winner.send(winner.get(winner.start()), "/submit")
    keys = app.extensions["quiz_keys"]
    reveal(session, keys, commit_draw(session, keys, contest, PLAN, stage.AUTHOR).id, stage.AUTHOR)
    session.commit()
    offered = winner.check("offer", winner.send(winner.get("/quiz/water/me"), "/offer"))
    code = offered.one("#code").get("value")
    wrong = winner.check("claim", winner.send(offered, "/claim", code="0" * 16, contact="张三 北京市东城区 1"), 422)
    assert "还可以试 4 次" in wrong.text("#code-error")
    taken = winner.send(offered, "/claim", code=code, contact="张三 北京市东城区 1 号")
    assert taken.status_code == 303
    person = session.scalars(sa.select(Participant)).one()
    session.expire_all()
    assert [one.state.value for one in my_prizes(session, person.id)] == ["claimed"]
    assert winner.send(offered, "/claim", code=code, contact="再来一次再来一次").status_code == 409
    stranger = visitors()
    stranger.join(nickname="别的人")
    token = stranger.get("/quiz/water/me").all('input[name="token"]')[0].get("value")
    assert (
        stranger.client.post(
            "/quiz/water/me/prizes/1/1/claim", data={"token": token, "code": code, "contact": "12345"}
        ).status_code
        == 404
    )


def test_practice_explains_and_holds_back_what_contests_ask(app: Flask, session: Session) -> None:
    stage.bank(session, 12)
    session.commit()
    page = Pages(app).get("/quiz/practice")
    assert page.has("#practice-form")
    form = Visitor(app).fields(page.one("#practice-form"))
    checked = Pages(app).get("/quiz/practice", q=form["q"], check="1", a="0")
    assert checked.has("#answer")
    assert "正确答案" in checked.text("#answer")
    stage.contest(session)
    session.commit()
    held = Pages(app).get("/quiz/practice")
    assert "12 题正用于竞赛" in held.text("main")
    Pages(app).get("/quiz/practice", q=form["q"], status=404)
    assert Pages(app).raw("/quiz/practice.json").get_json() == {"topics": {}}


def test_the_options_of_practice_do_not_stand_in_the_order_of_the_key(app: Flask, session: Session) -> None:
    stage.bank(session, 40)
    session.commit()
    codes = [code for found in Pages(app).raw("/quiz/practice.json").get_json()["topics"].values() for code in found]
    orders = set()
    for code in codes:
        page = Pages(app).get("/quiz/practice", q=code)
        orders.add(tuple(node.get("value") for node in page.all(".quiz-options input, .quiz-order__place option")))
    assert len(orders) > 5


def test_a_made_up_certificate_is_not_found(app: Flask, session: Session, contest: Contest) -> None:
    for code in ("0" * 24, "x", "%00", "…"):
        for kind in ("", ".png", ".pdf"):
            assert app.test_client().get(f"/certificates/{code}{kind}").status_code in (400, 404)


def test_waiting_keeps_a_place_and_lets_in_at_the_rate(
    app: Flask, session: Session, visitors: Callable[[], Visitor]
) -> None:
    contest = session.scalars(sa.select(Contest)).one()
    contest.starts_per_second = 1
    session.commit()
    people = [visitors() for _turn in range(3)]
    for number, one in enumerate(people):
        one.join(nickname=f"排队的人{'甲乙丙'[number]}")
    where = [one.send(one.get("/quiz/water/me"), "/start").headers["Location"] for one in people]
    assert where[0].startswith("/quiz/attempts/")
    assert where[1:] == ["/quiz/water/waiting"] * 2
    room = people[2].get("/quiz/water/waiting")
    assert "第 2 位" in room.text("#waiting-text")
    assert people[2].get("/quiz/water/waiting", auto=1).response.headers["Refresh"] == "5"
    asked = people[2].client.post("/quiz/water/waiting", headers={"X-Token": room.one("#waiting").get("data-token")})
    assert asked.get_json()["position"] in (1, 2)
