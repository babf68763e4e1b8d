"""Pictures of questions over HTTP: for who may see the question, at addresses that tell nothing, asked for anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.quiz.actions.contests import withdraw
from outreach.quiz.models import Contest, KeyRule
from outreach.quiz.queries.contents import list_blobs
from outreach.quiz.queries.pictures import find_picture
from outreach.quiz.rules import papers
from tests.markup import Node
from tests.pages import Page, Pages
from tests.quiz import drawn, stage
from tests.quiz.web.test_taking_part import attempt_of
from tests.quiz.web.visiting import Visitor


@pytest.fixture
def contest(session: Session) -> Contest:
    """Ten questions, each with a picture."""
    drawn.bank(session)
    return stage.contest(session)


def pictures_of(page: Page) -> list[Node]:
    return page.all("main img")


def test_a_paper_shows_its_pictures_to_its_owner_alone(session: Session, visitors: Callable[[], Visitor]) -> None:
    owner, other = visitors(), visitors()
    address, page = owner.paper()
    other.join(nickname="别人")
    shown = pictures_of(page)
    assert len(shown) == 10
    contents = list_blobs(session, [one.version_id for one in papers.from_rows(attempt_of(session, address).paper)])
    for number, (node, question) in enumerate(
        zip(shown, papers.from_rows(attempt_of(session, address).paper), strict=True), start=1
    ):
        assert node.get("src") == f"{address}/pictures/{number}", "nothing of the question stands in the address"
        assert node.get("alt") == "两只水表"
        assert (node.get("width"), node.get("height")) == ("80", "60")
        image = contents[question.version_id].content.image
        assert image is not None
        answer = owner.raw(node.get("src"))
        kept = find_picture(session, image.sha256)
        assert kept is not None
        assert answer.data == kept.content
        assert answer.mimetype == "image/png"
        assert image.sha256 not in str(answer.headers)
        assert image.file not in str(answer.headers)
        assert other.client.get(node.get("src")).status_code == 404
    assert other.client.get(f"{address}/pictures/0").status_code == 404
    assert owner.client.get(f"{address}/pictures/11").status_code == 404


def test_nothing_keeps_a_picture_without_asking(visitor: Visitor) -> None:
    address, _page = visitor.paper()
    answer = visitor.raw(f"{address}/pictures/1")
    directives = {one.strip() for one in answer.headers["Cache-Control"].split(",")}
    assert directives == {"private", "no-cache"}
    again = visitor.client.get(f"{address}/pictures/1", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("rule", [KeyRule.AFTER_SUBMIT, KeyRule.NEVER])
def test_after_handing_in_a_picture_is_shown_as_the_key_is(
    session: Session, visitor: Visitor, contest: Contest, rule: KeyRule
) -> None:
    contest.key_rule = rule
    session.commit()
    address, page = visitor.paper()
    visitor.send(page, "/submit")
    may_see = rule is KeyRule.AFTER_SUBMIT
    assert visitor.client.get(f"{address}/pictures/1").status_code == (200 if may_see else 404)
    if may_see:
        review = visitor.get(f"{address}/review")
        assert [one.get("src") for one in pictures_of(review)] == [f"{address}/pictures/{n}" for n in range(1, 11)]
        assert {one.get("alt") for one in pictures_of(review)} == {"两只水表"}


def test_words_of_a_picture_are_in_the_readers_language(app: Flask, session: Session, contest: Contest) -> None:
    session.commit()
    _address, page = Visitor(app, prefix="/en").paper()
    assert {one.get("alt") for one in pictures_of(page)} == {"Two water meters"}


def test_practice_shows_pictures_only_while_nothing_asks_them(app: Flask, session: Session, contest: Contest) -> None:
    session.commit()
    assert Pages(app).client.get("/quiz/practice/pictures/P000").status_code == 404, "a running contest asks it"
    withdraw(session, contest, stage.AUTHOR, "x")
    session.commit()
    page = Pages(app).get("/quiz/practice", q="P000")
    shown = pictures_of(page)
    assert [one.get("src") for one in shown] == ["/quiz/practice/pictures/P000"]
    assert Pages(app).client.get("/quiz/practice/pictures/P000").status_code == 200
    assert Pages(app).client.get("/quiz/practice/pictures/none").status_code == 404
    session.execute(
        sa.text(
            "UPDATE quiz_question SET retired_at = created_at FROM quiz_question_version "
            "WHERE quiz_question_version.question_id = quiz_question.id"
        )
    )
    session.commit()
    assert Pages(app).client.get("/quiz/practice/pictures/P000").status_code == 404
