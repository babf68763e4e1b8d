"""Numbers as people write them, and what stands beside a registration."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session

from outreach.labels.models import CertificateStatus, RegistrationStatus
from outreach.labels.queries.certificates import effective_status
from outreach.labels.queries.products import (
    find_number,
    list_examples,
    list_other_filings,
    load_product,
    newer_filing,
)
from tests import factories
from tests.labels.papers import add_certificate

NUMBER = "20260519-CWL012020-845027"


@pytest.mark.parametrize("text", [NUMBER, NUMBER.lower(), "20260519CWL012020845027", f"\u3000{NUMBER}\u200b"])
def test_a_number_is_found_however_it_is_written(session: Session, text: str) -> None:
    factories.registration(session, NUMBER)
    found = find_number(session, text)
    assert found is not None
    assert found.number == NUMBER


@pytest.mark.parametrize("text", ["", "-", "\x00", "\ud800", "*", "%", "2026051", "x" * 100_000])
def test_what_is_no_number_finds_nothing(session: Session, text: str) -> None:
    factories.registration(session, NUMBER)
    assert find_number(session, text) is None


def test_what_was_not_loaded_raises_instead_of_asking_the_database(session: Session) -> None:
    registration_id = factories.registration(session, NUMBER).id
    session.expunge_all()
    product = load_product(session, registration_id)
    assert product.maker.name
    with pytest.raises(InvalidRequestError):
        _ = product.events


def test_other_filings_come_by_edition_then_newest_first(session: Session) -> None:
    mine = factories.registration(session, model="ZB-1")
    old = factories.registration(session, model="zb1", announced_on=date(2020, 1, 1))
    new = factories.registration(session, model="ZB 1", announced_on=date(2026, 9, 1))
    other = factories.edition(session, "gb-25502-2024")
    foreign = factories.registration(session, model="ZB-1", edition=other, announced_on=date(2026, 10, 1))
    numbers = [item.number for item in list_other_filings(session, mine)]
    assert numbers == [new.number, old.number, foreign.number]


def test_the_newer_filing_is_listed_and_of_the_same_edition(session: Session) -> None:
    mine = factories.registration(session, model="ZB-1", status=RegistrationStatus.SUPERSEDED)
    factories.registration(session, model="ZB-1", edition=factories.edition(session, "gb-25502-2024"))
    assert newer_filing(list_other_filings(session, mine)) is None
    new = factories.registration(session, model="ZB-1")
    found = newer_filing(list_other_filings(session, mine))
    assert found is not None
    assert found.number == new.number


def test_examples_keep_their_order_and_leave_out_what_is_gone(session: Session) -> None:
    first, second = (factories.registration(session, model=model) for model in ("ZB-1", "ZB-2"))
    found = list_examples(session, [(second.id, 2.0), (999_999, 1.0), (first.id, 3.0)])
    assert [(item.model, item.figure) for item in found] == [("ZB-2", 2.0), ("ZB-1", 3.0)]
    assert list_examples(session, []) == []


@pytest.mark.parametrize(
    ("status", "last", "expected"),
    [
        (CertificateStatus.VALID, date(2026, 5, 1), CertificateStatus.VALID),
        (CertificateStatus.VALID, date(2026, 4, 30), CertificateStatus.EXPIRED),
        (CertificateStatus.VALID, None, CertificateStatus.VALID),
        (CertificateStatus.WITHDRAWN, date(2026, 4, 30), CertificateStatus.WITHDRAWN),
        (CertificateStatus.SUSPENDED, date(2027, 4, 30), CertificateStatus.SUSPENDED),
    ],
)
def test_a_certificate_ends_with_its_last_day_unless_it_ended_before(
    session: Session, status: CertificateStatus, last: date | None, expected: CertificateStatus
) -> None:
    item = add_certificate(session, "C-1", status=status, valid_to=last)
    assert effective_status(item, date(2026, 5, 1)) is expected
