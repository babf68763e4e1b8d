"""The factories' own test: what they add is what the registry accepts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from outreach.labels.models import GradeCheck
from tests import factories


def test_registrations_share_what_they_need_and_differ_in_number(session: Session) -> None:
    first = factories.registration(session)
    second = factories.registration(session, grade="2", litres=4.8, model="AB-1")
    assert first.number != second.number
    assert first.edition is second.edition
    assert first.maker is second.maker
    assert [value.value for value in second.values] == [4.8]
    assert second.declared_grade is not None
    assert second.declared_grade.rank == 2
    assert factories.registration(session, grade="").grade_check is GradeCheck.NOT_COMPUTABLE
