"""Forms of letters."""

from __future__ import annotations

from typing import Any

from outreach.core.audit import Actor
from outreach.core.permissions import Role
from outreach.inbox.actions import handling
from outreach.inbox.actions.receiving import Incoming, receive
from outreach.inbox.models import Letter
from outreach.inbox.rules.codes import make_code
from tests.audited import Scenario, Sent, World

TEXT = "这个产品页面的用水量和实物上印的不一样。"


def _letter(world: World, name: str = "audited") -> Letter:
    letter = receive(world.session, Incoming("site", "/", TEXT, "13812345678", "zh", make_code("tests", name), 5))
    world.session.commit()
    return letter


def _step(name: str, *, is_answered: bool = False, **data: Any) -> Scenario:
    def prepare(world: World) -> Sent:
        letter, pages = _letter(world), world.staff_pages(Role.EDITOR)
        if is_answered:
            handling.reply(world.session, letter, Actor("staff", pages.person.id, "x"), "已经更正。")
            world.session.commit()
        if name == "assign":
            data["assignee"] = pages.person.id
        if name == "merge":
            data["target"] = _letter(world, "other").number
        return Sent(pages, f"/admin/inbox/{letter.number}/{name}", {"version": letter.version, **data})

    return prepare


def _several(world: World) -> Sent:
    letters, pages = [_letter(world, str(number)) for number in range(3)], world.staff_pages(Role.EDITOR)
    ids = [letter.number for letter in letters]
    data = {"action": "assign", "confirmed": "yes", "assignee": pages.person.id, "ids": ids}
    return Sent(pages, "/admin/inbox/bulk", data, entries=3)


def _contact(world: World) -> Sent:
    letter = _letter(world)
    reason = {"access_reason": "核实门牌号，需要打电话"}
    return Sent(world.staff_pages(Role.EDITOR), f"/admin/inbox/{letter.number}/contact", reason)


SCENARIOS: dict[str, Scenario] = {
    "inbox.contact": _contact,
    "inbox.letter_step:assign": _step("assign"),
    "inbox.letter_step:close": _step("close", is_answered=True),
    "inbox.letter_step:merge": _step("merge"),
    "inbox.letter_step:note": _step("note", text="已联系资料科"),
    "inbox.letter_step:reject": _step("reject", text="没有写明对象。"),
    "inbox.letter_step:reopen": _step("reopen", is_answered=True, text="答复有误，重来"),
    "inbox.letter_step:reply": _step("reply", text="已经更正。"),
    "inbox.letters_step": _several,
}
EXEMPT: dict[str, str] = {}
