"""How a process follows the data: a new generation is seen, nobody waits for it, and a failing load harms nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.current import MAX_AGE, Current
from outreach.core.db import Base
from outreach.core.search.outbox import touch_generation
from outreach.labels.forms import CatalogueQuery
from outreach.labels.queries.catalogue import Catalogue
from outreach.labels.queries.loading import load_snapshot
from outreach.labels.queries.registry import load_registry
from outreach.labels.queries.state import DATA, State, load_state
from tests import factories
from tests.labels.queries.register import MemoryIndex, catalogue_of


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """A database of its own: these tests commit."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'state.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def add_one(engine: sa.Engine, model: str) -> None:
    with Session(engine) as session:
        factories.registration(session, model=model)
        touch_generation(session, "labels")
        session.commit()


def opener(engine: sa.Engine) -> Any:
    @contextmanager
    def open_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    return open_session


def following(engine: sa.Engine, load: Callable[[Session], State] = load_state, max_age: float = 0) -> Current[State]:
    """A process that follows the catalogue of ``engine``."""
    return Current(load, DATA, opener(engine), max_age)


def total(catalogue: Catalogue, session: Session) -> int:
    return catalogue.search(session, CatalogueQuery()).total


def test_what_was_written_is_seen_with_the_next_generation(session: Session) -> None:
    factories.registration(session)
    touch_generation(session, "labels")
    catalogue = catalogue_of(session)
    assert total(catalogue, session) == 1
    factories.registration(session)
    assert total(catalogue, session) == 1
    touch_generation(session, "labels")
    assert total(catalogue, session) == 2


def test_the_generation_is_asked_for_at_most_once_in_its_age(session: Session) -> None:
    catalogue = Catalogue(MemoryIndex(session), max_age=3600)
    assert total(catalogue, session) == 0
    factories.registration(session)
    touch_generation(session, "labels")
    assert total(catalogue, session) == 0
    catalogue.current.follow_at_once()
    assert total(catalogue, session) == 1


def test_the_old_state_serves_while_the_new_one_is_loaded_aside(engine: sa.Engine) -> None:
    add_one(engine, "A-1")
    is_loading, may_go_on = Event(), Event()

    def slow_load(session: Session) -> State:
        is_loading.set()
        assert may_go_on.wait(5)
        return load_state(session)

    current = following(engine)
    with Session(engine) as session:
        old = current.get(session)
    current.load = slow_load
    add_one(engine, "A-2")
    with Session(engine) as session:
        assert current.get(session) is old
        assert is_loading.wait(5)
        assert current.get(session) is old
        may_go_on.set()
        assert _eventually(current, session, 2)


def test_the_search_that_notices_a_small_change_waits_for_it(engine: sa.Engine) -> None:
    add_one(engine, "A-1")
    current = following(engine)
    with Session(engine) as session:
        assert current.get(session).snapshot.size == 1
    add_one(engine, "A-2")
    with Session(engine) as session:
        assert current.get(session).snapshot.size == 2


def _eventually(current: Current[State], session: Session, size: int) -> bool:
    """Whether a state of this size comes within five seconds."""
    waiting = Event()
    for _attempt in range(500):
        session.rollback()
        if current.get(session).snapshot.size == size:
            return True
        waiting.wait(0.01)
    return False


def test_a_failing_load_keeps_the_old_state_and_is_tried_again(engine: sa.Engine) -> None:
    add_one(engine, "A-1")
    current = following(engine)
    with Session(engine) as session:
        assert current.get(session).snapshot.size == 1
    failures: list[int] = []

    def failing_load(session: Session) -> State:
        if len(failures) < 2:
            failures.append(1)
            raise RuntimeError("no such luck")
        return load_state(session)

    current.load = failing_load
    add_one(engine, "A-2")
    with Session(engine) as session:
        assert current.get(session).snapshot.size == 1
        assert _eventually(current, session, 2)
    assert len(failures) == 2


def test_many_first_askers_load_once(engine: sa.Engine) -> None:
    add_one(engine, "A-1")
    loads: list[int] = []

    def counting_load(session: Session) -> State:
        loads.append(1)
        return load_state(session)

    current = following(engine, counting_load, MAX_AGE)
    found: list[int] = []

    def ask() -> None:
        with Session(engine) as session:
            found.append(current.get(session).snapshot.size)

    threads = [Thread(target=ask) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, len(loads)) == ([1] * 8, 1)


def test_a_load_that_is_overtaken_by_a_write_starts_again(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.registration(session)
    touch_generation(session, "labels")
    tokens = iter(["old", "new", "new", "new"])
    monkeypatch.setattr("outreach.labels.queries.loading.generation", lambda _session, _name: next(tokens))
    assert load_snapshot(session).generation == "new"


def test_a_row_of_an_edition_that_was_written_meanwhile_starts_the_load_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.registration(session, edition=factories.edition(session, "gb-25502-2017"))
    before = load_registry(session)
    factories.registration(session, edition=factories.edition(session, "gb-25502-2024"))
    registries = iter([before, load_registry(session)])
    monkeypatch.setattr("outreach.labels.queries.loading.load_registry", lambda _session: next(registries))
    assert load_snapshot(session).size == 2


def test_a_registration_that_vanished_since_the_snapshot_is_left_out_of_the_page(session: Session) -> None:
    kept = factories.registration(session, model="A-1")
    gone = factories.registration(session, model="A-2")
    touch_generation(session, "labels")
    catalogue = catalogue_of(session)
    assert total(catalogue, session) == 2
    for value in list(gone.values):
        session.delete(value)
    session.delete(gone)
    session.flush()
    page = catalogue.search(session, CatalogueQuery())
    assert [card.id for card in page.items] == [kept.id]
