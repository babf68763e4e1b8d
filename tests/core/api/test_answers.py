"""How every address of the API answers: pages of a list, tags, limits, other sites, refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from outreach.core.limits import limiter
from outreach.core.search import outbox
from tests import factories

PRODUCTS = "/api/v1/products"


@pytest.fixture(autouse=True)
def unlimited(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test begins with its whole allowance."""
    site: Flask = request.getfixturevalue("app" if "session" in request.fixturenames else "demo_app")
    with site.app_context():
        limiter.reset()
    yield
    with site.app_context():
        limiter.reset()


@pytest.fixture
def client(demo_app: Flask) -> FlaskClient:
    return demo_app.test_client()


def walk(client: FlaskClient, address: str, most: int = 100) -> list[dict[str, Any]]:
    """All pages of a list by their own links to the next one."""
    pages: list[dict[str, Any]] = []
    while address and len(pages) < most:
        answer = client.get(address)
        assert answer.status_code == 200, address
        body = answer.get_json()
        header = {relation: link for link, relation in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["Link"])}
        assert header == {relation: link for relation, link in body["links"].items() if link and relation != "self"}
        pages.append(body)
        parts = urlsplit(body["links"]["next"] or "")
        address = f"{parts.path}?{parts.query}" if parts.query else ""
    return pages


@pytest.mark.parametrize("order", ["relevance", "water", "date", "model", "grade"])
def test_following_the_links_shows_every_item_once(client: FlaskClient, order: str) -> None:
    pages = walk(client, f"{PRODUCTS}?category=toilet&sort={order}&per_page=37")
    numbers = [item["number"] for page in pages for item in page["items"]]
    assert len(numbers) == len(set(numbers)) == pages[0]["total"] > 100
    assert [page["page"] for page in pages] == list(range(1, pages[0]["pages"] + 1))
    assert pages[0]["links"]["prev"] is None
    assert all(len(page["items"]) == 37 for page in pages[:-1])


def test_counties_are_all_there_once_too(client: FlaskClient) -> None:
    pages = walk(client, "/api/v1/counties?per_page=100&on=2021-12-31")
    slugs = [item["slug"] for page in pages for item in page["items"]]
    assert len(slugs) == len(set(slugs)) == pages[0]["total"] > 2800
    assert {item["as_of"] for page in pages for item in page["items"]} == {"2021-12-31"}


def test_links_keep_the_question_and_are_whole_addresses(client: FlaskClient) -> None:
    links = client.get(f"{PRODUCTS}?q=马桶&grade=1&grade=2&per_page=5&page=2").get_json()["links"]
    parts = urlsplit(links["next"])
    assert parts.scheme == "http"
    assert parse_qs(parts.query) == {"q": ["马桶"], "grade": ["1", "2"], "per_page": ["5"], "page": ["3"]}
    english = client.get(f"/en{PRODUCTS}").get_json()["links"]["next"]
    assert urlsplit(english).path == f"/en{PRODUCTS}"


def test_a_page_behind_the_last_does_not_exist_and_an_empty_result_has_one(client: FlaskClient) -> None:
    assert client.get(f"{PRODUCTS}?page=1000000").status_code == 404
    body = client.get(f"{PRODUCTS}?q=没有这样的产品xyzzy").get_json()
    assert (body["total"], body["pages"], body["items"]) == (0, 1, [])


def test_the_record_alone_and_in_the_list_and_in_the_file_is_the_same(client: FlaskClient) -> None:
    first = client.get(f"{PRODUCTS}?per_page=1").get_json()["items"][0]
    number = first["number"]
    assert client.get(f"{PRODUCTS}/{number.lower().replace('-', '')}").get_json() == first
    assert client.get(f"/labels/{number}.json").get_json() == first


@pytest.mark.parametrize("address", [f"{PRODUCTS}?per_page=3", "/api/v1/categories", "/api/v1/counties/320115"])
def test_who_has_the_answer_is_told_so(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    known = {"If-None-Match": first.headers["ETag"]}
    for method in (client.get, client.head):
        again = method(address, headers=known)
        assert (again.status_code, again.get_data()) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get("/en" + address).headers["ETag"] != first.headers["ETag"] or address.startswith(PRODUCTS)


def test_a_new_generation_of_the_data_gives_a_new_answer(app: Flask, session: Session) -> None:
    factories.registration(session, model="EINS")
    outbox.touch_generation(session, "labels")
    session.commit()
    client = app.test_client()
    first = client.get(PRODUCTS)
    assert first.get_json()["total"] == 1
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(PRODUCTS, headers=known).status_code == 304
    factories.registration(session, model="ZWEI")
    outbox.touch_generation(session, "labels")
    session.commit()
    again = client.get(PRODUCTS, headers=known)
    assert (again.status_code, again.get_json()["total"]) == (200, 2)


def bare(answer: TestResponse) -> dict[str, str]:
    left_out = ("X-Request-ID", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Date")
    return {name: value for name, value in answer.headers.items() if name not in left_out}


@pytest.mark.parametrize(
    "address", [PRODUCTS, f"{PRODUCTS}?page=0", f"{PRODUCTS}/nothing", "/api/v1/counties/320115", "/api/openapi.json"]
)
def test_head_says_what_get_says_without_its_body(client: FlaskClient, address: str) -> None:
    whole, head = client.get(address), client.head(address)
    assert head.status_code == whole.status_code
    assert bare(head) == bare(whole)
    assert head.get_data() == b""


def test_one_network_has_120_requests_a_minute_for_all_addresses_together(client: FlaskClient) -> None:
    here = {"REMOTE_ADDR": "198.51.100.20"}
    answers = [
        client.get("/api/v1/categories" if number % 2 else "/api/v1/counties/batches", environ_overrides=here)
        for number in range(121)
    ]
    assert [answer.status_code for answer in answers] == [200] * 120 + [429]
    assert answers[0].headers["X-RateLimit-Limit"] == "120"
    assert answers[0].headers["X-RateLimit-Remaining"] == "119"
    assert "Retry-After" not in answers[0].headers
    refused = answers[-1]
    assert refused.mimetype == "application/problem+json"
    assert 0 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.get_json()["status"] == 429
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    other = client.get("/api/v1/categories", environ_overrides={"REMOTE_ADDR": "198.51.100.21"})
    assert other.status_code == 200


@pytest.mark.parametrize("address", [PRODUCTS, f"{PRODUCTS}?page=0", f"{PRODUCTS}/nothing", "/api/v1/nowhere"])
def test_scripts_of_any_site_may_read_and_none_may_write(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers={"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    asked = client.options("/api/v1/counties/assessment", headers={"Origin": "https://elsewhere.example"})
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert {"GET", "POST"} <= set(asked.headers["Allow"].split(", "))
    assert "Access-Control-Allow-Origin" not in client.get("/labels/").headers


@pytest.mark.parametrize(
    ("query", "name", "code"),
    [
        ("pag=1", "pag", "unknown"),
        ("page=0", "page", "out-of-range"),
        ("page=one", "page", "not-a-number"),
        ("page=1&page=2", "page", "repeated"),
        ("per_page=101", "per_page", "out-of-range"),
        ("per_page=٣", "per_page", "not-a-number"),
        ("status=gone", "status", "not-a-choice"),
        ("maker=0x1", "maker", "wrong-form"),
        ("grade=" + "x" * 300, "grade", "too-long"),
        ("&".join(["grade=1"] * 51), "grade", "too-many"),
        ("q=" + "x" * 201, "q", "too-long"),
    ],
)
def test_a_wrong_parameter_is_refused_and_named(client: FlaskClient, query: str, name: str, code: str) -> None:
    answer = client.get(f"{PRODUCTS}?{query}")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert [(one["in"], one["name"], one["code"]) for one in answer.get_json()["errors"]] == [("query", name, code)]


@pytest.mark.parametrize("day", ["2021-02-30", "yesterday", "20211231", "2021-1-1", "２０２１-12-31"])
def test_what_is_no_day_is_refused(client: FlaskClient, day: str) -> None:
    assert client.get("/api/v1/counties", query_string={"on": day}).status_code == 422


@pytest.mark.parametrize("day", ["2016-12-31", "9999-12-31"])
def test_a_day_without_states_is_not_found_and_says_why(client: FlaskClient, day: str) -> None:
    answer = client.get("/api/v1/counties/320115", query_string={"on": day})
    assert (answer.status_code, answer.get_json()["errors"][0]["name"]) == (404, "on")


def test_a_former_code_gives_the_county_that_goes_on(client: FlaskClient) -> None:
    assert client.get("/api/v1/counties/610322").get_json()["slug"] == "610305"


HOSTILE = ["%00", "%ED%A0%80", "%FF", "../../etc", "' OR 1=1--", "=1+1", "<b>", "9" * 5000, "%F0%9F%92%A7", "."]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("start", ["products?q=", "products?page=", "products/", "counties/", "counties?q=", ""])
def test_hostile_addresses_are_refused_with_a_problem_or_answered(client: FlaskClient, start: str, text: str) -> None:
    answer = client.get("/api/v1/" + start + text)
    assert answer.status_code in (200, 308, 400, 404, 422), answer.status_code
    if answer.status_code >= 400:
        assert answer.mimetype == "application/problem+json"
