"""Standards and their grades: editions with dates, and every recorded condition with its certainty."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, raiseload, selectinload

from outreach.labels.models import Category, Edition, Grade, GradeRule, Metric, Scheme


def list_rules(session: Session, edition_id: int) -> list[GradeRule]:
    """All conditions of an edition with grade, metric and subtype: by subtype, metric, then grade, best first."""
    query = (
        sa.select(GradeRule)
        .join(GradeRule.grade)
        .join(GradeRule.metric)
        .where(Grade.edition_id == edition_id)
        .options(
            contains_eager(GradeRule.grade),
            contains_eager(GradeRule.metric),
            joinedload(GradeRule.subtype),
            raiseload("*"),
        )
        .order_by(GradeRule.subtype_id.nulls_first(), Metric.position, Metric.id, Grade.rank, GradeRule.id)
    )
    return list(session.scalars(query))


def list_editions(session: Session) -> list[Edition]:
    """Every edition with scheme, category and grades, in the order of categories, newest edition first."""
    query = (
        sa.select(Edition)
        .join(Category, Category.id == Edition.category_id)
        .options(
            joinedload(Edition.scheme),
            joinedload(Edition.category),
            selectinload(Edition.grades),
            raiseload("*"),
        )
        .order_by(Category.position, Edition.scheme_id, Edition.valid_from.desc().nulls_last(), Edition.code.desc())
    )
    return list(session.scalars(query))


def find_edition(session: Session, code: str) -> Edition | None:
    """One edition by its code, with scheme, category and grades."""
    query = (
        sa.select(Edition)
        .where(Edition.code == code)
        .options(
            joinedload(Edition.scheme),
            joinedload(Edition.category),
            selectinload(Edition.grades),
            raiseload("*"),
        )
    )
    return session.scalars(query).one_or_none()


def list_categories(session: Session) -> list[Category]:
    """All categories in their order."""
    return list(session.scalars(sa.select(Category).order_by(Category.position, Category.id)))


def find_category(session: Session, code: str) -> Category | None:
    return session.scalars(sa.select(Category).where(Category.code == code)).one_or_none()


def list_official_queries(session: Session) -> list[Scheme]:
    """Schemes whose register the public can query at its own site."""
    return list(session.scalars(sa.select(Scheme).where(Scheme.query_url != "").order_by(Scheme.position, Scheme.id)))
