"""The generated catalogue: complete, plausible, and the same every time."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.labels.demo.filings import Filing, make_filings
from outreach.labels.demo.outlines import load_outlines, load_quantities
from outreach.labels.demo.papers import Check, Paper, make_certificates, make_spot_checks
from outreach.labels.demo.parts import Parts
from outreach.labels.models import (
    Category,
    CertificateStatus,
    Edition,
    Grade,
    GradeCheck,
    RegistrationStatus,
    SpotCheckResult,
)


@pytest.fixture(scope="module")
def filings(loaded: Session, parts: Parts) -> list[Filing]:
    return list(make_filings(parts, load_outlines(loaded), load_quantities(loaded)))


@pytest.fixture(scope="module")
def papers(filings: list[Filing], parts: Parts) -> list[Paper]:
    return make_certificates(parts, filings)


@pytest.fixture(scope="module")
def checks(filings: list[Filing], parts: Parts, loaded: Session) -> list[Check]:
    return make_spot_checks(parts, filings, load_quantities(loaded))


def test_three_thousand_products_cover_every_category_edition_grade_and_status(
    filings: list[Filing], loaded: Session
) -> None:
    assert len(filings) == 3000
    assert {one.outline.category for one in filings} == set(loaded.scalars(sa.select(Category.code)))
    assert {one.outline.edition for one in filings} == set(loaded.scalars(sa.select(Edition.code)))
    assert {one.status for one in filings} == set(RegistrationStatus)
    steps = sa.select(Edition.code, Grade.code).join(Grade, Grade.edition_id == Edition.id)
    assert {(one.outline.edition, one.declared) for one in filings if one.declared} == set(loaded.execute(steps))


def test_numbers_follow_the_demo_pattern_and_never_repeat(filings: list[Filing]) -> None:
    numbers = [one.number for one in filings]
    assert len(set(numbers)) == len(numbers)
    for one in filings:
        mark, day, rule, serial = one.number.split("-")
        assert (mark, day, rule) == ("DEMO", f"{one.announced_on:%Y%m%d}", one.outline.rule)
        assert len(serial) == 6
        assert serial.isdigit()


def test_declared_grades_fit_the_figures_except_for_a_few_overstated_ones(filings: list[Filing]) -> None:
    found = Counter(one.grade_check for one in filings)
    assert 20 <= found[GradeCheck.DIFFERS] <= 90
    assert found[GradeCheck.SAME] > 2000
    for one in filings:
        if one.grade_check == GradeCheck.DIFFERS:
            assert int(one.declared) == int(one.computed) - 1


def test_figures_lie_within_their_limits_and_add_up(filings: list[Filing]) -> None:
    assert all(value > 0 for one in filings for value in one.values.values())
    flushes = [one.values for one in filings if "half_flush" in one.values]
    assert len(flushes) > 300
    for values in flushes:
        assert values["average_flush"] == pytest.approx((values["full_flush"] + 2 * values["half_flush"]) / 3, abs=0.05)
        assert values["half_flush"] < values["full_flush"] <= 8.0
    for one in filings:
        if "WEI" in one.values:
            assert 3 < one.values["water_per_cycle"] < 35
            assert 0.3 < one.values["energy_per_cycle"] < 2.0


def test_every_older_filing_of_a_model_names_the_one_that_supersedes_it(filings: list[Filing]) -> None:
    chains: dict[tuple[str, str], list[Filing]] = {}
    for one in filings:
        chains.setdefault((one.outline.edition, one.model.code), []).append(one)
    assert sum(len(chain) > 1 for chain in chains.values()) > 300
    assert max(map(len, chains.values())) >= 3
    for chain in chains.values():
        for older, newer in pairwise(chain):
            assert older.announced_on <= newer.announced_on
            assert older.status is RegistrationStatus.SUPERSEDED
            assert older.events[-1].on == newer.announced_on
            assert older.events[-1].details == {"number": newer.number}
        assert chain[-1].status is not RegistrationStatus.SUPERSEDED
        assert len(chain) == 1 or chain[-1].status is RegistrationStatus.LISTED


def test_some_models_are_filed_under_two_editions(filings: list[Filing]) -> None:
    editions: dict[str, set[str]] = {}
    for one in filings:
        editions.setdefault(one.model.code, set()).add(one.outline.edition)
    assert sum(found == {"gb-38383-2019", "gb-38383-2025"} for found in editions.values()) > 10


def test_nothing_happens_after_the_catalogues_own_day(filings: list[Filing], checks: list[Check], parts: Parts) -> None:
    for one in filings:
        days = [event.on for event in one.events]
        assert days == sorted(days)
        assert days[0] == one.announced_on
        assert days[-1] <= parts.as_of_on
    assert all(one.filing.announced_on <= one.published_on <= parts.as_of_on for one in checks)


def test_certificates_show_every_state_and_only_good_grades(papers: list[Paper], parts: Parts) -> None:
    assert {paper.status for paper in papers} == set(CertificateStatus)
    for paper in papers:
        assert len({one.model.maker for one in paper.filings}) == 1
        assert all(one.computed in ("1", "2") for one in paper.filings)
        assert paper.first_issued_on <= paper.valid_from < paper.valid_to
        if paper.status is CertificateStatus.VALID:
            assert paper.valid_to >= parts.as_of_on
        if paper.status is CertificateStatus.EXPIRED:
            assert paper.valid_to < parts.as_of_on


def test_a_failed_spot_check_says_what_failed(checks: list[Check]) -> None:
    results = Counter(check.result for check in checks)
    assert results[SpotCheckResult.FAILED] > 20
    assert results[SpotCheckResult.PASSED] > 150
    for check in checks:
        assert bool(check.finding) == (check.result is SpotCheckResult.FAILED)
        assert "演示" in check.document
        assert "虚构" in check.authority


def test_the_catalogue_does_not_depend_on_the_order_of_asking(
    filings: list[Filing], loaded: Session, parts: Parts
) -> None:
    again = make_filings(parts, load_outlines(loaded), load_quantities(loaded))
    assert repr(again) == repr(filings)
