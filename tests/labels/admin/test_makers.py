"""Makers that are one: found, merged on a second person's word, still found by the former name, parted again."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.permissions import Role
from outreach.core.search.models import SearchOutbox
from outreach.labels.documents import DOCUMENTS
from outreach.labels.models import Maker, Registration
from outreach.labels.queries.merging import Likeness, find_candidates
from outreach.labels.rules.makers import plain_key
from tests import factories
from tests.labels.admin.conftest import Importer
from tests.labels.admin.people import decide
from tests.labels.imports.registers import filing
from tests.pages import Page, Pages
from tests.staff import StaffPages, StaffPagesMaker


def propose(pages: StaffPages, first: Maker, second: Maker, into: Maker, *, status: int = 303, **data: str) -> object:
    given = {"first": first.id, "second": second.id, "into": into.id, "reason": "信用代码相同", **data}
    return pages.post("/admin/labels/makers/compare", status=status, **given)


def test_candidates_are_found_by_name_short_name_and_models(session: Session) -> None:
    one = factories.maker(session, "厦门优胜卫厨科技有限公司", short_name="优胜")
    other = factories.maker(session, "厦门优胜卫厨科技股份有限公司", short_name="优胜")
    third = factories.maker(session, "完全不同公司")
    for place in range(3):
        factories.registration(session, model=f"SAME-{place}", maker=one)
        factories.registration(session, model=f"SAME-{place}", maker=third)
    factories.registration(session, maker=factories.maker(session, "虚构洁具有限公司", short_name="优胜", is_demo=True))
    found = {frozenset({pair.first.id, pair.second.id}): set(pair.likenesses) for pair in find_candidates(session)}
    assert found == {
        frozenset({one.id, other.id}): {Likeness.SAME_NAME, Likeness.SAME_SHORT_NAME},
        frozenset({one.id, third.id}): {Likeness.SAME_MODELS},
    }
    assert [pair.shared_models for pair in find_candidates(session, "完全")] == [3]


def test_plain_keys_leave_out_legal_form_and_punctuation() -> None:
    assert plain_key("ＡＢＣ（中国）有限公司") == plain_key("abc中国股份有限公司")
    assert plain_key("Acme Inc.") == plain_key("ACME, Ltd") == "acme"
    assert plain_key("甲有限公司") != plain_key("乙有限公司")
    assert plain_key("") == ""


def test_a_merge_moves_everything_and_the_former_name_leads_on(
    registry: Session, import_rows: Importer, staff_pages: StaffPagesMaker, pages: Pages
) -> None:
    row = filing(maker="宁波甲旧名厨具有限公司", model="AA-1")
    import_rows([row, filing(maker="宁波乙新名厨具有限公司", model="BB-2")], "r-2026-05-01.csv")
    old, new = registry.scalars(sa.select(Maker).order_by(Maker.id)).all()
    old, new = sorted((old, new), key=lambda one: "乙" in one.name)
    registry.commit()
    before = registry.execute(sa.select(Registration.id, Registration.maker_id).order_by(Registration.id)).all()
    registrar, reviewer = staff_pages(Role.REGISTRAR), staff_pages(Role.REVIEWER)
    page = propose(registrar, old, new, new, status=422, reason="")
    assert isinstance(page, Page)
    propose(registrar, old, new, new)
    assert registry.scalar(sa.select(sa.func.count()).where(Registration.maker_id == old.id)) == 1
    decide(reviewer, registry)
    assert registry.scalar(sa.select(sa.func.count()).where(Registration.maker_id == new.id)) == 2
    answer = pages.client.get(f"/labels/makers/{old.id}")
    assert (answer.status_code, answer.location) == (301, f"/labels/makers/{new.id}")
    assert "AA-1" in pages.get("/labels/", q="宁波甲旧名厨具有限公司").text("main")
    text = dict(next(one for one in DOCUMENTS if one.kind == "label-maker").load(registry, [new.id]))[new.id]
    assert "甲旧名" in text
    assert {old.id, new.id} <= set(registry.scalars(sa.select(SearchOutbox.object_id)))
    assert import_rows([row], "r-2026-06-01.csv", is_partial=True).report.outcomes["unchanged"] == 1
    for path in (f"makers/{old.id}", f"makers/{new.id}", "makers/", "makers/?words=旧名"):
        registrar.get(f"/admin/labels/{path}")
    decide(reviewer, registry, "withdraw", comment="不是同一家")
    after = registry.execute(sa.select(Registration.id, Registration.maker_id).order_by(Registration.id)).all()
    assert after == before
    assert pages.client.get(f"/labels/makers/{old.id}").status_code == 200


def test_chains_of_merges_lead_to_the_last_and_come_apart_in_turn(
    session: Session, staff_pages: StaffPagesMaker
) -> None:
    makers = [factories.maker(session, f"{one}洁具有限公司") for one in "甲乙丙"]
    factories.registration(session, "N-1", maker=makers[0])
    session.commit()
    registrar, reviewer = staff_pages(Role.REGISTRAR), staff_pages(Role.REVIEWER)
    for first, into in ((makers[0], makers[1]), (makers[1], makers[2])):
        propose(registrar, first, into, into)
        decide(reviewer, session)
    assert [one.merged_into_id for one in makers] == [makers[2].id, makers[2].id, None]
    decide(reviewer, session, "withdraw", comment="错")
    assert [one.merged_into_id for one in makers] == [makers[1].id, None, None]
    assert session.scalars(sa.select(Registration.maker_id)).one() == makers[1].id


def test_what_cannot_be_merged_is_not_offered(session: Session, staff_pages: StaffPagesMaker) -> None:
    real, demo = factories.maker(session, "甲公司"), factories.maker(session, "乙公司", is_demo=True)
    session.commit()
    registrar = staff_pages(Role.REGISTRAR)
    for first, second in ((real, demo), (real, real)):
        answer = registrar.client.get(f"/admin/labels/makers/compare?first={first.id}&second={second.id}")
        assert answer.status_code == 303
    for query in ("first=x&second=1", "first=999&second=998", ""):
        assert registrar.client.get(f"/admin/labels/makers/compare?{query}").status_code == 404
    assert staff_pages(Role.EDITOR).client.get("/admin/labels/makers/compare").status_code == 403
