"""Objections to a county's record: from the page of the unit to the letter, and from the letter back to the page."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from outreach.counties.models import UnitKind
from tests import factories
from tests.inbox.conftest import LetterMaker, code_of, send
from tests.pages import Pages
from tests.staff import StaffPages


@pytest.mark.parametrize(("language", "words"), [("", "记录有误？告诉我们"), ("/en", "Is a record wrong? Tell us")])
def test_the_page_of_a_county_leads_to_the_form_that_names_it(
    session: Session, pages: Pages, language: str, words: str
) -> None:
    factories.unit(session)
    session.commit()
    link = pages.get(f"{language}/counties/370102").links[words]
    assert link == f"{language}/feedback?kind=county&subject=370102"
    form = pages.get(link)
    assert form.one('input[name="kind"][checked]').get("value") == "county"
    assert form.one('input[name="subject"]').get("value") == "370102"


def test_the_letter_leads_the_staff_back_to_the_county(session: Session, pages: Pages, clerk: StaffPages) -> None:
    factories.unit(session)
    session.commit()
    code_of(send(pages, kind="county", subject="370102"))
    letter = clerk.get("/admin/inbox").one("tbody a[href]").get("href")
    assert clerk.get(letter).links["370102"] == "/counties/370102"


def test_a_unit_without_a_code_has_a_page_as_well(
    session: Session, make_letter: LetterMaker, clerk: StaffPages
) -> None:
    unit = factories.unit(session, slug="jingyue", code="", name="净月开发区", kind=UnitKind.OTHER)
    session.commit()
    letter = make_letter(kind="county", subject=unit.slug)
    assert clerk.get(f"/admin/inbox/{letter.number}").links[unit.slug] == f"/counties/{unit.slug}"


@pytest.mark.parametrize("subject", ["999999", "历下区的记录", "../admin", "37010"])
def test_what_names_no_county_stays_words(
    session: Session, make_letter: LetterMaker, clerk: StaffPages, subject: str
) -> None:
    factories.unit(session)
    session.commit()
    letter = make_letter(kind="county", subject=subject)
    page = clerk.get(f"/admin/inbox/{letter.number}")
    assert subject in page.text("main")
    assert subject not in page.links
