"""B02: an officer reads and changes nothing of another county, through any address, id, file, filter or export.

The walk goes over every address of the site: a new one with an id of any kind is tried without being named here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from outreach.core import files
from outreach.core.audit import Actor
from outreach.core.db import Base
from outreach.core.jobs import enqueue
from outreach.core.permissions import Role
from outreach.core.review import Proposal
from outreach.core.saved_filters import save_filter
from outreach.counties.models import CountyUnit, StageEvent
from tests import factories
from tests.counties.admin.conftest import FOREIGN, OWN
from tests.staff import StaffPages, StaffPagesMaker

#: Stands in every text of the other county and nowhere else.
SECRET = "别处"
PDF = b"%PDF-1.4 elsewhere"
#: Addresses that hold an id and are open to everybody of the staff, with the reason.
OPEN_TO_ALL = {"accounts.end_session": "ends the own session with this number, or nothing"}
STEPS = ("submit", "approve", "send-back", "publish", "withdraw")
#: Tables that the walk itself writes: denials, sessions.
RESTLESS = frozenset({"audit_entry", "audit_head", "staff_session", "sign_in_failure"})


@dataclass(frozen=True)
class Elsewhere:
    """What there is of the other county, by the names that addresses have for it."""

    ids: dict[str, Any]
    proposals: tuple[int, ...]
    file_id: int


def fill(session: Session, other: StaffPages, foreign: CountyUnit) -> Elsewhere:
    """Everything that a county can have: proposals of each kind with a file, a step, a name, an import, a job."""
    name = {"name_en": "Elsewhere", "note": SECRET, "note_en": "", "reason": SECRET}
    other.post(f"/admin/county/{FOREIGN}/fields", **name, files=(io.BytesIO(PDF), f"{SECRET}.pdf"))
    step = {"stage": "rechecked", "on": "2024", "document": SECRET, "reason": SECRET}
    other.post(f"/admin/county/{FOREIGN}/step", **step)
    other.post(f"/admin/county/{FOREIGN}/figures", year="2024", remark=SECRET)
    proposals = session.scalars(sa.select(Proposal).order_by(Proposal.id)).all()
    review = factories.name_review(session, candidates=[foreign.id])
    job = enqueue(session, "counties.import", {"draft_id": 1}, Actor("staff", other.person.id, SECRET), SECRET)
    kept = save_filter(session, other.person.id, "admin.reviews", SECRET, "view=mine")
    event = session.scalars(sa.select(StageEvent).where(StageEvent.unit_id == foreign.id)).one()
    session.commit()
    file_id = proposals[0].files[0]
    assert files.find_file(session, file_id)
    ids = {
        "slug": FOREIGN,
        "event_id": event.id,
        "review_id": review.id,
        "run_id": review.import_run_id,
        "draft_id": 1,
        "job_id": job.id,
        "filter_id": kept.id,
        "file_id": file_id,
        "staff_id": other.person.id,
        "number": 1,
        "name": "withdraw",
    }
    return Elsewhere(ids, tuple(one.id for one in proposals), file_id)


@pytest.fixture
def elsewhere(session: Session, foreign: CountyUnit, staff_pages: StaffPagesMaker) -> Elsewhere:
    return fill(session, staff_pages(Role.COUNTY_OFFICER, counties=(FOREIGN,), name=SECRET), foreign)


def addresses(app: Flask, elsewhere: Elsewhere) -> Iterator[tuple[Rule, str, str]]:
    """Every staff address with an id in it, filled with ids of the other county, with each method."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/admin") or not rule.arguments or rule.endpoint in OPEN_TO_ALL:
            continue
        for proposal_id in elsewhere.proposals if "proposal_id" in rule.arguments else (0,):
            for name in STEPS if "name" in rule.arguments else ("",):
                given = {**elsewhere.ids, "proposal_id": proposal_id, **({"name": name} if name else {})}
                values = {key: given.get(key, 1) for key in rule.arguments}
                built = rule.build(values, append_unknown=False)
                assert built is not None, rule
                yield from ((rule, method, built[1]) for method in sorted(rule.methods or ()) if method != "OPTIONS")


def everything(session: Session) -> dict[str, list[str]]:
    session.rollback()
    session.expire_all()
    return {
        name: sorted(map(repr, session.execute(sa.select(table)).all()))
        for name, table in Base.metadata.tables.items()
        if name not in RESTLESS
    }


def leaks(text: str) -> bool:
    return SECRET in text or "Elsewhere" in text or "elsewhere" in text


def test_b02_no_address_with_a_foreign_id_answers(
    session: Session, app: Flask, officer: StaffPages, elsewhere: Elsewhere
) -> None:
    token, before, walked = officer.token, everything(session), 0
    for rule, method, address in addresses(app, elsewhere):
        data = {"token": token, "reason": "x", "comment": "x", "decision": "dismiss", "removed": "1", "year": "2024"}
        answer = officer.client.open(address, method=method, data=data if method == "POST" else None)
        assert answer.status_code in (403, 404), f"{method} {address} ({rule.endpoint}): {answer.status_code}"
        assert not leaks(answer.get_data(as_text=True)), address
        assert not leaks(str(answer.headers)), address
        walked += 1
    assert walked > 60
    assert everything(session) == before


def test_b02_the_walk_can_fail(app: Flask, elsewhere: Elsewhere, staff_pages: StaffPagesMaker) -> None:
    theirs = staff_pages(Role.COUNTY_OFFICER, counties=(FOREIGN,))
    seen = [theirs.client.get(address) for _rule, method, address in addresses(app, elsewhere) if method == "GET"]
    assert any(answer.status_code == 200 and leaks(answer.get_data(as_text=True)) for answer in seen)


def test_b02_lists_filters_and_the_dashboard_hold_nothing_of_it(
    session: Session, app: Flask, officer: StaffPages, elsewhere: Elsewhere
) -> None:
    lists = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/admin") and not rule.arguments and "GET" in (rule.methods or ())
    ]
    queries = ("", "?view=mine", "?view=open", "?view=done", "?view=decide", f"?words={SECRET}", "?kind=county-figures")
    for path in lists:
        for query in queries:
            answer = officer.client.get(path + query)
            assert SECRET not in answer.get_data(as_text=True).replace(SECRET, "", query.count(SECRET)), path + query


@pytest.mark.parametrize("form", ["fields", "step", "figures"])
def test_b02_a_foreign_proposal_is_not_revised_through_the_own_form(
    session: Session, officer: StaffPages, elsewhere: Elsewhere, form: str
) -> None:
    before = everything(session)
    for proposal_id in elsewhere.proposals:
        assert officer.client.get(f"/admin/county/{OWN}/{form}?proposal={proposal_id}").status_code == 404
        data = {"token": officer.token, "proposal": str(proposal_id), "year": "2024", "remark": "x", "name_en": "x"}
        assert officer.client.post(f"/admin/county/{OWN}/{form}", data=data).status_code == 404
    assert everything(session) == before


def test_b02_a_foreign_file_is_not_handed_out_beside_an_own_proposal(
    session: Session, officer: StaffPages, elsewhere: Elsewhere
) -> None:
    fields = {"name_en": "Lixia", "note": "", "note_en": "", "reason": "核对", "files": str(elsewhere.file_id)}
    officer.post(f"/admin/county/{OWN}/fields", **fields)
    own = session.scalars(sa.select(Proposal).order_by(Proposal.id.desc()).limit(1)).one()
    assert own.files == []
    assert officer.client.get(f"/admin/reviews/{own.id}/files/{elsewhere.file_id}").status_code == 404


def test_b02_of_a_county_that_is_not_there_the_answer_is_the_same(officer: StaffPages, elsewhere: Elsewhere) -> None:
    foreign, missing = (officer.client.get(f"/admin/county/{slug}") for slug in (FOREIGN, "999999"))
    assert foreign.status_code == missing.status_code == 404
    own = re.compile(r"<code>\w+</code>|\d+")  # the request's id, addresses, ids of fields
    first, second = (own.sub("", answer.get_data(as_text=True)) for answer in (foreign, missing))
    assert first == second
