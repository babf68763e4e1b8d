"""What the page of a county says of corrections and yearly figures, its JSON, the public API and the files say too."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from outreach.core.clock import now, today
from outreach.counties.models import Certainty, CountyUnit, DatePrecision, Stage
from outreach.counties.models_staff import CorrectedStep, UnitCorrection, YearlyFigure
from tests import factories
from tests.pages import Pages

JSON = "/counties/370102.json"
API = "/api/v1/counties/370102"
KEYS = ("corrected_steps", "corrected_fields", "figures")


@pytest.fixture
def unit(session: Session) -> CountyUnit:
    """A unit with a step struck out, a note corrected, and figures of two years."""
    found = factories.unit(session)
    moment = now()
    session.add(
        CorrectedStep(
            unit_id=found.id,
            event_id=77,
            is_removed=True,
            stage=Stage.CANCELLED,
            happened_on=date(2023, 5, 1),
            precision=DatePrecision.MONTH,
            document="误录的文件",
            source_url="",
            source_name="某报",
            certainty=Certainty.SINGLE_SOURCE,
            name_as_published="",
            note="",
            reason="与原件不符",
            proposal_id=1,
            corrected_at=moment,
        )
    )
    session.add(
        UnitCorrection(
            unit_id=found.id,
            field="note",
            before="",
            after="省会城区",
            reason="按地名公告核对",
            proposal_id=2,
            corrected_at=moment,
        )
    )
    session.add_all(figure(found, year, position, **values) for position, (year, values) in enumerate(FIGURES))
    session.commit()
    return found


FIGURES: tuple[tuple[int, dict[str, str]], ...] = (
    (2023, {"code": "industry-metering", "kind": "share", "value": "96"}),
    (2024, {"code": "industry-metering", "kind": "share", "value": "98.5"}),
    (2024, {"code": "remark", "kind": "remark", "value": "=1+1", "name": "", "name_en": "", "unit_word": ""}),
)


def figure(unit: CountyUnit, year: int, position: int, **values: str) -> YearlyFigure:
    given = {"name": "工业用水计量率", "name_en": "Metered industry", "value_en": "", "unit_word": "%", **values}
    return YearlyFigure(
        unit_id=unit.id,
        year=year,
        position=position,
        proposal_id=3,
        approved_at=now(),
        unit_word_en=given["unit_word"],
        **given,
    )


def data(pages: Pages, address: str, **args: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(pages.raw(address, **args).get_data())
    return {key: found[key] for key in KEYS}


@pytest.mark.usefixtures("unit")
@pytest.mark.parametrize("address", [JSON, API])
def test_corrections_and_figures_stand_in_the_data(pages: Pages, address: str) -> None:
    found = data(pages, address)
    day = today().isoformat()
    assert found["corrected_steps"] == [
        {
            "is_removed": True,
            "stage": "cancelled",
            "on": "2023-05",
            "precision": "month",
            "batch": None,
            "document": "误录的文件",
            "source": "某报",
            "certainty": "single-source",
            "reason": "与原件不符",
            "corrected_on": day,
        }
    ]
    assert found["corrected_fields"] == [
        {"field": "note", "before": "", "after": "省会城区", "reason": "按地名公告核对", "corrected_on": day}
    ]
    assert [(one["year"], one["name"], one["value"], one["unit"]) for one in found["figures"]] == [
        (2024, "工业用水计量率", "98.5", "%"),
        (2024, "备注", "=1+1", ""),
        (2023, "工业用水计量率", "96", "%"),
    ]
    assert {(one["source"], one["published_on"]) for one in found["figures"]} == {("县级填报", day)}


@pytest.mark.usefixtures("unit")
@pytest.mark.parametrize("address", [JSON, API])
def test_the_data_of_a_former_day_hold_none_like_the_page(pages: Pages, address: str) -> None:
    assert "年度数据" not in pages.get("/counties/370102", on="2021-12-31").text("main")
    assert data(pages, address, on="2021-12-31") == {key: [] for key in KEYS}


@pytest.mark.usefixtures("unit")
def test_the_page_says_the_same_and_leads_to_the_file_of_figures(pages: Pages) -> None:
    page = pages.get("/counties/370102")
    for words in ("误录的文件", "与原件不符", "省会城区", "98.5 %", "县级填报"):
        assert words in page.text("main")
    assert page.has('a[href="/counties/370102/figures.csv"]')


@pytest.mark.usefixtures("unit")
def test_the_file_of_figures_has_source_and_day_and_no_formula(pages: Pages) -> None:
    answer = pages.raw("/counties/370102/figures.csv")
    assert 'filename="370102-figures.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [(row["年度"], row["填报值"], row["来源"], row["公布日期"]) for row in rows] == [
        ("2024", "98.5", "县级填报", today().isoformat()),
        ("2024", "'=1+1", "县级填报", today().isoformat()),
        ("2023", "96", "县级填报", today().isoformat()),
    ]


def test_the_file_of_figures_of_an_unknown_county_is_a_404_and_a_former_code_leads_on(
    session: Session, pages: Pages, unit: CountyUnit
) -> None:
    factories.unit_change(session, unit=unit, former_code="370121")
    session.commit()
    pages.raw("/counties/999999/figures.csv", status=404)
    assert pages.raw("/counties/370121/figures.csv", status=301).location.endswith("/370102/figures.csv")
