"""A resource of the API as a slice declares it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outreach.core.api.parameters import PAGE, PER_PAGE, Parameter
from outreach.core.api.schemas import Schema, Words

#: The checked parameters by name.
Values = Mapping[str, Any]

_RULE_PART = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list: its items, and how many there are in all."""

    items: Sequence[Mapping[str, Any]]
    total: int


#: What a resource answers: an object, a page of a list, or None where nothing is there (404).
Answer = Mapping[str, Any] | Listing | None


@dataclass(frozen=True, slots=True)
class Resource:
    """One address with one method. ``schema`` is that of the body, of one item where the resource is a list.

    ``data``: the bodies of data that the answer is made from, by the names of their generations. ``answer`` takes the
    checked parameters, and for a method with a body the parsed JSON as ``values["body"]``.
    """

    name: str
    rule: str
    tag: Words
    summary: Words
    answer: Callable[[Values], Answer]
    schema: Schema | Callable[[], Schema]
    description: Words = ""
    parameters: tuple[Parameter, ...] = ()
    data: tuple[str, ...] = ()
    method: str = "GET"
    body: Schema | Callable[[], Schema] | None = None
    #: A body as it may be sent, or what makes one.
    body_example: Any = None
    is_list: bool = False
    #: An answer (for a list: one item) as it may look, made up or real, or what makes one.
    example: Any = None

    @property
    def path(self) -> str:
        """The address as OpenAPI writes it: ``/api/v1/products/{number}``."""
        return _RULE_PART.sub(r"{\1}", self.rule)

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """The declared parameters, with those of paging for a list."""
        return (*self.parameters, PAGE, PER_PAGE) if self.is_list else self.parameters

    def examples(self) -> tuple[Any, Any]:
        """The examples of the body and of the answer; None where there is none."""
        body, answer = (one() if callable(one) else one for one in (self.body_example, self.example))
        return body, answer

    def body_schema(self) -> Schema | None:
        return self.body() if callable(self.body) else self.body

    def answer_schema(self) -> Schema:
        return self.schema() if callable(self.schema) else self.schema
