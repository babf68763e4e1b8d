"""Forms of the self-inspection."""

from __future__ import annotations

from outreach.core.permissions import Role
from tests.audited import Scenario, Sent, World


def _start(world: World) -> Sent:
    return Sent(world.staff_pages(Role.EDITOR), "/admin/inspection/runs")


SCENARIOS: dict[str, Scenario] = {"inspection.start": _start}
EXEMPT: dict[str, str] = {}
