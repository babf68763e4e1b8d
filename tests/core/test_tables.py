"""Tables that people hand in: read right, or refused with a reason that names the place."""

from __future__ import annotations

import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.core.tables import Heading, Layout, TableError, open_table
from outreach.core.tables.xlsx_files import cell_text
from tests.conftest import ROOT
from tests.core.workbooks import inline, write_bomb, write_raw, write_workbook

MODEL = Heading("model", ("型号", "Model"))
MAKER = Heading("maker", ("生产者", "Manufacturer"))
NOISE = Heading("noise", ("噪声",), is_required=False)
LAYOUTS = (Layout("products", (MODEL, MAKER, NOISE)),)
ROWS = [("型号", "生产者"), ("X7白", "宁波方太厨具有限公司"), ("SJ43EB63MC", "博西华家用电器有限公司")]
TEXT = "\n".join(",".join(cells) for cells in ROWS) + "\n"


def read(path: Path) -> list[tuple[str, ...]]:
    with open_table(path, LAYOUTS) as table:
        return [row.cells for row in table.rows()]


def refused(path: Path) -> str:
    with pytest.raises(TableError) as caught:
        read(path)
    return str(caught.value)


def written(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_i04_every_usual_encoding_is_read_right(tmp_path: Path, encoding: str) -> None:
    assert read(written(tmp_path / "a.csv", TEXT, encoding)) == [tuple(cells) for cells in ROWS[1:]]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_i04_separators_and_line_ends_are_found_out(tmp_path: Path, separator: str, line_end: str) -> None:
    text = line_end.join(separator.join(f'"{cell}"' for cell in cells) for cells in ROWS)
    assert read(written(tmp_path / "a.csv", text)) == [tuple(cells) for cells in ROWS[1:]]


def test_i04_mixed_line_ends_and_line_breaks_inside_quotes_keep_their_rows(tmp_path: Path) -> None:
    text = '型号,生产者\r\nA1,"宁波\n方太"\nA2,"a ""b"", c"\r\n\nA3,\n'
    with open_table(written(tmp_path / "a.csv", text), LAYOUTS) as table:
        rows = [(row.number, *row.cells) for row in table.rows()]
    assert rows == [(2, "A1", "宁波\n方太"), (3, "A2", 'a "b", c'), (5, "A3", "")]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (TEXT.encode()[:-3] + b"\n", "第 3 行有损坏的文字"),
        ("型号,生产者\nX,\ud800\n".encode("utf-8", "surrogatepass") + TEXT.encode(), "第 2 行有损坏的文字"),
        ("型号,生产者\nX,\ud800\n".encode("utf-16", "surrogatepass"), "损坏的文字"),
        ("Model,Manufacturer\nX,BSH Hausgeräte\nY,Ménage à trois\n".encode("latin-1"), "编码无法识别"),
        ("Model,Manufacturer\nX,製品\nY,冷蔵庫と食器洗い機\n".encode("shift_jis"), "编码无法识别"),
    ],
)
def test_i04_text_that_would_come_out_wrong_is_refused(tmp_path: Path, content: bytes, word: str) -> None:
    assert word in refused(written(tmp_path / "a.csv", content))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ("空的",)),
        ("\n\n  \n", ("空的",)),
        ("a,b\n1,2\n", ("缺少列：型号、生产者", "a、b")),
        ("型号,b\n1,2\n", ("缺少列：生产者",)),
        ("型号,型号,生产者\n1,2,3\n", ("「型号」出现了不止一次",)),
        (",".join(["型号", "生产者", *map(str, range(198))]) + "\n", ("200 列", "最多 100 列")),
        (",".join(map(str, range(200))) + "\n", ("200 列",)),
        ('型号,生产者\nX,"未完\n', ("引号不成对",)),
        ("型号,生产者\nX," + "长" * 50_000 + "\n", ("过长",)),
        ("x" * 3_000_000, ("1000000 个字符的行",)),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ("旧版 Excel",)),
        (b"%PDF-1.7 ...", ("PDF",)),
        (b"PK\x03\x04 broken", ("已损坏",)),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_plain_words(
    tmp_path: Path, content: str | bytes, words: tuple[str, ...]
) -> None:
    message = refused(written(tmp_path / "a.csv", content))
    assert all(word in message for word in words), message


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "打不开" in refused(tmp_path / "none.csv")


def test_headings_are_found_below_titles_whatever_their_width_and_case(tmp_path: Path) -> None:
    text = "产品登记表\n,,\nＭＯＤＥＬ , manu facturer,备注\nX,方太,甲\n"
    with open_table(written(tmp_path / "a.csv", text), LAYOUTS) as table:
        assert table.positions == {"model": 0, "maker": 1}
        assert [(row.number, row.cells) for row in table.rows()] == [(4, ("X", "方太", "甲"))]


def test_cells_beyond_the_headings_are_handed_over_apart(tmp_path: Path) -> None:
    with open_table(written(tmp_path / "a.csv", "型号,生产者\nX,方太,,多余\nY\n"), LAYOUTS) as table:
        rows = [(row.cells, row.extra) for row in table.rows()]
    assert rows == [(("X", "方太"), ("多余",)), (("Y", ""), ())]


def test_the_share_read_grows_to_one(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", TEXT + "A,B\n" * 50_000)
    with open_table(path, LAYOUTS) as table:
        shares = [table.fraction for row in table.rows() if row.number % 10_000 == 0]
    assert shares == sorted(shares)
    assert 0 < shares[0] < 0.5 < shares[-1] <= 1


def test_a_workbook_is_read_with_its_numbers_dates_and_leading_zeros(tmp_path: Path) -> None:
    rows = [("型号", "生产者", "噪声", "日期"), ("0012", "方太", 0.802, date(2026, 5, 19)), (14, 1e5, 44.0, "1e5")]
    found = read(write_workbook(tmp_path / "a.xlsx", rows))
    assert found == [("0012", "方太", "0.802", "2026-05-19"), ("14", "100000", "44", "1e5")]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.000001, "0.000001"), (1e20, "100000000000000000000"), (True, "TRUE"), (-1.5, "-1.5"), ("", ""), (None, "")],
)
def test_no_number_gets_an_exponent(value: object, text: str) -> None:
    assert cell_text(value) == text


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ([("型号", "生产者"), ("X", "=1+1")], "B2"),
        ([("型号", "生产者"), *[("X", "Y")] * 30_000, ("=A1", "Y")], "A30002"),
    ],
)
def test_a_formula_is_refused_by_its_cell(tmp_path: Path, rows: list[tuple[str, str]], cell: str) -> None:
    message = refused(write_workbook(tmp_path / "a.xlsx", rows))
    assert f"「产品」的单元格 {cell} 是公式" in message


@pytest.mark.parametrize(
    ("formula", "word"),
    [
        ('<c r="B2"><f>1+1</f><v>2</v></c>', "B2 是公式"),
        ('<c r="B2"><f t="shared" si="0"/><v>2</v></c>', "B2 是公式"),
        ("<c r='B2'><f\n>1</f></c>", "B2 是公式"),
        ('<c r="B2" t="e"><v>#N/A</v></c>', "B2 是错误值"),
    ],
)
def test_formulas_and_error_values_are_found_however_they_are_written(tmp_path: Path, formula: str, word: str) -> None:
    head = f'<row r="1">{inline("A1", "型号")}{inline("B1", "生产者")}</row>'
    assert word in refused(write_raw(tmp_path / "a.xlsx", [f'{head}<row r="2">{formula}</row>']))


def test_formulas_with_a_name_space_prefix_are_found(tmp_path: Path) -> None:
    rows = '<x:row r="1"><x:c r="A1"><x:f>1</x:f></x:c></x:row>'
    assert "A1 是公式" in refused(write_raw(tmp_path / "a.xlsx", [rows]))


def test_i03_merged_cells_are_refused_from_the_headings_on_and_allowed_in_titles(tmp_path: Path) -> None:
    for merged, text, is_refused in (("A1:B1", "表", False), ("A2:A3", "型号", True), ("A3:A4", "X", True)):
        with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
            sheet = book.add_worksheet()
            for number, cells in enumerate([("登记表", ""), ("型号", "生产者"), ("X", "方太"), ("Y", "海尔")]):
                sheet.write_row(number, 0, cells)
            sheet.merge_range(merged, text)
        if is_refused:
            assert "合并单元格" in refused(tmp_path / "a.xlsx")
        else:
            assert read(tmp_path / "a.xlsx") == [("X", "方太"), ("Y", "海尔")]


def test_i03_a_hidden_sheet_is_not_read_and_that_is_said(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        shown, hidden, other = book.add_worksheet("公开"), book.add_worksheet("内部"), book.add_worksheet("说明")
        for sheet in (shown, hidden):
            sheet.write_row(0, 0, ["型号", "生产者"])
            sheet.write_row(1, 0, [sheet.name, "方太"])
        other.write(0, 0, "填写说明")
        hidden.hide()
    with open_table(tmp_path / "a.xlsx", LAYOUTS) as table:
        assert [row.cells for row in table.rows()] == [("公开", "方太")]
        assert [str(note) for note in table.notes] == [
            "隐藏的工作表「内部」没有读取。",
            "工作表「说明」不含所需的列，没有读取。",
        ]


def test_two_sheets_that_could_both_be_meant_are_refused(tmp_path: Path) -> None:
    head = f'<row r="1">{inline("A1", "型号")}{inline("B1", "生产者")}</row>'
    assert "「S1」、「S2」 都含有所需的列" in refused(write_raw(tmp_path / "a.xlsx", [head, head]))


def test_a_workbook_with_wrong_or_too_many_columns_is_refused(tmp_path: Path) -> None:
    assert "缺少列：型号、生产者" in refused(write_workbook(tmp_path / "a.xlsx", [("a", "b"), (1, 2)]))
    wide = [("型号", "生产者", *(f"列{i}" for i in range(198)))]
    assert "200 列" in refused(write_workbook(tmp_path / "b.xlsx", wide))
    assert "空的" in refused(write_workbook(tmp_path / "c.xlsx", []))


#: Reads one file and prints by how much that raised the process's peak memory (MiB), then the message.
PROBE = """
import resource, sys
from pathlib import Path
from outreach.core.tables import Heading, Layout, TableError, open_table
layouts = (Layout("products", (Heading("model", ("型号",)),)),)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
message = "read"
try:
    with open_table(Path(sys.argv[1]), layouts) as table:
        for row in table.rows():
            pass
except TableError as error:
    message = str(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
print(message)
"""


def probe(path: Path) -> tuple[int, str]:
    """(rise of the peak memory in MiB, message) of reading ``path`` in a process of its own."""
    command = [sys.executable, "-X", "utf8", "-c", PROBE, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True, cwd=ROOT)
    rise, message = done.stdout.split("\n", 1)
    return int(rise), message.strip()


BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
HEAD = f'<row r="1">{inline("A1", "型号")}</row>'


#: Each hostile workbook: how it is made, and a word of the refusal.
HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "bomb": (lambda path: write_bomb(path, 300 * 1024 * 1024), "压缩炸弹"),
    "bomb-of-5-megabytes": (lambda path: _padded(write_bomb(path, 300 * 1024 * 1024)), "压缩炸弹"),
    "wide": (lambda path: write_raw(path, [HEAD + f'<row r="2">{inline("BDWGN2", "x")}</row>']), "最多 100 列"),
    "far-row": (
        lambda path: write_raw(path, [HEAD + f'<row r="1048576">{inline("A1048576", "x")}</row>']),
        "离其他数据太远",
    ),
    "laughs": (lambda path: write_raw(path, [HEAD], parts={"xl/sharedStrings.xml": BILLION_LAUGHS}), "实体"),
    "external": (lambda path: write_raw(path, [HEAD], before=EXTERNAL), "实体"),
    "utf-16": (
        lambda path: write_raw(path, [HEAD], parts={"xl/sharedStrings.xml": BILLION_LAUGHS.encode("utf-16")}),
        "已损坏",
    ),
    "many-sheets": (lambda path: write_raw(path, [HEAD] * 5_000), "压缩包内有"),
    "some-sheets": (lambda path: write_raw(path, [HEAD] * 60), "60 张工作表"),
    "nested": (lambda path: write_raw(path, [HEAD], parts={"xl/inner.zip": b"PK"}), "另一个压缩包"),
    "macro": (lambda path: write_raw(path, [HEAD], parts={"xl/vbaProject.bin": b"x"}), "宏"),
    "lying-size": (
        lambda path: _understate_sizes(write_raw(path, [HEAD + "<row/>" * 100_000]), "xl/worksheets/sheet1.xml"),
        "已损坏",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_i06_a_hostile_workbook_is_refused_and_costs_no_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.xlsx"
    make, word = HOSTILE[name]
    make(path)
    rise, message = probe(path)
    assert word in message
    assert rise < 100


def _padded(path: Path) -> Path:
    """The archive at ``path`` made 5 MB large with bytes that do not compress."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/image1.png", random.Random(5).randbytes(5 * 1024 * 1024))
    return path


def _understate_sizes(path: Path, part: str) -> None:
    """Make the archive's directory say that ``part`` unpacks to 100 bytes."""
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(part).file_size
    data = path.read_bytes()
    path.write_bytes(data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))


def test_i06_an_honest_large_workbook_is_read(tmp_path: Path) -> None:
    rows = [("型号", "生产者"), *((f"AB{i}", "宁波方太厨具有限公司") for i in range(20_000))]
    rise, message = probe(write_workbook(tmp_path / "a.xlsx", rows))
    assert message == "read"
    assert rise < 100


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_and_nothing_else(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path / "a.csv", content)
    try:
        read(path)
    except TableError:
        return
    assert content.strip()
