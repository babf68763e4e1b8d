"""Residents of regions: loaded whole with source and year; rankings per 10,000 of them say which figures they used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions.bank_files import load_questions
from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.demo import load_demo
from outreach.quiz.actions.folding import fold
from outreach.quiz.actions.populations import load_populations, population_classes
from outreach.quiz.actions.snapshots import finalise, take_snapshot
from outreach.quiz.formats import populations
from outreach.quiz.formats.populations import read, write_csv, write_xlsx
from outreach.quiz.models import Contest, Population, PopulationEdition, RankingRow
from outreach.quiz.moments import database_now
from outreach.quiz.queries import boards
from outreach.quiz.queries.populations import Figure, newest_table, table_of_edition
from outreach.quiz.queries.recount import recount
from outreach.quiz.queries.standings import list_rows
from outreach.quiz.rules import regions
from outreach.quiz.seams import Actor
from outreach.quiz.wording import row_sentence
from tests.quiz import stage
from tests.quiz.admin.conftest import play

CLERK = Actor("clerk")
FIGURES = {"110101": Figure(150_000, 2020, "人口普查公报"), "11": Figure(21_890_000, 2020, "人口普查公报")}
HEADINGS = "编码,常住人口,年份,来源"


def table(folder: Path, *rows: str, name: str = "p.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEADINGS, *rows]), encoding="utf-8")
    return path


def faults(path: Path) -> list[tuple[int, str, str]]:
    found = read(path, lambda code: code in FIGURES, 2026)
    assert found.figures == {}, "all or nothing"
    return [(one.row, one.fault.field, one.fault.code) for one in found.faults]


def test_a_table_is_read_with_its_ways_of_writing(tmp_path: Path) -> None:
    path = table(tmp_path, '110101,"150,000",2020,人口普查公报', "110000,21890000,2020.0,人口普查公报")
    assert read(path, lambda code: code in FIGURES, 2026).figures == FIGURES


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("110199,1,2020,公报", populations.CODE, populations.NO_REGION),
        ("1101,1,2020,公报", populations.CODE, populations.NO_REGION),
        ("１１０１０１,1,2020,公报", populations.CODE, populations.NO_REGION),
        ("110101,0,2020,公报", populations.RESIDENTS, populations.NO_NUMBER),
        ("110101,1.5,2020,公报", populations.RESIDENTS, populations.NO_NUMBER),
        ("110101,12万,2020,公报", populations.RESIDENTS, populations.NO_NUMBER),
        ("110101,9999999999,2020,公报", populations.RESIDENTS, populations.NO_NUMBER),
        ("110101,5,2027,公报", populations.YEAR, populations.NO_YEAR),
        ("110101,5,1900,公报", populations.YEAR, populations.NO_YEAR),
        ("110101,5,2020,", populations.SOURCE, "missing"),
        (f"110101,5,2020,{'长' * 201}", populations.SOURCE, "too-long"),
    ],
)
def test_a_fault_is_named_with_its_row_and_nothing_is_taken(tmp_path: Path, row: str, field: str, code: str) -> None:
    path = table(tmp_path, "11,5,2020,公报", row)
    assert faults(path) == [(3, field, code)]
    sentence = row_sentence(read(path, lambda code: code in FIGURES, 2026).faults[0])
    assert sentence.startswith(f"第 3 行（{field}）：")


def test_repeated_missing_and_empty(tmp_path: Path) -> None:
    assert faults(table(tmp_path, "11,5,2020,公报", "110000,6,2020,公报")) == [
        (3, populations.CODE, populations.REPEATED)
    ]
    assert faults(table(tmp_path)) == [(0, "file", populations.NO_ROWS)]
    bare = tmp_path / "bare.csv"
    bare.write_text("编码,常住人口\n11,5\n", encoding="utf-8")
    assert [one[2] for one in faults(bare)] == ["columns-wrong"]
    assert [one[2] for one in faults(tmp_path / "none.csv")] == ["columns-wrong"]


@pytest.mark.parametrize(("write", "name"), [(write_csv, "o.csv"), (write_xlsx, "o.xlsx")])
def test_what_is_written_out_is_read_again(tmp_path: Path, write: Any, name: str) -> None:
    (tmp_path / name).write_bytes(b"".join(write(FIGURES)))
    assert read(tmp_path / name, lambda code: code in FIGURES, 2026).figures == FIGURES


def test_an_edition_is_loaded_once_and_never_changed(session: Session) -> None:
    first = load_populations(session, FIGURES, CLERK)
    assert first is not None
    assert load_populations(session, FIGURES, CLERK) is None
    later = {"110101": replace(FIGURES["110101"], residents=160_000, year=2025)}
    second = load_populations(session, later, CLERK)
    assert second is not None
    assert newest_table(session, is_demo=False).figures == later, "the file is the whole table"
    assert table_of_edition(session, first.id).figures == FIGURES
    assert newest_table(session, is_demo=True).edition_id is None


@pytest.mark.parametrize("change", ["residents = 0", "year = 1900", "source = ''"])
def test_the_database_takes_no_figure_without_people_year_or_source(session: Session, change: str) -> None:
    load_populations(session, FIGURES, CLERK)
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.text(f"UPDATE quiz_population SET {change}"))


def per_head(session: Session, contest: Contest, board: str = boards.COUNTIES) -> dict[str, list[RankingRow]]:
    snapshot = take_snapshot(session, contest)
    scopes = sa.select(RankingRow.scope).where(RankingRow.snapshot_id == snapshot.id, RankingRow.board == board)
    found = session.scalars(scopes.distinct().order_by(RankingRow.scope)).all()
    return {one: list(list_rows(session, snapshot.id, board, one)) for one in found if one.startswith("per-head")}


@pytest.fixture
def busy(session: Session) -> Contest:
    """Three people in one county, two in another, one in a third; nothing is said of fewer than two."""
    contest = stage.contest(session)
    play(session, contest, rights=(10, 7, 3))
    for county, people in (("310101", 2), ("320115", 1)):
        for number in range(people):
            person, attempt = stage.started(session, contest, nickname=f"来人{number}", county_code=county)
            submit(session, attempt.public_id, person.participant_id, stage.answers(session, attempt.id, right=5))
    while fold(session).deltas:
        pass
    return contest


def test_without_a_table_nothing_is_compared_per_head(session: Session, busy: Contest) -> None:
    assert per_head(session, busy) == {}
    assert per_head(session, busy, boards.PROVINCES) == {}


def test_regions_are_compared_per_head_within_their_class(session: Session, busy: Contest) -> None:
    figures = {"110101": 150_000, "310101": 90_000, "320115": 60_000, "11": 20_000_000, "31": 90_000_000}
    load_populations(session, {code: Figure(n, 2020, "公报") for code, n in figures.items()}, CLERK)
    found = per_head(session, busy)
    assert list(found) == ["per-head:0"]
    assert [(one.key, one.participants, one.participants_per_10m, one.is_small) for one in found["per-head:0"]] == [
        ("310101", 2, 222, False),
        ("110101", 3, 200, False),
        ("320115", None, None, True),
    ]
    provinces = per_head(session, busy, boards.PROVINCES)
    assert {scope: [one.key for one in rows] for scope, rows in provinces.items()} == {
        "per-head:0": ["11"],
        "per-head:2": ["31"],
    }, "each among its own, and what has no figure in none"


def test_a_recount_uses_the_figures_of_the_final_ranking(session: Session, busy: Contest) -> None:
    load_populations(session, FIGURES, CLERK)
    now = database_now(session)
    busy.opens_at, busy.closes_at = now.replace(year=now.year - 2), now.replace(year=now.year - 1)
    session.flush()
    final = finalise(session, busy, CLERK)
    assert final.population_edition_id is not None
    assert recount(session, busy).differences == ()
    load_populations(session, {"110101": replace(FIGURES["110101"], residents=1)}, CLERK)
    assert recount(session, busy).differences == (), "a later table changes no settled result"
    session.execute(sa.update(Population).where(Population.code == "110101").values(residents=999))
    session.expire_all()
    assert [one.what for one in recount(session, busy).differences] == ["final-snapshot"], "and none is changed unseen"


def test_demonstrations_use_their_own_figures_and_nobody_else_does(session: Session, busy: Contest) -> None:
    load_populations(session, {"110101": Figure(100_000, 2026, "演示数据")}, CLERK, is_demo=True)
    assert per_head(session, busy) == {}
    busy.is_demo = True
    assert list(per_head(session, busy)) == ["per-head:0"]
    assert session.scalars(sa.select(PopulationEdition.is_demo)).all() == [True]


def test_classes_are_data_in_rising_order() -> None:
    for edges in population_classes():
        assert list(edges) == sorted(set(edges))
        assert edges[0] > 0
    assert regions.class_of(200_000, (200_000,)) == 0
    assert regions.class_of(200_001, (200_000,)) == 1


def test_a_figure_that_no_column_holds_stays_the_largest() -> None:
    assert regions.per_10m(10_000, 1) == regions.MOST_PER_10M


def test_the_demonstration_shows_a_ranking_per_head_marked_as_made_up(session: Session) -> None:
    load_questions(session)
    contest = load_demo(session, stage.KEYS)
    assert contest is not None
    found = per_head(session, contest)
    assert len(found) >= 3, "several classes"
    assert any(row.is_small for rows in found.values() for row in rows), "and the minimum sample"
    assert any(row.participants_per_10m for rows in found.values() for row in rows)
    assert per_head(session, contest, boards.PROVINCES) != {}
    sources = {one.source for one in newest_table(session, is_demo=True).figures.values()}
    assert all(one.startswith("演示数据") for one in sources)
    assert newest_table(session, is_demo=False).edition_id is None
    assert recount(session, contest).differences == ()
