"""Arrows point down: who may import whom, who may know Flask, who commits. Each rule is also shown a breach."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.guards.modules import PACKAGE, Module, our_modules

MODULES = our_modules()
#: Rooms that know no Flask and never commit.
PURE_ROOMS = frozenset({"models", "rules", "queries", "actions"})
#: Files that may end a transaction: the request, the command, the job.
COMMITTING = frozenset({"views", "api", "admin", "cli", "tasks"})
#: Other modules that do, with the reason.
ALSO_COMMITTING = {"outreach.core.db": "ends what SET began on a connection that is handed out, before any work"}
#: Modules of ours that a slice may import beside itself, core and another slice's ``public``.
SHARED = frozenset({f"{PACKAGE}.config", f"{PACKAGE}.core"})


def core_imports_no_slice(module: Module) -> Iterator[str]:
    if module.part == "core":
        yield from (name for name in _ours(module) if not _is_under(name, SHARED))


def slices_meet_through_public(module: Module) -> Iterator[str]:
    if module.part in ("", "core"):
        return
    for name in _ours(module):
        own = {f"{PACKAGE}.{module.part}", *SHARED}
        if not _is_under(name, own) and name.split(".")[2:3] != ["public"]:
            yield name


def rules_import_nothing_of_ours(module: Module) -> Iterator[str]:
    if module.room == "rules":
        yield from (name for name in _ours(module) if not _is_under(name, {f"{PACKAGE}.{module.part}.rules"}))


def models_import_only_core(module: Module) -> Iterator[str]:
    if module.part != "core" and module.room == "models":
        allowed = {*SHARED, f"{PACKAGE}.{module.part}.models"}
        yield from (name for name in _ours(module) if not _is_under(name, allowed))


def pure_rooms_know_no_flask(module: Module) -> Iterator[str]:
    if module.part != "core" and module.room in PURE_ROOMS:
        yield from (name for name in module.imports() if name.split(".")[0].startswith(("flask", "werkzeug")))


def only_entrances_commit(module: Module) -> Iterator[str]:
    if {module.name.split(".")[-1], module.room} & COMMITTING or module.name in ALSO_COMMITTING:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            receiver = ast.unparse(node.func.value)
            if "session" in receiver or "connection" in receiver or receiver == "db":
                yield f"line {node.lineno}: {receiver}.commit()"


def no_throwaway_loops(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        target = node.target if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)) else None
        if isinstance(target, ast.Name) and target.id == "_":
            yield f"line {target.lineno}: for _ in"


def _ours(module: Module) -> set[str]:
    return {name for name in module.imports() if _is_under(name, {PACKAGE})}


def _is_under(name: str, parents: set[str] | frozenset[str]) -> bool:
    return any(name == parent or name.startswith(parent + ".") for parent in parents)


Rule = Callable[[Module], Iterator[str]]
#: Each rule with a module that breaks it.
RULES: tuple[tuple[Rule, Module], ...] = (
    (core_imports_no_slice, Module("outreach.core.db", "from outreach.labels import models")),
    (core_imports_no_slice, Module("outreach.core.db", "def f():\n    import outreach.site.views")),
    (slices_meet_through_public, Module("outreach.site.views", "from outreach.labels.models import Maker")),
    (slices_meet_through_public, Module("outreach.site.views", "from ..labels.queries import makers")),
    (rules_import_nothing_of_ours, Module("outreach.labels.rules.grading", "from outreach.core.db import Base")),
    (models_import_only_core, Module("outreach.labels.models.names", "from outreach.labels.forms import SORTS")),
    (pure_rooms_know_no_flask, Module("outreach.labels.queries.makers", "from flask import request")),
    (pure_rooms_know_no_flask, Module("outreach.labels.actions.run", "import flask_babel")),
    (only_entrances_commit, Module("outreach.labels.actions.run", "def f(session):\n    session.commit()")),
    (only_entrances_commit, Module("outreach.core.audit", "db.session.commit()")),
    (no_throwaway_loops, Module("outreach.core.audit", "x = [1 for _ in range(3)]")),
    (no_throwaway_loops, Module("outreach.core.audit", "for _ in range(3):\n    pass")),
)


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _breach in RULES), ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_rule(rule: Rule) -> None:
    breaches = {name: sorted(found) for name, module in MODULES.items() if (found := list(rule(module)))}
    assert breaches == {}


@pytest.mark.parametrize(("rule", "breach"), RULES)
def test_a_breach_of_the_rule_is_seen(rule: Rule, breach: Module) -> None:
    assert list(rule(breach))


def test_public_modules_of_other_slices_may_be_used() -> None:
    assert not list(
        slices_meet_through_public(Module("outreach.site.views", "from outreach.labels.public import counts"))
    )


def import_graph(modules: dict[str, Module]) -> dict[str, set[str]]:
    """Which modules of ours run first when a module is imported (a name may be a module or something in one)."""
    graph: dict[str, set[str]] = {}
    for name, module in modules.items():
        wanted = module.imports(at_start=True)
        graph[name] = {_module_of(item, modules) for item in wanted if _is_under(item, {PACKAGE})} - {name, ""}
    return graph


def _module_of(name: str, modules: dict[str, Module]) -> str:
    return name if name in modules else name.rpartition(".")[0] if name.rpartition(".")[0] in modules else ""


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in a circle, in order; empty without one."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(import_graph(MODULES)) == []


def test_no_slices_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for module in MODULES.values():
        used = {name.split(".")[1] for name in _ours(module) if name.count(".") >= 2}
        graph.setdefault(module.part, set()).update(used - {module.part, "config"})
    graph.pop("", None)
    assert circle(graph) == []


def test_a_circle_is_seen() -> None:
    first = Module("outreach.a.x", "from outreach.b.y import one")
    second = Module("outreach.b.y", "import outreach.a.x")
    assert circle(import_graph({first.name: first, second.name: second}))
