"""The county registry in process, each page rendered anew, against plain SQL and a static page of the same size.

Plain SQL asks what the page shows: the total, the counts of every filter, and the rows of the page. It knows only
"named or not" in the place of states, so it does less than the page does.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from bench.measure import Times, timed
from bench.report import Check, print_table
from bench.serve import static_application
from bench.site import command, new_site
from outreach.core import clock
from outreach.core.db import db
from outreach.counties.forms import CountyQuery, parse_as_of, parse_county_query
from outreach.counties.models import Batch, CountyUnit, Prefecture, Province, StageEvent

#: What the registry page may take, in milliseconds.
MOST_MS: Final = 15.0
#: Other pages, shown beside it.
OTHERS: Final = (
    "/counties/320115",
    "/counties/370323",
    "/counties/provinces/370000",
    "/counties/provinces/510000",
    "/counties/batches/",
    "/counties/batches/6",
    "/counties/progress",
)
WORDS: Final = ("江宁", "南京市江宁区", "jiangning", "jn", "3201", "龙海市", "江苏", "没有的县")

Arguments = dict[str, str]


def questions() -> list[Arguments]:
    """Registry pages as visitors ask for them: browsing, filters, orders, days, words."""
    browse: list[Arguments] = [{}, *({"page": str(page)} for page in (2, 10, 40, 57))]
    filters = [{"province": code} for code in ("110000", "370000", "510000")]
    filters += [{"batch": str(number)} for number in range(1, 7)]
    filters += [{"region": "north"}, {"state": "designated", "year": "2019"}, {"state": "unlisted", "page": "3"}]
    sorts = [{"sort": sort, "per_page": size} for sort in ("name", "date", "batch") for size in ("20", "100")]
    days = [{"on": day} for day in ("2019-03-13", "2020-12-31", "2021-12-31", "2023-10-12")]
    return [*browse, *filters, *sorts, *days, *({"q": words} for words in WORDS)]


def measure(folder: Path, figures: dict[str, Any]) -> list[Check]:
    """Load the facts and take the times."""
    app = new_site(folder)
    command(app, "counties", "facts")
    asked = questions()
    pages, size = time_pages(app, [f"/counties/?{urlencode(one)}" for one in asked])
    static, _size = time_pages(static_application(size), ["/"] * len(asked))
    engine = time_search(app, asked)
    plain = time_sql(app, asked)
    lines = [
        ("page, rendered anew", pages.p50, pages.p95, max(pages.warm), max(pages.cold)),
        ("static page of the same size", static.p50, static.p95, max(static.warm), max(static.cold)),
        ("our search alone", engine.p50, engine.p95, max(engine.warm), max(engine.cold)),
        ("plain SQL alone", plain.p50, plain.p95, max(plain.warm), max(plain.cold)),
    ]
    print_table(
        f"County registry, {len(asked)} questions, {size:,} bytes", ("ms", "p50", "p95", "slowest", "cold"), lines
    )
    others = [(path, times.p50, times.cold[0]) for path in OTHERS if (times := time_pages(app, [path])[0])]
    print_table("Other pages of the registry, rendered anew", ("ms", "warm", "cold"), others)
    figures["counties"] = {name: {"p50": p50, "p95": p95} for name, p50, p95, *_rest in lines}
    return [
        Check("county registry page, rendered anew: p95", pages.p95, MOST_MS, "ms"),
        Check("county registry: search p95, ours divided by plain SQL", engine.p95 / plain.p95, 0.5),
        Check("county registry: page p95, drawing included, divided by plain SQL alone", pages.p95 / plain.p95, 1.0),
    ]


def time_pages(app: Flask, paths: Sequence[str]) -> tuple[Times, int]:
    """Times of the pages with nothing kept but the rows, and the mean size."""
    client = app.test_client()
    sizes: list[int] = []

    def forget() -> None:
        if store := app.extensions.get("page_store"):
            store.clear()

    def ask(path: str) -> None:
        sizes.append(len(client.get(path).data))

    return timed(ask, paths, before=forget), sum(sizes) // len(sizes) if sizes else 0


def time_search(app: Flask, asked: Sequence[Arguments]) -> Times:
    """What the page asks of the registry, without drawing it."""
    registry = app.extensions["county_registry"]
    with app.app_context(), Session(db.engine) as session:

        def ask(one: Arguments) -> None:
            registry.read(session).search(_parsed(one))

        return timed(ask, asked)


def _parsed(one: Arguments) -> CountyQuery:
    args: MultiDict[str, str] = MultiDict(one)
    return parse_county_query(args, parse_as_of(args, clock.today()))


def time_sql(app: Flask, asked: Sequence[Arguments]) -> Times:
    """The same questions as one would write them in SQL: a count, five groups, the rows of the page."""
    with app.app_context(), Session(db.engine) as session:

        def ask(one: Arguments) -> None:
            for statement in statements(_parsed(one)):
                session.execute(statement).all()

        return timed(ask, asked)


def statements(query: CountyQuery) -> list[sa.Select[Any]]:
    """The page's statements; each group leaves out its own filter."""
    is_named = StageEvent.id.is_not(None)
    columns: dict[str, Any] = {
        "provinces": Province.code,
        "regions": Province.region,
        "batches": Batch.number,
        "states": is_named,
        "years": sa.extract("year", StageEvent.happened_on),
    }

    def joined(*wanted: Any, without: str = "") -> sa.Select[Any]:
        statement = (
            sa.select(*wanted)
            .select_from(CountyUnit)
            .join(Province, Province.id == CountyUnit.province_id)
            .outerjoin(Prefecture, Prefecture.id == CountyUnit.prefecture_id)
            .outerjoin(StageEvent, StageEvent.unit_id == CountyUnit.id)
            .outerjoin(Batch, Batch.id == StageEvent.batch_id)
            .where(CountyUnit.is_current)
        )
        for field, column in columns.items():
            if values := getattr(query, field):
                chosen = [value == "designated" for value in values] if field == "states" else list(values)
                statement = statement if field == without else statement.where(column.in_(chosen))
        if query.on:
            statement = statement.where(sa.or_(StageEvent.id.is_(None), StageEvent.happened_on <= query.on))
        if query.text:
            like = f"%{query.text}%"
            words = (CountyUnit.name, CountyUnit.pinyin, CountyUnit.initials, CountyUnit.code, Prefecture.name)
            statement = statement.where(sa.or_(*(column.like(like) for column in words)))
        return statement

    order = {"name": CountyUnit.pinyin, "date": StageEvent.happened_on.desc(), "batch": Batch.number}
    rows = joined(CountyUnit.name, CountyUnit.code, Province.name, Prefecture.name, Batch.number)
    rows = rows.order_by(order.get(query.sort, CountyUnit.code), CountyUnit.id)
    groups = [joined(column, sa.func.count(), without=field).group_by(column) for field, column in columns.items()]
    page = rows.limit(query.per_page).offset((query.page - 1) * query.per_page)
    return [joined(sa.func.count()), *groups, page]
