"""Work that is only tried out: it sees what is there, writes what it likes, and neither stays nor stands in the way."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.core.db import db
from outreach.core.rehearsal import rehearsal
from outreach.labels.models import Maker
from tests import factories
from tests.core.real_sites import real_site

__all__ = ["real_site"]


def names() -> list[str]:
    with db.sessionmaker() as session:
        return list(session.scalars(sa.select(Maker.name).order_by(Maker.name)))


@pytest.fixture
def site(real_site: Flask) -> Flask:
    factories.maker(db.session, "甲")
    db.session.commit()
    return real_site


@pytest.mark.usefixtures("site")
def test_what_is_tried_out_sees_what_is_there_and_leaves_nothing() -> None:
    with rehearsal() as session:
        factories.maker(session, "乙")
        assert sorted(session.scalars(sa.select(Maker.name))) == ["乙", "甲"]
        assert names() == ["甲"]
    assert names() == ["甲"]


@pytest.mark.usefixtures("site")
def test_others_write_meanwhile() -> None:
    with rehearsal() as session:
        factories.maker(session, "乙")
        with db.sessionmaker.begin() as other:
            factories.maker(other, "丙")
        session.execute(sa.delete(Maker))
    assert names() == ["丙", "甲"]


@pytest.mark.usefixtures("site")
def test_a_fault_in_it_leaves_nothing_either() -> None:
    def fail() -> None:
        with rehearsal() as session:
            factories.maker(session, "乙")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert names() == ["甲"]


@pytest.mark.usefixtures("site")
def test_foreign_keys_hold_in_it_as_they_do_outside() -> None:
    with rehearsal() as session, pytest.raises(sa.exc.IntegrityError):
        session.execute(
            sa.text("INSERT INTO county_prefecture (code, name, name_en, province_id) VALUES ('1','','',9)")
        )
