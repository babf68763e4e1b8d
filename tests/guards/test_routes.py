"""Every address is known and somebody decided who may use it: ``routes.csv`` is that decision, reviewed as text.

A new endpoint fails here until it stands in the table. An address that vanishes fails too: published addresses keep
answering, so give it a redirect and change its line.
"""

from __future__ import annotations

import csv
from pathlib import Path

from flask import Flask

TABLE = Path(__file__).parent / "routes.csv"
HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Writes that need no account, with the reason.
PUBLIC_WRITES: dict[str, str] = {
    "api.score_assessment": "works out a result from its body and keeps nothing",
    "inbox.feedback": "anybody may write to us; limited by network, asked again when a program seems to write",
    "inbox.withdraw_contact": "taking back a consent must be as easy as giving it; the receipt code is the proof",
    "quiz.appeal": "the participant's own attempt, by the browser's session and a token",
    "quiz.change_nickname": "the participant's own name, likewise",
    "quiz.come_back": "the recovery code is the proof; tries are limited",
    "quiz.delete": "the participant's own data, by session, token and a clear yes",
    "quiz.guardian": "joining for a child, as quiz.join, with the guardian's consent",
    "quiz.issue_certificate": "the participant's own passed attempt, by session and token",
    "quiz.join": "everybody may take part; proof of work, or waiting with a limit",
    "quiz.new_code": "the participant's own code, by session and token",
    "quiz.prize_claim": "the winner's own prize, by session, token and a single-use code",
    "quiz.prize_offer": "the winner's own prize, by session and token",
    "quiz.save": "the participant's own open paper, by session and token",
    "quiz.sign_out": "ends the browser's own session",
    "quiz.start": "the participant's own paper, by session and token, within the contest's limits",
    "quiz.submit": "the participant's own open paper, by session and token",
    "quiz.waiting": "the participant's own place in the queue, by session and token",
}
#: The way into the back office, with the reason why nobody can be signed in there yet.
ENTRANCES = {
    "accounts.invitation": "the link is the proof",
    "accounts.sign_in": "asks for the password",
    "accounts.sign_in_code": "the session waits for the second factor",
    "accounts.sign_in_enrol": "the session waits for a second factor to be set up",
    "accounts.sign_in_renew": "the session waits for a new password",
    "accounts.sign_out": "does nothing without a session",
}
#: Who may use an endpoint; anything else are permissions, any of which opens it, such as ``labels:edit``.
OPEN_ACCESS = frozenset({"public", "token", "development", "entrance"})

Route = dict[str, str]


def reviewed_routes() -> list[Route]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def actual_routes(app: Flask) -> list[Route]:
    """The application's rules in the shape of the table, in the table's order."""
    found = [
        {
            "endpoint": rule.endpoint,
            "methods": " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
            "rule": rule.rule,
        }
        for rule in app.url_map.iter_rules()
    ]
    return sorted(found, key=lambda route: (route["endpoint"], route["rule"]))


def unguarded_writes(routes: list[Route]) -> list[str]:
    """Endpoints that change something and ask for no permission."""
    return [
        route["endpoint"]
        for route in routes
        if set(route["methods"].split()) - HARMLESS
        and ":" not in route["access"]
        and route["endpoint"] not in {**PUBLIC_WRITES, **ENTRANCES}
    ]


def unguarded_staff_pages(routes: list[Route]) -> list[str]:
    return [
        route["endpoint"]
        for route in routes
        if route["rule"].startswith("/admin") and ":" not in route["access"] and route["endpoint"] not in ENTRANCES
    ]


def test_every_route_is_reviewed_and_none_has_vanished(demo_app: Flask) -> None:
    reviewed = [{name: route[name] for name in ("endpoint", "methods", "rule")} for route in reviewed_routes()]
    assert actual_routes(demo_app) == reviewed


def test_every_access_is_a_known_word_or_a_permission() -> None:
    assert [
        route for route in reviewed_routes() if route["access"] not in OPEN_ACCESS and ":" not in route["access"]
    ] == []


def test_no_write_is_open_to_everybody_by_accident() -> None:
    assert unguarded_writes(reviewed_routes()) == []
    assert unguarded_staff_pages(reviewed_routes()) == []


def test_an_unguarded_write_is_seen() -> None:
    route = {"endpoint": "labels.report", "methods": "GET POST", "rule": "/labels/report", "access": "public"}
    assert unguarded_writes([route]) == ["labels.report"]
    assert unguarded_writes([{**route, "access": "labels:report"}]) == []


def test_an_open_staff_page_is_seen() -> None:
    route = {"endpoint": "admin.home", "methods": "GET", "rule": "/admin/", "access": "public"}
    assert unguarded_staff_pages([route]) == ["admin.home"]
