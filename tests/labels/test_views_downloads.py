"""Files of a whole result, and the feed of changes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from outreach.core.limits import limiter
from outreach.labels.models import Registration, RegistrationEvent, RegistrationStatus
from tests import factories
from tests.pages import Pages

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def unlimited(app: Flask) -> Iterator[None]:
    """Every test begins with its whole allowance."""
    with app.app_context():
        limiter.reset()
    yield
    with app.app_context():
        limiter.reset()


@pytest.fixture
def toilets(session: Session) -> None:
    """25 toilets of grade 1 and one of grade 2, the last with a formula for a model."""
    for number in range(25):
        factories.registration(session, model=f"ZB-{number:02}", litres=3.0 + number / 100)
    factories.registration(session, model='=HYPERLINK("http://x")', grade="2", litres=4.9)


def csv_rows(pages: Pages, **args: str) -> list[dict[str, str]]:
    text = pages.raw("/labels.csv", **args).get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.usefixtures("toilets")
def test_csv_holds_all_hits_in_the_order_of_the_page(pages: Pages) -> None:
    rows = csv_rows(pages, sort="water", q="马桶")
    assert len(rows) == 26
    assert [row["规格型号"] for row in rows[:2]] == ["ZB-00", "ZB-01"]
    assert rows[0]["平均用水量 (L)"] == "3"
    assert rows[-1]["规格型号"] == '\'=HYPERLINK("http://x")'


@pytest.mark.usefixtures("toilets")
def test_files_hold_the_same_rows_as_the_search(pages: Pages) -> None:
    assert [row["登记等级"] for row in csv_rows(pages, grade="gb-25502-2017:2")] == ["2"]
    records = json.loads(pages.raw("/labels.json", grade="gb-25502-2017:2").get_data())
    assert [record["model"] for record in records] == ['=HYPERLINK("http://x")']
    assert records[0]["values"]["average_flush"]["value"] == 4.9


@pytest.mark.usefixtures("toilets")
def test_a_workbook_opens_and_holds_no_formula(pages: Pages) -> None:
    answer = pages.raw("/labels.xlsx", sort="water")
    sheet = load_workbook(io.BytesIO(answer.get_data())).active
    assert sheet is not None
    assert sheet.max_row == 27
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert 'filename="labels.xlsx"' in answer.headers["Content-Disposition"]


def test_an_empty_result_is_a_file_with_headings_only(pages: Pages, session: Session) -> None:
    assert csv_rows(pages, q="nichts da") == []
    assert json.loads(pages.raw("/labels.json", q="nichts da").get_data()) == []


def test_the_same_visitor_cannot_download_without_end(pages: Pages, session: Session) -> None:
    statuses = [pages.client.get("/labels.json").status_code for _number in range(21)]
    assert statuses == [200] * 20 + [429]


def add_event(session: Session, registration: Registration, kind: str, on: date) -> None:
    session.add(
        RegistrationEvent(
            registration_id=registration.id, on=on, status=RegistrationStatus.LISTED, kind=kind, details={}
        )
    )
    session.flush()


def test_the_feed_tells_changes_newest_first_and_is_sound_xml(pages: Pages, session: Session) -> None:
    odd = factories.registration(session, "20260519-CWL012020-000001", model="<ZB> & \x0b1")
    add_event(session, odd, "announced", date(2026, 5, 19))
    add_event(session, odd, "withdrawn", date(2026, 8, 1))
    answer = pages.raw("/labels/changes.atom")
    feed = ET.fromstring(answer.get_data())
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles == ["已撤销：<ZB> & \ufffd1", "公告：<ZB> & \ufffd1"]
    links = [link.get("href") for link in feed.iter(f"{ATOM}link") if link.get("rel") == "alternate"]
    assert links[1] == "http://127.0.0.1:8000/labels/20260519-CWL012020-000001"
    assert len({entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")}) == 2
    assert answer.mimetype == "application/atom+xml"


def test_an_empty_feed_is_sound_too(pages: Pages, session: Session) -> None:
    assert ET.fromstring(pages.raw("/labels/changes.atom").get_data()).findtext(f"{ATOM}updated") is not None
