"""HTML as tests see it: parsed the way browsers do, found by a small part of CSS selectors, read as visible text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from xml.etree.ElementTree import Element

import html5lib

#: Elements whose text no visitor sees.
UNSEEN = frozenset({"script", "style", "template", "head", "title"})

_PART = re.compile(
    r"""(?P<tag>^[a-z][a-z0-9-]*|^\*)
      | \#(?P<id>[\w-]+)
      | \.(?P<klass>[\w-]+)
      | \[(?P<name>[\w:-]+)(?:(?P<test>[~^$*]?=)"?(?P<value>[^"\]]*)"?)?\]""",
    re.VERBOSE,
)


class SelectorUnknown(ValueError):
    """A selector uses something that this small reader does not know."""


class Node:
    """One element of a page with the way back to its parents."""

    def __init__(self, element: Element, parents: dict[Element, Element]) -> None:
        self.element = element
        self._parents = parents

    def __repr__(self) -> str:
        attributes = "".join(f' {name}="{value}"' for name, value in self.element.attrib.items())
        return f"<{self.tag}{attributes}>"

    @property
    def tag(self) -> str:
        return str(self.element.tag)

    @property
    def classes(self) -> list[str]:
        return self.get("class").split()

    @property
    def text(self) -> str:
        """Everything a visitor reads in here, blanks folded."""
        return " ".join("".join(_texts(self.element)).split())

    def get(self, name: str, default: str = "") -> str:
        return self.element.get(name, default)

    def has(self, name: str) -> bool:
        return name in self.element.attrib

    def ancestors(self) -> Iterator[Node]:
        """Parents from the nearest outwards."""
        element = self._parents.get(self.element)
        while element is not None:
            yield Node(element, self._parents)
            element = self._parents.get(element)

    def walk(self) -> Iterator[Node]:
        """This element and everything in it, in the order of the page."""
        for element in self.element.iter():
            if isinstance(element.tag, str):
                yield Node(element, self._parents)

    def all(self, selector: str) -> list[Node]:
        """Elements in here that match: ``tag#id.class[name="value"]``, blanks, ``>`` and commas between."""
        chains, tags = _chains(selector), _innermost_tags(selector)
        elements = (one for one in self.element.iter() if one is not self.element and (not tags or one.tag in tags))
        nodes = (Node(one, self._parents) for one in elements if isinstance(one.tag, str))
        return [node for node in nodes if node._matches_any(chains)]

    def one(self, selector: str) -> Node:
        """The only element that matches; anything else is an AssertionError."""
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} elements match {selector!r}, expected one"
        return found[0]

    def texts(self, selector: str) -> list[str]:
        return [node.text for node in self.all(selector)]

    def _matches_any(self, chains: list[list[tuple[str, str]]]) -> bool:
        return any(self._matches_chain(chain) for chain in chains)

    def _matches_chain(self, chain: list[tuple[str, str]]) -> bool:
        (relation, compound), *outer = chain
        if not self._matches(compound):
            return False
        if not outer:
            return True
        parents = list(self.ancestors())
        return any(parent._matches_chain(outer) for parent in (parents[:1] if relation == ">" else parents))

    def _matches(self, compound: str) -> bool:
        return all(self._fits(part) for part in _parts(compound))

    def _fits(self, part: dict[str, str | None]) -> bool:
        if part["tag"]:
            return part["tag"] in ("*", self.tag)
        if part["id"]:
            return self.get("id") == part["id"]
        if part["klass"]:
            return part["klass"] in self.classes
        name, test, value = part["name"] or "", part["test"], part["value"] or ""
        if not self.has(name) or test is None:
            return self.has(name)
        actual = self.get(name)
        return {
            "=": actual == value,
            "~=": value in actual.split(),
            "^=": actual.startswith(value),
            "$=": actual.endswith(value),
            "*=": value in actual,
        }[test]


@cache
def _chains(selector: str) -> list[list[tuple[str, str]]]:
    """Each alternative as its compounds from the innermost outwards, with the relation to the next one out."""
    chains = []
    for alternative in re.split(r",(?![^\[]*\])", selector):
        chain: list[tuple[str, str]] = []
        relation = " "
        for word in re.findall(r">|(?:\[[^\]]*\]|[^\s>\[])+", alternative):
            if word == ">":
                relation = ">"
                continue
            chain.insert(0, (relation, word))
            relation = " "
        if not chain:
            raise SelectorUnknown(selector)
        chains.append(chain)
    return chains


@cache
def _innermost_tags(selector: str) -> frozenset[str]:
    """The tags that a match can have; empty when one alternative takes any."""
    tags = [_parts(chain[0][1])[0]["tag"] for chain in _chains(selector)]
    return frozenset() if None in tags or "*" in tags else frozenset(tag for tag in tags if tag)


@cache
def _parts(compound: str) -> list[dict[str, str | None]]:
    parts, end = [], 0
    while end < len(compound):
        match = _PART.match(compound, end) if end else _PART.match(compound)
        if match is None:
            raise SelectorUnknown(compound)
        parts.append(match.groupdict())
        end = match.end()
    return parts


def _texts(element: Element) -> Iterator[str]:
    if element.tag in UNSEEN or not isinstance(element.tag, str):
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


def parse(source: str) -> tuple[Node, list[str]]:
    """The page's root and every error that the HTML standard finds in it, each with its line."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(source)
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]  # SVG keeps its namespace otherwise
    parents = {child: parent for parent in root.iter() for child in parent}
    lines = source.splitlines() or [""]
    errors = [
        f"line {line}: {code} {details or ''} in {lines[min(line, len(lines)) - 1].strip()[:120]!r}"
        for (line, _column), code, details in parser.errors
    ]
    return Node(root, parents), errors
