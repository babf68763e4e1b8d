"""The menu of the back office: what the features offer, as far as this person may use it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.core.feature import AdminItem, Section
from outreach.core.permissions import Permission, Role
from outreach.core.staff import Staff, current_staff

SECTION_NAMES: Final[dict[Section, LazyString]] = {
    Section.OVERVIEW: _l("概览"),
    Section.REGISTRY: _l("登记"),
    Section.CONTENT: _l("内容"),
    Section.PUBLIC: _l("公众来件"),
    Section.SYSTEM: _l("系统"),
}
ROLE_NAMES: Final[dict[Role, LazyString]] = {
    Role.SYSTEM_ADMIN: _l("系统管理员"),
    Role.SECURITY_ADMIN: _l("安全管理员"),
    Role.AUDITOR: _l("审计员"),
    Role.EDITOR: _l("编辑"),
    Role.REVIEWER: _l("审核人"),
    Role.REGISTRAR: _l("登记员"),
    Role.COUNTY_OFFICER: _l("县级联络员"),
    Role.PRESS_OFFICER: _l("新闻专员"),
    Role.ORGANISER: _l("竞赛组织人"),
    Role.JUROR: _l("评委"),
}


@dataclass(frozen=True, slots=True)
class AdminEntry:
    """One line of the menu. ``current`` is the value of ``aria-current``, empty elsewhere."""

    label: str
    href: str
    badge: int
    current: str


@dataclass(frozen=True, slots=True)
class AdminSection:
    """One part of the menu with its heading."""

    name: str
    entries: tuple[AdminEntry, ...]


def admin_menu() -> list[AdminSection]:
    """The sections that hold anything for who is signed in; none for visitors."""
    staff = current_staff()
    if staff is None:
        return []
    items = [item for item in _items() if staff.may(*_rights(item))]
    here = _current(items)
    sections = []
    for section in Section:
        entries = tuple(_entry(item, staff, here) for item in items if item.section is section)
        if entries:
            sections.append(AdminSection(str(SECTION_NAMES[section]), entries))
    return sections


def role_names(staff: Staff) -> list[str]:
    """The roles of a member of staff in the language of the page, in the order of the enumeration."""
    return [str(ROLE_NAMES[role]) for role in Role if role in staff.roles]


def _items() -> list[AdminItem]:
    items = (item for feature in current_app.extensions["features"] for item in feature.admin)
    return sorted(items, key=lambda item: item.order)


def _rights(item: AdminItem) -> Iterator[Permission]:
    yield from (item.permission,) if isinstance(item.permission, Permission) else item.permission


def _current(items: list[AdminItem]) -> str:
    """The endpoint of the entry that the page in hand belongs to: itself, else the longest beginning of its path."""
    endpoints = [item.endpoint for item in items]
    if request.endpoint in endpoints:
        return str(request.endpoint)
    below = [(len(path), name) for name in endpoints if request.path.startswith(path := _path(name))]
    return max(below, default=(0, ""))[1]


def _path(endpoint: str) -> str:
    path = url_for(endpoint).removeprefix(request.script_root)
    return path if path.endswith("/") else path + "/"


def _entry(item: AdminItem, staff: Staff, here: str) -> AdminEntry:
    is_page = item.endpoint == request.endpoint
    current = "page" if is_page else "true" if item.endpoint == here else ""
    badge = item.badge(staff) if item.badge else 0
    return AdminEntry(str(item.label), url_for(item.endpoint), badge, current)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(admin_menu=admin_menu, role_names=role_names)
