"""Suggestions while typing: words in any spelling, then codes, never more than asked for."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.search.outbox import touch_generation
from outreach.labels.queries.catalogue import Catalogue
from tests import factories
from tests.labels.queries.register import catalogue_of
from tests.labels.statements import counted_statements


@pytest.fixture
def catalogue(session: Session) -> Catalogue:
    fangtai = factories.maker(session, "宁波方太厨具有限公司", short_name="方太")
    for number in range(12):
        factories.registration(
            session, f"20260519-CWL032020-8450{number:02}", model=f"JBCD7E-{number:02}", maker=fangtai
        )
    factories.registration(session, "20240101-CWL012020-000001", model="JB-1", announced_on=date(2024, 1, 1))
    touch_generation(session, "labels")
    return catalogue_of(session)


@pytest.mark.parametrize(
    ("text", "kind", "suggested", "count"),
    [
        ("马", "category", "马桶", 13),
        ("mato", "category", "马桶", 13),
        ("馬", "category", "马桶", 13),
        ("fang", "maker", "方太", 12),
        ("方", "maker", "方太", 12),
        ("马桶 fangt", "maker", "马桶 方太", 0),
        ("马桶方", "maker", "马桶方太", 0),
        ("JBCD7E-0", "model", "JBCD7E-00", 0),
        ("方太 jbcd7e1", "model", "方太 JBCD7E-10", 0),
        ("20260519", "number", "20260519-CWL032020-845000", 0),
    ],
)
def test_the_first_suggestion_is_what_was_begun(
    session: Session, catalogue: Catalogue, text: str, kind: str, suggested: str, count: int
) -> None:
    first = catalogue.suggest(session, text)[0]
    assert (first.kind, first.text, first.count) == (kind, suggested, count)


def test_no_more_than_the_limit_and_each_only_once(session: Session, catalogue: Catalogue) -> None:
    found = catalogue.suggest(session, "jb", limit=8)
    assert len(found) == 8
    assert len({item.text for item in found}) == 8
    assert len(catalogue.suggest(session, "jb", limit=3)) == 3


@pytest.mark.parametrize("text", ["", " ", "%", "冰箱", "qqqq", "*", "\x00", "😀"])
def test_nothing_known_suggests_nothing(session: Session, catalogue: Catalogue, text: str) -> None:
    assert catalogue.suggest(session, text) == ()


def test_words_that_find_nothing_are_not_suggested(session: Session, catalogue: Catalogue) -> None:
    assert catalogue.suggest(session, "花洒") == ()


def test_suggestions_cost_one_statement_at_most(app: Flask, session: Session, catalogue: Catalogue) -> None:
    catalogue.suggest(session, "jb")
    catalogue.current.max_age = 3600
    for text, most in (("马", 0), ("jb", 1), ("2026", 1)):
        with counted_statements(app) as statements:
            catalogue.suggest(session, text)
        assert len(statements) <= most
