"""Templates, compiled once for each language with their fixed words already in it.

Most of a page is words that only depend on its language. So ``_("…")`` and the macros of ``FOLDED``, called with
constants, are worked out while a template is compiled and stand in its code as finished text: they cost nothing on a
page. Everything else, such as ``_(variable)``, works as ever.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from typing import Any, Final, Self

from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from outreach.core.i18n import language, translation

#: Files whose one macro, named like the file, depends on nothing but its arguments and the language.
FOLDED: Final = frozenset({"components/icon.html", "components/demo_tag.html"})

#: The characters that HTML reads as something else than themselves.
_SPECIAL: Final = re.compile("[&<>\"']")


class Folding(NodeTransformer):
    """Replaces calls in a syntax tree by what they give in the language of ``environment``."""

    def __init__(self, environment: PageEnvironment, tree: nodes.Template) -> None:
        self.environment = environment
        self.macros: dict[str, tuple[str, str]] = {}
        if not environment.auto_reload:  # while debugging, a changed macro must show at once
            for item in tree.find_all(nodes.FromImport):
                self._note(item)

    def _note(self, item: nodes.FromImport) -> None:
        if isinstance(item.template, nodes.Const) and item.template.value in FOLDED:
            for name in item.names:
                macro, here = name if isinstance(name, tuple) else (name, name)
                self.macros[here] = (item.template.value, macro)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  # jinja2 names visitors like this
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.dyn_args or node.dyn_kwargs or not _are_constant(node.args):
            return node
        arguments = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
        if node.node.name == "_" and len(arguments) == 1:
            return self._text(arguments[0], node)
        if node.node.name in self.macros and not node.kwargs:
            source, macro = self.macros[node.node.name]
            module: Any = self.environment.get_template(source).module
            return nodes.MarkSafeIfAutoescape(nodes.Const(str(getattr(module, macro)(*arguments))))
        return node

    def _text(self, text: str, node: nodes.Call) -> nodes.Node:
        """What the gettext of jinja2's new style does with a text: mark it safe, then fill in the escaped values."""
        values = [nodes.Pair(nodes.Const(pair.key), pair.value) for pair in node.kwargs]
        words = nodes.MarkSafeIfAutoescape(nodes.Const(translation(text, self.environment.language)))
        return nodes.Mod(words, nodes.Dict(values), lineno=node.lineno)


def _are_constant(arguments: Sequence[nodes.Expr]) -> bool:
    return bool(arguments) and all(isinstance(argument, nodes.Const) for argument in arguments)


class FoldingGenerator(CodeGenerator):
    """Jinja's compiler behind ``Folding``; it prints values by ``printed``."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802  # as above
        environment = self.environment
        if isinstance(environment, PageEnvironment) and environment.language:
            Folding(environment, node).visit(node)
            node.set_environment(environment)
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        """What stands before each printed value; jinja2's own native templates hook in here too."""
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.printed(")


def printed(value: object) -> str:
    """``value`` escaped, as a piece of text that will be joined. A page prints hundreds, most of them harmless."""
    kind = type(value)
    if kind is Markup or (kind is str and not _SPECIAL.search(value)):  # type: ignore[call-overload]  # is text here
        return value  # type: ignore[return-value]  # likewise
    return escape(value)


class PageEnvironment(Environment):
    """Flask's environment, with a layer for each language: whoever asks for a template gets it in that of the page."""

    code_generator_class = FoldingGenerator
    printed = staticmethod(printed)
    #: Set on the layers; empty on the environment that the application knows.
    language = ""
    layers: dict[str, Self]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own. A layer of globals for each template, as is usual, makes every import slow."""
        return super().make_globals(d) if d else self.globals

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:  # noqa: A002  # jinja2's name
        return super(PageEnvironment, self._layer()).get_template(name, parent, globals)

    def select_template(self, names: Any, parent: str | None = None, globals: Any = None) -> Template:  # noqa: A002  # jinja2's name
        return super(PageEnvironment, self._layer()).select_template(names, parent, globals)

    def _layer(self) -> Self:
        if self.language:
            return self
        wanted = language()
        layers: dict[str, Self] = self.__dict__.setdefault("layers", {})
        if wanted not in layers:
            layer: Any = self.overlay()
            layer.language = wanted
            layers[wanted] = layer
        return layers[wanted]
