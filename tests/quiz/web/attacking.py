"""A scene to attack: two contests, a victim, a thief, and everything that is written down of them. Not a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from unittest import mock

import sqlalchemy as sa
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from outreach.core.db import Base, db
from outreach.quiz.actions.refused import refused_calls
from outreach.quiz.models import Attempt, Contest, KeyRule, Participant, ParticipantSession
from outreach.quiz.moments import database_now
from tests.conftest import forget_caches, isolated
from tests.pages import Page
from tests.quiz import stage
from tests.quiz.web.visiting import Visitor

#: What refused calls may write.
_COUNTERS: Final = "quiz_refused_call"
Facts = dict[str, list[tuple[Any, ...]]]


@dataclass(slots=True)
class Taker:
    """Somebody with a browser and a paper."""

    visitor: Visitor
    address: str
    page: Page

    @property
    def token(self) -> str:
        return self.page.one("#paper").get("data-token")

    @property
    def public_id(self) -> str:
        return self.address.rpartition("/")[2]

    @property
    def cookie(self) -> str:
        found = self.visitor.client.get_cookie("quiz")
        assert found is not None
        return str(found.value)

    def option_ids(self, position: int) -> list[str]:
        """The names of a question's options as the page shows them; none for a typed answer."""
        nodes = self.page.all(f'input[name="q{position}"]')
        return [node.get("value") for node in nodes if node.get("type") != "text"]


@dataclass(slots=True)
class Scene:
    """The site that is attacked; ``fails`` watches an attack."""

    app: Flask
    session: Session
    contest: Contest
    other: Contest
    victim: Taker
    thief: Taker
    slugs: tuple[str, ...] = field(default=("water", "other"))

    def newcomer(self, slug: str = "water", **values: Any) -> Visitor:
        """Somebody who has just joined."""
        visitor = Visitor(self.app, slug)
        visitor.join(**values)
        return visitor

    def taker(self, slug: str = "water", **values: Any) -> Taker:
        """Somebody new with an open paper."""
        visitor = self.newcomer(slug, **values)
        address = visitor.start()
        return Taker(visitor, address, visitor.get(address))

    def attempt(self, taker: Taker) -> Attempt:
        query = sa.select(Attempt).where(Attempt.public_id == taker.public_id)
        return self.session.scalars(query.execution_options(populate_existing=True)).one()

    def person(self, taker: Taker) -> Participant:
        return self.session.get_one(Participant, self.attempt(taker).participant_id, populate_existing=True)

    def facts(self) -> Facts:
        """Every row of the contest's tables but the counters of refused calls."""
        self.session.expire_all()
        tables = [table for table in Base.metadata.sorted_tables if table.name.startswith("quiz_")]
        return {
            table.name: sorted(map(repr, self.session.execute(sa.select(table))))  # type: ignore[misc]  # rows as texts
            for table in tables
            if table.name != _COUNTERS
        }

    def refusals(self, contest_id: int | None = None) -> dict[str, int]:
        return refused_calls(self.session, self.contest.id if contest_id is None else contest_id)

    @contextmanager
    def fails(self, counted: str = "", times: int = 1, *, contest_id: int | None = None) -> Iterator[None]:
        """An attack that must change nothing; ``counted``: the kind of refusal that is counted so many times."""
        before, refused = self.facts(), self.refusals(contest_id)
        yield
        after = self.facts()
        assert {name for name in before if before[name] != after[name]} == set()
        expected = {**refused, counted: refused.get(counted, 0) + times} if counted else refused
        assert self.refusals(contest_id) == expected

    def stranger(self, cookie: str) -> Visitor:
        """A browser that holds this cookie and nothing else."""
        visitor = Visitor(self.app)
        visitor.client.set_cookie("quiz", cookie)
        return visitor

    def forged_token(self, made_for: Any, *, secret: str = "", salt: str = "quiz-form", hours_ago: float = 0) -> str:
        """A token of a form as somebody would make it who knows how, with or without the site's key."""
        serializer = URLSafeTimedSerializer(secret or str(self.app.config["SECRET_KEY"]), salt=salt)
        now = serializer.make_signer(salt).get_timestamp()  # type: ignore[attr-defined]  # of timestamp signers
        target = "itsdangerous.timed.TimestampSigner.get_timestamp"
        with mock.patch(target, return_value=now - int(hours_ago * 3600)):
            return str(serializer.dumps(made_for))

    def age(self, taker: Taker, seconds: float) -> None:
        """Let the taker's paper be that much older."""
        stage.shift(self.session, [self.attempt(taker).id], seconds)
        self.session.commit()

    def end_sessions(self, taker: Taker) -> None:
        """The term of the taker's browser is over."""
        own = sa.update(ParticipantSession).where(ParticipantSession.participant_id == self.person(taker).id)
        self.session.execute(own.values(expires_at=database_now(self.session) - timedelta(seconds=1)))
        self.session.commit()


def batch(position: int, *value: str, sequence: int = 1) -> list[dict[str, Any]]:
    return [{"position": position, "sequence": sequence, "value": list(value)}]


def choice(taker: Taker) -> int:
    """The position of a question that is answered by choosing."""
    return next(position for position in range(10) if taker.option_ids(position))


@contextmanager
def scene_of(app: Flask) -> Iterator[Scene]:
    """A scene in a transaction of its own that is undone; it may serve all attacks of a module."""
    forget_caches(app)
    with app.app_context(), isolated(app), mock.patch.dict(db.sessionmaker.kw, {"bind": db.engine.connect()}):
        yield _built(app, db.session)
        db.session.close()
    forget_caches(app)


def _built(app: Flask, session: Any) -> Scene:
    contest = stage.contest(session, key_rule=KeyRule.AFTER_CLOSE)
    other = stage.contest(session, slug="other", key_rule=KeyRule.NEVER)
    session.commit()
    nobody = Taker(Visitor(app), "", None)  # type: ignore[arg-type]  # replaced two lines below
    scene = Scene(app, session, contest, other, nobody, nobody)
    scene.victim, scene.thief = scene.taker(nickname="被盗的人"), scene.taker(nickname="下手的人")
    return scene
