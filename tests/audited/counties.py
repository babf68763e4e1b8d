"""Forms of the county registry. What goes into the review is two entries: proposed, and handed in."""

from __future__ import annotations

import io
from typing import Any

import sqlalchemy as sa

from outreach.core.permissions import Role
from outreach.counties.models import CountyImportRun, Stage, StageEvent
from tests import factories
from tests.audited import Scenario, Sent, World

LIST = "批次,公告日期,省,名称,文号,来源\n1,2019-03-13,山东省,槐荫区,公告,\n"
FIELDS = {"name_en": "Lixia", "note": "省会城区", "note_en": "", "certainty": "sourced", "reason": "核对"}
STEP = {"stage": "rechecked", "on": "2024-03-01", "document": "公告", "reason": "核对"}
FIGURES = {"year": "2024", "i-industry-metering": "98.5"}


def _named(world: World) -> str:
    """The address of a county that is named."""
    unit = factories.unit(world.session)
    factories.designation(world.session, unit=unit)
    factories.unit(world.session, "370104", "槐荫区")
    world.session.commit()
    return unit.slug


def _own(path: str, **data: Any) -> Scenario:
    def prepare(world: World) -> Sent:
        slug = _named(world)
        pages = world.staff_pages(Role.COUNTY_OFFICER, counties=(slug,))
        return Sent(pages, f"/admin/county/{slug}/{path}", data, 2)

    return prepare


def _staff(path: str, **data: Any) -> Scenario:
    def prepare(world: World) -> Sent:
        slug = _named(world)
        return Sent(world.staff_pages(Role.REGISTRAR), f"/admin/counties/{slug}/{path}", data, 2)

    return prepare


def _correct(world: World) -> Sent:
    slug = _named(world)
    event = factories.stage_event(world.session, Stage.RECHECKED, "2023-01-01")
    world.session.commit()
    return Sent(world.staff_pages(Role.REGISTRAR), f"/admin/counties/{slug}/steps/{event.id}", STEP, 2)


def _name(**data: Any) -> Scenario:
    def prepare(world: World) -> Sent:
        _named(world)
        review = factories.name_review(world.session, candidates=[])
        world.session.commit()
        path = f"/admin/counties/names/{review.id}"
        return Sent(world.staff_pages(Role.REGISTRAR), path, {"reason": "核对", **data})

    return prepare


def _file() -> tuple[io.BytesIO, str]:
    return io.BytesIO(LIST.encode()), "名单.csv"


def _upload(world: World) -> Sent:
    _named(world)
    return Sent(world.staff_pages(Role.REGISTRAR), "/admin/counties/imports/new", {"file": _file()})


def _preview(step: str) -> Scenario:
    def prepare(world: World) -> Sent:
        sent = _upload(world)
        answer: Any = sent.pages.post(sent.path, file=_file())
        return Sent(sent.pages, f"{answer.location}/{step}")

    return prepare


def _undo(world: World) -> Sent:
    sent = _preview("apply")(world)
    sent.pages.post(sent.path)
    run_id = world.session.scalars(sa.select(sa.func.max(CountyImportRun.id))).one()
    assert world.session.scalar(sa.select(StageEvent.id).where(StageEvent.import_run_id == run_id))
    return Sent(sent.pages, f"/admin/counties/imports/{run_id}/undo", {"reason": "传错了"})


SCENARIOS: dict[str, Scenario] = {
    "counties.admin_import_new": _upload,
    "counties.admin_import_undo": _undo,
    "counties.admin_name:assign": _name(decision="assign", other="370104"),
    "counties.admin_name:dismiss": _name(decision="dismiss"),
    "counties.admin_preview_apply": _preview("apply"),
    "counties.admin_preview_discard": _preview("discard"),
    "counties.admin_step": _staff("steps/new", **STEP),
    "counties.admin_step_correct": _correct,
    "counties.admin_unit_fields": _staff("fields", **FIELDS),
    "counties.own_fields": _own("fields", **FIELDS),
    "counties.own_figures": _own("figures", **FIGURES),
    "counties.own_step": _own("step", **STEP),
}
EXEMPT: dict[str, str] = {}
