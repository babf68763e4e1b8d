"""Whatever is asked of the registry: no fault, no leak, nothing of the visitor's run or repeated as markup."""

from __future__ import annotations

from time import perf_counter
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.labels.hostile import BOMBS, ENCODINGS, FIELDS, INJECTIONS, LEAKS, LENGTHS, NUMBERS
from tests.pages import Pages

REGISTRY = ("q", "province", "region", "batch", "state", "year", "sort", "page", "per_page", "on")
PARAMETERS = [
    *(("/counties/", name) for name in ("q", "on", "page", "province")),
    ("/counties/suggest", "q"),
    ("/counties/350604", "on"),
    ("/counties/350604/badge.svg", "on"),
    ("/counties/progress", "on"),
]
PATHS = (
    "/counties/{}",
    "/counties/{}.json",
    "/counties/{}.csv",
    "/counties/{}/badge.svg",
    "/counties/provinces/{}",
    "/counties/batches/{}",
)
EXPECTED = (200, 301, 308, 400, 404, 414)
DAYS = (
    "2021-02-30",
    "0000-00-00",
    "9999-99-99",
    "-001-01-01",
    "２０２１-１２-３１",
    "2021-12-31' OR 1=1--",
    "2021-12-31\x00",
    "1e9",
    "today",
    "2021-12-31" * 1000,
)
#: Far above what any search takes, for a busy machine.
SLOWEST_SECONDS = 2.0


def assert_calm(answer: TestResponse, address: str) -> None:
    """An expected status; no markup of the visitor's, and nothing of the inside, in the body."""
    body = answer.get_data(as_text=True)
    assert answer.status_code in EXPECTED, f"{address[:200]}: {answer.status_code}"
    assert "<script>alert" not in body, address
    assert "onerror=alert(1)>" not in body, address
    for leak in LEAKS:
        assert leak not in body, f"{address[:200]} tells {leak}"
    assert "Set-Cookie" not in answer.headers


def ask(pages: Pages, address: str) -> None:
    assert_calm(pages.client.get(address), address)


@pytest.mark.parametrize(("path", "name"), PARAMETERS)
def test_no_encoding_number_or_injection_in_any_argument_is_a_fault(county_pages: Pages, path: str, name: str) -> None:
    for value in (*ENCODINGS, *(quote(text, safe="") for text in (*NUMBERS, *INJECTIONS, *FIELDS, *DAYS))):
        ask(county_pages, f"{path}?{name}={value}")
    ask(county_pages, f"{path}?{name}")
    ask(county_pages, f"{path}?{name}=1&{name}=%ff&{name}[]=2&%ff=1&=x")


def test_nonsense_in_all_arguments_at_once_is_no_fault(county_pages: Pages) -> None:
    for value in (*ENCODINGS, *(quote(text, safe="") for text in (*NUMBERS, *INJECTIONS, *DAYS))):
        ask(county_pages, "/counties/?" + "&".join(f"{name}={value}" for name in REGISTRY))


@pytest.mark.parametrize("path", PATHS)
def test_no_encoding_number_or_injection_in_any_path_is_a_fault(county_pages: Pages, path: str) -> None:
    for value in (*ENCODINGS, *(quote(text, safe="") for text in (*NUMBERS, *INJECTIONS))):
        ask(county_pages, path.format(value))


@pytest.mark.parametrize("path", ["/counties.csv", "/counties.json", "/counties.xlsx"])
def test_files_answer_nonsense_calmly(county_app: Flask, path: str) -> None:
    client = county_app.test_client()
    for place, value in enumerate(("%00", "%ff", quote("' OR 1=1"), "999999999999")):
        arguments = "&".join(f"{name}={value}" for name in REGISTRY)
        address = f"{path}?q=%E6%B1%9F%E5%AE%81&{arguments}"
        assert client.get(address, environ_base={"REMOTE_ADDR": f"198.51.100.{place}"}).status_code == 200


@pytest.mark.parametrize("words", [text for text in INJECTIONS if text.strip()])
def test_words_stand_in_the_page_as_text_alone(county_pages: Pages, words: str) -> None:
    page = county_pages.get("/counties/", q=words)
    assert page.one('main .search-box input[name="q"]').get("value") == words.strip()


@pytest.mark.parametrize("piece", BOMBS)
def test_no_search_is_slow_however_long_and_odd(county_app: Flask, piece: str) -> None:
    client = county_app.test_client()
    for length in LENGTHS:
        words = (piece * length).encode()[:length].decode(errors="ignore")
        started = perf_counter()
        assert_calm(client.get("/counties/", query_string={"q": words}), words)
        assert perf_counter() - started < SLOWEST_SECONDS


def test_arguments_of_strangers_are_not_repeated_in_links(county_pages: Pages) -> None:
    page = county_pages.get("/counties/", province="370000", evil='"><b>x', on="2021-12-31")
    assert [node.get("href") for node in page.all("main a") if "evil" in node.get("href")] in (
        [],
        [node.get("href") for node in page.all(".as-of__now a")],
    )
