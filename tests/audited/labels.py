"""Forms of the registry."""

from __future__ import annotations

import io
from typing import Any

import sqlalchemy as sa

from outreach.core.permissions import Role
from outreach.labels.actions.standards import load_standards
from outreach.labels.models_upkeep import ImportDraft
from tests import factories
from tests.audited import Scenario, Sent, World
from tests.labels.imports.registers import as_csv, filing
from tests.staff import StaffPages

STATE = {"status": "suspended", "on": "2026-06-01", "document": "公告 1 号", "reason": "抽查不合格"}
#: What is handed to a second person: the proposal, and that it was submitted.
HANDED_IN = 2


def _seen(pages: StaffPages, path: str) -> str:
    """The mark of the values that a form was made of."""
    found: str = pages.get(path).root.all('input[name="seen"]')[0].get("value")
    return found


def _edit(world: World) -> Sent:
    one = factories.registration(world.session, "N-1", model="AA-1")
    world.session.commit()
    pages, path = world.staff_pages(Role.REGISTRAR), "/admin/labels/N-1/edit"
    typed = {"maker": one.maker.name, "model": "AA-2", "declared_grade": "1", "announced_on": "2026-05-19"}
    return Sent(pages, path, {**typed, "seen": _seen(pages, path), "reason": "核对"}, HANDED_IN)


def _status(world: World) -> Sent:
    factories.registration(world.session, "N-1")
    world.session.commit()
    pages, path = world.staff_pages(Role.REGISTRAR), "/admin/labels/N-1/status"
    return Sent(pages, path, {**STATE, "seen": _seen(pages, path)}, HANDED_IN)


def _states(world: World) -> Sent:
    for number in ("N-1", "N-2"):
        factories.registration(world.session, number)
    world.session.commit()
    data = {**STATE, "ids": ["N-1", "N-2"], "step": "send"}
    return Sent(world.staff_pages(Role.REGISTRAR), "/admin/labels/states", data, HANDED_IN)


def _merge(world: World) -> Sent:
    first, second = (factories.maker(world.session, f"{name}洁具有限公司") for name in "甲乙")
    world.session.commit()
    data = {"first": first.id, "second": second.id, "into": second.id, "reason": "同一企业"}
    return Sent(world.staff_pages(Role.REGISTRAR), "/admin/labels/makers/compare", data, HANDED_IN)


def _export(world: World) -> Sent:
    factories.registration(world.session)
    world.session.commit()
    return Sent(world.staff_pages(Role.AUDITOR), "/admin/labels/export")


def _register(*rows: dict[str, str]) -> dict[str, Any]:
    """The upload form with a register."""
    return {"source": "cn-waterlabel", "file": (io.BytesIO(as_csv(rows).encode()), "r-2026-05-01.csv")}


def _upload(world: World) -> Sent:
    load_standards(world.session)
    world.session.commit()
    return Sent(world.staff_pages(Role.REGISTRAR), "/admin/labels/imports/new", _register(filing()))


def _draft(name: str) -> Scenario:
    def prepare(world: World) -> Sent:
        sent = _upload(world)
        sent.pages.client.post(sent.path, data={"token": sent.pages.token, **sent.data})
        world.session.expire_all()
        draft = world.session.scalars(sa.select(ImportDraft)).one()
        draft.fault = "an earlier attempt"  # so that a new preview changes something
        world.session.commit()
        return Sent(sent.pages, f"/admin/labels/imports/previews/{draft.id}/{name}")

    return prepare


def _run(name: str, **data: str) -> Scenario:
    def prepare(world: World) -> Sent:
        run = factories.import_run(world.session)
        factories.registration(world.session, run=run)
        run.rows_remarked = 1
        world.session.commit()
        return Sent(world.staff_pages(Role.REGISTRAR), f"/admin/labels/imports/{run.id}/{name}", data)

    return prepare


SCENARIOS: dict[str, Scenario] = {
    "labels.admin_edit": _edit,
    "labels.admin_export": _export,
    "labels.admin_import_looked": _run("looked"),
    "labels.admin_import_new": _upload,
    "labels.admin_import_undo": _run("undo", reason="文件有误"),
    "labels.admin_makers_compare": _merge,
    "labels.admin_preview_again": _draft("again"),
    "labels.admin_preview_apply": _draft("apply"),
    "labels.admin_preview_discard": _draft("discard"),
    "labels.admin_states": _states,
    "labels.admin_status": _status,
}
EXEMPT: dict[str, str] = {}
