"""What the API answers when it refuses: problem+json (RFC 9457) that names every fault at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from flask import Response, abort, json

from outreach.core.api.schemas import Words
from outreach.core.errors import problem_document

PROBLEM: str = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One fault: where it stands (``query``, ``path``, ``body``), the parameter or path there, code and reason."""

    place: str
    name: str
    code: str
    reason: Words


def refuse(refusals: Iterable[Refusal], status: int = 422) -> NoReturn:
    """End the request with these faults: 422, or 404 where a value is sound and nothing is there."""
    faults = [{"in": one.place, "name": one.name, "code": one.code, "detail": str(one.reason)} for one in refusals]
    body = json.dumps({**problem_document(status), "errors": faults})
    answer = Response(body, status, content_type=PROBLEM)
    answer.cache_control.no_store = True
    abort(answer)
