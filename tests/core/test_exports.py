"""Exports: readable by spreadsheets, harmless in them, and the same text after the way back."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core import exports
from outreach.core.exports import (
    Column,
    Kind,
    TooManyRows,
    content_disposition,
    neutralised,
    restored,
    stream_csv,
    stream_json,
    stream_xlsx,
)
from outreach.core.tables import Heading, Layout, open_table


@dataclass(frozen=True)
class Item:
    """A row of the tests."""

    name: str
    litres: float | None = None
    day: date | None = None


COLUMNS: tuple[Column[Item], ...] = (
    Column("name", "名称", lambda item: item.name),
    Column("litres", "用水量（L）", lambda item: item.litres, Kind.NUMBER),
    Column("day", "日期", lambda item: item.day, Kind.DATE),
)
LAYOUTS = (
    Layout("items", (Heading("name", ("名称",)), Heading("litres", ("用水量（L）",)), Heading("day", ("日期",)))),
)
#: What people type to make a spreadsheet run something.
SEEDS = [
    "=1+1",
    "+8613800000000",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
    "''+1",
]


def as_csv(*items: Item) -> bytes:
    return b"".join(stream_csv(COLUMNS, items))


def cells(*items: Item) -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv(*items).decode("utf-8-sig"), newline=""), strict=True))


def read_back(path: Path, content: bytes) -> list[tuple[str, ...]]:
    path.write_bytes(content)
    with open_table(path, LAYOUTS) as table:
        return [row.cells for row in table.rows()]


def test_csv_has_a_byte_order_mark_and_crlf_and_quotes_only_where_needed() -> None:
    content = as_csv(Item('a "b", c', 11.10, date(2026, 5, 19)), Item("两\n行"), Item("a;b"))
    assert content.decode() == (
        '\ufeff名称,用水量（L）,日期\r\n"a ""b"", c",11.1,2026-05-19\r\n"两\n行",,\r\n"a;b",,\r\n'
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_i09_no_text_becomes_a_formula_in_csv(seed: str) -> None:
    found = cells(Item(seed))[1][0]
    assert found == "'" + seed
    assert restored(found) == seed


def test_i09_numbers_stay_numbers_even_below_zero() -> None:
    assert cells(Item("a", -1.5))[1][1] == "-1.5"


@pytest.mark.parametrize("seed", SEEDS)
def test_i09_xlsx_holds_texts_as_texts(tmp_path: Path, seed: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"".join(stream_xlsx(COLUMNS, [Item(seed, 1.5, date(2026, 5, 19))])))
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    with open_table(path, LAYOUTS) as table:
        assert [row.cells[1:] for row in table.rows()] == [("1.5", "2026-05-19")]


def test_i09_nul_and_lone_surrogates_do_not_break_an_export(tmp_path: Path) -> None:
    item = Item("a\x00b\ud800c")
    assert cells(item)[1][0] == "a\ufffdb?c"
    assert json.loads(b"".join(stream_json(COLUMNS, [item])))
    assert b"".join(stream_xlsx(COLUMNS, [Item("a\x00b")])).startswith(b"PK")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20))
def test_whatever_the_text_the_way_back_restores_it(text: str) -> None:
    assert restored(neutralised(text)) == text
    assert restored(cells(Item(text))[1][0]) == text


def test_json_keeps_types_and_streams_one_object_a_line() -> None:
    content = b"".join(stream_json(COLUMNS, [Item("=1", 2.0, date(2026, 5, 19)), Item("b")]))
    assert json.loads(content) == [
        {"name": "=1", "litres": 2.0, "day": "2026-05-19"},
        {"name": "b", "litres": None, "day": None},
    ]
    assert json.loads(b"".join(stream_json(COLUMNS, []))) == []


def test_rows_are_read_as_they_are_written_and_never_all_at_once() -> None:
    taken = []

    def source() -> Iterator[Item]:
        for number in range(10_000):
            taken.append(number)
            yield Item(str(number))

    for stream in (stream_csv, stream_json):
        taken.clear()
        pieces = stream(COLUMNS, source())
        next(pieces)
        next(pieces)
        assert len(taken) <= exports.BATCH + 1


def test_the_same_rows_are_the_same_bytes_in_every_format(tmp_path: Path) -> None:
    items = [Item("方太", 10.1, date(2026, 5, 19)), Item("海尔")]
    for stream in (stream_csv, stream_xlsx, stream_json):
        assert b"".join(stream(COLUMNS, items)) == b"".join(stream(COLUMNS, items))
    expected = [("方太", "10.1", "2026-05-19"), ("海尔", "", "")]
    assert read_back(tmp_path / "a.csv", as_csv(*items)) == expected
    assert read_back(tmp_path / "a.xlsx", b"".join(stream_xlsx(COLUMNS, items))) == expected


def test_more_rows_than_a_workbook_holds_are_an_error_and_not_a_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "XLSX_MAX_ROWS", 3)
    with pytest.raises(TooManyRows):
        list(stream_xlsx(COLUMNS, [Item("a")] * 4))


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("labels.csv", "attachment; filename=\"labels.csv\"; filename*=UTF-8''labels.csv"),
        ("水效.csv", "attachment; filename=\"download.csv\"; filename*=UTF-8''%E6%B0%B4%E6%95%88.csv"),
        ('a"\r\nX: 1', "attachment; filename=\"a_X_1\"; filename*=UTF-8''a%22%0D%0AX%3A%201"),
        ("水", "attachment; filename=\"download\"; filename*=UTF-8''%E6%B0%B4"),
    ],
)
def test_i09_the_file_name_header_is_safe_and_has_both_spellings(name: str, header: str) -> None:
    assert content_disposition(name) == header
