"""Certificates and spot checks for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from outreach.core import clock
from outreach.core.search.text import code_key
from outreach.labels.models import (
    Certificate,
    CertificateModel,
    CertificateStatus,
    Registration,
    SpotCheck,
    SpotCheckResult,
)
from tests import factories


def add_certificate(session: Session, number: str, *, models: str = "ZB-1", **values: Any) -> Certificate:
    """A certificate of the usual maker that is valid for a month more and names ``models``, one a line."""
    given = {
        "category_id": factories.category(session).id,
        "applicant": "测试申请单位",
        "maker_id": factories.maker(session).id,
        "product": "坐便器",
        "models": models,
        "standard": "GB 25502-2017",
        "body": "示例认证中心",
        "valid_from": date(2024, 1, 1),
        "valid_to": clock.today() + timedelta(days=30),
        "status": CertificateStatus.VALID,
        "source": "测试",
        **values,
    }
    item = Certificate(number=number, **given)
    session.add(item)
    session.flush()
    for model in models.splitlines():
        session.add(CertificateModel(certificate_id=item.id, model_key=code_key(model)))
    session.flush()
    return item


def add_spot_check(session: Session, registration: Registration, result: SpotCheckResult) -> None:
    """A published check of one registration."""
    session.add(
        SpotCheck(
            registration_id=registration.id,
            published_on=date(2026, 7, 1),
            authority="示例市场监管局",
            result=result,
            finding="平均用水量" if result is SpotCheckResult.FAILED else "",
            document="2026 年第 1 号公告",
        )
    )
    session.flush()
