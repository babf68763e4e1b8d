"""S01 to S04 of the reliability list, over HTTP: whatever is asked, no fault, no leak, no delay, no hidden thing."""

from __future__ import annotations

from time import perf_counter
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from outreach.core.search.text import clean
from outreach.labels.models import Registration
from tests import factories
from tests.labels.hostile import BOMBS, ENCODINGS, FIELDS, INJECTIONS, LEAKS, LENGTHS, NUMBERS
from tests.markup import parse
from tests.pages import Pages

CATALOGUE = (
    "q",
    "category",
    "grade",
    "maker",
    "brand",
    "edition",
    "status",
    "year",
    "scheme",
    "sort",
    "page",
    "per_page",
)
PARAMETERS = [
    *(("/labels/", name) for name in CATALOGUE),
    ("/labels/suggest", "q"),
    *(("/labels/certificates/", name) for name in ("q", "category", "status", "page")),
    ("/labels/makers/1", "page"),
]
PATHS = (
    "/labels/{}",
    "/labels/{}.json",
    "/labels/{}.csv",
    "/labels/makers/{}",
    "/labels/categories/{}",
    "/labels/standards/{}",
    "/labels/certificates/{}",
)
EXPECTED = (200, 301, 308, 400, 404, 414)
SLOWEST_SECONDS = 2.0
#: A plain page takes so little that reading 180 kB of percent signs alone is a score of them.
SLOWEST_TIMES = 40
#: Below this a factor says nothing on a busy machine.
NOISE_SECONDS = 0.05


@pytest.fixture
def product(session: Session) -> Registration:
    return factories.registration(session, "20260519-CWL012020-845027", model="ZB-1")


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
def test_s01_no_encoding_or_number_in_any_argument_is_a_fault(demo_pages: Pages, path: str, name: str) -> None:
    for value in (*ENCODINGS, *(quote(number) for number in NUMBERS)):
        ask(demo_pages, f"{path}?{name}={value}")
    ask(demo_pages, f"{path}?{name}")
    ask(demo_pages, f"{path}?{name}=1&{name}=%ff&{name}[]=2&%ff=1&=x")


@pytest.mark.parametrize("path", ["/labels/", "/labels/suggest", "/labels/certificates/", "/labels/makers/1"])
def test_s01_no_encoding_or_number_in_all_arguments_at_once_is_a_fault(
    pages: Pages, product: Registration, path: str
) -> None:
    for value in (*ENCODINGS, *(quote(number) for number in NUMBERS)):
        ask(pages, f"{path}?" + "&".join(f"{name}={value}" for name in CATALOGUE))


@pytest.mark.parametrize("path", PATHS)
def test_s01_no_encoding_or_number_in_any_path_is_a_fault(pages: Pages, product: Registration, path: str) -> None:
    for value in (*ENCODINGS, *(quote(number, safe="") for number in NUMBERS)):
        ask(pages, path.format(value))


@pytest.mark.parametrize(("path", "name"), PARAMETERS)
def test_s02_no_injection_in_any_argument_does_anything(demo_pages: Pages, path: str, name: str) -> None:
    for value in INJECTIONS:
        ask(demo_pages, f"{path}?{name}={quote(value)}")


@pytest.mark.parametrize("path", ["/labels/", "/labels/suggest", "/labels/certificates/"])
def test_s02_no_injection_in_all_arguments_at_once_does_anything(
    pages: Pages, product: Registration, path: str
) -> None:
    for value in INJECTIONS:
        ask(pages, f"{path}?" + "&".join(f"{name}={quote(value)}" for name in CATALOGUE))


@pytest.mark.parametrize("path", PATHS)
def test_s02_no_injection_in_any_path_does_anything(pages: Pages, product: Registration, path: str) -> None:
    for value in INJECTIONS:
        ask(pages, path.format(quote(value, safe="")))


@pytest.mark.parametrize("words", INJECTIONS)
def test_s02_words_stand_in_the_box_just_as_they_were_typed(pages: Pages, product: Registration, words: str) -> None:
    root, errors = parse(pages.raw("/labels/", q=words).get_data(as_text=True))
    assert not errors
    assert root.one('main input[name="q"]').get("value") == clean(words)


def test_s02_an_unknown_order_is_the_usual_one(pages: Pages, product: Registration) -> None:
    page = pages.get("/labels/", sort="number; DROP TABLE registration")
    assert page.texts('.result-bar a[aria-current="true"]')[0] == "相关度"


@pytest.fixture(scope="module")
def plain_seconds(demo_app: Flask) -> float:
    """How long an ordinary uncached search takes."""
    client = demo_app.test_client()
    client.get("/labels/?q=马桶")
    return min(timed(demo_app, "马桶", mark) for mark in range(5))


def timed(app: Flask, words: str, mark: int) -> float:
    """Seconds of one search; ``mark`` keeps the answer from being a kept one."""
    started = perf_counter()
    answer = app.test_client().get("/labels/", query_string={"q": words, "mark": str(mark)})
    seconds = perf_counter() - started
    assert_calm(answer, words)
    return seconds


@pytest.mark.parametrize("piece", BOMBS)
def test_s03_no_search_is_slow_however_long_and_odd(demo_app: Flask, plain_seconds: float, piece: str) -> None:
    limit = min(SLOWEST_SECONDS, max(SLOWEST_TIMES * plain_seconds, NOISE_SECONDS))
    for length in LENGTHS:
        words = (piece * length).encode()[:length].decode(errors="ignore")
        seconds = timed(demo_app, words, 0)
        if seconds > limit:
            seconds = min(timed(demo_app, words, mark) for mark in (1, 2, 3))
        assert seconds <= limit, f"{piece!r} × {length}: {seconds:.3f} s, plain {plain_seconds:.3f} s"


@pytest.fixture
def hidden(session: Session) -> Registration:
    """A fictional product that a real one hides."""
    demo = {"is_demo": True, "maker": factories.maker(session, "示例·秘密有限公司", is_demo=True)}
    run = factories.import_run(session, "demo", is_demo=True)
    return factories.registration(session, "DEMO-20260101-CWL012020-000001", model="GEHEIM-1", run=run, **demo)


@pytest.mark.parametrize("words", [*FIELDS, "GEHEIM-1", "秘密", "DEMO-20260101-CWL012020-000001", "000001"])
def test_s04_what_is_not_published_is_found_by_no_words(
    pages: Pages, product: Registration, hidden: Registration, words: str
) -> None:
    for path in ("/labels/", "/labels/suggest"):
        assert "GEHEIM" not in pages.raw(path, q=words).get_data(as_text=True).replace(words, "")


@pytest.mark.parametrize(
    "path",
    ["/labels.json", "/labels.csv", "/labels/changes.atom", "/labels/standards/", "/labels/categories/toilet", "/"],
)
def test_s04_what_is_not_published_is_in_no_list_and_no_file(
    pages: Pages, product: Registration, hidden: Registration, path: str
) -> None:
    assert "GEHEIM" not in pages.raw(path).get_data(as_text=True)


def test_s04_what_is_not_published_has_no_pages(pages: Pages, product: Registration, hidden: Registration) -> None:
    for path in (f"/labels/{hidden.number}", f"/labels/{hidden.number}.json", f"/labels/makers/{hidden.maker_id}"):
        assert pages.client.get(path).status_code == 404
