"""Our own modules as data for the guards: what each imports, and which room of which slice it belongs to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = "outreach"


@dataclass(frozen=True)
class Module:
    """One Python file of ours: dotted name and source text."""

    name: str
    source: str
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def part(self) -> str:
        """The slice (or ``core``) that the module belongs to; empty for the factory and the settings."""
        names = self.name.split(".")
        return names[1] if len(names) > 2 or (len(names) == 2 and self.is_package) else ""

    @property
    def room(self) -> str:
        """The fixed file name inside the slice, such as ``queries``; empty for the slice's own ``__init__``."""
        names = self.name.split(".")
        return names[2] if len(names) > 2 else ""

    def imports(self, *, at_start: bool = False) -> set[str]:
        """Dotted names that the module imports; with ``at_start`` only those that run when it is imported."""
        nodes = _starting(self.tree) if at_start else ast.walk(self.tree)
        return {name for node in nodes for name in _imported(node, self)}


def _imported(node: ast.AST, module: Module) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parents = module.name.split(".")
            kept = parents[: len(parents) - node.level + module.is_package]
            base = ".".join([*kept, *([node.module] if node.module else [])])
        yield from (f"{base}.{alias.name}" for alias in node.names)


def _starting(node: ast.AST) -> Iterator[ast.AST]:
    """Statements that run on import: not inside functions, not under ``if TYPE_CHECKING``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from _starting(child)


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def our_modules() -> dict[str, Module]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in python_files(PACKAGE):
        parts = path.relative_to(ROOT).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        found[name] = Module(name, path.read_text(encoding="utf-8"), is_package)
    return found
