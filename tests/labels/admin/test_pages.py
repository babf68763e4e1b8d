"""Every staff page of the registry keeps the promises: filled, empty, with long names and with hostile texts."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry
from outreach.core.permissions import Role
from outreach.labels.models import GradeCheck, Registration, RegistrationStatus
from tests import factories
from tests.labels.admin.conftest import Importer
from tests.labels.admin.people import in_both_languages, take_in_browser, upload
from tests.labels.imports.registers import filing
from tests.staff import StaffPagesMaker

LIST = "/admin/labels/"
HOSTILE = "<script>alert(1)</script>‮ =1+1 '\" " + "长" * 200


def test_the_list_is_there_when_nothing_was_ever_imported(session: Session, staff_pages: StaffPagesMaker) -> None:
    pages = staff_pages(Role.REGISTRAR)
    assert "没有符合条件的登记" in pages.get(LIST).text("main")
    assert "还没有导入过名录" in pages.get("/admin/labels/imports/").text("main")
    assert "没有发现可能重复的生产者" in pages.get("/admin/labels/makers/").text("main")
    in_both_languages(pages, LIST, "/admin/labels/imports/", "/admin/labels/imports/new", "/admin/labels/makers/")


def test_every_page_stands_long_names_and_hostile_texts(session: Session, staff_pages: StaffPagesMaker) -> None:
    maker = factories.maker(session, HOSTILE[:300])
    other = factories.maker(session, "另一家有限公司")
    one = factories.registration(session, "X-1", model=HOSTILE[:300], maker=maker, raw={HOSTILE: HOSTILE, "空": ""})
    factories.registration(session, "X-2", model="ZB-2", maker=other)
    session.commit()
    pages = staff_pages(Role.REGISTRAR)
    paths = [LIST, "X-1", "X-1/edit", "X-1/status", f"makers/{maker.id}", "makers/", f"imports/{one.run_id}"]
    paths += [f"makers/compare?first={maker.id}&second={other.id}", f"imports/{one.run_id}/undo"]
    addresses = [path if path.startswith("/") else LIST + path for path in paths]
    in_both_languages(pages, *addresses)
    for address in addresses:
        assert "<script>alert" not in pages.client.get(address).get_data(as_text=True)


@pytest.mark.parametrize(
    "query",
    [
        "words=%00&maker=%ed%a0%80&edition=../&status=x&source=x&run=-1&page=-3&sort=x&kind=x",
        "words=" + "长" * 9000,
        "run=99999999999&page=99999999999",
        "words=%25_%5C'\"&maker=%25",
        "sort=-updated&differs=1&remarked=1&corrected=1&status=listed&source=demo&kind=real",
    ],
)
def test_a_senseless_filter_is_dropped(session: Session, staff_pages: StaffPagesMaker, query: str) -> None:
    factories.registration(session)
    session.commit()
    staff_pages(Role.REGISTRAR).get(f"{LIST}?{query}")


@pytest.mark.parametrize("number", ["nowhere", "%00", "%ed%a0%80", "x" * 3000, "..%2f..", "' OR 1=1 --"])
@pytest.mark.parametrize("tail", ["", "/edit", "/status"])
def test_a_number_that_is_not_there_is_not_found(
    session: Session, staff_pages: StaffPagesMaker, number: str, tail: str
) -> None:
    answer = staff_pages(Role.REGISTRAR).client.get(f"{LIST}{number}{tail}")
    assert answer.status_code in (400, 404)


def test_the_filters_find_what_they_say(session: Session, staff_pages: StaffPagesMaker) -> None:
    big, small = factories.maker(session, "大牌洁具有限公司"), factories.maker(session, "小牌洁具有限公司")
    factories.registration(session, "N-1", model="AA-11", maker=big, grade_check=GradeCheck.DIFFERS)
    factories.registration(session, "N-2", model="BB-22", maker=small, status=RegistrationStatus.SUSPENDED)
    factories.registration(session, "N-3", model="CC-33", maker=small, is_demo=True)
    session.commit()
    pages = staff_pages(Role.REGISTRAR)

    def shown(query: str) -> list[str]:
        page = pages.get(f"{LIST}?{query}")
        return [cell.text for cell in page.root.all("tbody th a")]

    assert sorted(shown("")) == ["N-1", "N-2", "N-3"]
    assert shown("sort=number") == ["N-1", "N-2", "N-3"]
    assert shown("sort=-number") == ["N-3", "N-2", "N-1"]
    assert shown("words=aa-11") == ["N-1"]
    assert shown("words=n2") == ["N-2"]
    assert shown("words=大牌") == ["N-1"]
    assert shown("maker=小牌&kind=real") == ["N-2"]
    assert shown("kind=demo") == ["N-3"]
    assert shown("differs=1") == ["N-1"]
    assert shown("status=suspended") == ["N-2"]
    assert sorted(shown("edition=gb-25502-2017")) == ["N-1", "N-2", "N-3"]
    assert shown("edition=gb-1") == []


def test_the_export_holds_the_filtered_rows_and_is_recorded(session: Session, staff_pages: StaffPagesMaker) -> None:
    factories.registration(session, "N-1", model="=1+1")
    factories.registration(session, "N-2", status=RegistrationStatus.SUSPENDED)
    session.commit()
    pages = staff_pages(Role.AUDITOR)
    answer = pages.post("/admin/labels/export", status=200, words="N-1")
    text = answer.get_data(as_text=True)
    assert "N-1" in text
    assert "N-2" not in text
    assert ",'=1+1," in text
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "labels.export")).one()
    assert (entry.after or {})["rows"] == 1


def test_a_filter_can_be_kept_and_opened_again(session: Session, staff_pages: StaffPagesMaker) -> None:
    pages = staff_pages(Role.REGISTRAR)
    pages.post("/admin/filters", endpoint="labels.admin_registrations", query="status=suspended", name="已暂停的")
    assert pages.get(LIST).root.all('a[href="/admin/labels/?status=suspended"]')


def test_pages_have_no_more_statements_for_more_rows(session: Session, staff_pages: StaffPagesMaker) -> None:
    pages = staff_pages(Role.REGISTRAR)

    def statements() -> int:
        seen: list[str] = []
        engine = session.get_bind()

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            pages.client.get(LIST)
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    factories.registration(session)
    session.commit()
    pages.client.get(LIST)  # what a process reads once is read now
    session.expire_all()
    few = statements()
    session.expire_all()
    for place in range(12):
        factories.registration(session, maker=factories.maker(session, f"第{place}厂"))
    session.commit()
    assert statements() <= few + 1, "twelve more rows may cost one look at what has changed, and no more"


def test_pages_of_a_preview_and_of_an_import(
    app: Flask, registry: Session, import_rows: Importer, staff_pages: StaffPagesMaker
) -> None:
    row = filing(model="AA-1")
    import_rows([row, filing(model="GONE-1")], "r-2026-05-01.csv")
    registry.commit()
    pages = staff_pages(Role.REGISTRAR)
    rows = [{**row, "Model": "AA-2"}, filing(WEI="x"), filing(maker=" 宁波 方太 "), filing(model=HOSTILE[:200])]
    address = upload(pages, rows, "名录-2026-06-01.csv")
    assert "AA-2" in pages.get(address).text("main")
    in_both_languages(pages, address, f"{address}?outcome=refused", f"{address}?remarked=1&words=%25")
    assert registry.scalar(sa.select(sa.func.count()).select_from(Registration)) == 2
    lines = pages.client.get(f"{address}.csv?outcome=refused").get_data(as_text=True).splitlines()
    assert len(lines) == 2
    assert "不是数值" in lines[1]
    draft = take_in_browser(app, registry, pages, [row, filing(WEI="y")], "r-2026-07-01.csv")
    own = f"/admin/labels/imports/{draft.run_id}"
    in_both_languages(pages, own, f"{own}?outcome=refused", f"{own}/undo", "/admin/labels/imports/")
    assert "y" in pages.client.get(f"/admin/labels/imports/{draft.run_id}.csv").get_data(as_text=True)
