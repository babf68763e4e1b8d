"""Pages that participants see, with few and with many attempts stored: cold and warm.

Cold: a new connection to the database for each page, so that nothing of its tables is in the process. Warm: the same
connection. Pages of the contest are never kept by the site itself, so every answer is worked out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from bench.measure import Times, timed
from bench.quiz.site import QuizSite
from outreach.quiz.actions.sessions import open_session
from outreach.quiz.actions.starting import start
from outreach.quiz.models import Attempt

ROUNDS: Final = 7
RANKING: Final = "ranking"
CONTEST: Final = "contest"
_AS_OF: Final = re.compile(r"截至 \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")


@dataclass(frozen=True, slots=True)
class PageTimes:
    """Times by name of the page, and whether every ranking said of which second it is."""

    cold: Mapping[str, Times]
    warm: Mapping[str, Times]
    is_dated: bool


def measure(site: QuizSite) -> PageTimes:
    """Ask every page, each address by itself."""
    client = site.app.test_client()
    paper, result = _papers(site, client)
    dated = [bool(_AS_OF.search(_get(client, path))) for path in _rankings(site)]
    pages = {
        RANKING: _rankings(site),
        CONTEST: [f"/quiz/{site.filled.slug}", "/quiz/"],
        "practice": ["/quiz/practice"],
        "mine": [f"/quiz/{site.filled.slug}/me"],
        "paper": [paper],
        "result": [result],
    }
    ask = partial(_get, client)
    cold = {name: timed(ask, paths, before=site.engine.dispose, rounds=ROUNDS) for name, paths in pages.items()}
    warm = {name: timed(ask, paths, rounds=ROUNDS) for name, paths in pages.items()}
    return PageTimes(cold, warm, all(dated))


def _rankings(site: QuizSite) -> Sequence[str]:
    address = f"/quiz/{site.filled.slug}/ranking"
    boards = [f"{address}?board={board}" for board in ("people", "provinces", "counties", "units")]
    provinces = [f"{address}?board=people&scope=province:{code}" for code in ("32", "37", "44", "51")]
    return [address, *boards, *provinces, f"{address}?board=counties&page=20"]


def _papers(site: QuizSite, client: FlaskClient) -> tuple[str, str]:
    """Addresses of an open paper and of a result, for a browser that owns both."""
    with Session(site.engine) as session:
        contest_id = site.filled.contest_id
        stored = session.get_one(Attempt, site.attempts // 2)
        person = stored.participant_id
        token = open_session(session, "", contest_id, person)
        opened = start(session, contest_id, person)
        result = stored.public_id
        session.commit()
    client.set_cookie("quiz", token)
    return f"/quiz/attempts/{opened.public_id}", f"/quiz/attempts/{result}"


def _get(client: FlaskClient, path: str) -> str:
    """The page. Raises ``RuntimeError`` unless it is one, so that nobody measures refusals."""
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answers {answer.status_code}")
    return answer.text
