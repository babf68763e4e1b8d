"""Two counties, an officer of the first, a registrar and a reviewer."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from outreach.core.permissions import Role
from outreach.core.review import Proposal
from outreach.counties.models import CountyUnit
from tests import factories
from tests.staff import StaffPages, StaffPagesMaker

OWN, FOREIGN = "370102", "370103"


@pytest.fixture
def unit(session: Session) -> CountyUnit:
    """历下区, named in the first batch."""
    found = factories.unit(session, OWN)
    factories.designation(session, unit=found)
    session.commit()
    return found


@pytest.fixture
def foreign(session: Session) -> CountyUnit:
    """Another county, whose name stands nowhere else."""
    found = factories.unit(session, FOREIGN, "别处区", name_en="Elsewhere District", note="别处的秘密备注")
    factories.designation(session, unit=found)
    session.commit()
    return found


@pytest.fixture
def officer(unit: CountyUnit, staff_pages: StaffPagesMaker) -> StaffPages:
    return staff_pages(Role.COUNTY_OFFICER, counties=(unit.slug,), name="历下联络员")


@pytest.fixture
def registrar(unit: CountyUnit, staff_pages: StaffPagesMaker) -> StaffPages:
    return staff_pages(Role.REGISTRAR)


@pytest.fixture
def reviewer(staff_pages: StaffPagesMaker) -> StaffPages:
    return staff_pages(Role.REVIEWER)


def approve(session: Session, reviewer: StaffPages, proposal: Proposal, *, status: int = 303) -> Any:
    """Let the second person agree, through the page."""
    path = f"/admin/reviews/{proposal.id}/approve"
    version = session.get_one(Proposal, proposal.id, populate_existing=True).version
    return reviewer.post(path, status=status, comment="已核对", version=version)


__all__ = ["FOREIGN", "OWN", "approve"]
