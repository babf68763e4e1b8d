"""Before the rule allows it nothing that is sent has to do with the key: bytes, sizes, orders, ids, statements."""

from __future__ import annotations

import gzip
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest
import sqlalchemy as sa
from flask import Flask, g
from sqlalchemy import event
from sqlalchemy.orm import Session

from outreach.core.db import db
from outreach.core.permissions import Role
from outreach.quiz.actions.bank import CodedQuestion, save_questions
from outreach.quiz.actions.sessions import open_session
from outreach.quiz.models import Attempt, Contest, KeyRule, QuestionVersion
from outreach.quiz.queries import contents
from outreach.quiz.rules import papers
from outreach.quiz.rules.papers import Quota
from tests.quiz import stage
from tests.quiz.questions import single
from tests.quiz.web.visiting import Visitor
from tests.staff import StaffPagesMaker

ATTEMPTS: Final = 200
PER_PAPER: Final = 5
#: What differs from one answer to the next anyhow: nonces, ids of requests, signed tokens, the time that is left.
_PASSING: Final = re.compile(
    r'nonce="[^"]*"|data-token="[^"]*"|name="token" value="[^"]*"|data-remaining-ms="\d+"|还剩 \d+ 分 \d+ 秒'
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a browser gets of one paper, and where the right options stand in it."""

    text: str
    headers: dict[str, str]
    #: Place among the four, and rank of the id among the four, of each right option.
    places: tuple[int, ...]
    ranks: tuple[int, ...]


def known_contest(session: Session) -> Contest:
    """Single choices of four equally long options, the right one anywhere."""
    chance = random.Random(7)
    questions = [CodedQuestion(f"K{n:03}", single(f"第 {n:02} 题？", right=chance.randrange(4)), "") for n in range(20)]
    save_questions(session, questions, author="test")
    return stage.contest(session, quotas=(Quota(PER_PAPER, 2),), key_rule=KeyRule.NEVER, pass_centipoints=600)


def open_papers(session: Session, contest: Contest, count: int) -> list[tuple[str, int, str]]:
    """Cookie, attempt and address of as many open papers."""
    found = []
    for _person in range(count):
        person, attempt = stage.started(session, contest)
        cookie = open_session(session, "", contest.id, person.participant_id)
        found.append((cookie, attempt.id, f"/quiz/attempts/{attempt.public_id}"))
    session.commit()
    return found


def fetched(app: Flask, cookie: str, address: str) -> tuple[str, dict[str, str]]:
    g.pop("unique_ids", None)  # requests of a test share what is one request's own
    client = app.test_client()
    client.set_cookie("quiz", cookie)
    response = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert response.status_code == 200
    data = gzip.decompress(response.data) if response.headers.get("Content-Encoding") == "gzip" else response.data
    headers = {name: value for name, value in response.headers if name not in ("X-Request-ID", "Date")}
    for passing in ("Content-Security-Policy", "Content-Length"):  # with the nonce, with the digits of the time
        headers.pop(passing, None)
    return _PASSING.sub("", data.decode("utf-8")), headers


def look(app: Flask, session: Session, paper: tuple[str, int, str]) -> Seen:
    cookie, attempt_id, address = paper
    text, headers = fetched(app, cookie, address)
    row = session.execute(sa.select(Attempt.seed, Attempt.paper).where(Attempt.id == attempt_id)).one()
    rows = papers.from_rows(row.paper)
    keys = contents.marking_keys(session, [question.version_id for question in rows])
    places, ranks = [], []
    for position, question in enumerate(rows):
        right = stage.right_value(keys[question.version_id].content, row.seed, position)[0]
        shown = re.findall(rf'name="q{position}"[^>]*value="([0-9a-f]+)"', text)
        assert len(shown) == 4
        places.append(shown.index(right))
        ranks.append(sorted(shown).index(right))
    return Seen(text, headers, tuple(places), tuple(ranks))


def turn_keys(session: Session) -> None:
    """Another option of every question is the right one from now on."""
    for version in session.scalars(sa.select(QuestionVersion)):
        options = [dict(one) for one in version.content["options"]]
        right = [bool(one.get("is_right")) for one in options]
        for option, is_right in zip(options, [right[-1], *right[:-1]], strict=True):
            option["is_right"] = is_right
        version.content = {**version.content, "options": options}
    session.commit()
    contents.forget()


def is_uniform(values: list[int]) -> bool:
    """Whether four values come about equally often (chi square, three degrees of freedom, p < 0.0000002)."""
    expected, counts = len(values) / 4, Counter(values)
    return sum((counts[value] - expected) ** 2 / expected for value in range(4)) < 35


def test_q10_nothing_of_two_hundred_papers_correlates_with_the_key(app: Flask, session: Session) -> None:
    """Orders, ids, sizes, compressed sizes and headers of 200 papers with known keys."""
    contest = known_contest(session)
    opened = open_papers(session, contest, ATTEMPTS)
    seen = [look(app, session, paper) for paper in opened]
    assert is_uniform([place for one in seen for place in one.places])
    assert is_uniform([rank for one in seen for rank in one.ranks])
    assert len({tuple(sorted(one.headers)) for one in seen}) == 1
    assert all("ETag" not in one.headers for one in seen)
    for measure in (lambda text: len(text.encode()), lambda text: len(gzip.compress(text.encode(), mtime=0))):
        assert abs(_correlation([measure(one.text) for one in seen], [sum(one.places) for one in seen])) < 0.35
    ids = {name for one in seen for name in re.findall(r'name="q\d+"[^>]*value="([0-9a-f]+)"', one.text)}
    assert len(ids) == ATTEMPTS * PER_PAPER * 4, "every option has another id in every attempt"


def _correlation(one: list[int], other: list[int]) -> float:
    """Pearson's coefficient; 0 when one of them never changes."""
    first, second = sum(one) / len(one), sum(other) / len(other)
    both = sum((a - first) * (b - second) for a, b in zip(one, other, strict=True))
    spread = sum((a - first) ** 2 for a in one) * sum((b - second) ** 2 for b in other)
    return both / spread**0.5 if spread else 0.0


def test_q10_a_paper_is_the_same_to_the_byte_under_another_key(app: Flask, session: Session) -> None:
    """The same attempts fetched again after all keys were turned: not one byte moves before handing in."""
    contest = known_contest(session)
    opened = open_papers(session, contest, 10)
    before = [look(app, session, paper) for paper in opened]
    turn_keys(session)
    after = [look(app, session, paper) for paper in opened]
    assert [one.places for one in before] != [one.places for one in after], "the keys are others"
    assert [(one.text, one.headers) for one in before] == [(one.text, one.headers) for one in after]


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


KINDS: Final = ("right", "wrong", "empty")


def test_q11_saving_and_handing_in_answer_alike_whatever_is_right(app: Flask, session: Session) -> None:
    """Twenty of each kind: same size, shape, headers and statements; handing in differs in the score alone."""
    contest = known_contest(session)
    saves: dict[str, set[Any]] = {kind: set() for kind in KINDS}
    sends: dict[str, set[Any]] = {kind: set() for kind in KINDS}
    for turn, (cookie, attempt_id, address) in enumerate(open_papers(session, contest, 60)):
        kind = KINDS[turn % 3]
        visitor = Visitor(app)
        visitor.client.set_cookie("quiz", cookie)
        page = visitor.client.get(address).get_data(as_text=True)
        token = re.findall(r'data-token="([^"]*)"', page)[0]
        batch = [_answer(session, attempt_id, position, kind) for position in range(PER_PAPER)]
        headers = {"X-Token": token, "Accept": "application/json"}
        with statements() as ran:
            saved = visitor.client.post(f"{address}/answers", json={"answers": batch}, headers=headers)
        saves[kind].add(_shape(saved, ran))
        with statements() as ran:
            sent = visitor.client.post(f"{address}/submit", json={}, headers=headers)
        assert sent.get_json()["centipoints"] == (1000 if kind == "right" else 0)
        sends[kind].add(_shape(sent, ran))
    assert saves["right"] == saves["wrong"] == saves["empty"]
    assert len(saves["right"]) == 1
    assert sends["wrong"] == sends["empty"] == sends["right"]


def _answer(session: Session, attempt_id: int, position: int, kind: str) -> dict[str, Any]:
    row = session.execute(sa.select(Attempt.seed, Attempt.paper).where(Attempt.id == attempt_id)).one()
    question = papers.from_rows(row.paper)[position]
    content = contents.marking_keys(session, [question.version_id])[question.version_id].content
    right = stage.right_value(content, row.seed, position)[0]
    wrong = next(name for name in papers.option_ids(row.seed, position, question) if name != right)
    value = {"right": [right], "wrong": [wrong], "empty": []}[kind]
    return {"position": position, "sequence": 1, "value": value}


def _shape(response: Any, ran: list[str]) -> tuple[Any, ...]:
    """Everything but times, receipts and the score: status, headers, members with their kinds, statements."""
    body = re.sub(r'"(remaining_ms|elapsed_ms|centipoints)": ?\d+', r'"\1": 0', response.get_data(as_text=True))
    body = re.sub(r"[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}", "RECEIPT", body)
    passing = ("X-Request-ID", "Date", "Content-Length", "Content-Security-Policy")
    headers = tuple(sorted((name, value) for name, value in response.headers if name not in passing))
    named = tuple(re.sub(r"sa_savepoint_\d+", "savepoint", statement) for statement in ran)
    return response.status_code, body, headers, named


KEY = ("见标准", "正确答案", "is_right", "Right answer", '"marks"')
ENTRANCES: dict[str, tuple[str, dict[str, str]]] = {
    "page": ("{paper}", {}),
    "english": ("/en{paper}", {}),
    "json": ("{paper}", {"Accept": "application/json"}),
    "mobile": ("{paper}", {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8"}),
    "review argument": ("{paper}?review=1", {}),
    "review": ("{paper}/review", {}),
    "review in english": ("/en{paper}/review", {}),
    "back button": ("{paper}", {"Cache-Control": "max-age=31536000"}),
    "cache": ("{paper}", {"If-None-Match": "*", "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}),
    "own data": ("/quiz/water/me/export.json", {}),
    "my contest": ("/quiz/water/me", {}),
    "sample paper": ("/admin/contests/water/preview", {}),
}


@pytest.mark.parametrize("rule", list(KeyRule))
def test_q12_no_entrance_shows_more_than_the_rule_allows(
    session: Session, contest: Contest, visitors: Callable[[], Visitor], rule: KeyRule
) -> None:
    """Every way to look at an attempt, before and after handing in."""
    contest.key_rule = rule
    session.commit()
    visitor = visitors()
    address, page = visitor.paper()
    assert _shown(visitor, address) == set()
    visitor.send(page, "/submit")
    expected = {"review", "review in english", "own data"} if rule is KeyRule.AFTER_SUBMIT else set()
    assert _shown(visitor, address) == expected


def _shown(visitor: Visitor, paper: str) -> set[str]:
    """The entrances that tell something of the key; each answer is kept by nobody."""
    found = set()
    for name, (path, headers) in ENTRANCES.items():
        response = visitor.client.get(path.format(paper=paper), headers=headers)
        assert response.status_code in (200, 302, 303, 404), name
        assert "no-store" in response.headers["Cache-Control"], name
        text = response.get_data(as_text=True)
        main = text.partition("<main")[2].partition("</main>")[0] or text
        if any(word in main for word in KEY):
            found.add(name)
    return found


def test_q12_the_sample_paper_and_single_papers_are_for_organisers_alone(
    session: Session, visitor: Visitor, contest: Contest, staff_pages: StaffPagesMaker
) -> None:
    """What staff see of papers needs their rights, and other staff have them not."""
    visitor.paper()
    attempt_id = session.scalars(sa.select(Attempt.id)).one()
    paths = ("/admin/contests/water/preview", f"/admin/contests/water/attempts/{attempt_id}", "/admin/questions")
    editor, organiser = staff_pages(Role.EDITOR), staff_pages(Role.ORGANISER)
    for path in paths:
        assert visitor.client.get(path).status_code in (302, 303)
        assert editor.client.get(path).status_code == 403
        response = organiser.client.get(path)
        assert response.status_code == 200
        assert "no-store" in response.headers["Cache-Control"]
